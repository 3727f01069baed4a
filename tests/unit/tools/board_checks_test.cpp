// SPDX-License-Identifier: Apache-2.0
// Each check of a partition against the board's tree: once broken, once right or accepted.
#include "board_support.hpp"
#include "config/checks.hpp"
#include "partition_board.hpp"
#include "support.hpp"

#include <doctest/doctest.h>

using namespace brig;
using namespace brig::config;
using test::good_board;
using test::good_board_partition;
using test::replaced;

namespace {

const std::string one_devices = "            devices = \"uart1\";";
const std::string two_memory = "memory { size = <0x200000>; guest = <0 0>; loadable; };";

std::string with_devices(const std::string& lines) {
    return replaced(good_board_partition(), one_devices, lines);
}

std::string two_has(const std::string& memory) {
    return replaced(good_board_partition(), two_memory, memory);
}

std::string with_root(const std::string& lines) {
    return replaced(good_board_partition(), "    cells {", lines + "\n    cells {");
}

bool error(const std::string& partition, Test test, const std::vector<std::string>& parts) {
    return test::found(good_board(), partition, Severity::Error, test, parts);
}

bool warning(const std::string& partition, Test test, const std::vector<std::string>& parts) {
    return test::found(good_board(), partition, Severity::Warning, test, parts);
}

bool accepted(const std::string& partition, Test test) {
    return test::found(good_board(), partition, Severity::Accepted, test, {});
}

std::string warnings(const std::string& partition) {
    return test::findings_on(good_board(), partition, Severity::Warning);
}

} // namespace

TEST_CASE("the good partition has no findings") {
    CHECK(test::compile_on(good_board(), good_board_partition()).findings.empty());
}

TEST_CASE("a device given to two cells, or twice to one") {
    auto both = [](const std::string& one, const std::string& two) {
        return replaced(replaced(good_board_partition(), one_devices, one),
                        "            cpus = <2>;", "            cpus = <2>; " + two);
    };
    CHECK(error(both("devices = \"uart1\";", "devices = \"/serial@9010000\";"), Test::DeviceTwice,
                {"/cells/two: /serial@9010000 also belongs to /cells/one", "one owner"}));
    CHECK(test::compile_on(good_board(),
                           both("devices = \"uart1\";", "excludes = \"one\"; devices = \"uart1\";"))
              .findings.empty());
    CHECK(error(with_devices("devices = \"uart1\", \"serial1\";"), Test::Language,
                {"/cells/one: devices: /serial@9010000 is given twice"}));
    // the power controller lies inside the node of the PMU
    CHECK(test::findings_on(
              good_board(),
              both("devices = \"pmu\"; accept = \"shared-registers\";", "devices = \"uart1\";"),
              Severity::Error)
              .empty());
}

TEST_CASE("a CPU or a device that the board does not have") {
    CHECK(error(
        replaced(good_board_partition(), "            cpus = <2>;", "            cpus = <4>;"),
        Test::CpuSet, {"/cells/two: cpus: CPU 4 is not among the root cell's"}));
    CHECK(error(with_devices("devices = \"uart7\";"), Test::Language,
                {"/cells/one: devices:", "uart7", "did you mean"}));
    CHECK(error(with_devices("devices = \"/serial@9010001\";"), Test::Language,
                {"/cells/one: devices:", "/serial@9010000"}));
    CHECK(error(with_devices("devices = \"&serial1\";"), Test::Language, {"serial1"}));
    CHECK(error(with_devices("devices = \"/psci\";"), Test::Language,
                {"/cells/one: devices: /psci is no device that can be given"}));
    CHECK(error(with_devices("device { of = \"uart1\"; registers = <1>; };"), Test::Language,
                {"/cells/one/device: registers: there is no 1: /serial@9010000 has 1 register"}));
    CHECK(error(with_devices("device { of = \"uart1\"; guest = <0 0x50000010>; };"), Test::Language,
                {"/cells/one/device: guest: 0x50000010", "lower 12 bits"}));
    CHECK(error(with_devices("device { of = \"uart1\"; reg = <0 1 0 1>; };"), Test::Language,
                {"/cells/one/device: reg: there is no such property"}));
}

