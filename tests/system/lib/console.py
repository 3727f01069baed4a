# SPDX-License-Identifier: Apache-2.0
"""Text that a machine prints, with waiting for a pattern that never passes by accident."""

import re
import time


class TestFailure(Exception):
    """What a test expected did not happen. The message holds the end of both consoles."""


class LogFile:
    """The hypervisor's console: a file that QEMU writes. Offsets count characters of the text."""

    def __init__(self, path):
        self.path = path

    def text(self, since=0):
        """Everything printed since the given offset, without carriage returns."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            data = b''
        return data.decode('utf-8', 'replace').replace('\r', '')[since:]

    def mark(self):
        """The present end, to be given as `since` later."""
        return len(self.text())


def wait_until(check, timeout, poll=0.05, on_poll=None):
    """Calls check() until it returns something true, which is returned, or None after timeout
    seconds. on_poll() runs before each call; it may raise to give up early."""
    end = time.monotonic() + timeout
    while True:
        if on_poll:
            on_poll()
        result = check()
        if result or time.monotonic() > end:
            return result or None
        time.sleep(poll)


def tail(text, lines=60):
    """The last lines of a text, indented, for failure messages. Of the timer cell only the last ones."""
    all_lines = [line for line in text.splitlines() if line]
    shown = [line for n, line in enumerate(all_lines)
             if n >= len(all_lines) - 3 or not line.startswith('timer:')]
    return '\n'.join('    ' + line for line in shown[-lines:])


def find(pattern, text):
    """re.search over several lines (^ and $ match at line ends)."""
    return re.search(pattern, text, re.MULTILINE)
