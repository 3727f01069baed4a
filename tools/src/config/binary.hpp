// SPDX-License-Identifier: Apache-2.0
// Revision-14 binary files from and to the model.
#pragma once

#include "config/model.hpp"
#include "util/file.hpp"

#include <string>
#include <variant>

namespace brig::config {

// The parts of a file, in file order; the root cell's descriptor inside a system file has neither
// signature nor architecture nor revision.
Bytes write_cell(const Cell& cell);
Bytes write_system(const System& system);

using ParsedFile = std::variant<System, Cell>;

// Parses a system or a cell file; bytes behind the computed size are ignored. `name` stands for the
// file in messages and in every `where`. Throws Error for a wrong signature, revision or
// architecture and for a file shorter than its arrays.
ParsedFile parse_file(const Bytes& content, const std::string& name);

System parse_system(const Bytes& content, const std::string& name);
Cell parse_cell(const Bytes& content, const std::string& name);

// The bytes of the arrays behind a descriptor, by its counts.
uint64_t arrays_size(const brig_cell_desc& desc);

// The bytes that a system file's counts ask for, whatever its signature says.
uint64_t needed_size(const Bytes& system_file);

} // namespace brig::config