TEST_CASE("memory outside of RAM: the alias is named") {
    CHECK(error(two_has("memory@90000000 { reg = <0 0x90000000 0 0x200000>; guest = <0 0>; };"),
                Test::OutsideDram,
                {"/cells/two/memory@90000000: reg: 0x90000000-0x901fffff is no RAM of this board",
                 "second name of 0x50000000"}));
    CHECK(error(two_has("memory@3fe00000 { reg = <0 0x3fe00000 0 0x400000>; guest = <0 0>; };"),
                Test::OutsideDram,
                {"0x3fe00000-0x3fffffff is no RAM", "RAM is 0x40000000-0x7fffffff"}));
    CHECK(error(two_has("memory@10000000 { reg = <0 0x10000000 0 0x200000>; guest = <0 0>; };"),
                Test::OutsideDram, {"registers of /pcie@10000000 are there"}));
    CHECK(error(replaced(good_board_partition(), "        size = <0x400000>;",
                         "        memory = <0 0x80000000 0 0x400000>;"),
                Test::OutsideDram, {"/hypervisor: memory: 0x80000000-0x803fffff"}));
    CHECK(accepted(two_has("memory@90000000 { reg = <0 0x90000000 0 0x200000>; guest = <0 0>; "
                           "accept = \"memory-outside-dram\"; };"),
                   Test::OutsideDram));
    CHECK(
        test::compile_on(good_board(), two_has("memory@7fe00000 { reg = <0 0x7fe00000 0 0x200000>; "
                                               "guest = <0 0>; };"))
            .findings.empty());
}

TEST_CASE("memory that firmware owns") {
    CHECK(error(two_has("memory@76e00000 { reg = <0 0x76e00000 0 0x400000>; guest = <0 0>; };"),
                Test::FirmwareMemory,
                {"/cells/two/memory@76e00000: reg: 0x76e00000-0x771fffff overlaps "
                 "0x77000000-0x777fffff of /reserved-memory/optee@77000000 (no-map)"}));
    CHECK(error(replaced(good_board_partition(), "        size = <0x400000>;",
                         "        memory = <0 0x77400000 0 0x400000>;"),
                Test::FirmwareMemory, {"/hypervisor: memory:", "optee"}));
    CHECK(accepted(two_has("memory@77000000 { reg = <0 0x77000000 0 0x200000>; guest = <0 0>; "
                           "accept = \"firmware-memory\"; };"),
                   Test::FirmwareMemory));
    CHECK(test::found(good_board(),
                      two_has("memory@60000000 { reg = <0 0x60000000 0 0x200000>; "
                              "guest = <0 0>; };"),
                      Severity::Error, Test::FirmwareMemory, {"/reserved-memory/shared@60000000"}));
}

TEST_CASE("memory of cells overlaps the hypervisor's") {
    std::string text = replaced(good_board_partition(), "        size = <0x400000>;",
                                "        memory = <0 0x50000000 0 0x400000>;");
    CHECK(error(replaced(text, two_memory,
                         "memory@50200000 { reg = <0 0x50200000 0 0x400000>; guest = <0 0>; };"),
                Test::OverlapHypervisor,
                {"/cells/two/memory@50200000: reg:", "overlaps the hypervisor's memory"}));
}

TEST_CASE("no room for memory that is asked for by size") {
    CHECK(error(
        two_has("memory { size = <0x40000000>; guest = <0 0>; };"), Test::Language,
        {"/cells/two/memory: size: there is no room for 0x40000000 bytes", "the largest is"}));
    CHECK(error(two_has("memory { size = <0x1001>; guest = <0 0>; };"), Test::Language,
                {"/cells/two/memory: size: 0x1001 is not possible"}));
    CHECK(error(replaced(good_board_partition(), "        size = <0x400000>;", ""), Test::Language,
                {"/hypervisor: the property `memory` or `size` is missing"}));
    CHECK(error(replaced(good_board_partition(), "        size = <0x400000>;", "size = <0x123>;"),
                Test::Language, {"/hypervisor: size: 0x123"}));
}

TEST_CASE("RAM banks that contradict the tree") {
    auto ram = [](const std::string& bank) {
        return with_root("    ram { bank@40000000 { reg = <0 0x40000000 " + bank + ">; }; };");
    };
    CHECK(error(ram("0 0x80000000"), Test::RamDiffers,
                {"/ram: the banks are 0x40000000-0xbfffffff, but", "has 0x40000000-0x7fffffff"}));
    CHECK(test::compile_on(good_board(), ram("0 0x40000000")).findings.empty());
    CHECK(accepted(replaced(ram("0 0x80000000"), "ram {", "ram { accept = \"ram-differs\";"),
                   Test::RamDiffers));
    CHECK(error(with_root("    ram { bnk@40000000 { reg = <0 0x40000000 0 0x1000>; }; };"),
                Test::Language, {"/ram/bnk@40000000: there is no such node", "`bank`"}));
    CHECK(error(ram("0 0x123"), Test::Language, {"/ram/bank@40000000: reg:", "whole pages"}));
}

