#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/reserve-memory, with its results looked at by dtc's own tools."""

import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

BRIG = sys.argv.pop(1)
TREE = pathlib.Path(__file__).resolve().parents[3]
SCRIPT = TREE / 'scripts/reserve-memory'
HYPERVISOR = '/reserved-memory/brig-hypervisor@7fc00000'
CELLS = '/reserved-memory/brig-cells@70000000'

PARTITION_SOURCE = """/dts-v1/;
/ {
    compatible = "brig,partition";
    hypervisor {
        memory = <0x0 0x7fc00000 0x0 0x400000>;
        gic {
            version = <3>; gicd = <0x0 0x08000000>; gicr = <0x0 0x080a0000>;
            maintenance-interrupt = <25>; num-interrupts = <288>;
        };
    };
    root {
        cpus = <0 1>;
        memory@40000000 { reg = <0x0 0x40000000 0x0 0x30000000>; };
        memory@70000000 { reg = <0x0 0x70000000 0x0 0x0fc00000>; reserved; };
    };
    cells {
        one { cpus = <1>; memory@70000000 { reg = <0x0 0x70000000 0x0 0x10000>; guest = <0 0>; }; };
    };
};
"""

BOARD = """/dts-v1/;
/ {
    #address-cells = <2>;
    #size-cells = <2>;
    model = "board";
    memory@40000000 { device_type = "memory"; reg = <0x0 0x40000000 0x0 0x40000000>; };
    reserved-memory {
        #address-cells = <2>;
        #size-cells = <2>;
        ranges;
        optee@42000000 { reg = <0x0 0x42000000 0x0 0x100000>; no-map; };
    };
};
"""


