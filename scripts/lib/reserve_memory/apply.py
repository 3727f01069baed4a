# SPDX-License-Identifier: Apache-2.0
"""Overlay and board tree to one tree."""

import pathlib
import tempfile

from . import checks, error, overlay
from .tree import Tree


def merged_blob(board, wanted, blob):
    """The tree with exactly the wanted reservations, checked. An earlier run's are replaced."""
    with tempfile.TemporaryDirectory() as directory:
        base, over, result = (pathlib.Path(directory, name) for name in ('base.dtb', 'o.dtbo', 'merged.dtb'))
        base.write_bytes(board.without_ours())
        over.write_bytes(overlay.adapted(blob, board, wanted))
        error.run(f'applying the overlay to {board.path}', 'fdtoverlay', '-i', base, '-o', result, over)
        merged = Tree(result)
        checks.check_result(merged, wanted)
        missing = set(overlay.devices(blob, 'the overlay')) - set(merged.reserved_devices)
        if missing:
            raise error.Failure(f'applying the overlay to {board.path}: no status at {sorted(missing)}')
        if sorted(merged.reserved) != sorted(board.reserved):
            raise error.Failure(f'applying the overlay to {board.path}: other reservations changed')
        return merged.blob


def is_applied(board, wanted, blob):
    return board.ours == wanted and \
        set(overlay.devices(blob, 'the overlay')) <= set(board.reserved_devices)


def merged_tree(board, wanted, blob, output):
    if is_applied(board, wanted, blob):
        content = board.blob
    else:
        content = merged_blob(board, wanted, blob)
    error.write(output, content)
    print(f'wrote {output}')
