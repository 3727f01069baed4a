/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BRIG_TEST_HVCTEST_H
#define BRIG_TEST_HVCTEST_H

#define HVCTEST_SLOTS 64	/* CPUs */

#endif