class ReserveMemory(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = pathlib.Path(self.directory.name)
        self.partition = self.path / 'partition.dts'
        self.partition.write_text(PARTITION_SOURCE)

    def board(self, text=BOARD, name='board'):
        source, result = self.path / f'{name}.dts', self.path / f'{name}.dtb'
        source.write_text(text)
        subprocess.run(['dtc', '-q', '-O', 'dtb', '-o', result, source], check=True)
        return result

    def run_script(self, *arguments, good=True):
        result = subprocess.run([SCRIPT, '--brig', BRIG, *arguments], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)
        self.assertEqual(result.returncode == 0, good, result.stdout)
        return result.stdout

    def get(self, tree, *arguments):
        return subprocess.run(['fdtget', tree, *arguments], check=True, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    def check_tree(self, tree):
        self.assertEqual(self.get(tree, '-t', 'x', HYPERVISOR, 'reg'), '0 7fc00000 0 400000')
        self.assertEqual(self.get(tree, '-t', 'x', CELLS, 'reg'), '0 70000000 0 fc00000')
        for node in (HYPERVISOR, CELLS):
            self.assertIn('no-map', self.get(tree, '-p', node))

    def test_merged_tree(self):
        board, out = self.board(), self.path / 'merged.dtb'
        self.assertIn('new', self.run_script(board, self.partition, '-o', out))
        self.check_tree(out)
        self.assertEqual(self.get(out, '/', 'model'), 'board')
        self.assertEqual(self.get(out, '-t', 'x', '/reserved-memory/optee@42000000', 'reg'),
                         '0 42000000 0 100000')
        # Once more, on its own result: nothing changes.
        again = self.path / 'again.dtb'
        self.assertIn('there already', self.run_script(out, self.partition, '-o', again))
        self.assertEqual(again.read_bytes(), out.read_bytes())

    def test_other_partition_replaces(self):
        board, out = self.board(), self.path / 'merged.dtb'
        self.run_script(board, self.partition, '-o', out)
        dtbo = self.path / 'other.dtbo'
        (self.path / 'other.dtso').write_text(
            '/dts-v1/; /plugin/; &{/} { reserved-memory { #address-cells = <2>; #size-cells = <2>; '
            'ranges; brig-hypervisor@60000000 { reg = <0 0x60000000 0 0x400000>; no-map; }; }; };')
        subprocess.run(['dtc', '-q', '-O', 'dtb', '-o', dtbo, self.path / 'other.dtso'], check=True)
        self.assertIn('replacing 2', self.run_script(out, dtbo, '-o', out))
        nodes = self.get(out, '-l', '/reserved-memory').split()
        self.assertEqual(sorted(nodes), ['brig-hypervisor@60000000', 'optee@42000000'])

    def test_trees_with_other_cells(self):
        text = BOARD.replace('#address-cells = <2>', '#address-cells = <1>')
        text = text.replace('#size-cells = <2>', '#size-cells = <1>')
        text = text.replace('<0x0 0x4', '<0x4').replace(' 0x0 0x', ' 0x')
        out = self.path / 'merged.dtb'
        self.run_script(self.board(text), self.partition, '-o', out)
        self.assertEqual(self.get(out, '-t', 'x', HYPERVISOR, 'reg'), '7fc00000 400000')
        self.assertEqual(self.get(out, '/reserved-memory', '#address-cells'), '1')
        self.assertEqual(self.get(out, '-t', 'x', '/reserved-memory/optee@42000000', 'reg'),
                         '42000000 100000')

    def refuse(self, text, *reasons):
        out = self.path / 'refused.dtb'
        message = self.run_script(self.board(text), self.partition, '-o', out, good=False)
        for reason in reasons:
            self.assertIn(reason, message)
        self.assertFalse(out.exists())

    def test_refusals(self):
        self.refuse(BOARD.replace('42000000', '7fd00000'), 'overlaps',
                    '/reserved-memory/optee@7fd00000', '0x7fc00000-0x7fffffff brig-hypervisor')
        self.refuse(BOARD.replace('/dts-v1/;', '/dts-v1/; /memreserve/ 0x70000000 0x1000;'),
                    'overlaps', '/memreserve/')
        self.refuse(BOARD.replace('0x0 0x40000000>', '0x0 0x3fe00000>'), 'is not in RAM')
        damaged = self.path / 'damaged.dtb'
        damaged.write_bytes(self.board().read_bytes()[:100])
        out = self.path / 'refused.dtb'
        self.assertIn('damaged', self.run_script(damaged, self.partition, '-o', out, good=False))
        faulty = self.path / 'faulty.dts'
        faulty.write_text('/dts-v1/; / { };')
        message = self.run_script(self.board(), faulty, '-o', out, good=False)
        self.assertIn('compiling', message)
        self.assertFalse(out.exists())

    def test_damaged_trees(self):
        whole, out = self.board().read_bytes(), self.path / 'refused.dtb'
        damaged, overlay = self.path / 'damaged.dtb', self.path / 'overlays'
        self.run_script(self.board(), self.partition, '--boot-overlay', overlay)
        dice = random.Random(1)
        for _ in range(30):
            content = bytearray(whole)
            for _ in range(dice.choice((1, 4, 16))):
                content[dice.randrange(len(content))] = dice.randrange(256)
            damaged.write_bytes(content)
            result = subprocess.run([SCRIPT, '--brig', BRIG, damaged,
                                     overlay / 'brig-reserved-memory.dtbo', '-o', out], text=True,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            self.assertIn(result.returncode, (0, 1), result.stderr)
            self.assertNotIn('Traceback', result.stderr)

    def test_devices_of_cells(self):
        """The compiler's overlay also takes devices from Linux."""
        board = self.board(BOARD.replace(
            '    reserved-memory {', '    soc { uart@9000000 { a; }; };\n    reserved-memory {'))
        dtbo, out = self.path / 'given.dtbo', self.path / 'merged.dtb'
        (self.path / 'given.dtso').write_text(
            '/dts-v1/; /plugin/; &{/} { reserved-memory { #address-cells = <2>; #size-cells = <2>; '
            'ranges; brig-hypervisor@60000000 { reg = <0 0x60000000 0 0x400000>; no-map; }; }; }; '
            '&{/soc/uart@9000000} { status = "reserved"; };')
        subprocess.run(['dtc', '-q', '-O', 'dtb', '-o', dtbo, self.path / 'given.dtso'], check=True)
        self.assertIn('device of a cell: /soc/uart@9000000', self.run_script(board, dtbo, '-o', out))
        self.assertEqual(self.get(out, '/soc/uart@9000000', 'status'), 'reserved')
        self.assertIn('there already', self.run_script(out, dtbo, '-o', out))
        self.assertIn('keeps Linux from /soc/uart@9000000', self.run_script(out, self.partition, '-o', out))
        source = self.path / 'tree.dts'
        source.write_text((self.path / 'board.dts').read_text())
        self.run_script(board, dtbo, '--source', source)
        subprocess.run(['dtc', '-q', '-O', 'dtb', '-o', out, source], check=True)
        self.assertEqual(self.get(out, '/soc/uart@9000000', 'status'), 'reserved')

    def test_many_nodes(self):
        """More than Python's libfdt gets over when it is asked for properties that are not there."""
        nodes = ''.join(f'node{i} {{ }};' for i in range(3000))
        out = self.path / 'merged.dtb'
        board = self.board(BOARD.replace('    reserved-memory {', f'{nodes}\nreserved-memory {{'))
        self.run_script(board, self.partition, '-o', out)
        self.check_tree(out)

    def test_ram_from_iomem(self):
        board = self.board(BOARD.replace('memory@40000000', 'nothing').replace('"memory"', '"none"'))
        out, iomem = self.path / 'merged.dtb', self.path / 'iomem'
        self.assertIn('has no RAM in it', self.run_script(board, self.partition, '-o', out))
        self.check_tree(out)
        iomem.write_text('09000000-09000fff : uart\n40000000-7fffffff : System RAM\n'
                         '  40210000-411fffff : Kernel code\n')
        self.run_script(board, self.partition, '-o', out, '--iomem', iomem)
        iomem.write_text('40000000-7effffff : System RAM\n')
        message = self.run_script(board, self.partition, '-o', out, '--iomem', iomem, good=False)
        self.assertIn('is not in RAM', message)
        iomem.write_text('00000000-00000000 : System RAM\n')
        message = self.run_script(board, self.partition, '-o', out, '--iomem', iomem, good=False)
        self.assertIn('as root', message)

    def test_source(self):
        board = self.board()
        source = self.path / 'tree' / 'board.dts'
        source.parent.mkdir()
        for original in (BOARD, BOARD.rstrip('\n')):
            source.write_text(original)
            self.run_script(board, self.partition, '--source', source)
            out = self.path / 'built.dtb'
            subprocess.run(['dtc', '-q', '-O', 'dtb', '-o', out, source], check=True)
            self.check_tree(out)
            changed = source.read_text()
            self.assertIn('nothing to do', self.run_script(board, self.partition, '--source', source))
            self.assertEqual(source.read_text(), changed)
            self.run_script('--undo', '--source', source)
            self.assertEqual(source.read_text(), original)
            self.assertEqual([file.name for file in source.parent.iterdir()], ['board.dts'])
        self.assertIn('nothing to undo', self.run_script('--undo', '--source', source))

    def test_source_of_a_kernel(self):
        source = self.path / 'board.dts'
        board = self.board()
        source.write_text('#include "soc.dtsi"\n/ { };\n')
        self.run_script(board, self.partition, '--source', source)
        self.assertIn('#include "board-brig-reserved.dtsi"', source.read_text())

    def test_boot_overlay(self):
        board, directory = self.board(), self.path / 'boot'
        text = self.run_script(board, self.partition, '--boot-overlay', directory)
        for line in ('user_overlays=brig-reserved-memory', 'fdtoverlays /boot/', 'fdt apply'):
            self.assertIn(line, text)
        self.assertIn('user_overlays', (directory / 'INSTALL.txt').read_text())
        out = self.path / 'merged.dtb'
        subprocess.run(['fdtoverlay', '-i', board, '-o', out,
                        directory / 'brig-reserved-memory.dtbo'], check=True)
        self.check_tree(out)

    def test_usage(self):
        self.assertIn('say where it goes', self.run_script('a.dtb', 'p.dts', good=False))
        self.assertIn('--undo goes with', self.run_script('--undo', good=False))
        self.assertIn('examples:', self.run_script('--help'))


if __name__ == '__main__':
    unittest.main()
