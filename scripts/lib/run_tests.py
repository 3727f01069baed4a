#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Builds everything and runs the tests. Does all set-up itself."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

TREE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / 'scripts/lib'))
import brig_qemu  # noqa: E402

# BRIG_BUILD is one board's build tree.
BOARDS = [brig_qemu.BOARD] if {'BOARD', 'BRIG_BUILD'} & set(os.environ) else brig_qemu.boards()
TWINS = {'twins of some boards': 'tests/twin/run', 'RK3588 on its twin': 'tests/rk3588/run'}
DOCS_BOARD = 'qemu-virt'  # whose build tree the documents use
BEGIN = time.monotonic()
failures = []  # texts, printed once more at the end: of a long log the end is often all that is kept


def step(text):
    print(f'== {text} ({time.monotonic() - BEGIN:.0f} s)', flush=True)


def need(*command):
    """Runs a command without which nothing else makes sense."""
    if subprocess.run(command, cwd=TREE).returncode != 0:
        sys.exit(f'scripts/test: "{" ".join(map(str, command))}" failed (see above); no test was run')


def run_unit(board, *names):
    """Runs Meson's tests, all or those with the names. Counts doctest's cases; any other program
    counts as one, and one that ended badly counts as failed whatever it had printed. Returns
    (passed, failed)."""
    build = brig_qemu.build_dir(board)
    log = build / 'meson-logs' / 'testlog.json'
    log.unlink(missing_ok=True)
    subprocess.run(['meson', 'test', '-C', build, '--print-errorlogs', *names], cwd=TREE)
    if not log.exists():
        failures.append(f'counting unit tests: meson left no {log}')
        return 0, 1
    passed = failed = 0
    for line in log.read_text().splitlines():
        entry = json.loads(line)
        ok = entry['result'] == 'OK'
        found = re.search(r'test cases: +\d+ \| +(\d+) passed \| +(\d+) failed', entry.get('stdout') or '')
        passed += int(found[1]) if found else ok
        failed += max(int(found[2]) if found else 0, not ok)
        if not ok:
            output = f"{entry.get('stdout', '')}\n{entry.get('stderr', '')}".splitlines()
            failures.append('\n'.join([f"{board}, unit test {entry['name']}: {entry['result']}", *output[-40:]]))
    return passed, failed


def run_system(board, options):
    """Returns (passed, failed)."""
    with tempfile.NamedTemporaryFile('r') as result:
        usual = [] if '-j' in options else ['-j', '2']
        if board != BOARDS[0]:
            usual.append('--brief')
        status = subprocess.run(['tests/system/run', '--board', board, '--results', result.name,
                                 *usual, *options], cwd=TREE).returncode
        found = json.loads(result.read() or '{"passed": 0, "failed": {}}')
    failures.extend(f'{board}, system test {name}:\n{error}' for name, error in found['failed'].items())
    # A runner that broke off has failed, whatever it had counted.
    return found['passed'], len(found['failed']) or int(status != 0)


def run_counting(*command):
    """Runs a program whose last line is "N passed, M failed" and that says FAILED where something
    did. Returns (passed, failed)."""
    done = subprocess.Popen(command, cwd=TREE, stdout=subprocess.PIPE, text=True, errors='replace')
    lines = []
    for line in done.stdout:
        print(line, end='', flush=True)
        lines.append(line.rstrip('\n'))
    found = re.match(r'(\d+) passed, (\d+) failed$', lines[-1] if lines else '')
    passed, failed = map(int, found.groups()) if found else (0, 0)
    failed = failed or int(done.wait() != 0)
    if failed:
        at = [n for n, line in enumerate(lines) if 'FAILED' in line] or [len(lines)]
        near = sorted({n for a in at for n in range(max(a - 12, 0), min(a + 20, len(lines)))})
        failures.append('\n'.join([f'{" ".join(command)}:', *(lines[n] for n in near)]))
    return passed, failed


def run_twins(options):
    """The tests of the emulated boards that the options choose. Returns a list of (passed, failed)."""
    counts = []
    for title, runner in TWINS.items():
        listed = subprocess.run([runner, '-l', *options], cwd=TREE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if listed.stdout:
            step(title)
            counts.append(run_counting(runner, *options))
    return counts


def arguments():
    parser = argparse.ArgumentParser(
        prog='scripts/test',
        description=__doc__ + ' Ends with one line "N passed, M failed"; the exit status is 0 if M is.',
        epilog='Further options go to the system tests: -k NAME (a part of them), --list and others; '
               'see tests/system/run --help. The variable BOARD names one board to test instead of '
               'all that QEMU can stand for.')
    parser.add_argument('what', nargs='?', choices=['unit', 'system', 'docs', 'twin', 'all'],
                        default='all', help='unit: host tests, with sanitizers; system: Debian kernels '
                        'in QEMU; docs: the commands that the documents show; twin (not part of all): boards on '
                        'their emulated twins, the RK3588 above all')
    return parser.parse_known_args()


def main():
    args, options = arguments()
    if {'-l', '--list'} & set(options):
        runners = [[runner] for runner in TWINS.values()] if args.what == 'twin' else \
            [['tests/system/run', '--board', BOARDS[0]]]
        return max(subprocess.run([*runner, *options], cwd=TREE).returncode for runner in runners)
    step('packages')
    need('scripts/bootstrap')
    step('kernels and busybox')
    need('scripts/fetch')
    if args.what in ('system', 'twin', 'all'):
        step('kernels that are built here')
        need('scripts/build-kernel')
    for board in BOARDS if args.what not in ('docs', 'twin') else [DOCS_BOARD]:
        step(f'building for {board}')
        need('bash', '-c', f'. scripts/lib/build; build_quietly {brig_qemu.build_dir(board)} {board} all', 'scripts/test')
    counts = []
    if args.what in ('unit', 'all'):
        step('unit tests')
        counts.append(run_unit(BOARDS[0]))
        # The others are another interrupt controller to core, and the same to everything else.
        counts += [run_unit(board, 'core') for board in BOARDS[1:]]
    if args.what in ('system', 'all'):
        for board in BOARDS:
            step(f'system tests on {board}')
            counts.append(run_system(board, options))
    if args.what == 'docs' or args.what == 'all' and DOCS_BOARD in BOARDS and not options:
        step('commands of the documents')
        counts.append(run_counting('tests/docs/run'))
    if args.what == 'twin':
        counts += run_twins(options)
    passed, failed = map(sum, zip(*counts)) if counts else (0, 0)
    step('done')
    if failures:
        print('\n\n'.join(['== what failed', *failures]))
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
