#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The ELF file that scripts/debug makes of /proc/kallsyms, as binutils read it."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / 'scripts/lib'))
import symbol_elf  # noqa: E402

LIST = """ffff800080f17928 T cpu_do_idle
ffff800080010000 T _stext
ffff800080f17928 t cpu_do_idle.alias
ffff800081000000 D jiffies
ffff80007a000100 t timer_tick\t[brig]
ffff800080010004 t $x
0000000000000000 A percpu_zero
"""


class SymbolElf(unittest.TestCase):
    def read(self, *command):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / 'linux.elf'
            file.write_bytes(symbol_elf.make(LIST))
            return subprocess.run([*command, file], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True).stdout

    def test_symbols(self):
        lines = self.read('aarch64-linux-gnu-nm', '-n').splitlines()
        self.assertEqual([line.split()[::2] for line in lines], [
            ['ffff80007a000100', 'timer_tick'], ['ffff800080010000', '_stext'], ['ffff800080f17928', 'cpu_do_idle'],
            ['ffff800080f17928', 'cpu_do_idle.alias'], ['ffff800081000000', 'jiffies']])

    def test_sections(self):
        text = self.read('aarch64-linux-gnu-readelf', '-SW')
        self.assertNotIn('Warning', text)
        self.assertEqual(text.count('NOBITS'), 1)
        text = self.read('aarch64-linux-gnu-readelf', '-sW')
        self.assertRegex(text, r'ffff800080f17928 +\d+ FUNC +GLOBAL DEFAULT +1 cpu_do_idle\n')
        self.assertRegex(text, r'ffff800081000000 +\d+ OBJECT +GLOBAL DEFAULT +1 jiffies\n')

    def test_apart(self):
        self.assertEqual(len(symbol_elf.areas(symbol_elf.parse(
            'ffff800000000000 T a\nffff800080000000 T b\nffff800080001000 T c'))), 2)

    def test_nothing(self):
        for text in ('', '0000000000000000 T hidden\n', 'no list at all\n'):
            with self.assertRaises(ValueError):
                symbol_elf.make(text)


if __name__ == '__main__':
    unittest.main()
