/* SPDX-License-Identifier: Apache-2.0 */
/* Included before everything else: declarations too, not only definitions, are the image's own, so
 * that no access goes through a global offset table (-fvisibility=hidden covers definitions alone).
 */
#ifndef __ASSEMBLER__
#pragma GCC visibility push(hidden)
#endif
