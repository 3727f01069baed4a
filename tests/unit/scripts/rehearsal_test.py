#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The parts of `brig rehearse` that need no machine."""

import io
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / 'scripts/lib'))
from rehearsal import build, cells, page, touched  # noqa: E402
from rehearsal.guest import Guest  # noqa: E402
from rehearsal.machine import firmware_parameters  # noqa: E402
from rehearsal.report import Report, StageFailed  # noqa: E402
from rehearsal.options import Options  # noqa: E402
from rehearsal.run import Rehearsal, numbers  # noqa: E402

BRIG = sys.argv.pop(1)

NOISE = '(while sleep 0.02; do echo noise; done) & '


class SharedConsole(unittest.TestCase):
    """A shell on this machine instead of that in the guest."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.guest = Guest(['/usr/bin/env', 'PS1=/ # ', 'sh', '-i'], self.folder.name, 30)
        self.guest.login(30)

    def tearDown(self):
        self.guest.stop()
        self.folder.cleanup()

    def test_answers(self):
        self.assertEqual(self.guest.run('echo one; echo "it is two"'), (0, 'one\nit is two'))
        self.assertEqual(self.guest.run('printf x; exit 3'), (3, 'x'))
        with self.assertRaisesRegex(StageFailed, '"false" ended with status 1'):
            self.guest.need('false')

    def test_noise(self):
        self.guest.child.sendline(NOISE)
        lines = '\n'.join(map(str, range(1, 400)))
        for _ in range(3):
            self.assertEqual(self.guest.run('seq 399'), (0, lines))
        self.guest.wait_text('noise', self.guest.mark(), 10)

    def test_damaged_mark(self):
        self.guest.patience = 1
        self.guest.child.sendline("a() { echo \"@*@$1<\"; unset -f a; a() { printf '\\n@@%s<0:%s>\\n' $1 "
                                  '"$(md5sum </tmp/.answer | cut -c1-32)"; cat /tmp/.answer; echo "@@$1>>"; }; }')
        self.assertEqual(self.guest.run('echo heard; sleep 2.5', 1000), (0, 'heard'))
        self.assertEqual(self.guest.run('echo again'), (0, 'again'))

    def test_end(self):
        with self.assertRaisesRegex(StageFailed, 'the machine went off'):
            self.guest.run('kill -9 $$')

    def test_hang(self):
        self.guest.seconds = 1
        with self.assertRaisesRegex(StageFailed, 'no "never"'):
            self.guest.wait_text('never', 0)


class Touched(unittest.TestCase):
    TOTAL = {'event': 'total', 'compatible': 'inv,x', 'el': 1, 'vmid': None, 'reads': 2, 'writes': 1}

    def test_who(self):
        for entry, who in (({'el': 3, 'vmid': None}, 'firmware'), ({'el': 2, 'vmid': None}, 'hypervisor'),
                           ({'el': 1, 'vmid': None}, 'Linux'), ({'el': 0, 'vmid': 0}, 'root cell'),
                           ({'el': 1, 'vmid': 4}, 'cell rt'), ({'el': 1, 'vmid': 5}, 'cell 5')):
            self.assertEqual(touched.who_of(entry, {4: 'rt'}), who)

    def test_summary(self):
        entries = [{'event': 'touch', 'node': '/a', 'el': 1, 'vmid': None},
                   {**self.TOTAL, 'node': '/a'}, {**self.TOTAL, 'node': '/a', 'vmid': 0},
                   {**self.TOTAL, 'node': None, 'address': '0x10', 'reads': 9}]
        first, second = touched.summary(entries, {})
        self.assertEqual((first['node'], first['who']), ('nothing at 0x10', {'Linux': 10}))
        self.assertEqual((second['node'], second['who']), ('/a', {'Linux': 3, 'root cell': 3}))
        # A machine that was killed leaves no totals, and perhaps half a line.
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / 'touched'
            file.write_text('{"event": "touch", "node": "/a", "el": 1, "vmid": null}\n{"event": "to')
            self.assertEqual(touched.summary(touched.read(file), {})[0]['who'], {'Linux': 1})


class Reports(unittest.TestCase):
    def test_stages(self):
        report = Report(io.StringIO())
        with report.stage('one', 'first') as stage:
            stage.detail = 'fine'
        self.assertTrue(report.passed)
        with self.assertRaises(StageFailed):
            with report.stage('two', 'second'):
                raise StageFailed('no greeting\nend of the console')
        self.assertFalse(report.passed)
        self.assertEqual(report.to_json()['failed_stage'], 'two')
        self.assertIn('Failed: second', report.text())
        self.assertIn('end of the console', report.text())
        self.assertRegex(report.out.getvalue(), r'first \.+ ok +0\.0 s  fine\nsecond \.+ failed')

    def test_page(self):
        report = Report(quiet=True)
        report.facts = {'model': 'A<b>', 'check_list': [{'key': 'x', 'text': 'one', 'todo': 'two'}],
                        'touched': [{'node': '/soc&', 'compatible': 'x', 'who': {'Linux': 7}}]}
        with report.stage('one', 'first'):
            pass
        text = page.render(report.to_json())
        for part in ('A&lt;b&gt;', '/soc&amp;', '<rect class="passed"', '>7<', 'one <span'):
            self.assertIn(part, text)
        self.assertNotIn('<b>', text)

    def test_numbers(self):
        self.assertEqual(numbers('0-2,5'), [0, 1, 2, 5])


class Findings(unittest.TestCase):
    """What was said since enable: trouble is what `brig decode` knows a cause of, or a failure."""

    def findings(self, text):
        with tempfile.TemporaryDirectory() as folder:
            rehearsal = Rehearsal(Options('board.dtb', tool=BRIG))
            rehearsal.logs = rehearsal.build = pathlib.Path(folder)
            return rehearsal.findings(text)

    def test_trouble(self):
        found = self.findings('Refused SMC 0x82000010 of cell "root"\n'
                              '[   50.3] scmi_protocol scmi_dev.1: Timeout waiting for a free TX channel !\n'
                              '[   98.0] watchdog: BUG: soft lockup - CPU#4 stuck for 26s! [kworker/4:1:63]\n')
        self.assertEqual(len(found), 2)
        self.assertIn('SCMI doorbell', found[0])
        self.assertIn('soft lockup', found[1])

    def test_quiet(self):
        self.assertEqual(self.findings('brig: created cell 1 "hello" with CPUs 3\n'), [])
        self.assertEqual(self.findings('Refused SMC 0x84000050 of cell "root"\n'), [])


class Boards(unittest.TestCase):
    def test_digest(self):
        """Boards whose records differ in nothing but the model share an image."""
        with tempfile.TemporaryDirectory() as folder:
            board = pathlib.Path(folder)
            def digest(model, gicd):
                (board / 'board.hpp').write_text(f'// licence\n// {model}\n{gicd}\n')
                (board / 'partition.dts').write_text(model)
                return build.digest(build.image_sources(board))
            self.assertEqual(digest('a', 1), digest('b', 1))
            self.assertNotEqual(digest('a', 1), digest('a', 2))

    def test_cells(self):
        with tempfile.TemporaryDirectory() as folder:
            region = {'kind': 'memory', 'guest': 0, 'flags': 'read write loadable'}
            (pathlib.Path(folder) / 'report.json').write_text(str({'cells': [
                {'name': 'a', 'file': 'a.cell', 'cpus': [1], 'regions': [region]},
                {'name': 'b', 'file': 'b.cell', 'cpus': [2], 'regions': []}]}).replace("'", '"'))
            a, b = cells.read_cells(pathlib.Path(folder), {'b': pathlib.Path('x.bin')})
            self.assertTrue(a.loadable and a.program == 'hello.bin')
            self.assertTrue(not b.loadable and b.program == 'x.bin')
            with self.assertRaisesRegex(StageFailed, 'no such cell'):
                cells.read_cells(pathlib.Path(folder), {'c': pathlib.Path('x.bin')})

    def test_firmware(self):
        told = {'place': 0xff00000000, 'mpidr': [0, 0x100], 'gic': 3, 'gicd': 0x1000, 'gicr': [0x2000],
                'gicc': 0, 'psci_version': 0x10001, 'smccc_version': 0, 'scmi_function': 0,
                'scmi_memory': 0, 'sdei': 'deaf', 'trusted_os': True, 'sip': [[1, 2, 3, 4, 5]],
                'clocks': [['cpu', 100]]}
        parameters = firmware_parameters({'firmware': told})
        self.assertEqual((parameters.cpus, parameters.uart, parameters.sdei), (2, 0xff00080000, 1))
        self.assertEqual(len(parameters.pack()), len(firmware_parameters({'firmware': {**told, 'sip': []}}).pack()))


if __name__ == '__main__':
    unittest.main()
