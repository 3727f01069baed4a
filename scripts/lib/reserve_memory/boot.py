# SPDX-License-Identifier: Apache-2.0
"""The overlay for boot loaders that apply overlays by themselves."""

from . import apply, error, overlay

NAME = 'brig-reserved-memory'

TEXT = """How to make the boot loader reserve the memory of hypervisor and cells.
The overlay {name}.dtbo was applied to {board} for a trial.

Orange Pi images (orangepiEnv.txt), Armbian (armbianEnv.txt):
    cp {name}.dtbo /boot/overlay-user/
    # in /boot/orangepiEnv.txt or /boot/armbianEnv.txt; names are separated by blanks:
    user_overlays={name}

extlinux (U-Boot reads /boot/extlinux/extlinux.conf), in the entry that has `fdt` or `fdtdir`:
    cp {name}.dtbo /boot/
    fdtoverlays /boot/{name}.dtbo

U-Boot by hand or in a boot script, after the tree was loaded to ${{fdt_addr_r}}; replace `mmc 0:1`
by the boot partition:
    load mmc 0:1 ${{fdtoverlay_addr_r}} /{name}.dtbo
    fdt addr ${{fdt_addr_r}}
    fdt resize {room}
    fdt apply ${{fdtoverlay_addr_r}}

After the boot, none of these ranges may be `System RAM` in /proc/iomem. Look: a boot script may go
on without a word when an overlay cannot be applied.
{ranges}
"""


def write(directory, board, wanted, blob):
    apply.merged_blob(board, wanted, blob)
    dtbo = overlay.adapted(blob, board, wanted)
    room = (len(dtbo) + 4095) // 4096 * 4096
    text = TEXT.format(name=NAME, board=board.path, room=f'{room:#x}',
                       ranges='\n'.join(f'    {item}' for item in wanted))
    error.write(directory / f'{NAME}.dtbo', dtbo)
    error.write(directory / 'INSTALL.txt', text.encode())
    print(f'wrote {directory}/{NAME}.dtbo and {directory}/INSTALL.txt:\n')
    print(text, end='')
