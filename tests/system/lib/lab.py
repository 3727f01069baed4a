# SPDX-License-Identifier: Apache-2.0
"""The failure laboratory: failures made on purpose. What the consoles say about one is kept as a
transcript, and `brig decode` has to name its cause."""

import json
import os
import pathlib
import subprocess

import brig_qemu
import debug_symbols
import monitor

IMAGE = '/lib/firmware/brig.bin'


def folder():
    """Where transcripts are written; tests/system/run --transcripts sets the variable."""
    return pathlib.Path(os.environ.get('BRIG_TRANSCRIPTS', brig_qemu.build_dir() / 'transcripts'))


def decode(m, text, *options):
    """The events of `brig decode`, which runs on this machine; options are its own."""
    command = [brig_qemu.build_dir() / 'tools/brig', 'decode', '--json', *map(str, options)]
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=60, check=False)
    m.check(done.returncode in (0, 1), f'brig decode ended with {done.returncode}: {done.stderr}')
    return json.loads(done.stdout)


def causes(events):
    """The most likely cause of each event that has one."""
    return [event['causes'][0]['id'] for event in events if event['causes']]


def failure(m, cause, text, *options, variant='', event=0):
    """Text of a failure: it is kept as the transcript CAUSE.txt (or CAUSE-VARIANT.txt), and `brig
    decode` lays the first event for which it has causes (or another one: its index) to this one.
    Returns that event."""
    text = text.replace('\r', '').strip('\n') + '\n'
    path = folder() / f'{cause}{variant and "-"}{variant}.txt'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    events = [found for found in decode(m, text, *options) if found['causes']]
    m.check(events, f'brig decode does not recognise anything in {path}:\n{text}')
    m.check(events[event]['causes'][0]['id'] == cause, f'brig decode takes {path} for {causes(events)}:\n{text}')
    return events[event]


def absent(m, cause, text):
    """`brig decode` lays nothing in the text to the cause."""
    found = causes(decode(m, text))
    m.check(cause not in found, f'with the right set-up brig decode still finds {cause}:\n{text}')


def wrong_image(bsp):
    """For a test's files: a board of tests/lab/bsp that is wrong, to be put in place of the right
    one by use_image()."""
    return {f'/t/{bsp}.bin': lambda: monitor.image(bsp).read_bytes()}


def use_image(m, bsp):
    m.sh(f'cp /t/{bsp}.bin {IMAGE}')


def symbols(m):
    """A file with the symbols of the running kernel and its modules, as of /proc/kallsyms. The machine
    has a disk: qemu_args=debug_symbols.disk, modules=debug_symbols.DISK_MODULES."""
    return option_file(m, 'kallsyms', debug_symbols.of_machine(m, m.scratch.name).encode())


def option_file(m, name, content):
    """A file for an option of `brig decode`, beside the logs."""
    path = m.logs / name
    path.write_bytes(content)
    return path


def last_words(m, command, mark, pattern):
    """Gives a command that kills Linux, and waits for the hypervisor to say the pattern. Returns
    what it said from the mark on."""
    m.child.sendline(command)
    m.wait_hyp(pattern, mark)
    return m.hyp.text(mark)


def stalled(m, command, pattern):
    """Gives a command that never ends; returns what Linux printed until the pattern came."""
    m.sh('dmesg -n 8')
    m.child.sendline(command)
    m.wait_linux(pattern)
    return m.child.before + m.child.after
