# SPDX-License-Identifier: Apache-2.0
"""What the port in the slides had to patch in its hypervisor is a line of bsp/rk3588 or a look at an ID
register here. Each test takes one of them out, and the twin fails as the board did."""

import subprocess

from test_boards import HELLO, is_test
from twin import IMAGE, Twin, test_module, variant

WRONG = '/t/wrong.bin'
SCMI = 0x82000010

SCMI_RULE = '''    root_may(0x82000010, 0x82000010,
             "SCMI doorbell: clocks of CPUs, GPU and SD card; unanswered, Linux locks up in "
             "shmem_tx_prepare. One channel, so one cell"),
'''
NO_DOORBELL = {'smc_policy.hpp': [(SCMI_RULE, '')]}

# Each CPU is taken for one with AArch32 at EL1, whatever its ID_AA64PFR0_EL1 says.
NO_DETECTION = {'board.hpp': [
    ('#include "board/contract.hpp"', '#include "board/contract.hpp"\n#include "board/hooks.hpp"\n#include "cpu/cpu.hpp"'),
    ('    bool use_sdei = false;', '''    static Result<void> cpu_init(Cpu& cpu) {
        cpu.has_aarch32_el1 = true;
        return {};
    }
    bool use_sdei = false;''')]}

NO_OVERRIDE = {'board.hpp': [('bool use_sdei = false;', 'bool use_sdei = true;')],
               'defconfig': [('CONFIG_UART_8250=y', 'CONFIG_UART_8250=y\nCONFIG_SDEI=y')]}


# The same, and what Brig does against such firmware by itself is left out, too.
UNTRIED = {**NO_OVERRIDE, 'defconfig': [('CONFIG_UART_8250=y', 'CONFIG_UART_8250=y\nCONFIG_SDEI=y\n'
                                          'CONFIG_SDEI_UNTRIED=y')]}


def wrong_image(name, changes):
    return {WRONG: variant(name, changes)}


def use(m, image):
    """Has the next enable take another image."""
    m.sh(f'cp {image} {IMAGE}')


def sd_clock_user(tree):
    """Gives Linux a device with the registers and the clock of the SD controller (SCMI clock 9)."""
    clock = subprocess.run(['fdtget', '-t', 'x', tree, '/firmware/scmi/protocol@14', 'phandle'], text=True,
                           stdout=subprocess.PIPE, check=True).stdout.strip()
    reset = '7f000016'  # nothing in the board's tree refers to SCMI's resets
    device = '/device@fe2c0000'
    for node, kind, name, *value in (('/firmware/scmi/protocol@16', 'x', 'phandle', reset),
                                     (device, 's', 'compatible', 'brig,test-device'),
                                     (device, 's', 'clock-names', 'core'),
                                     (device, 'x', 'reg', '0', 'fe2c0000', '0', '4000'),
                                     (device, 'x', 'clocks', clock, '9'),
                                     (device, 'x', 'resets', reset, '0')):
        subprocess.run(['fdtput', '-p', '-t', kind, tree, node, name, *value], check=True)


REBIND = 'cd /sys/bus/platform/drivers/brig-test-device; echo fe2c0000.device >unbind; echo fe2c0000.device >bind'


def right_first(m):
    """With bsp/rk3588 as it is the clock goes off and on, and nobody waits."""
    with m.report.stage('right', 'with the policy as it is'):
        m.sh('insmod /lib/modules/gatetest.ko; insmod /lib/modules/brig.ko')
        m.on()
        before = len(m.log('firmware.log'))
        m.sh(REBIND)
        said = m.log('firmware.log')[before:]
        m.check('SCMI clock 9 off' in said and 'SCMI clock 9 on' in said, f'the firmware says only: {said!r}')
        log = m.sh('dmesg')
        m.check('Timeout' not in log, 'SCMI messages are lost')
        m.not_named('scmi-not-forwarded', log + m.hypervisor_says())
        m.off()


def scmi(report, kernel, breaks):
    files = wrong_image('no-doorbell', NO_DOORBELL) | test_module(kernel)
    with Twin(report, f'scmi-{kernel}', kernel=kernel, files=files, adapt=sd_clock_user) as m:
        right_first(m)
        use(m, WRONG)
        m.sh('dmesg -c >/dev/null; echo 5 >/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout')
        m.on()
        with report.stage('wrong', 'without the rule for 0x82000010') as stage:
            stage.detail = breaks(m)
            m.check('Refused SMC 0x82000010' in m.guest.text(), 'the hypervisor does not say what it refused')


