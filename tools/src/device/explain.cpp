// SPDX-License-Identifier: Apache-2.0
#include "device/device.hpp"

#include <cerrno>

namespace brig::device {

namespace {

struct Explanation {
    Operation operation;
    int error;
    std::string_view text;
};

constexpr std::string_view not_approved =
    "the cell refused to shut down, or another cell is in state running/locked: end the work it "
    "protects, then try again";
constexpr std::string_view no_such_cell = "`brig cell list` shows the cells there are";
constexpr std::string_view root_cell = "this is the root cell, which is Linux itself";
constexpr std::string_view no_pages =
    "the hypervisor has no page left (mem_pool_size and mem_pool_used in /sys/devices/brig): give "
    "it more memory in the partition file";

constexpr Explanation explanations[] = {
    {Operation::Open, ENOENT,
     "the driver is not loaded: run `modprobe brig` (or `insmod brig.ko`) and look at `dmesg`"},
    {Operation::Open, ENXIO, "the driver is not loaded: run `modprobe brig`"},
    {Operation::Open, EACCES, "only root may manage cells: run it with sudo"},
    {Operation::Open, EPERM, "only root may manage cells: run it with sudo"},

    {Operation::Enable, EBUSY, "Brig is enabled already: run `brig disable` first"},
    {Operation::Enable, ENOENT,
     "the hypervisor image was not found: put brig.bin into /lib/firmware"},
    {Operation::Enable, EINVAL,
     "the driver refused configuration, memory reservation or CPUs: `dmesg` says which; the "
     "hypervisor's memory must be reserved in the device tree (reserved-memory.dtbo) and every "
     "online CPU must be in the configuration"},
    {Operation::Enable, ENODEV,
     "this kernel or its start does not leave EL2 to Brig: `dmesg` says why (words such as "
     "kvm-arm.mode=none and id_aa64mmfr1.vh=0 on the kernel command line help)"},
    {Operation::Enable, ENOSYS,
     "the hypervisor image was built without learn mode: set CONFIG_LEARN=y (make menuconfig) and "
     "build it again, or leave --learn out"},
    {Operation::Enable, ENOMEM,
     "the hypervisor's memory is too small: enlarge `memory` in the partition file"},
    {Operation::Enable, EPERM, "`dmesg` says what is in the way"},

    {Operation::Disable, EINVAL, "Brig is not enabled"},
    {Operation::Disable, EPERM, not_approved},
    {Operation::Disable, EBUSY,
     "not all CPUs of the root cell are online, or one of them was parked after a violation: bring "
     "them online in /sys/devices/system/cpu, or reboot"},

    {Operation::Create, EEXIST,
     "there is a cell of this name: destroy it first, or give the new one another name"},
    {Operation::Create, EBUSY,
     "a CPU of the cell is not in the root cell, because another cell has it or it is offline or "
     "cannot be taken offline, or none would be left to Linux: `brig cell list` shows who has which "
     "CPU"},
    {Operation::Create, E2BIG, "the file is larger than 16 pages, or there are 255 cells already"},
    {Operation::Create, EINVAL,
     "the file is damaged or describes something impossible: try `brig config check` on it and "
     "look at `dmesg`"},
    {Operation::Create, EPERM, not_approved},
    {Operation::Create, ENOMEM, no_pages},

    {Operation::Load, ENOENT, no_such_cell},
    {Operation::Load, EPERM, not_approved},
    {Operation::Load, ENOMEM, no_pages},
    {Operation::Load, EINVAL,
     "this is the root cell, or an image does not fit into one loadable and "
     "writable region of the cell (addresses are guest addresses): `brig config dump` shows them"},
    {Operation::Load, EBUSY, "the driver could not map the cell's memory: look at `dmesg`"},
    {Operation::Shutdown, ENOENT, no_such_cell},
    {Operation::Shutdown, EPERM, not_approved},
    {Operation::Shutdown, EINVAL, root_cell},
    {Operation::Start, ENOENT, no_such_cell},
    {Operation::Start, EPERM, not_approved},
    {Operation::Start, EINVAL, root_cell},
    {Operation::Start, ENOMEM, no_pages},
    {Operation::Destroy, ENOENT, no_such_cell},
    {Operation::Destroy, EPERM, not_approved},
    {Operation::Destroy, EINVAL, root_cell},

    {Operation::Console, EAGAIN, "Brig is not enabled"},
    {Operation::Console, EPERM,
     "the virtual console is off: add `virtual-console;` to the node `hypervisor` of the "
     "partition file"},
};

} // namespace

std::string_view explain(Operation operation, int error) {
    for (const auto& entry : explanations)
        if (entry.operation == operation && entry.error == error)
            return entry.text;
    if (error == EINTR)
        return "it was interrupted by a signal: try again";
    return {};
}

} // namespace brig::device
