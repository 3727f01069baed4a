// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace brig::test {

std::string good_partition() {
    return R"(/dts-v1/;
/ {
    compatible = "brig,partition";
    #address-cells = <1>;
    #size-cells = <1>;
    hypervisor {
        memory = <0x7fc00000 0x400000>;
        virtual-console;
        gic {
            version = <3>;
            gicd = <0x8000000>;
            gicr = <0x80a0000>;
            maintenance-interrupt = <25>;
            num-interrupts = <288>;
        };
    };
    root {
        cpus = <0 1 2 3>;
        interrupt-ranges = <32 256>;
        memory@40000000 { reg = <0x40000000 0x3fc00000>; };
        device@9000000 { reg = <0x9000000 0x1000>; };
    };
    cells {
        one {
            cpus = <1>;
            interrupts = <40>;
            memory@70000000 { reg = <0x70000000 0x10000>; guest = <0>; loadable; };
            comm-region { };
        };
        two {
            cpus = <2>;
            interrupts = <41>;
            memory@70100000 { reg = <0x70100000 0x10000>; guest = <0>; loadable; };
            comm-region { };
        };
    };
};
)";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    size_t at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, "not in the text: ", from);
    REQUIRE_MESSAGE(text.find(from, at + 1) == std::string::npos, "twice in the text: ", from);
    return text.replace(at, from.size(), to);
}

config::Compiled compile_text(const std::string& source) {
    TemporaryDirectory directory;
    write_files(directory.path(), {{"test.dts", Bytes(source.begin(), source.end())}});
    return config::compile(directory.path() / "test.dts", {});
}

std::string findings_of(const std::string& source) {
    std::string text;
    for (const auto& finding : compile_text(source).findings)
        text += finding.text + "\n";
    return text;
}

Bytes file_of(const config::Compiled& compiled, const std::string& name) {
    for (const auto& file : compiled.files)
        if (file.name == name)
            return file.content;
    FAIL("no file ", name);
    return {};
}

bool refused(const std::string& source, const std::vector<std::string>& parts) {
    config::Compiled compiled = compile_text(source);
    CHECK(compiled.files.empty());
    std::vector<std::string> errors;
    for (const auto& finding : compiled.findings)
        if (finding.severity == config::Severity::Error)
            errors.push_back(finding.text);
    std::string all;
    for (const auto& error : errors)
        all += error + "\n";
    bool good = errors.size() == 1;
    for (const auto& part : parts)
        good = good && errors[0].find(part) != std::string::npos;
    if (!good)
        MESSAGE("errors found:\n", all);
    return good;
}

} // namespace brig::test
