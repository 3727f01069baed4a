// SPDX-License-Identifier: Apache-2.0
// SCMI over SMC (DEN 0056): base, clock and reset protocols on one channel. The request is handled
// while the doorbell call lasts; the clocks are numbers that nothing depends on.
#include "monitor.hpp"

#include "arch/mmio.hpp"
#include "lib/string.hpp"

namespace firmware {

namespace {

using brig::arch::mmio_read32;
using brig::arch::mmio_write32;

// The shared memory (DEN 0056, 5.1.2).
constexpr uint64_t kStatus = 0x04;
constexpr uint64_t kLength = 0x14;
constexpr uint64_t kHeader = 0x18;
constexpr uint64_t kPayload = 0x1c;
constexpr uint32_t kFree = 1u << 0;

constexpr uint32_t kBase = 0x10;
constexpr uint32_t kClock = 0x14;
constexpr uint32_t kReset = 0x16;

constexpr int32_t kOk = 0;
constexpr int32_t kUnknown = -1;
constexpr int32_t kNotFound = -4;

constexpr uint32_t kResetDomains = 4;

uint64_t rates[kMaxClocks];  // 0: still the parameter's
uint8_t enabled[kMaxClocks]; // bool

/// The reply, written behind the status word.
class Reply {
public:
    void word(uint32_t value) {
        mmio_write32(kPayload + parameters.scmi_memory + size_, value), size_ += 4;
    }
    void wide(uint64_t value) {
        word(static_cast<uint32_t>(value));
        word(static_cast<uint32_t>(value >> 32));
    }
    /// 16 bytes, padded with zeros.
    void text(const char* value) {
        bool end = false;
        for (unsigned i = 0; i < 16; i += 4) {
            uint32_t bytes = 0;
            for (unsigned b = 0; b < 4; b++) {
                end = end || value[i + b] == 0;
                bytes |= end ? 0u : uint32_t{static_cast<unsigned char>(value[i + b])} << 8 * b;
            }
            word(bytes);
        }
    }
    uint32_t size() const { return size_; }

private:
    uint32_t size_ = 4; // the status word comes last
};

uint32_t argument(unsigned index) {
    return mmio_read32(parameters.scmi_memory + kPayload + 4 * index);
}

/// VERSION, ATTRIBUTES and MESSAGE_ATTRIBUTES, which all protocols have.
int32_t common(uint32_t message, uint32_t version, uint32_t attributes, Reply& reply) {
    if (message > 2)
        return kUnknown;
    const uint32_t answers[] = {version, attributes, 0};
    reply.word(answers[message]);
    return kOk;
}

int32_t base(uint32_t message, Reply& reply) {
    switch (message) {
    case 3: // vendor
        reply.text("brig-test\0\0\0\0\0\0");
        return kOk;
    case 4: // sub-vendor
        reply.text("monitor\0\0\0\0\0\0\0\0");
        return kOk;
    case 5: // implementation version
        reply.word(1);
        return kOk;
    case 6: // protocols besides this one, from the given number on
        reply.word(argument(0) == 0 ? 2 : 0);
        reply.word(argument(0) == 0 ? kClock | kReset << 8 : 0);
        return kOk;
    default: // two protocols, one agent
        return common(message, 0x20000, 2 | 1 << 8, reply);
    }
}

int32_t clock_message(uint32_t message, uint32_t id, Reply& reply) {
    const Clock& clock = parameters.clock[id];
    const uint64_t rate = rates[id] != 0 ? rates[id] : clock.rate;
    switch (message) {
    case 3: // attributes
        reply.word(enabled[id]);
        reply.text(clock.name);
        return kOk;
    case 4: // rates: any up to the given one, in steps of 1 Hz
        reply.word(3 | 1u << 12);
        reply.wide(0);
        reply.wide(clock.rate);
        reply.wide(1);
        return kOk;
    case 6:
        reply.wide(rate);
        return kOk;
    case 7:
        enabled[id] = argument(1) & 1;
        log(enabled[id] != 0 ? "SCMI clock {} on" : "SCMI clock {} off", id);
        return kOk;
    default:
        return kUnknown;
    }
}

int32_t clock(uint32_t message, Reply& reply) {
    if (message < 3)
        return common(message, 0x10000, parameters.clocks, reply);
    const uint32_t id = argument(message == 5 ? 1 : 0);
    if (id >= parameters.clocks)
        return kNotFound;
    if (message != 5)
        return clock_message(message, id, reply);
    rates[id] = uint64_t{argument(3)} << 32 | argument(2);
    log("SCMI clock {} at {} Hz", id, rates[id]);
    return kOk;
}

int32_t reset(uint32_t message, Reply& reply) {
    if (message < 3)
        return common(message, 0x10000, kResetDomains, reply);
    const uint32_t domain = argument(0);
    if (domain >= kResetDomains)
        return kNotFound;
    if (message == 3) {
        reply.word(0);
        reply.word(0xffffffff); // latency unknown
        reply.text("reset\0\0\0\0\0\0\0\0\0\0");
        return kOk;
    }
    if (message != 4)
        return kUnknown;
    log("SCMI reset {}, flags 0x{:x}", domain, argument(1));
    return kOk;
}

} // namespace

void init_scmi() {
    if (parameters.scmi_function != 0)
        mmio_write32(parameters.scmi_memory + kStatus, kFree);
}

bool handle_scmi(Frame& frame) {
    if (parameters.scmi_function == 0 ||
        static_cast<uint32_t>(frame.x[0]) != parameters.scmi_function)
        return false;
    const uint64_t memory = parameters.scmi_memory;
    const uint32_t header = mmio_read32(memory + kHeader);
    const uint32_t message = header & 0xff;
    Reply reply;
    int32_t status = kUnknown;
    switch (header >> 10 & 0xff) {
    case kBase:
        status = base(message, reply);
        break;
    case kClock:
        status = clock(message, reply);
        break;
    case kReset:
        status = reset(message, reply);
        break;
    default:
        break;
    }
    mmio_write32(memory + kPayload, static_cast<uint32_t>(status));
    mmio_write32(memory + kLength, 4 + (status == kOk ? reply.size() : 4));
    asm volatile("dsb sy");
    mmio_write32(memory + kStatus, kFree);
    frame.answer(0);
    return true;
}

} // namespace firmware
