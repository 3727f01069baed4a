# SPDX-License-Identifier: Apache-2.0
"""The Linux console of a machine whose first terminal belongs to gdb: a socket that another terminal connects to."""

import os
import select
import socket
import sys
import termios
import threading
import tty

import brig_qemu

LEAVE = b'\x1d'  # Ctrl-]


def place(board):
    return brig_qemu.build_dir(board) / 'debug-console.sock'


class Bridge:
    """While it lives, passes a machine's console on to whoever connects, and reads it if nobody does: QEMU would stop
    when it cannot write."""

    def __init__(self, machine, path):
        self.machine, self.path = machine, path
        path.unlink(missing_ok=True)
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen(1)
        self.client = None
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.pass_on, daemon=True)

    def __enter__(self):
        self.machine.child.sendline("stty echo; PS1='\\w # '")
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()
        self.server.close()
        self.path.unlink(missing_ok=True)

    def pass_on(self):
        console = self.machine.child.child_fd
        while not self.ending.is_set():
            sources = [console, self.server, *([self.client] if self.client else [])]
            for source in select.select(sources, [], [], 0.2)[0]:
                if source is self.server:
                    self.client = self.server.accept()[0]
                elif source is console and not self.from_linux(console):
                    return
                elif source is self.client:
                    self.from_user(console)

    def from_linux(self, console):
        try:
            data = os.read(console, 4096)
        except OSError:
            return False  # QEMU has ended
        self.machine.linux_log.write(data.decode('utf-8', 'replace'))
        try:
            if self.client:
                self.client.sendall(data)
        except OSError:
            self.client = None
        return True

    def from_user(self, console):
        try:
            data = self.client.recv(4096)
        except ConnectionResetError:
            data = b''  # it left before it had read everything
        if data:
            os.write(console, data)
        else:
            self.client = None


def connect(path):
    """This terminal becomes the console until Ctrl-] or the machine's end."""
    with socket.socket(socket.AF_UNIX) as console:
        try:
            console.connect(str(path))
        except OSError as error:
            sys.exit(f'scripts/debug: connecting to {path}: {error.strerror}: no machine of scripts/debug runs')
        print("Linux's console; Ctrl-] leaves it", flush=True)
        saved = termios.tcgetattr(0) if sys.stdin.isatty() else None
        try:
            if saved:
                tty.setraw(0)
            console.sendall(b'\n')
            while True:
                ready = select.select([console, 0], [], [])[0]
                if console in ready:
                    answer = console.recv(4096)
                    if not answer:
                        return 0
                    os.write(1, answer)
                if 0 in ready:
                    data = os.read(0, 4096)
                    if not data or LEAVE in data:
                        return 0
                    console.sendall(data)
        finally:
            if saved:
                termios.tcsetattr(0, termios.TCSADRAIN, saved)
