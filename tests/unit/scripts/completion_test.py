#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The bash completion offers every command, subcommand and option that `brig --help` tells of."""

import pathlib
import re
import subprocess
import sys
import unittest

BRIG = sys.argv.pop(1)
COMPLETION = pathlib.Path(__file__).resolve().parents[3] / 'tools/completion/brig.bash'


def help_of(*command):
    return subprocess.run([BRIG, *command, '--help'], check=True, stdout=subprocess.PIPE, text=True).stdout


def subcommands(text):
    part = re.search(r'^Subcommands:\n((?:  .*\n?)+)', text, re.MULTILINE)
    return re.findall(r'^  (\w+)', part[1], re.MULTILINE) if part else []


def options(text):
    return set(re.findall(r'^  (?:-\w,)?(--[\w-]+)', text, re.MULTILINE))


def offered(*words):
    """What the completion offers for the next word."""
    script = (f'source "{COMPLETION}"; COMP_WORDS=(brig {" ".join(words)} ""); '
              f'COMP_CWORD={len(words) + 1}; _brig; printf "%s\\n" "${{COMPREPLY[@]}}"')
    done = subprocess.run(['bash', '-c', script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, cwd='/', check=False)
    return set(done.stdout.split())


class Completion(unittest.TestCase):
    def check(self, *command):
        text = help_of(*command)
        names = subcommands(text)
        wanted = set(names) if names else options(text) - {'--version'}
        with self.subTest(' '.join(['brig', *command])):
            self.assertTrue(wanted)
            self.assertLessEqual(wanted, offered(*command))
        for name in names:
            self.check(*command, name)

    def test_everything(self):
        self.check()


if __name__ == '__main__':
    unittest.main()