TEST_CASE("Linux no longer finds room for what it allocates at boot") {
    std::string text =
        two_has(two_memory + "memory@100000000 { size = <0x16000000>; guest = <1 0>; };\n"
                             "memory@200000000 { size = <0x18000000>; guest = <2 0>; };");
    CHECK(warning(text, Test::LinuxMemory,
                  {"/reserved-memory/cma of the board tree asks for 0x10000000 bytes"}));
    CHECK(warnings(two_has("memory { size = <0x8000000>; guest = <0 0>; };")).empty());
}

TEST_CASE("a virtual PCI window on something real") {
    auto pci = [](const std::string& ecam) {
        return replaced(good_board_partition(), "        virtual-console;",
                        "        pci { virtual; " + ecam + " };");
    };
    CHECK(error(pci("ecam = <0 0x2ff00000>;"), Test::PciWindow,
                {"/hypervisor/pci: ecam: 0x2ff00000-0x300fffff", "lies on /pcie@10000000"}));
    CHECK(error(pci("ecam = <0 0x40000000>;"), Test::PciWindow, {"RAM at 0x40000000-0x7fffffff"}));
    // only the registers behind the configuration space hit something
    CHECK(error(pci("ecam = <0 0x8f00000>;"), Test::PciWindow, {"/serial@9000000"}));
    CHECK(test::compile_on(good_board(), pci("ecam = <0 0x30000000>;")).findings.empty());
    Compiled chosen = test::compile_on(good_board(), pci(""));
    CHECK(chosen.findings.empty());
    CHECK(chosen.partition.configuration.system.pci_mmconfig_base != 0);
    CHECK(accepted(pci("ecam = <0 0x2ff00000>; accept = \"pci-window\";"), Test::PciWindow));
}

TEST_CASE("interrupts that do not exist, or are somebody else's") {
    auto one = [](const std::string& line) { return with_devices("devices = \"uart1\"; " + line); };
    CHECK(error(one("interrupts = <300>;"), Test::Language, {"INTID 300 is not possible", "287"}));
    CHECK(error(one("interrupts = <27>;"), Test::Language, {"INTID 27 is an SGI or PPI"}));
    CHECK(error(replaced(good_board_partition(), "num-interrupts = <288>", "num-interrupts = <56>"),
                Test::InvalidInterrupts, {"num-interrupts: /ethernet@9300000", "INTID 56"}));
    CHECK(warning(one("interrupts = <57>;"), Test::ForeignInterrupts,
                  {"/cells/one: interrupts: INTID 57 is used by /mmc@9310000"}));
    CHECK(warnings(one("interrupts = <100>;")).empty());
    // uart2 is disabled: nobody misses its interrupt
    CHECK(warnings(one("interrupts = <41>;")).empty());
    CHECK(warning(one("virtual-pci-interrupts = <36>;"), Test::ForeignInterrupts,
                  {"virtual-pci-interrupts: INTID 39", "/gpio@9130000"}));
    CHECK(warnings(one("virtual-pci-interrupts = <61>;")).empty());
    CHECK(accepted(one("interrupts = <57>; accept = \"foreign-interrupts\";"),
                   Test::ForeignInterrupts));
}

TEST_CASE("an interrupt that does not reach the GIC") {
    CHECK(warning(with_devices("devices = \"uart1\", \"touch\";"), Test::LostInterrupts,
                  {"/cells/one: /touch@9320000 has 1 interrupt that does not"}));
    CHECK(accepted(with_devices("devices = \"uart1\", \"touch\"; accept = \"lost-interrupts\";"),
                   Test::LostInterrupts));
}

