// SPDX-License-Identifier: Apache-2.0
#include "decode/elf_file.hpp"

#include "util/error.hpp"

namespace brig::decode {

std::unique_ptr<ElfFile> ElfFile::open(const std::string& file, const std::string& what) {
    fail("reading {} {}: this build of brig reads no ELF files; take the one for the host", what,
         file);
}

} // namespace brig::decode
