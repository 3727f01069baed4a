# SPDX-License-Identifier: Apache-2.0
"""Makes an ELF file of a list of symbols like /proc/kallsyms, for debuggers: no code, only names. Sections without
content cover the kernel and the modules, and every symbol lies in one of them."""

import struct

HEADER = struct.Struct('<16sHHIQQQIHHHHHH')
SECTION = struct.Struct('<IIQQQQIIQQ')
SYMBOL = struct.Struct('<IBBHQQ')
AARCH64, NOBITS, SYMTAB, STRTAB = 183, 8, 2, 3
MODULES_APART = 1 << 28  # the kernel image is nowhere near as large as a hole of this size


def parse(text):
    """[(address, is it code, name)] by address; none if the addresses are hidden."""
    found = []
    for line in text.splitlines():
        words = line.split()
        if len(words) < 3 or len(words[1]) != 1 or int(words[0], 16) < 1 << 63:
            continue
        if not words[2].startswith('$'):
            found.append((int(words[0], 16), words[1] in 'tTwW', words[2]))
    return sorted(found)


def areas(symbols):
    """[(start, end)] of addresses that belong together."""
    result = []
    for address, _, _ in symbols:
        if not result or address - result[-1][1] > MODULES_APART:
            result.append([address, address])
        result[-1][1] = address + 0x1000
    return result


def make(text):
    """The file's bytes. Raises ValueError if there is nothing in the list."""
    symbols = parse(text)
    if not symbols:
        raise ValueError('it has no kernel addresses (they are hidden from all but root)')
    spans = areas(symbols)
    strings, table, span = bytearray(b'\0'), [SYMBOL.pack(0, 0, 0, 0, 0, 0)], 0
    for number, (address, code, name) in enumerate(symbols):
        while address > spans[span][1]:
            span += 1
        later = symbols[number + 1][0] if number + 1 < len(symbols) else address
        size = min(later, spans[span][1]) - address if later <= spans[span][1] else 0
        kind = 0x10 | (2 if code else 1)  # global function or object
        table.append(SYMBOL.pack(len(strings), kind, 0, span + 1, address, size))
        strings += name.encode() + b'\0'
    return assemble(spans, b''.join(table), bytes(strings))


def assemble(spans, table, strings):
    names = b'\0.text\0.symtab\0.strtab\0'
    at = HEADER.size
    sections = [SECTION.pack(*[0] * 10)]
    sections += [SECTION.pack(1, NOBITS, 6, start, at, end - start, 0, 0, 16, 0) for start, end in spans]
    sections.append(SECTION.pack(7, SYMTAB, 0, 0, at, len(table), len(sections) + 1, 1, 8, SYMBOL.size))
    sections.append(SECTION.pack(15, STRTAB, 0, 0, at + len(table), len(strings), 0, 0, 1, 0))
    sections.append(SECTION.pack(15, STRTAB, 0, 0, at + len(table) + len(strings), len(names), 0, 0, 1, 0))
    body = table + strings + names
    body += bytes(-len(body) % 8)
    head = HEADER.pack(b'\x7fELF\x02\x01\x01' + bytes(9), 2, AARCH64, 1, 0, 0, at + len(body), 0, HEADER.size,
                       0, 0, SECTION.size, len(sections), len(sections) - 1)
    return head + body + b''.join(sections)