TEST_CASE("a device whose clocks and power stay with Linux") {
    std::string text = with_devices("devices = \"uart1\", \"uart2\";");
    CHECK(
        warning(text, Test::LinuxClocks,
                {"/cells/one: /serial@9020000 depends on Linux: 2 clocks (baudclk and apb_pclk) of "
                 "/clock-controller@9100000, 1 power domain of "
                 "/power-management@9110000/power-controller and 1 reset of",
                 "rate of a clock", "dmas (/dma-controller@9150000) stay with Linux"}));
    CHECK(warning(text, Test::DeviceSetup,
                  {"/serial@9020000: Linux will leave this device alone, so its pins "
                   "(/pinctrl@9120000/uart2-pins)",
                   "leave-enabled"}));
    std::string quiet = with_devices("devices = \"uart1\", \"uart2\"; "
                                     "accept = \"linux-clocks\", \"device-setup\";");
    CHECK(warnings(quiet).empty());
    CHECK(accepted(quiet, Test::LinuxClocks));
    CHECK(accepted(quiet, Test::DeviceSetup));
    // uart1 has a fixed clock
    CHECK(warnings(good_board_partition()).empty());
    std::string kept =
        with_devices("devices = \"uart1\"; device { of = \"uart2\"; leave-enabled; };");
    CHECK(warnings(kept).find("its pins") == std::string::npos);
    std::string scmi =
        replaced(good_board(), "clocks = <&cru 3>, <&cru 4>;", "clocks = <&scmi 3>, <&cru 4>;") +
        "firmware { scmi { scmi: protocol@14 { reg = <0x14>; #clock-cells = <1>; }; "
        "}; };";
    CHECK(test::found(scmi, text, Severity::Warning, Test::LinuxClocks,
                      {"those of /firmware belong to the firmware"}));
}

TEST_CASE("a DMA master without an IOMMU") {
    CHECK(error(with_devices("devices = \"uart1\", \"mmc\";"), Test::DmaIsolation,
                {"/cells/one: /mmc@9310000 is a DMA master", "No IOMMU is in front of it"}));
    CHECK(error(with_devices("devices = \"uart1\", \"eth\";"), Test::DmaIsolation,
                {"/ethernet@9300000 is a DMA master", "/iommu@9200000 is not driven",
                 "iommu { of = \"smmu\"; };"}));
    std::string driven = replaced(with_devices("devices = \"uart1\", \"eth\";"),
                                  "        virtual-console;", "        iommu { of = \"smmu\"; };");
    CHECK(test::compile_on(good_board(), driven).findings.empty());
    CHECK(accepted(with_devices("devices = \"uart1\"; "
                                "device { of = \"mmc\"; accept = \"dma-without-iommu\"; };"),
                   Test::DmaIsolation));
    // accepted for another device only
    CHECK(error(with_devices("devices = \"uart1\", \"mmc\"; "
                             "device { of = \"eth\"; accept = \"dma-without-iommu\"; };"),
                Test::DmaIsolation, {"/mmc@9310000"}));
    CHECK(error(replaced(good_board_partition(), "        virtual-console;",
                         "        iommu { of = \"mmc\"; };"),
                Test::Language, {"/hypervisor/iommu: of: /mmc@9310000", "no IOMMU"}));
}

TEST_CASE("registers that all depend on") {
    for (auto [device, role] :
         {std::pair("cru", "depended on by"), std::pair("pmu", "a system controller (syscon)"),
          std::pair("pinctrl", "a pin controller"),
          std::pair("gpio", "depended on by /keys/poweroff and /touch@9320000")})
        CHECK_MESSAGE(error(with_devices("devices = \"uart1\", \"" + std::string(device) + "\";"),
                            Test::SharedRegisters, {"/cells/one: /", role, "stop Linux"}),
                      std::string(device));
    // by address it is the same thing
    CHECK(error(
        with_devices("devices = \"uart1\"; device@9110000 { reg = <0 0x9110000 0 0x1000>; };"),
        Test::SharedRegisters,
        {"/cells/one/device@9110000: /power-management@9110000 is a system controller"}));
    CHECK(accepted(with_devices("devices = \"uart1\", \"pinctrl\"; accept = \"shared-registers\";"),
                   Test::SharedRegisters));
    // nobody enabled uses the GPIOs any more
    std::string board =
        replaced(good_board(), "keys { compatible", "keys { status = \"disabled\"; compatible");
    CHECK(test::findings_on(board, with_devices("devices = \"uart1\", \"gpio\", \"touch\";"),
                            Severity::Error)
              .empty());
    std::string twice =
        good_board() + "other@9010000 { compatible = \"x\"; reg = <0 0x9010000 0 0x100>; };";
    CHECK(test::found(twice, good_board_partition(), Severity::Error, Test::SharedRegisters,
                      {"0x9010000-0x90100ff of /serial@9010000 are also those of /other@9010000"}));
}

