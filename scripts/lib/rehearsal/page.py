# SPDX-License-Identifier: Apache-2.0
"""The report as a page: when which stage ran, and who touched what. One file, nothing loaded."""

import html

STYLE = """
:root { --ok: #3a7d44; --bad: #b3261e; --skip: #8a8a8a; --ink: #222; --soft: #666; --paper: #fff; --line: #ddd; }
@media (prefers-color-scheme: dark) {
  :root { --ok: #6fbf7a; --bad: #ff8a80; --skip: #999; --ink: #eee; --soft: #aaa; --paper: #1b1b1b; --line: #444; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 70rem;
       margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: normal; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.bar { width: 45%; padding: 0; }
code, pre { font-size: 13px; }
pre { overflow-x: auto; border-left: 3px solid var(--line); padding-left: 1rem; }
.passed { color: var(--ok); } .failed { color: var(--bad); } .skipped, .soft { color: var(--soft); }
rect.passed { fill: var(--ok); } rect.failed { fill: var(--bad); } rect.skipped { fill: var(--skip); }
"""


def text(value):
    return html.escape(str(value))


def timeline(stages):
    """One row for each stage; its bar begins where the one before ended."""
    whole = sum(stage['seconds'] for stage in stages) or 1
    rows, at = [], 0.0
    for stage in stages:
        x, width = 1000 * at / whole, max(1000 * stage['seconds'] / whole, 2)
        at += stage['seconds']
        first = stage['detail'].splitlines()[0] if stage['detail'] else ''
        rows.append(
            f'<tr><td class="{stage["status"]}">{text(stage["title"])}</td>'
            f'<td class="number">{stage["seconds"]:.1f} s</td>'
            f'<td class="bar"><svg width="100%" height="14" viewBox="0 0 1000 14" preserveAspectRatio="none">'
            f'<rect class="{stage["status"]}" x="{x:.1f}" y="1" width="{width:.1f}" height="12"/></svg></td>'
            f'<td class="soft">{text(first)}</td></tr>')
    return '<table>' + ''.join(rows) + '</table>'


def touched_table(touched):
    who = list(dict.fromkeys(name for node in touched for name in node['who']))
    if not touched:
        return '<p>Nothing.</p>'
    head = ''.join(f'<th>{text(name)}</th>' for name in who)
    rows = ''.join(
        f'<tr><td><code>{text(node["node"])}</code></td><td class="soft">{text(node["compatible"])}</td>'
        + ''.join(f'<td class="number">{node["who"].get(name, "")}</td>' for name in who) + '</tr>'
        for node in touched)
    return f'<table><tr><th>node</th><th>compatible</th>{head}</tr>{rows}</table>'


def lines(items):
    return '<ul>' + ''.join(f'<li><code>{text(item)}</code></li>' for item in items) + '</ul>'


def notes(items):
    return '<ul>' + ''.join(f'<li>{text(note["text"])} <span class="soft">{text(note["todo"])}</span></li>'
                            for note in items) + '</ul>'


def render(report):
    """The page of a report as to_json() gives it."""
    failed = next((stage for stage in report['stages'] if stage['status'] == 'failed'), None)
    parts = [f'<h1>{text(report.get("model") or report.get("tree", "board"))}: rehearsal '
             f'<span class="{report["verdict"]}">{report["verdict"]}</span></h1>', timeline(report['stages'])]
    if failed:
        parts.append(f'<h2>{text(failed["title"])}</h2><pre>{text(failed["detail"])}</pre>')
    if report.get('explanation'):
        parts.append(f'<h2>What brig decode makes of it</h2><pre>{text(report["explanation"])}</pre>')
    if 'touched' in report:
        parts.append('<h2>Touched without a model</h2>' + touched_table(report['touched']))
    for key, title, render_items in (('refused', 'Refused or reported by the hypervisor', lines),
                                     ('unknown_calls', "Calls that the twin's firmware does not know", lines),
                                     ('assumptions', 'Taken for granted', notes),
                                     ('check_list', 'To be looked at on the board', notes)):
        if report.get(key):
            parts.append(f'<h2>{text(title)}</h2>' + render_items(report[key]))
    return ('<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f'<title>Rehearsal</title><style>{STYLE}</style>' + '\n'.join(parts) + '\n')
