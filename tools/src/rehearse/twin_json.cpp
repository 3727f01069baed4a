// SPDX-License-Identifier: Apache-2.0
#include "rehearse/twin_json.hpp"

#include <nlohmann/json.hpp>

namespace brig::rehearse {

using Json = nlohmann::ordered_json;

namespace {

Json notes_json(const std::vector<Note>& notes) {
    Json list = Json::array();
    for (const Note& note : notes)
        list.push_back({{"key", note.key}, {"text", note.text}, {"todo", note.todo}});
    return list;
}

Json firmware_json(const Firmware& firmware) {
    Json sip = Json::array();
    for (const SipCall& call : firmware.sip)
        sip.push_back(Json::array(
            {call.function, call.result[0], call.result[1], call.result[2], call.result[3]}));
    Json clocks = Json::array();
    for (const Clock& clock : firmware.clocks)
        clocks.push_back(Json::array({clock.name, clock.hz}));
    return {{"place", firmware.place},
            {"mpidr", firmware.mpidr},
            {"gic", firmware.gic},
            {"gicd", firmware.gicd},
            {"gicr", firmware.gicr},
            {"gicc", firmware.gicc},
            {"psci_version", firmware.psci_version},
            {"smccc_version", firmware.smccc_version},
            {"scmi_function", firmware.scmi_function},
            {"scmi_memory", firmware.scmi_memory},
            {"sdei", firmware.sdei},
            {"trusted_os", firmware.trusted_os},
            {"sip", sip},
            {"clocks", clocks}};
}

} // namespace

Json twin_json(const Twin& twin) {
    Json memory = Json::array();
    for (const Range& bank : twin.memory)
        memory.push_back({{"start", bank.first}, {"size", bank.size()}});
    return {{"model", twin.model},
            {"console", {{"path", twin.console}, {"model", twin.console_model}}},
            {"memory", memory},
            {"firmware", firmware_json(twin.firmware)},
            {"disabled", twin.disabled},
            {"assumptions", notes_json(twin.assumptions)},
            {"check_list", notes_json(twin.check_list)}};
}

} // namespace brig::rehearse
