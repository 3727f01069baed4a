// SPDX-License-Identifier: Apache-2.0
// SGIs among the CPUs of a cell: a bit in the target's mask and one physical SGI; to oneself, a
// list register. No locks.
#include "gic/v3/sgi.hpp"

#include "arch/gic_cpu.hpp"
#include "cell/cell.hpp"
#include "gic/injector.hpp"
#include "gic/irqchip.hpp"
#include "gic/sgi.hpp"
#include "system.hpp"

namespace brig::gicv3 {

constinit SgiTargets sgi_targets;

void SgiTargets::add(Cpu& cpu) {
    const uint64_t affinity = sgi1r::cluster_of(cpu.mpidr);
    unsigned i = 0;
    while (i < count_ && clusters_[i].affinity != affinity)
        i++;
    if (i == count_)
        clusters_[count_++].affinity = affinity;
    clusters_[i].cpus[cpu.mpidr % kListSize] = &cpu;
}

} // namespace brig::gicv3

namespace brig::sgi {

void deliver(Cpu& cpu) {
    uint32_t sgis = cpu.gic.incoming_sgis.exchange(0);
    while (sgis != 0) {
        const auto sgi = static_cast<uint32_t>(__builtin_ctz(sgis));
        sgis &= sgis - 1;
        injector::inject_software(cpu.gic, sgi);
    }
}

void accept(Cpu& cpu, uint32_t acknowledged) {
    injector::inject_software(cpu.gic, acknowledged);
}

void refill(Cpu& cpu) {
    injector::refill(cpu.gic);
}

} // namespace brig::sgi

namespace brig::irqchip {

namespace {

void send(Cpu& sender, Cpu& target, unsigned sgi) {
    // If a bit was set already, its sender's physical SGI has yet to be answered, and does for
    // both.
    if (&target == &sender)
        injector::inject_software(sender.gic, sgi);
    else if (target.gic.incoming_sgis.fetch_or(1u << sgi) == 0)
        arch::gic::send_sgi(kInjectSgi, target.mpidr);
}

[[gnu::noinline]] void send_to_others(Cpu& sender, unsigned sgi) {
    for (size_t id : sender.cell->cpus)
        if (id != sender.id)
            send(sender, sys.cpu(id), sgi);
}

} // namespace

void handle_sgi_write(Cpu& cpu, uint64_t value) {
    using namespace gicv3;
    if ((value & sgi1r::all_others) != 0) [[unlikely]]
        return send_to_others(cpu, sgi1r::intid(value));
    Cpu* const* cluster = sgi_targets.find(value);
    if (cluster == nullptr)
        return;
    auto list = static_cast<uint32_t>(value & sgi1r::target_list);
    for (; list != 0; list &= list - 1) {
        Cpu* target = cluster[__builtin_ctz(list)];
        if (target != nullptr && target->cell == cpu.cell)
            send(cpu, *target, sgi1r::intid(value));
    }
}

} // namespace brig::irqchip
