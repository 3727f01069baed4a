# SPDX-License-Identifier: Apache-2.0
"""A cell that does what it must not, while Linux and another cell keep ticking. Fatal things park
the CPU with a dump; others are answered, and the CPU runs on."""

import brig
from brig import Cell
from registry import BOARD, OTHERS, test

LINUX = ['CPU0', 'CPU2']  # what the root cell has left beside timer and fault cell
UNHANDLED = r'FATAL: unhandled trap \(exception class 0x%02x\)'
FORBIDDEN = r'FATAL: forbidden access \(exception class 0x%02x\)'
ANY = r'FATAL: (unhandled trap|forbidden access) \(exception class 0x%02x\)'


def beside(m, cmdline):
    """The timer cell ticking and the fault cell started with a command line."""
    return brig.silent_timer(m), Cell(m, 'fault', cmdline=cmdline).run()


def others_tick(m, timer):
    timer.wait_interrupts(2)
    m.check(timer.state() == 'running', f'the timer cell is "{timer.state()}"')
    brig.linux_alive(m, LINUX)


def fatal(m, cmdline, exception_class, first_line, header):
    """The fault cell is parked with the right messages; it can be used again and destroyed."""
    timer, fault = beside(m, cmdline)
    fault.wait(first_line + r'(.*\n)*?' + header % exception_class)
    registers, cpu, name = brig.last_dump(m, fault.begin)
    m.check((cpu, name) == (3, 'fault'), f'CPU {cpu} of cell "{name}" was parked')
    m.check(registers['esr'] == exception_class, f'the dump has class {registers["esr"]:#x}')
    m.check({f'x{n}' for n in range(30)} <= set(registers), f'the dump has only {sorted(registers)}')
    fault.wait_state('failed')
    m.check(fault.failed_cpus() == '3', f'failed CPUs are "{fault.failed_cpus()}", not 3')
    others_tick(m, timer)
    m.check('survived' not in m.hyp.text(fault.begin), 'the cell ran on after the access')
    timer.destroy()
    again = Cell(m, 'fault', image='/brig/hello.bin').load().start()  # loading clears the failure
    again.wait('hello: running')
    m.check(again.state() == 'running' and again.failed_cpus() == '', 'the cell is not as new after a load')
    fault.destroy()


def survived(m, cmdline, result, *lines, more=None):
    """The fault cell gets an answer and runs on. Returns nothing; more(fault, timer) checks more."""
    timer, fault = beside(m, cmdline)
    fault.wait(rf'fault: survived, x0={result:#x}\n' if result is not None else 'fault: survived')
    for line in lines:
        fault.wait(line)
    m.check(fault.state() == 'running', f'the fault cell is "{fault.state()}"')
    m.check('Parking CPU' not in m.hyp.text(fault.begin), 'a CPU was parked')
    if more:
        more(m, fault, timer)
    others_tick(m, timer)
    fault.destroy()
    timer.destroy()


def logged_once(number):
    """The refused function id is on the hypervisor's console exactly once."""
    def check(m, fault, _timer):
        for _ in range(3):
            mark = m.mark()
            m.wait_hyp('fault: survived', mark)
        lines = [line for line in m.hyp.text(fault.begin).splitlines()
                 if number in line.lower() and not line.startswith('fault:')]
        m.check(len(lines) == 1, f'the refused SMC {number} is logged {len(lines)} times: {lines}')
    return check


def no_sgi_arrived(m, _fault, timer):
    m.check(timer.counter('virt_sgi') == 0, 'an SGI of the fault cell reached the timer cell')


