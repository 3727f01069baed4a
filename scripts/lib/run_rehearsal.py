#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What `brig rehearse` starts. The only argument is JSON with the fields of rehearsal.options."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from rehearsal.options import Options  # noqa: E402
from rehearsal.report import Report  # noqa: E402
from rehearsal.run import rehearse  # noqa: E402


def main():
    if len(sys.argv) != 2 or not sys.argv[1].startswith('{'):
        sys.exit('run_rehearsal.py is started by "brig rehearse": see brig rehearse --help')
    options = Options(**json.loads(sys.argv[1]))
    report = Report(sys.stderr if options.json else sys.stdout)
    try:
        rehearse(options, report)
    except KeyboardInterrupt:
        return 1
    print(json.dumps(report.to_json(), indent=2) if options.json else report.text())
    return 0 if report.passed else 1


if __name__ == '__main__':
    sys.exit(main())
