# SPDX-License-Identifier: Apache-2.0
"""A look at a stopped machine through QEMU's gdb stub: system registers by name, physical memory. The machine
is stopped while the object is open."""

import re
import socket
import struct


class GdbStub:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(str(path))
        self.buffer = b''
        self.numbers = self.register_numbers()
        self.ask('Qqemu.PhyMemMode:1')

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.ask('D')  # detach: the machine runs on
        self.socket.close()

    def receive(self):
        """The next packet; acknowledgements are skipped."""
        while True:
            found = re.search(rb'\$([^#]*)#..', self.buffer, re.S)
            if found:
                self.buffer = self.buffer[found.end():]
                self.socket.sendall(b'+')
                return found.group(1).decode('latin-1')
            data = self.socket.recv(65536)
            if not data:
                raise EOFError('QEMU closed the gdb connection')
            self.buffer += data

    def ask(self, text):
        packet = text.encode()
        self.socket.sendall(b'$' + packet + b'#%02x' % (sum(packet) % 256))
        return self.receive()

    def feature(self, name):
        """A register description, read piece by piece."""
        text = ''
        while True:
            part = self.ask(f'qXfer:features:read:{name}:{len(text):x},7f0')
            text += part[1:]
            if part[0] != 'm':
                return text

    def register_numbers(self):
        """{name: number} of all registers; numbers go on from one to the next unless given."""
        numbers, number = {}, 0
        for name in re.findall(r'href="([^"]+)"', self.feature('target.xml')):
            for reg in re.findall(r'<reg [^>]*>', self.feature(name)):
                given = re.search(r'regnum="(\d+)"', reg)
                number = int(given.group(1)) if given else number
                numbers[re.search(r'name="([^"]+)"', reg).group(1)] = number
                number += 1
        return numbers

    def register(self, name):
        """The 64-bit value of a register of the first CPU."""
        return struct.unpack('<Q', bytes.fromhex(self.ask(f'p{self.numbers[name]:x}'))[:8])[0]

    def physical(self, address, size):
        data = b''
        while len(data) < size:
            part = min(1024, size - len(data))
            answer = self.ask(f'm{address + len(data):x},{part:x}')
            if answer.startswith('E'):
                raise OSError(f'reading {part} bytes at 0x{address + len(data):x}: {answer}')
            data += bytes.fromhex(answer)
        return data
