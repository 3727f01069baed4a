# SPDX-License-Identifier: Apache-2.0
"""Linux's shell on a console that it shares with the hypervisor and with cells, as on a board.

What others print may land in the middle of an answer. So the guest keeps each answer in a file and
sends it with a checksum, and is asked again until it arrives whole."""

import hashlib
import pathlib
import re
import shlex
import signal
import time

import pexpect

from .report import StageFailed

FUNCTIONS = r'''
a() { printf '\n@@%s<%s:%s>\n' "$1" "$(cat /tmp/.status)" "$(md5sum </tmp/.answer | cut -c1-32)"
cat /tmp/.answer; printf '\n@@%s>>\n' "$1"; }
r() { ( eval "$2" ) >/tmp/.answer 2>&1 </dev/null; echo $? >/tmp/.status; a "$1"; }
'''

ANSWERS = 12  # so often an answer may come damaged


class Guest:
    """A machine that runs.

    command  QEMU with arguments; its standard input and output are the console
    logs     folder: console.log is made there, and what QEMU itself writes
    seconds  the longest wait for an answer

    patience  seconds after which it is asked again"""

    patience = 20

    def __init__(self, command, logs, seconds):
        self.logs, self.seconds = pathlib.Path(logs), seconds
        self.number = 0
        self.log_path = self.logs / 'console.log'
        self.log = open(self.log_path, 'w', encoding='utf-8', errors='replace')
        self.child = pexpect.spawn(command[0], command[1:], encoding='utf-8', codec_errors='replace',
                                   timeout=seconds, dimensions=(50, 200), maxread=65536)
        self.child.logfile_read = self.log
        self.child.delaybeforesend = None

    def stop(self):
        if self.child.isalive():
            self.child.kill(signal.SIGKILL)
            self.child.wait()
        self.child.close()
        self.log.close()

    def login(self, seconds):
        self.expect(r'(?m)^(/[^\n]*)?# ', seconds, 'a shell')
        self.child.sendline("stty -echo cols 4000; PS1=; dmesg -n 1; printf '@@%s>>\\n' login")
        self.expect('@@login>>', seconds, 'the shell to be quiet')
        self.child.sendline(FUNCTIONS.strip())

    def expect(self, pattern, seconds, what):
        """Waits for text on the console; also notices when the machine ends."""
        try:
            self.child.expect(pattern, timeout=seconds)
            return self.child.match
        except pexpect.EOF:
            raise StageFailed(f'the machine went off while waiting for {what}:\n{self.tail()}') from None
        except pexpect.TIMEOUT:
            raise StageFailed(f'waited {seconds:.0f} s in vain for {what}:\n{self.tail()}') from None

    def run(self, command, seconds=None):
        """Runs a shell command; (exit status, output)."""
        seconds = seconds or self.seconds
        self.number += 1
        name = str(self.number)
        end = time.monotonic() + seconds
        self.child.sendline(f'r {name} {shlex.quote(command)}')
        best, answers = None, 0
        while answers < ANSWERS and (left := end - time.monotonic()) > 0:
            try:
                self.child.expect(rf'@@{name}<(\d+):(\w+)>\r*\n(.*?)\r*\n@@{name}>>', timeout=min(left, self.patience))
            except pexpect.EOF:
                raise StageFailed(f'the machine went off during "{command}":\n{self.tail()}') from None
            except pexpect.TIMEOUT:
                # The command takes long, and the shell will read this after it; or its answer has no marks any more.
                self.child.sendline(f'a {name}')
                continue
            status, check, text = self.child.match.groups()
            text = text.replace('\r', '')
            for candidate in (text, text + '\n'):
                if hashlib.md5(candidate.encode()).hexdigest() == check:
                    return int(status), candidate.strip('\n')
            best, answers = (int(status), text.strip('\n')), answers + 1
            self.child.sendline(f'a {name}')
        if best:
            return best
        raise StageFailed(f'no end of "{command}" after {seconds:.0f} s:\n{self.tail()}')

    def need(self, command, seconds=None):
        """Runs a command that must succeed; its output."""
        status, output = self.run(command, seconds)
        if status != 0:
            raise StageFailed(f'"{command}" ended with status {status}:\n{output}')
        return output

    # -- what the console has said ------------------------------------------------------------

    def text(self, since=0):
        self.drain()
        self.log.flush()
        return self.log_path.read_bytes().decode('utf-8', 'replace').replace('\r', '')[since:]

    def mark(self):
        return len(self.text())

    def drain(self):
        try:
            self.child.expect(pexpect.TIMEOUT, timeout=0)
        except pexpect.EOF:
            pass

    def tail(self, lines=12):
        shown = [line for line in self.text().splitlines() if line.strip()]
        return '\n'.join(f'    {line}' for line in shown[-lines:])

    def wait_text(self, pattern, since, seconds=None, others=()):
        """Waits for a pattern on the console after `since`, or in one of the files `others`."""
        seconds = seconds or self.seconds
        end = time.monotonic() + seconds
        while True:
            places = [self.text(since), *(path.read_text('utf-8', 'replace') for path in others
                                          if path.exists())]
            for place in places:
                found = re.search(pattern, place, re.MULTILINE)
                if found:
                    return found
            if not self.child.isalive():
                raise StageFailed(f'the machine went off while waiting for "{pattern}":\n{self.tail()}')
            if time.monotonic() > end:
                raise StageFailed(f'no "{pattern}" after {seconds:.0f} s:\n{self.tail()}')
            time.sleep(0.1)

    def power_off(self):
        self.child.sendline('poweroff -f')
        try:
            self.child.expect(pexpect.EOF, timeout=self.seconds)
        except pexpect.TIMEOUT:
            raise StageFailed(f'the machine still runs {self.seconds:.0f} s after poweroff') from None
        self.child.wait()

    def interact(self):
        """The console to the user's terminal until Ctrl-] or the machine's end."""
        self.child.sendline("stty echo; dmesg -n 4; PS1='\\w # '")
        self.child.logfile_read = None
        self.child.interact()