FATAL = {
    'read': ('do=read', 0x24, r'Unhandled data read at 0x40000000\(4\)', ANY),
    'read_byte': ('do=read width=1 addr=0x40000003', 0x24, r'Unhandled data read at 0x40000003\(1\)', ANY),
    'write': ('do=write', 0x24, r'Unhandled data write at 0x40000000\(4\)', ANY),
    'write_other_cell': ('do=write width=8 addr=0x70000000', 0x24,
                         r'Unhandled data write at 0x70000000\(8\)', ANY),
    'write_hypervisor': ('do=write width=8 addr=0x7fc00000', 0x24,
                         r'Unhandled data write at 0x7fc00000\(8\)', ANY),
    'write_read_only': ('do=write addr=0x100000', 0x24, r'Unhandled data write at 0x100000\(4\)', ANY),
    'subpage_read': ('do=subpage-read addr=0x50000310', 0x24,
                     r'FATAL: Invalid MMIO read, address: (0x)?70601310, size: (0x)?4', FORBIDDEN),
    'subpage_write': ('do=subpage-write addr=0x50000300', 0x24,
                      r'FATAL: Invalid MMIO write, address: (0x)?70601300, size: (0x)?4', FORBIDDEN),
    'subpage_width': ('do=subpage-width addr=0x50000300 width=1', 0x24,
                      r'FATAL: Invalid MMIO read, address: (0x)?70601300, size: (0x)?1', FORBIDDEN),
    'subpage_unaligned': ('do=read addr=0x50000324', 0x24,  # aligned itself, but not in its region
                          r'FATAL: Invalid MMIO read, address: (0x)?70601324, size: (0x)?4', FORBIDDEN),
    'execute': ('do=exec', 0x20, r'FATAL: instruction abort at 0x40000000', FORBIDDEN),
    'load_pair': ('do=wild-pair', 0x24, '', ANY),
    'store_pair': ('do=wild-store-pair', 0x24, '', ANY),
    'load_writeback': ('do=wild-writeback', 0x24, '', ANY),
    'load_vector': ('do=wild-vector', 0x24, '', ANY),
    'hvc_0': ('do=hvc-bad-imm', 0x16, '', FORBIDDEN),
    'hvc_4a49': ('do=hvc-bad-imm1', 0x16, '', FORBIDDEN),
    'actlr': ('do=sysreg-actlr', 0x18, '', ANY),
    'actlr_write': ('do=sysreg-actlr-write', 0x18, '', ANY),
} | ({
    'sgi0r': ('do=sysreg', 0x18, '', UNHANDLED),
    'asgi1r': ('do=sysreg-asgi1r', 0x18, '', UNHANDLED),
    'irouter': ('do=irouter intid=80 mpidr=0', 0x24, r'Attempt to route IRQ80 outside of cell', ANY),
} if BOARD['gic'] == 3 else {
    'itargetsr': ('do=itargetsr intid=80 mpidr=0', 0x24, r'Attempt to route IRQ80 outside of cell', ANY),
    'gich': ('do=read addr=0x08030000', 0x24, r'Unhandled data read at 0x8030000\(4\)', ANY),
    'gicv': ('do=write addr=0x08040000', 0x24, r'Unhandled data write at 0x8040000\(4\)', ANY),
})

MINUS_1 = 0xffffffffffffffff
SURVIVED = {
    'hvc_unknown': ('do=hvc', 2**64 - 38),
    'smc_unknown': ('do=smc-unknown loop=1', MINUS_1, None, logged_once('83000001')),
    'smc_sip': ('do=smc-sip loop=1', MINUS_1, None, logged_once('82000001')),
    'smc_trusted_os': ('do=smc id=0xb2000000 loop=1', MINUS_1, None, logged_once('b2000000')),
    'smc_system_off': ('do=smc-off', MINUS_1),
    'smc_system_reset': ('do=smc-reset', MINUS_1),
    'sysreg_of_el2': ('do=sysreg-hcr', None, r'exception at EL1: undefined instruction \(class 0x00\)'),
    'foreign_spi': ('do=spi intid=33', 0, 'fault: after: enabled 0, pending 0'),
    'foreign_sgi': ('do=sgi mpidr=1 intid=5', 0, None, no_sgi_arrived),
    'foreign_sgi_0': ('do=sgi mpidr=1 intid=0', 0, None, no_sgi_arrived),
    'foreign_sgi_root': ('do=sgi mpidr=0 intid=1', 0),
    'foreign_cpu_on': ('do=cpu-on mpidr=1', 2**64 - 3),
    'physical_timer': ('do=cntp', None),
    'undefined': ('do=undef', None, r'exception at EL1: undefined instruction \(class 0x00\)'),
}


def add_fatal(name, case):
    def violation(m):
        fatal(m, *case)
    violation.__name__ = f'violation_{name}'
    violation.__doc__ = f'The fault cell does "{case[0]}": parked with a dump, everybody else runs on.'
    test()(violation)


def add_survived(name, cmdline, result, line=None, more=None):
    def refused(m):
        survived(m, cmdline, result, *([line] if line else []), more=more)
    refused.__name__ = f'harmless_{name}'
    refused.__doc__ = f'The fault cell does "{cmdline}": it gets an answer, and everybody runs on.'
    test()(refused)


for name_, case_ in FATAL.items():
    add_fatal(name_, case_)
for name_, case_ in SURVIVED.items():
    add_survived(name_, *case_)


@test()
def deaf_cells(m):
    """A cell that spins or waits with all interrupts masked can be restarted, shut down and destroyed."""
    timer = brig.silent_timer(m)
    for action in ('spin', 'stop'):
        fault = Cell(m, 'fault', cmdline=f'do={action}').run()
        fault.wait(f'fault: {action}')
        fault.start()
        fault.wait(f'fault: {action}')
        fault.shutdown()
        fault.load().start()
        fault.wait(f'fault: {action}')
        fault.destroy()
        others_tick(m, timer)
    timer.destroy()


@test(pairs=OTHERS, start='disabled')
def one_cell_one_violation(m):
    """Enable, a cell, a violation beside it, disable, on the other kernels and cores."""
    brig.enable(m)
    fatal(m, *FATAL['write'])
    brig.disable(m)
    brig.linux_alive(m)
