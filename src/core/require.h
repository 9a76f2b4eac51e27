/* The part of a `requires` that can be evaluated cheaply, checked when the
 * code runs: what is proved holds only for callers that keep it, and those are
 * not proved. Test builds define BUD_CHECKS; everywhere else, and for the
 * prover, it is nothing. There is no library to print with: it traps, and the
 * debugger shows the line. */
#ifndef BUD_CORE_REQUIRE_H
#define BUD_CORE_REQUIRE_H

#ifdef BUD_CHECKS
#define BUD_REQUIRE(condition) ((condition) ? (void)0 : __builtin_trap())
#else
#define BUD_REQUIRE(condition) ((void)0)
#endif

#endif
