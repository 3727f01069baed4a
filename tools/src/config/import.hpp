// SPDX-License-Identifier: Apache-2.0
// Binary configuration files of any origin back to a partition file.
#pragma once

#include "board/names.hpp"
#include "config/model.hpp"
#include "config/partition.hpp"
#include "util/file.hpp"

#include <string>
#include <vector>

namespace brig::config {

struct ImportFile {
    std::string name; // for messages and comments
    Bytes content;
};

// What happens to stream ids that older revisions wrote in one of two ways.
enum class OldStreamIds { Refuse, Keep, Drop };

struct ImportOptions {
    board::Names names; // for comments; empty: not known
    OldStreamIds old_stream_ids = OldStreamIds::Refuse;
    DtcOptions dtc;
};

struct Imported {
    std::string source;
    std::vector<std::string> warnings; // what the language cannot express, and what is faulty
    std::vector<std::string> notes;    // other bytes, same meaning
    // One for each file: the result was compiled again, and says whether the bytes are the same.
    std::vector<std::string> verdicts;
};

// System and cell files to one partition file; without a system file to a part of one, for
// /include/. Throws Error when a file cannot be read, or when there are two system files.
Imported import_files(const std::vector<ImportFile>& files, const ImportOptions& options);

} // namespace brig::config