TEST_CASE("registers that share a page cost time") {
    CHECK(warning(with_devices("devices = \"uart1\", \"spia\";"), Test::SharedPage,
                  {"/cells/one: 0x9140000-0x91403ff of /spi@9140000 shares its page with "
                   "/spi@9140400",
                   "traps"}));
    CHECK(accepted(with_devices("devices = \"uart1\"; "
                                "device { of = \"spia\"; accept = \"shared-page\"; };"),
                   Test::SharedPage));
}

TEST_CASE("a device that the tree does not have") {
    std::string text =
        with_devices("devices = \"uart1\"; device@3f000000 { reg = <0 0x3f000000 0 0x1000>; };");
    CHECK(
        warning(text, Test::UnknownDevice,
                {"/cells/one/device@3f000000: reg: at 0x3f000000-0x3f000fff the board tree has no "
                 "device"}));
    CHECK(warnings(with_devices("devices = \"uart1\"; "
                                "device@9320000 { reg = <0 0x9320000 0 0x1000>; };"))
              .find("no device") == std::string::npos);
}

TEST_CASE("the hypervisor's console given to a cell") {
    CHECK(warning(with_devices("devices = \"uart1\", \"uart0\";"), Test::HypervisorConsole,
                  {"/cells/one: /serial@9000000 is the hypervisor's console"}));
    CHECK(error(replaced(good_board_partition(), "        virtual-console;",
                         "        console { device = \"mmc\"; };"),
                Test::Language,
                {"/hypervisor/console: device: /mmc@9310000 (test,mmc) is no UART that Brig"}));
    std::string board =
        replaced(good_board(), "chosen { stdout-path = \"serial0:115200n8\"; };", "");
    board = replaced(
        board,
        "    uart0: serial@9000000 {\n        compatible = \"arm,pl011\", \"arm,primecell\";",
        "    uart0: serial@9000000 {\n        compatible = \"test,uart\";");
    board = replaced(
        board,
        "    uart1: serial@9010000 {\n        compatible = \"arm,pl011\", \"arm,primecell\";",
        "    uart1: serial@9010000 {\n        compatible = \"test,uart\";");
    std::string text =
        replaced(good_board_partition(), "            console { device = \"uart1\"; };\n", "");
    CHECK(test::found(
        board, text, Severity::Error, Test::Language,
        {"/hypervisor: the board tree names no console", "console { type = \"none\"; }"}));
}

TEST_CASE("an AArch32 cell on a core without AArch32 at EL1") {
    CHECK(error(replaced(good_board_partition(), "            cpus = <2>;", "cpus = <2>; aarch32;"),
                Test::Aarch32Cores, {"/cells/two: aarch32: CPU 2 is a cortex-a76"}));
    CHECK(test::compile_on(good_board(),
                           replaced(good_board_partition(), one_devices, one_devices + " aarch32;"))
              .findings.empty());
}

TEST_CASE("accept: unknown words, and words that accept nothing") {
    CHECK(error(with_devices("devices = \"uart1\"; accept = \"dma-without-iomu\";"), Test::Language,
                {"/cells/one: accept: there is no check \"dma-without-iomu\"",
                 "did you mean `dma-without-iommu`?"}));
    CHECK(warning(with_devices("devices = \"uart1\"; accept = \"dma-without-iommu\";"),
                  Test::Language,
                  {"/cells/one: accept: nothing here needs \"dma-without-iommu\""}));
    // for the whole file
    CHECK(accepted(replaced(with_devices("devices = \"uart1\", \"mmc\";"),
                            "    compatible = \"brig,partition\";",
                            "    compatible = \"brig,partition\"; accept = \"dma-without-iommu\";"),
                   Test::DmaIsolation));
}

TEST_CASE("the language of boards needs a board tree") {
    CHECK(test::refused(replaced(test::good_partition(), "            interrupts = <40>;",
                                 "            interrupts = <40>; devices = \"uart1\";"),
                        {"/cells/one: devices: \"uart1\"", "board-tree", "--board"}));
    CHECK(
        test::refused(replaced(test::good_partition(), "    cells {", "    ram { };\n    cells {"),
                      {"/ram: there is no such node here"}));
}
