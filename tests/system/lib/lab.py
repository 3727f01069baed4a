# SPDX-License-Identifier: Apache-2.0
"""The failure laboratory: failures made on purpose. What the consoles say about one is kept as a
transcript, TRANSCRIPTS/NAME.txt."""

import os
import pathlib

import brig_qemu
import monitor

IMAGE = '/lib/firmware/brig.bin'


def folder():
    return pathlib.Path(os.environ.get('BRIG_TRANSCRIPTS', brig_qemu.build_dir() / 'transcripts'))


def keep(m, name, text):
    """Writes a transcript and returns it as it was written."""
    m.check(text.strip(), f'there is no text for the transcript {name}')
    path = folder() / f'{name}.txt'
    path.parent.mkdir(parents=True, exist_ok=True)
    text = text.replace('\r', '').strip('\n') + '\n'
    path.write_text(text)
    return text


def wrong_image(bsp):
    """For a test's files: a board of tests/lab/bsp that is wrong, to be put in place of the right
    one by use_image()."""
    return {f'/t/{bsp}.bin': lambda: monitor.image(bsp).read_bytes()}


def use_image(m, bsp):
    m.sh(f'cp /t/{bsp}.bin {IMAGE}')


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
