// SPDX-License-Identifier: Apache-2.0
#include "system.hpp"

namespace brig {

constinit System sys;

} // namespace brig
