# SPDX-License-Identifier: Apache-2.0
"""The stages of a rehearsal, in their order."""

import json
import pathlib
import re
import subprocess

import brig_initramfs
import brig_qemu
from brig_qemu import ROOT, Error

from . import build, machine, page, touched
from .cells import read_cells, run_cells
from .guest import Guest
from .report import Report, StageFailed

HELLO = 'hello.bin'
# Changes frequencies all the time, where the firmware has the CPUs' clocks (SCMI).
MODULES = ('cpufreq_dt',)


class Rehearsal:
    """One board. run() does all stages and returns the report; nothing is raised for a stage that
    failed."""

    def __init__(self, options, report=None):
        self.options = options
        self.report = report or Report()
        self.work = ROOT / 'build/rehearse'
        self.folder = pathlib.Path(options.output) if options.output else self.work / 'runs' / options.name
        self.guest = None
        self.vmids = {}  # {id of a cell, which is its VMID: name}
        self.derived = self.build = self.board = None

    def run(self):
        self.prepare_folder()
        try:
            self.make_board()
            self.boot()
            self.check_linux('alive', 'Linux runs')
            self.doctor()
            self.enable()
            if self.options.interactive:
                self.hand_over()
                return self.report
            self.check_linux('root', 'Linux runs as the root cell')
            run_cells(self)
            self.disable()
            self.check_linux('after', 'Linux runs on alone', all_cpus=True)
            self.trouble()
            self.power_off()
        except StageFailed:
            pass
        finally:
            if self.guest:
                self.guest.stop()
            self.collect()
        return self.report

    def prepare_folder(self):
        """Removes what an earlier rehearsal left in its folder, and nothing else."""
        self.logs = self.folder / 'logs'
        self.logs.mkdir(parents=True, exist_ok=True)
        for file in self.logs.iterdir():
            file.unlink()
        self.report.facts['output'] = str(self.folder)
        self.report.facts['tree'] = self.options.tree

    # -- before the machine -------------------------------------------------------------------

    def make_board(self):
        options, report = self.options, self.report
        with report.stage('build', 'module, inmates, emulator'):
            self.neutral = build.neutral_build(options.tool)
            self.kernel = build.kernel(options, self.neutral)
            build.build_neutral(self.neutral, self.kernel.line)
            self.qemu = options.qemu or build.emulator()
        with report.stage('derive', 'the twin, from the tree') as stage:
            self.board = self.existing_board()
            self.derived = build.derive(options, self.folder)
            report.facts['model'] = self.derived.facts['model']
            firmware = self.derived.facts['firmware']
            stage.detail = (f'{len(firmware["mpidr"])} CPUs, GICv{firmware["gic"]}, console '
                            f'{self.derived.facts["console"]["path"]}')
        with report.stage('board', 'board and partition') as stage:
            if not self.board:
                self.board = build.generate_board(options, self.derived.machine_tree, self.folder / 'bsp')
            partition = options.partition or self.partition_of(self.board)
            self.cells = build.compile_partition(options, partition, self.derived.machine_tree,
                                                 self.folder / 'cells')
            self.cell_list = read_cells(self.cells, self.inmates())
            stage.detail = f'{pathlib.Path(partition).name}: {len(self.cell_list)} cells'
        with report.stage('image', 'brig.bin for the board') as stage:
            self.build = build.build_image(self.board, self.neutral, self.work)
            stage.detail = f'{(self.build / "brig.bin").stat().st_size} bytes'

    def existing_board(self):
        """The folder of --board, whose twin.dtso is taken unless another was given; None without."""
        options = self.options
        if not options.board:
            return None
        folder = pathlib.Path(options.bsp or ROOT / 'bsp') / options.board
        if not (folder / 'board.hpp').is_file():
            raise Error(f'looking for the board {options.board}: {folder} has no board.hpp')
        if not options.twin and (folder / 'twin.dtso').exists():
            options.twin = str(folder / 'twin.dtso')
        if not options.partition:
            options.partition = str(self.partition_of(folder))
        return folder

    @staticmethod
    def partition_of(folder):
        files = sorted(folder.glob('*.dts'))
        if len(files) != 1:
            raise Error(f'choosing a partition file: {folder} has '
                        f'{", ".join(file.name for file in files) or "none"}; say which with --partition')
        return files[0]

    def inmates(self):
        """{cell: file} of --inmate."""
        result = {}
        for text in self.options.inmates:
            name, equals, file = text.partition('=')
            if not equals or not pathlib.Path(file).is_file():
                raise Error(f'reading --inmate {text}: write CELL=FILE, with a file that exists')
            result[name] = pathlib.Path(file)
        return result

    # -- the machine --------------------------------------------------------------------------

    def boot(self):
        with self.report.stage('boot', f'the kernel boots ({self.options.kernel})') as stage:
            programs = {cell.program: cell.image or self.neutral / 'inmates' / HELLO for cell in self.cell_list}
            files = build.guest_files(self.build, self.neutral, self.cells, self.kernel.module, programs)
            debian = self.kernel.line.startswith('6')  # what scripts/build-kernel makes has none
            modules = brig_qemu.kernel(self.kernel.line).module_files(MODULES) if debian else ()
            initrd = brig_initramfs.make_initramfs(files, self.folder / 'initrd', modules)
            self.derived = build.derive(self.options, self.folder, '--overlay',
                                        self.cells / 'reserved-memory.dtbo')
            command = machine.command_line(self.qemu, self.derived, self.kernel.image, initrd,
                                           self.words(), self.neutral, self.logs)
            self.guest = Guest(command, self.logs, self.options.seconds / 2)
            self.guest.login(self.options.seconds)
            stage.detail = self.guest.need('uname -r')

    def words(self):
        """Linux's command line."""
        needed = (self.cells / 'cmdline').read_text().strip()
        console = machine.console_word(self.derived, self.kernel.line)
        return ' '.join(filter(None, ['earlycon panic=-1', console, needed]))

    def check_linux(self, name, title, all_cpus=False):
        """Every CPU of Linux takes timer interrupts and runs a process."""
        with self.report.stage(name, title) as stage:
            online = self.guest.need('cat /sys/devices/system/cpu/online')
            cpus = numbers(online)
            before = self.ticks()
            self.guest.need(' && '.join(f'taskset {1 << cpu:x} sleep 0.1' for cpu in cpus))
            after = self.ticks()
            idle = [cpu for cpu in cpus if after.get(cpu, 0) <= before.get(cpu, 0)]
            if idle:
                raise StageFailed(f'no timer interrupts on CPU {", ".join(map(str, idle))} of Linux any more')
            wanted = len(self.derived.facts['firmware']['mpidr'])
            if (all_cpus or name == 'alive') and len(cpus) != wanted:
                raise StageFailed(f'CPUs {online} of {wanted} are online')
            stage.detail = f'CPUs {online}'

    def ticks(self):
        """{CPU: timer interrupts so far}."""
        text = self.guest.need('cat /proc/interrupts')
        names = re.search(r'^ +(CPU\d.*)$', text, re.MULTILINE)
        counts = [list(map(int, found[1].split())) for found in
                  re.finditer(r'^ *\d+:((?: +\d+)+) .*arch_timer$', text, re.MULTILINE)]
        if not names or not counts:
            raise StageFailed(f'/proc/interrupts has no timer:\n{text}')
        sums = map(sum, zip(*counts))
        return dict(zip((int(name[3:]) for name in names[1].split()), sums))

    def doctor(self):
        with self.report.stage('doctor', 'brig doctor') as stage:
            self.guest.need('insmod /lib/modules/brig.ko')
            files = ' '.join(f'/brig/{cell.file}' for cell in self.cell_list)
            status, output = self.guest.run(f'brig doctor /brig/root.cell {files}')
            (self.logs / 'doctor.log').write_text(output + '\n')
            warnings = re.findall(r'(?m)^ *(?:warn|WARN)\b.*$', output)
            if status != 0:
                raise StageFailed(f'"brig doctor" ended with status {status}:\n{output}')
            stage.detail = f'{len(warnings)} warnings' if warnings else ''

    def enable(self):
        with self.report.stage('enable', 'brig enable'):
            mark = self.enabled_at = self.guest.mark()
            self.guest.need('brig enable /brig/root.cell')
            if self.guest.need('cat /sys/devices/brig/enabled') != '1':
                raise StageFailed('"brig enable" succeeded, but /sys/devices/brig/enabled is not 1')
            text = self.guest.text(mark) + self.guest.run('brig console')[1]
            if 'Activating hypervisor' not in text:
                raise StageFailed('neither the UART nor "brig console" shows "Activating hypervisor"')

    def disable(self):
        with self.report.stage('disable', 'brig disable'):
            self.guest.need('brig disable')
            if self.guest.need('cat /sys/devices/brig/enabled') != '0':
                raise StageFailed('"brig disable" succeeded, but /sys/devices/brig/enabled is not 0')

    def trouble(self):
        """Whether Linux or the hypervisor told of trouble although every command succeeded."""
        with self.report.stage('trouble', 'no trouble on the consoles'):
            console = self.guest.text(self.enabled_at)
            linux = self.guest.need('dmesg')
            (self.logs / 'dmesg.log').write_text(linux + '\n')
            found = self.findings(console + linux[max(linux.find('hypervisor enabled'), 0):])
            if found:
                raise StageFailed('\n'.join(found))

    def power_off(self):
        with self.report.stage('off', 'the machine goes off'):
            self.guest.power_off()

    def hand_over(self):
        self.report.say(f"""
Brig is enabled, and this is a shell in Linux, its root cell. Cells and their programs are in /brig:
    brig cell create /brig/NAME.cell; brig cell load NAME /brig/{HELLO}; brig cell start NAME
To get out, type Ctrl-] (or poweroff -f). Logs: {self.logs}
""")
        self.guest.interact()

    # -- afterwards ---------------------------------------------------------------------------

    def decode(self, log, *more):
        """Output of `brig decode` on a log."""
        elf = self.build / 'core/brig.elf'
        command = [self.options.tool, 'decode', *(['--hypervisor', str(elf)] if elf.exists() else []),
                   *more, str(log)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, timeout=60, check=False)
        return done.stdout

    def findings(self, text):
        """What `brig decode` finds in what was said since enable, one line for each cause."""
        said = self.logs / 'since-enable.log'
        said.write_text(text + '\n')
        try:
            events = json.loads(self.decode(said, '--json'))
        except ValueError:
            return []
        found = {}
        for event in events:
            cause = (event['causes'] or [{'id': None, 'title': ''}])[0]
            if cause['id'] != 'smc-refused':  # the report lists these; many probes mean nothing
                found.setdefault(cause['title'] or event['headline'], event['headline'].strip())
        return [f'{title}: {line}' if title != line else line for title, line in found.items()]

    def collect(self):
        """The report's facts."""
        facts = self.report.facts
        if self.derived:
            facts['assumptions'] = self.derived.facts['assumptions']
            facts['check_list'] = self.derived.facts['check_list']
        console = self.logs / 'console.log'
        if console.exists():
            text = console.read_text('utf-8', 'replace').replace('\r', '')
            facts['refused'] = once(re.findall(r'(?m)^(?:Refused SMC|WARNING:|ERROR:|FATAL:).*$', text))
            facts['touched'] = touched.summary(touched.read(self.logs / 'touched.jsonl'),
                                               self.vmids)
            log = self.logs / 'firmware.log'
            facts['unknown_calls'] = once(re.findall(
                r'unknown call (0x[0-9a-f]+)', log.read_text('utf-8', 'replace') if log.exists() else ''))
        failed = self.report.failed_stage()
        if failed and self.build and console.exists():
            facts['explanation'] = self.decode(console).strip()
        result = self.report.to_json()
        (self.folder / 'report.json').write_text(json.dumps(result, indent=2) + '\n')
        (self.folder / 'report.html').write_text(page.render(result), encoding='utf-8')


def once(items):
    return list(dict.fromkeys(items))


def numbers(text):
    """[0, 1, 2, 5] of "0-2,5"."""
    result = []
    for part in text.split(','):
        first, _, last = part.partition('-')
        result += range(int(first), int(last or first) + 1)
    return result


def rehearse(options, report=None):
    """Rehearses one board; the Report."""
    return Rehearsal(options, report).run()
