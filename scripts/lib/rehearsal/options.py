# SPDX-License-Identifier: Apache-2.0
"""What to rehearse; the options of `brig rehearse`."""

import dataclasses
import pathlib


@dataclasses.dataclass
class Options:
    tree: str  # the board's device tree
    twin: str = ''  # overlay with what the tree does not say
    partition: str = ''  # '': the starter partition of a generated board
    memory: str = ''  # installed RAM, as the tool takes it; '': what partition or tree say
    output: str = ''  # folder for everything; '': below build/rehearse
    board: str = ''  # an existing board; '': one made by `brig port new`
    bsp: str = ''  # folder of the board's folder; '': bsp/
    kernel: str = '6.12'  # line of the cache, or the path of an Image
    modules: str = ''  # brig.ko for such an Image
    inmates: list = ()  # CELL=FILE
    rounds: int = 1  # of every cell
    interactive: bool = False
    json: bool = False
    tool: str = ''  # the program brig of a build tree
    qemu: str = ''  # the emulator; '': what scripts/build-twin makes
    seconds: float = 300  # longest wait for the kernel to boot; all others wait at most half of it

    @property
    def name(self):
        """Of the tree, for folders."""
        return pathlib.Path(self.tree).stem
