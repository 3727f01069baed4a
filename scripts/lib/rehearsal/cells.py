# SPDX-License-Identifier: Apache-2.0
"""The cells of the partition: each is created, loaded, started, heard, and destroyed."""

import dataclasses
import json
import pathlib
import time

from .report import StageFailed

GREETING = 'hello: running'  # last line of inmates/cells/hello.cpp


@dataclasses.dataclass
class Cell:
    name: str
    file: str
    cpus: list
    loadable: bool  # has RAM at guest 0, where hello.bin is linked
    image: pathlib.Path = None  # given with --inmate; None: hello.bin

    @property
    def program(self):
        """Its name in the guest."""
        return self.image.name if self.image else 'hello.bin'


def read_cells(folder, inmates):
    """What `brig config compile` told of the cells. inmates: {cell: file}."""
    report = json.loads((folder / 'report.json').read_text())
    cells = []
    for cell in report['cells']:
        at_zero = any(region['kind'] == 'memory' and region['guest'] == 0 and 'loadable' in region['flags']
                      for region in cell['regions'])
        cells.append(Cell(cell['name'], cell['file'], cell['cpus'], at_zero, inmates.pop(cell['name'], None)))
    if inmates:
        raise StageFailed(f'--inmate names {", ".join(inmates)}: the partition has no such cell')
    return cells


def run_cells(rehearsal):
    """Brings cell after cell up; those that need the same CPU replace each other."""
    for number in range(rehearsal.options.rounds):
        again = f', round {number + 1}' if number else ''
        running = []
        for cell in rehearsal.cell_list:
            for other in [other for other in running if set(other.cpus) & set(cell.cpus)]:
                destroy(rehearsal, other, again)
                running.remove(other)
            if start(rehearsal, cell, again):
                running.append(cell)
        for cell in running:
            destroy(rehearsal, cell, again)


def start(rehearsal, cell, again):
    """From a file to a running program. False when the cell cannot be tried."""
    guest = rehearsal.guest
    with rehearsal.report.stage(f'cell-{cell.name}', f'cell "{cell.name}"{again}') as stage:
        if not cell.loadable and not cell.image:
            stage.status = 'skipped'
            stage.detail = 'it has no loadable RAM at guest 0, where hello.bin belongs: see --inmate'
            return False
        steps = []
        begin = time.monotonic()
        for what, command in (('created', f'brig cell create /brig/{cell.file}'),
                              ('loaded', f'brig cell load {cell.name} /brig/{cell.program}')):
            guest.need(command)
            steps.append(what)
        logs = sorted(rehearsal.logs.glob('uart-*.log'))
        sizes = {log: log.stat().st_size for log in logs}
        mark = guest.mark()
        guest.need(f'brig cell start {cell.name}')
        steps.append('started')
        if not cell.image:
            wait_greeting(guest, mark, sizes)
            steps.append(f'says "{GREETING}"')
        listing = guest.need('brig cell list')
        row = next((line for line in listing.splitlines() if f' {cell.name} ' in line), '')
        if 'running' not in row:
            raise StageFailed(f'the cell is not running any more:\n{listing}')
        rehearsal.vmids[int(row.split()[0])] = cell.name
        stage.detail = ', '.join(steps)
        stage.seconds = time.monotonic() - begin
        return True


def wait_greeting(guest, mark, sizes):
    """On the console that it shares with Linux, or on a UART of its own."""
    end = time.monotonic() + guest.seconds
    while time.monotonic() < end:
        others = (log.read_bytes()[size:].decode('utf-8', 'replace') for log, size in sizes.items())
        if any(GREETING in text for text in (guest.text(mark), *others)):
            return
        if GREETING in guest.run('brig console')[1]:
            return  # in the middle of what others printed
        time.sleep(0.3)
    raise StageFailed(f'no "{GREETING}" from the cell after {guest.seconds:.0f} s:\n{guest.tail()}')


def destroy(rehearsal, cell, again):
    with rehearsal.report.stage(f'destroy-{cell.name}', f'cell "{cell.name}" destroyed{again}'):
        rehearsal.guest.need(f'brig cell destroy {cell.name}')
        if f' {cell.name} ' in rehearsal.guest.need('brig cell list'):
            raise StageFailed('it is still listed')
