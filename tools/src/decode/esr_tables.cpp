// SPDX-License-Identifier: Apache-2.0
#include "decode/esr_tables.hpp"

namespace brig::decode {

namespace {

constexpr EsrValue kConditionValid[] = {{0, "COND is not valid"}, {1, "COND is valid"}};
constexpr EsrValue kReadDirection[] = {{0, "write (MSR, MCR)"}, {1, "read (MRS, MRC)"}};
constexpr EsrValue kWrite[] = {{0, "read"}, {1, "write"}};
constexpr EsrValue kNotValid[] = {{0, "FAR is valid"}, {1, "FAR is not valid"}};
constexpr EsrValue kExternal[] = {{1, "external abort, as the implementation classifies it"}};
constexpr EsrValue kWalk[] = {{0, "not on a stage 1 walk"},
                              {1, "stage 2 fault on the walk of a stage 1 table"}};
constexpr EsrValue kCacheOp[] = {{0, ""}, {1, "cache maintenance or address translation"}};
constexpr EsrValue kNested[] = {{0, ""}, {1, "access through VNCR_EL2"}};

constexpr EsrValue kFaultStatus[] = {
    {0x00, "address size fault, level 0 or TTBR"},
    {0x01, "address size fault, level 1"},
    {0x02, "address size fault, level 2"},
    {0x03, "address size fault, level 3"},
    {0x04, "translation fault, level 0"},
    {0x05, "translation fault, level 1"},
    {0x06, "translation fault, level 2"},
    {0x07, "translation fault, level 3"},
    {0x08, "access flag fault, level 0"},
    {0x09, "access flag fault, level 1"},
    {0x0a, "access flag fault, level 2"},
    {0x0b, "access flag fault, level 3"},
    {0x0c, "permission fault, level 0"},
    {0x0d, "permission fault, level 1"},
    {0x0e, "permission fault, level 2"},
    {0x0f, "permission fault, level 3"},
    {0x10, "synchronous external abort"},
    {0x11, "synchronous tag check fault"},
    {0x12, "synchronous external abort on a table walk, level -2"},
    {0x13, "synchronous external abort on a table walk, level -1"},
    {0x14, "synchronous external abort on a table walk, level 0"},
    {0x15, "synchronous external abort on a table walk, level 1"},
    {0x16, "synchronous external abort on a table walk, level 2"},
    {0x17, "synchronous external abort on a table walk, level 3"},
    {0x18, "synchronous parity or ECC error"},
    {0x1b, "synchronous parity or ECC error on a table walk, level -1"},
    {0x1c, "synchronous parity or ECC error on a table walk, level 0"},
    {0x1d, "synchronous parity or ECC error on a table walk, level 1"},
    {0x1e, "synchronous parity or ECC error on a table walk, level 2"},
    {0x1f, "synchronous parity or ECC error on a table walk, level 3"},
    {0x21, "alignment fault"},
    {0x22, "granule protection fault on a table walk, level -2"},
    {0x23, "granule protection fault on a table walk, level -1"},
    {0x24, "granule protection fault on a table walk, level 0"},
    {0x25, "granule protection fault on a table walk, level 1"},
    {0x26, "granule protection fault on a table walk, level 2"},
    {0x27, "granule protection fault on a table walk, level 3"},
    {0x28, "granule protection fault"},
    {0x29, "address size fault, level -1"},
    {0x2a, "translation fault, level -2"},
    {0x2b, "translation fault, level -1"},
    {0x2c, "address size fault, level -2"},
    {0x30, "TLB conflict abort"},
    {0x31, "unsupported atomic hardware update"},
    {0x34, "implementation defined fault (lockdown)"},
    {0x35, "implementation defined fault (unsupported exclusive or atomic access)"},
};

constexpr EsrFieldLayout kNoFields[] = {{"ISS", 24, 0}};

constexpr EsrValue kWaitInstruction[] = {{0, "WFI"}, {1, "WFE"}, {2, "WFIT"}, {3, "WFET"}};
constexpr EsrFieldLayout kWait[] = {{"CV", 24, 24, kConditionValid},
                                    {"COND", 23, 20},
                                    {"RN", 9, 5},
                                    {"RV", 2, 2},
                                    {"TI", 1, 0, kWaitInstruction}};

constexpr EsrFieldLayout kMcr[] = {{"CV", 24, 24, kConditionValid},
                                   {"COND", 23, 20},
                                   {"Opc2", 19, 17},
                                   {"Opc1", 16, 14},
                                   {"CRn", 13, 10},
                                   {"Rt", 9, 5},
                                   {"CRm", 4, 1},
                                   {"Direction", 0, 0, kReadDirection}};
constexpr EsrFieldLayout kMcrr[] = {{"CV", 24, 24, kConditionValid},
                                    {"COND", 23, 20},
                                    {"Opc1", 19, 16},
                                    {"Rt2", 14, 10},
                                    {"Rt", 9, 5},
                                    {"CRm", 4, 1},
                                    {"Direction", 0, 0, kReadDirection}};

constexpr EsrValue kLoadDirection[] = {{0, "STC"}, {1, "LDC"}};
constexpr EsrValue kAddressing[] = {{0, "immediate unindexed"}, {1, "immediate post-indexed"},
                                    {2, "immediate offset"},    {3, "immediate pre-indexed"},
                                    {4, "literal unindexed"},   {6, "literal offset"}};
constexpr EsrValue kOffset[] = {{0, "subtract"}, {1, "add"}};
constexpr EsrFieldLayout kLdc[] = {{"CV", 24, 24, kConditionValid},
                                   {"COND", 23, 20},
                                   {"imm8", 19, 12},
                                   {"Rn", 9, 5},
                                   {"Offset", 4, 4, kOffset},
                                   {"AM", 3, 1, kAddressing},
                                   {"Direction", 0, 0, kLoadDirection}};
constexpr EsrFieldLayout kCondition[] = {{"CV", 24, 24, kConditionValid}, {"COND", 23, 20}};

constexpr EsrValue kLs64[] = {{0, "ST64BV"}, {1, "ST64BV0"}, {2, "LD64B or ST64B"}};
constexpr EsrFieldLayout kLs64Fields[] = {{"ISS", 24, 0, kLs64}};

constexpr EsrFieldLayout kBranchTarget[] = {{"BTYPE", 1, 0}};
constexpr EsrFieldLayout kImmediate[] = {{"imm16", 15, 0}};
constexpr EsrValue kConditionPassed[] = {{0, "unconditional, or passed its condition"},
                                         {1, "conditional, may have failed its condition"}};
constexpr EsrFieldLayout kSmc32[] = {
    {"CV", 24, 24, kConditionValid}, {"COND", 23, 20}, {"CCKNOWNPASS", 19, 19, kConditionPassed}};
constexpr EsrFieldLayout kSystem[] = {{"Op0", 21, 20},
                                      {"Op2", 19, 17},
                                      {"Op1", 16, 14},
                                      {"CRn", 13, 10},
                                      {"Rt", 9, 5},
                                      {"CRm", 4, 1},
                                      {"Direction", 0, 0, kReadDirection}};
constexpr EsrFieldLayout kSystem128[] = {{"Op0", 21, 20},
                                         {"Op2", 19, 17},
                                         {"Op1", 16, 14},
                                         {"CRn", 13, 10},
                                         {"Rt", 9, 6},
                                         {"CRm", 4, 1},
                                         {"Direction", 0, 0, kReadDirection}};

constexpr EsrValue kEret[] = {{0, "ERET"}, {1, "ERETAA or ERETAB"}};
constexpr EsrValue kEretKey[] = {{0, "ERETAA"}, {1, "ERETAB"}};
constexpr EsrFieldLayout kEretFields[] = {{"ERET", 1, 1, kEret}, {"ERETA", 0, 0, kEretKey}};
constexpr EsrFieldLayout kTstart[] = {{"Rd", 9, 5}};
constexpr EsrValue kPacKind[] = {{0, "instruction key"}, {1, "data key"}};
constexpr EsrValue kPacKey[] = {{0, "A key"}, {1, "B key"}};
constexpr EsrFieldLayout kPacFail[] = {{"DnI", 1, 1, kPacKind}, {"BnA", 0, 0, kPacKey}};
constexpr EsrValue kSmeReason[] = {{0, "SME is trapped"},
                                   {1, "illegal in Streaming SVE mode"},
                                   {2, "needs Streaming SVE mode"},
                                   {3, "needs ZA"},
                                   {4, "ZT0 is trapped"}};
constexpr EsrFieldLayout kSme[] = {{"SMTC", 2, 0, kSmeReason}};

constexpr EsrValue kInstructionOrData[] = {{0, "data"}, {1, "instruction"}};
constexpr EsrFieldLayout kGranule[] = {{"S2PTW", 21, 21},      {"InD", 20, 20, kInstructionOrData},
                                       {"GPCSC", 19, 14},      {"VNCR", 13, 13, kNested},
                                       {"CM", 8, 8, kCacheOp}, {"S1PTW", 7, 7, kWalk},
                                       {"WnR", 6, 6, kWrite},  {"xFSC", 5, 0, kFaultStatus}};

constexpr EsrValue kErrorState[] = {{0, "recoverable"}, {2, "uncontainable"}, {3, "restartable"}};
constexpr EsrFieldLayout kInstructionAbort[] = {
    {"TopLevel", 21, 21},        {"PFV", 14, 14},         {"SET", 12, 11, kErrorState},
    {"FnV", 10, 10, kNotValid},  {"EA", 9, 9, kExternal}, {"S1PTW", 7, 7, kWalk},
    {"IFSC", 5, 0, kFaultStatus}};

constexpr EsrValue kSyndromeValid[] = {{0, "SAS, SSE, SRT, SF and AR are not valid"},
                                       {1, "SAS, SSE, SRT, SF and AR are valid"}};
constexpr EsrValue kAccessSize[] = {{0, "byte"}, {1, "halfword"}, {2, "word"}, {3, "doubleword"}};
constexpr EsrValue kSignExtend[] = {{0, "no sign extension"}, {1, "sign extension"}};
constexpr EsrValue kRegisterWidth[] = {{0, "32-bit register"}, {1, "64-bit register"}};
constexpr EsrValue kAcquireRelease[] = {{0, ""}, {1, "acquire or release"}};
constexpr EsrFieldLayout kDataAbort[] = {
    {"ISV", 24, 24, kSyndromeValid}, {"SAS", 23, 22, kAccessSize},
    {"SSE", 21, 21, kSignExtend},    {"SRT", 20, 16},
    {"SF", 15, 15, kRegisterWidth},  {"AR", 14, 14, kAcquireRelease},
    {"VNCR", 13, 13, kNested},       {"SET", 12, 11, kErrorState},
    {"FnV", 10, 10, kNotValid},      {"EA", 9, 9, kExternal},
    {"CM", 8, 8, kCacheOp},          {"S1PTW", 7, 7, kWalk},
    {"WnR", 6, 6, kWrite},           {"DFSC", 5, 0, kFaultStatus}};

constexpr EsrValue kMemoryOperation[] = {{0, "CPY*"}, {1, "SET*"}};
constexpr EsrFieldLayout kMemoryCopy[] = {{"MemInst", 24, 24, kMemoryOperation},
                                          {"isSETG", 23, 23},
                                          {"Options", 22, 19},
                                          {"FromEpilogue", 18, 18},
                                          {"WrongOption", 17, 17},
                                          {"OptionA", 16, 16},
                                          {"destreg", 14, 10},
                                          {"srcreg", 9, 5},
                                          {"sizereg", 4, 0}};

constexpr EsrValue kTrappedValid[] = {{0, "the flags below are not valid"},
                                      {1, "the flags below are valid"}};
constexpr EsrFieldLayout kFloat[] = {{"TFV", 23, 23, kTrappedValid},
                                     {"VECITR", 10, 8},
                                     {"IDF", 7, 7},
                                     {"IXF", 4, 4},
                                     {"UFF", 3, 3},
                                     {"OFF", 2, 2},
                                     {"DZF", 1, 1},
                                     {"IOF", 0, 0}};

constexpr EsrValue kGcsType[] = {{0, "data check"}, {1, "EXLOCK"}, {2, "store trapped"}};
constexpr EsrFieldLayout kGcs[] = {
    {"ExType", 23, 20, kGcsType}, {"Raddr", 14, 10}, {"Rn", 9, 5}, {"IT", 4, 0}};

constexpr EsrValue kSyndromeKind[] = {{0, "as the architecture has it"},
                                      {1, "implementation defined"}};
constexpr EsrValue kAsynchronous[] = {{0, "uncontainable"},
                                      {1, "unrecoverable"},
                                      {2, "restartable"},
                                      {3, "recoverable"},
                                      {6, "corrected"}};
constexpr EsrValue kSErrorStatus[] = {{0, "uncategorized"}, {0x11, "asynchronous SError"}};
constexpr EsrFieldLayout kSError[] = {{"IDS", 24, 24, kSyndromeKind},
                                      {"IESB", 13, 13},
                                      {"AET", 12, 10, kAsynchronous},
                                      {"EA", 9, 9, kExternal},
                                      {"DFSC", 5, 0, kSErrorStatus}};

constexpr EsrValue kDebug[] = {{0x22, "debug exception"}};
constexpr EsrFieldLayout kBreakpoint[] = {{"IFSC", 5, 0, kDebug}};
constexpr EsrValue kStepValid[] = {{0, "EX is not valid"}, {1, "EX is valid"}};
constexpr EsrValue kExclusive[] = {{0, "other than a load exclusive"}, {1, "load exclusive"}};
constexpr EsrFieldLayout kStep[] = {
    {"ISV", 24, 24, kStepValid}, {"EX", 6, 6, kExclusive}, {"IFSC", 5, 0, kDebug}};
constexpr EsrFieldLayout kWatchpoint[] = {
    {"WPT", 23, 18},        {"WPTV", 17, 17},          {"WPF", 16, 16},
    {"FnP", 15, 15},        {"VNCR", 13, 13, kNested}, {"FnV", 10, 10, kNotValid},
    {"CM", 8, 8, kCacheOp}, {"WnR", 6, 6, kWrite},     {"DFSC", 5, 0, kDebug}};
constexpr EsrFieldLayout kComment[] = {{"Comment", 15, 0}};
constexpr EsrValue kProfiling[] = {{0, "asynchronous"}, {1, "synchronous"}};
constexpr EsrFieldLayout kProfilingFields[] = {{"SYNC", 0, 0, kProfiling}};

constexpr EsrClass kClasses[] = {
    {0x00, "unknown reason (an UNDEFINED instruction, mostly)", kNoFields},
    {0x01, "trapped WFI or WFE", kWait},
    {0x03, "trapped MCR or MRC, coprocessor 15 (AArch32)", kMcr},
    {0x04, "trapped MCRR or MRRC, coprocessor 15 (AArch32)", kMcrr},
    {0x05, "trapped MCR or MRC, coprocessor 14 (AArch32)", kMcr},
    {0x06, "trapped LDC or STC (AArch32)", kLdc},
    {0x07, "trapped access to SVE, Advanced SIMD or floating point", kCondition},
    {0x08, "trapped VMRS (AArch32)", kMcr},
    {0x09, "trapped pointer authentication", kNoFields},
    {0x0a, "trapped LD64B, ST64B, ST64BV or ST64BV0", kLs64Fields},
    {0x0c, "trapped MRRC, coprocessor 14 (AArch32)", kMcrr},
    {0x0d, "branch target exception", kBranchTarget},
    {0x0e, "illegal execution state", kNoFields},
    {0x11, "SVC (AArch32)", kImmediate},
    {0x12, "HVC (AArch32)", kImmediate},
    {0x13, "SMC (AArch32)", kSmc32},
    {0x14, "trapped 128-bit system instruction", kSystem128},
    {0x15, "SVC", kImmediate},
    {0x16, "HVC", kImmediate},
    {0x17, "SMC", kImmediate},
    {0x18, "trapped MSR, MRS or system instruction", kSystem},
    {0x19, "trapped access to SVE", kNoFields},
    {0x1a, "trapped ERET", kEretFields},
    {0x1b, "exception from TSTART", kTstart},
    {0x1c, "pointer authentication failure", kPacFail},
    {0x1d, "trapped access to SME", kSme},
    {0x1e, "granule protection check", kGranule},
    {0x1f, "implementation defined exception to EL3", kNoFields},
    {0x20, "instruction abort from a lower Exception level", kInstructionAbort},
    {0x21, "instruction abort at the same Exception level", kInstructionAbort},
    {0x22, "PC alignment fault", kNoFields},
    {0x24, "data abort from a lower Exception level", kDataAbort},
    {0x25, "data abort at the same Exception level", kDataAbort},
    {0x26, "SP alignment fault", kNoFields},
    {0x27, "memory copy or memory set exception", kMemoryCopy},
    {0x28, "trapped floating-point exception (AArch32)", kFloat},
    {0x2c, "trapped floating-point exception", kFloat},
    {0x2d, "guarded control stack exception", kGcs},
    {0x2f, "SError", kSError},
    {0x30, "breakpoint from a lower Exception level", kBreakpoint},
    {0x31, "breakpoint at the same Exception level", kBreakpoint},
    {0x32, "software step from a lower Exception level", kStep},
    {0x33, "software step at the same Exception level", kStep},
    {0x34, "watchpoint from a lower Exception level", kWatchpoint},
    {0x35, "watchpoint at the same Exception level", kWatchpoint},
    {0x38, "BKPT (AArch32)", kComment},
    {0x3a, "vector catch (AArch32)", kNoFields},
    {0x3c, "BRK", kComment},
    {0x3d, "profiling exception", kProfilingFields},
};

} // namespace

const EsrClass* find_esr_class(unsigned ec) {
    for (const EsrClass& entry : kClasses)
        if (entry.ec == ec)
            return &entry;
    return nullptr;
}

std::string_view fault_status(uint32_t code) {
    for (const EsrValue& entry : kFaultStatus)
        if (entry.value == code)
            return entry.meaning;
    return {};
}

} // namespace brig::decode
