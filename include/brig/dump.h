/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The dump of a fatal exception, as it stands on the console: columns and spelling are what parsers
 * of the reference's dumps know. Format strings for arguments in {}, each is a line.
 */
#ifndef BRIG_DUMP_H
#define BRIG_DUMP_H

/* "forbidden access" or "unhandled trap"; exception class */
#define BRIG_DUMP_FATAL "FATAL: {} (exception class 0x{:02x})\n"
#define BRIG_DUMP_HYP "FATAL: Unhandled HYP exception: synchronous abort from EL2\n"
#define BRIG_DUMP_CELL_STATE "Cell state before exception:\n"

/* pc, lr, SPSR, exception level; sp, ELR, ESR's class, IL and ISS */
#define BRIG_DUMP_PC " pc: {:016x}   lr: {:016x} spsr: {:08x}     EL{}\n"
#define BRIG_DUMP_SP " sp: {:016x}  elr: {:016x}  esr: {:02x} {:01x} {:07x}\n"
/* Three registers, each a blank for one-digit numbers or nothing, number, value */
#define BRIG_DUMP_REGISTERS "{}x{}: {:016x}  {}x{}: {:016x}  {}x{}: {:016x}\n"

#define BRIG_DUMP_FAR "FAR_EL2: {:016x}\n"
/* logical CPU, cell name */
#define BRIG_DUMP_PARKING "Parking CPU {} (Cell: \"{}\")\n"
#define BRIG_DUMP_STOPPING "Stopping CPU {} (Cell: \"{}\")\n"

#endif
