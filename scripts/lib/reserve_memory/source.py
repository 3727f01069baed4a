# SPDX-License-Identifier: Apache-2.0
"""The reservations in the source of a device tree: a file of their own beside it, and three lines
at its end that include it."""

import re

from . import error, overlay

BEGIN = '/* brig reserve-memory: begin; scripts/reserve-memory --undo removes this */'
END = '/* brig reserve-memory: end */'
BLOCK = re.compile(r'\n?' + re.escape(BEGIN) + r'\n.*?' + re.escape(END) + r'\n', re.DOTALL)


def fragment_of(path):
    return path.with_name(path.stem + '-brig-reserved.dtsi')


def read(path):
    text = error.read(path, 'source').decode('utf-8', 'surrogateescape')
    if path.suffix not in ('.dts', '.dtsi'):
        raise error.Failure(f'changing {path}: it must be device-tree source (.dts)')
    if text.count(BEGIN) > 1 or text.count(BEGIN) != len(BLOCK.findall(text)):
        raise error.Failure(f'changing {path}: the lines of an earlier run are damaged: remove what '
                            f'is between "{BEGIN}" and "{END}" by hand')
    return text


def change(path, board, wanted, given):
    text = read(path)
    fragment = fragment_of(path)
    # Kernel sources go through the preprocessor, others only through dtc.
    word = '#include' if re.search(r'^\s*#\s*include', text, re.MULTILINE) else '/include/'
    plain = BLOCK.sub('', text)
    # A line that had no end gets none back by --undo, so the block brings its own.
    block = f'\n{BEGIN}\n{word} "{fragment.name}"\n{END}\n'
    content = ('// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0\n'
               '// Memory of the hypervisor and its cells. Made by scripts/reserve-memory.\n'
               + overlay.source_of(wanted, board.cells, given))
    if text == plain + block and fragment.exists() and fragment.read_text() == content:
        print(f'{path}: it includes {fragment.name} already, nothing to do')
        return
    error.write(fragment, content.encode())
    error.write(path, (plain + block).encode('utf-8', 'surrogateescape'))
    print(f'wrote {fragment}\nchanged {path}: it includes {fragment.name}')


def undo(path):
    text = read(path)
    fragment = fragment_of(path)
    plain = BLOCK.sub('', text)
    if plain == text and not fragment.exists():
        print(f'{path}: nothing to undo')
        return
    if plain != text:
        error.write(path, plain.encode('utf-8', 'surrogateescape'))
    fragment.unlink(missing_ok=True)
    print(f'{path} is as it was; {fragment.name} is gone')
