// SPDX-License-Identifier: Apache-2.0
#include "map/palette.hpp"
#include "map/map.hpp"

#include <array>

namespace brig::map {

std::string owner_colour(size_t owner) {
    static constexpr std::array<std::string_view, 10> cells = {
        "#e08a1e", "#2a9d6f", "#c9578f", "#35a3c7", "#d1603d",
        "#7a6ad8", "#6b9e3a", "#b39a1f", "#a8684a", "#5f8f95"};
    if (owner == hypervisor)
        return "#8e44ad";
    if (owner == root)
        return "#4a7dbf";
    return std::string(cells[(owner - first_cell) % cells.size()]);
}

std::string drawing_style() {
    return R"(.brig-map text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;font-size:13px;fill:#1b1f24}
.brig-map .ground{fill:#ffffff}
.brig-map .lane{fill:#eef1f5}
.brig-map .line{stroke:#d5dbe3;stroke-width:1}
.brig-map .gap{stroke:#b4bdc9;stroke-width:1;stroke-dasharray:2 4}
.brig-map .spare{fill:#c3cad4}
.brig-map .lane-cut{stroke:#ffffff;stroke-opacity:0.55;stroke-width:1}
.brig-map .title{font-size:22px;font-weight:600}
.brig-map .head{font-size:14px;font-weight:600}
.brig-map .soft{fill:#5d6773}
.brig-map .small{font-size:11px}
.brig-map .mono{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:12px}
.brig-map .on{fill:#ffffff;font-weight:600}
.brig-map .bad{fill:#d62f3c;font-weight:600}
.brig-map .plain{font-weight:400}
.brig-map .alarm{fill:none;stroke:#d62f3c;stroke-width:2.5}
@media (prefers-color-scheme:dark){
.brig-map text{fill:#e6e9ee}
.brig-map .ground{fill:#14171c}
.brig-map .lane{fill:#1f252d}
.brig-map .line{stroke:#323a45}
.brig-map .gap{stroke:#566070}
.brig-map .spare{fill:#4a5361}
.brig-map .soft{fill:#9aa5b3}
.brig-map .on{fill:#ffffff}
.brig-map .bad{fill:#ff7a84}
}
)";
}

} // namespace brig::map
