# SPDX-License-Identifier: Apache-2.0
"""Stages with their times, and the report that they make."""

import contextlib
import dataclasses
import os
import sys
import textwrap
import time

from brig_qemu import Error

WIDTH = 100


class StageFailed(Exception):
    """A stage did not do what it should; the text says what was expected and what was seen."""


@dataclasses.dataclass
class Stage:
    name: str  # short and stable
    title: str
    status: str = 'running'  # then passed, failed or skipped
    seconds: float = 0
    detail: str = ''


class Report:
    """Collects what happened, and shows the stages while they run.

    quiet  nothing is shown (for sweeps)
    out    where the stages are shown; stderr when the report itself is JSON"""

    def __init__(self, out=None, quiet=False):
        self.out, self.quiet = out or sys.stdout, quiet
        self.stages = []
        self.facts = {}  # whatever else the report tells, see to_json()
        self.begin = time.monotonic()

    def say(self, text, end='\n'):
        if not self.quiet:
            print(text, end=end, file=self.out, flush=True)

    @contextlib.contextmanager
    def stage(self, name, title):
        """Runs one stage: with report.stage(...) as stage: ... stage.detail = 'what was seen'."""
        stage = Stage(name, title)
        self.stages.append(stage)
        self.say(f'{title} '.ljust(48, '.') + ' ', end='')
        begin = time.monotonic()
        try:
            yield stage
            if stage.status == 'running':
                stage.status = 'passed'
        except (StageFailed, Error, OSError) as error:
            stage.status, stage.detail = 'failed', str(error)
            raise StageFailed(str(error)) from error
        except BaseException:
            stage.status, stage.detail = 'failed', 'interrupted'
            raise
        finally:
            stage.seconds = time.monotonic() - begin
            word = {'passed': 'ok'}.get(stage.status, stage.status)
            first = textwrap.shorten(stage.detail.splitlines()[0], WIDTH - 12) if stage.detail else ''
            self.say(f'{word:<8}{stage.seconds:6.1f} s' + (f'  {first}' if first else ''))

    @property
    def passed(self):
        return bool(self.stages) and all(stage.status in ('passed', 'skipped') for stage in self.stages)

    def failed_stage(self):
        return next((stage for stage in self.stages if stage.status == 'failed'), None)

    def verdict(self):
        failed = self.failed_stage()
        if failed:
            return f'FAILED at "{failed.title}"'
        granted = len(self.facts.get('assumptions', ()))
        return 'passed' + (f', with {granted} thing{"s" * (granted > 1)} taken for granted' if granted else '')

    def to_json(self):
        return {'verdict': 'passed' if self.passed else 'failed',
                'failed_stage': self.failed_stage().name if self.failed_stage() else None,
                'seconds': round(time.monotonic() - self.begin, 1),
                'stages': [{**dataclasses.asdict(stage), 'seconds': round(stage.seconds, 2)}
                           for stage in self.stages],
                **self.facts}

    # -- text ---------------------------------------------------------------------------------

    def text(self):
        """Everything but the stages, which were shown while they ran."""
        lines = []
        failed = self.failed_stage()
        if failed:
            lines += ['', f'Failed: {failed.title}', *indented(failed.detail)]
        if self.facts.get('explanation'):
            lines += ['', 'What brig decode makes of the consoles:', *indented(self.facts['explanation'])]
        lines += self.touched_text() + self.refused_text()
        lines += notes_text('Taken for granted', self.facts.get('assumptions', ()))
        lines += ['', f'Verdict: {self.verdict()}']
        lines += notes_text('To be looked at on the board', self.facts.get('check_list', ()), boxes=True)
        if self.facts.get('output'):
            place = os.path.relpath(self.facts['output'])
            lines += ['', f'Logs and files: {self.facts["output"] if place.startswith("..") else place}']
        return '\n'.join(lines)

    def touched_text(self):
        touched = self.facts.get('touched')
        if touched is None:
            return []
        if not touched:
            return ['', 'Touched without a model: nothing.']
        lines = ['', 'Touched without a model (answered zero; writes went nowhere):']
        width = min(max(len(entry['node']) for entry in touched), 44)
        for entry in touched[:40]:
            who = ', '.join(f'{who} ({count})' for who, count in entry['who'].items())
            lines.append(f'  {entry["node"]:<{width}}  {entry.get("compatible", ""):<28}  {who}')
        if len(touched) > 40:
            lines.append(f'  and {len(touched) - 40} more (report.json has them)')
        return lines

    def refused_text(self):
        lines = []
        if self.facts.get('refused'):
            lines += ['', 'Refused or reported by the hypervisor:']
            lines += [f'  {line}' for line in self.facts['refused']]
        if self.facts.get('unknown_calls'):
            lines += ['', "Calls that the twin's firmware does not know (the board's may):"]
            lines += [f'  {line}' for line in self.facts['unknown_calls']]
        return lines


def indented(text, by='  '):
    return [by + line for line in text.splitlines()]


def notes_text(title, notes, boxes=False):
    lines = ['', f'{title}:'] if notes else []
    for note in notes:
        first = '  [ ] ' if boxes else '  - '
        lines += textwrap.wrap(f'{note["text"]} {note["todo"]}', WIDTH, initial_indent=first,
                               subsequent_indent=' ' * len(first))
    return lines
