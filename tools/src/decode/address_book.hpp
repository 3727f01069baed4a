// SPDX-License-Identifier: Apache-2.0
// What a guest-physical address of a cell is: by the configuration, and by the board's tree.
#pragma once

#include "board/device.hpp"
#include "board/names.hpp"
#include "board/tree.hpp"
#include "config/model.hpp"
#include "decode/event.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace brig::decode {

class AddressBook {
public:
    // Each may be empty. Throws Error when a file is not what it should be.
    AddressBook(const std::string& tree, const std::vector<std::string>& configs);

    // Where the hypervisor's memory begins, and with it its image.
    Number hypervisor_base() const {
        return system_ ? Number(system_->hypervisor_memory.phys) : Number();
    }

    bool empty() const { return !tree_ && cells_.empty(); }
    // `cell`: whose address it is; an unknown one counts as the root cell, if that is known.
    AddressInfo explain(uint64_t address, const std::string& cell) const;

private:
    std::optional<board::Tree> tree_;
    std::vector<board::Device> devices_;
    board::Names names_;
    std::vector<config::Cell> cells_; // the root cell first, if there is a system file
    std::optional<config::System> system_;

    struct Owner {
        const config::Cell* cell = nullptr;
        const config::MemoryRegion* region = nullptr;
    };
    // Who else has a host address; the root cell only if nobody takes it from it.
    Owner find_owner(uint64_t physical, const config::Cell& except) const;
    const config::Cell* find_cell(const std::string& name) const;
    void look_at_configuration(AddressInfo& info, const std::string& cell,
                               uint64_t& physical) const;
    void look_at_tree(AddressInfo& info, uint64_t physical) const;
};

} // namespace brig::decode