def stalls(m):
    mark = m.guest.mark()
    m.sh('dmesg -n 8')
    m.guest.child.sendline(REBIND)
    text = m.wait_console(r'(rcu: INFO: .*stall|soft lockup)(.*\n)*?.*shmem_tx_prepare(.*\n)*?.*el0_sync\+', mark)
    m.named('scmi-not-forwarded', text)
    return 'a stall in shmem_tx_prepare, named'


def times_out(m):
    m.guest.run(REBIND)
    log = m.sh('dmesg')
    m.check('Timeout waiting for a free TX channel' in log, f'Linux does not complain:\n{log}')
    m.named('scmi-not-forwarded', log)
    return 'Timeout waiting for a free TX channel, named'


@is_test
def scmi_not_forwarded_5_10(report):
    """Without the line for the SCMI doorbell, 5.10 stalls in shmem_tx_prepare when it switches a clock."""
    scmi(report, '5.10-no-vhe', stalls)


@is_test
def scmi_not_forwarded_6_12(report):
    """Without the line for the SCMI doorbell, 6.12 gives up on the clock with a message."""
    scmi(report, '6.12', times_out)


@is_test
def aarch32_not_detected(report):
    """Without the look at ID_AA64PFR0_EL1, an A55's cell starts and an A76's takes the hypervisor down."""
    with Twin(report, 'aarch32', files=wrong_image('no-detection', NO_DETECTION)) as m:
        m.sh('insmod /lib/modules/brig.ko')
        with report.stage('right', 'with the detection'):
            m.on()
            m.start('a76', 'hello.bin', HELLO)
            m.destroy('a76')
            m.not_named('aarch32-register', m.hypervisor_says())
            m.off()
        use(m, WRONG)
        with report.stage('wrong', 'without it') as stage:
            m.on()
            m.start('a55', 'hello.bin', HELLO)
            m.destroy('a55')
            mark = m.guest.mark()
            m.guest.child.sendline('brig cell create /brig/a76.cell; brig cell load a76 /brig/hello.bin; '
                                   'brig cell start a76')
            text = m.wait_console(r'Stopping CPU [67]', mark)
            m.check('Unhandled HYP exception' in text, f'no exception at EL2:\n{text}')
            m.named('aarch32-register', text)
            stage.detail = 'an undefined instruction at EL2 on an A76, named'


@is_test
def sdei_not_overridden(report):
    """Without use_sdei = false, SDEI_VERSION's answer is believed: found out at enable, or nothing moves any more."""
    blind = '/t/blind.bin'
    files = wrong_image('no-override', NO_OVERRIDE) | {blind: variant('untried', UNTRIED)}
    with Twin(report, 'sdei', files=files) as m:
        m.sh('insmod /lib/modules/brig.ko')
        with report.stage('right', 'with the override'):
            mark = m.guest.mark()
            m.on()
            m.start('a76', 'hello.bin', HELLO)
            m.destroy('a76')
            m.not_named('sdei-deaf', m.guest.text(mark))
            m.off()
        use(m, WRONG)
        with report.stage('wrong', 'without it') as stage:
            mark = m.guest.mark()
            m.on()
            m.named('sdei-deaf', m.guest.text(mark))
            m.off()
            stage.detail = 'no SDEI event from this firmware, named'
        use(m, blind)
        with report.stage('blind', 'without it, events not tried') as stage:
            m.sh('dmesg -n 8; echo 5 >/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout')
            mark = m.guest.mark()
            m.on()
            # An idle CPU comes to EL2 by itself, with CPU_SUSPEND; a busy one has to be called.
            m.sh('for cpu in 1 2 3 4 5; do taskset -c $cpu sh -c "while :; do :; done" & done')
            m.guest.child.sendline('brig cell create /brig/a76.cell')
            text = m.wait_console(r'ERROR: CPU \d does not answer the event of SDEI', mark)
            m.wait_console(r'rcu: INFO: .*stall|LOCKUP|soft lockup', mark)
            m.check('Using SDEI-based management interrupt' in text, f'SDEI is not used:\n{text}')
            m.named('sdei-deaf', text)
            stage.detail = 'all CPUs report in, the first cell never comes, named'
