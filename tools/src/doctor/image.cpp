// SPDX-License-Identifier: Apache-2.0
#include "doctor/image.hpp"

#include "util/error.hpp"
#include "util/text.hpp"

#include <brig/image.h>

#include <cstring>

namespace brig::doctor {

namespace {

ImageBoard board_of(const brig_image_board& raw) {
    std::string_view name(raw.name, strnlen(raw.name, sizeof(raw.name)));
    return {printable(name),     raw.console_types, raw.gic_version,
            raw.maintenance_irq, raw.gicd_base,     raw.gicr_base};
}

} // namespace

Image parse_image(const Bytes& content, const std::string& file) {
    const size_t without_board = offsetof(brig_image_extension, board);
    brig_image_header header{};
    brig_image_extension extension{};
    if (content.size() < sizeof(header) + without_board)
        fail("reading hypervisor image {}: it has {} bytes, less than its header", file,
             content.size());
    std::memcpy(&header, content.data(), sizeof(header));
    if (std::memcmp(header.signature, BRIG_IMAGE_SIGNATURE, sizeof(header.signature)) != 0)
        fail("reading hypervisor image {}: it is none (wrong signature)", file);
    const size_t there = std::min(content.size() - sizeof(header), sizeof(extension));
    std::memcpy(&extension, content.data() + sizeof(header), there);
    if (std::memcmp(extension.magic, BRIG_EXTENSION_MAGIC, sizeof(extension.magic)) != 0)
        fail("reading hypervisor image {}: it is the reference's, not Brig's (no extension behind "
             "the header)",
             file);
    if (header.core_size == 0 || header.core_size % 4096 != 0 || header.percpu_size == 0 ||
        header.percpu_size % 4096 != 0 || content.size() > header.core_size)
        fail("reading hypervisor image {}: its header is inconsistent", file);
    Image image{header.core_size, header.percpu_size, {}};
    const size_t with_board = offsetof(brig_image_extension, evidence_size);
    if (extension.version >= 2 && extension.size >= with_board && there >= with_board)
        image.board = board_of(extension.board);
    return image;
}

} // namespace brig::doctor
