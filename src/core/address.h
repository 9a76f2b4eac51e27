/* Addresses as integers: where things lie in a reservation and in a block, so
 * that the layers above add no byte to a pointer of their own. A reservation
 * is a row of tables, each padded to whole pages, and behind them the arena,
 * from the first multiple of its alignment on. Every function is O(1), touches
 * no memory and may be called from any thread. */
#ifndef BUD_CORE_ADDRESS_H
#define BUD_CORE_ADDRESS_H

#include <stdint.h>

#include "core/require.h"
#include "core/units.h"

/* Address `offset_bytes` after `start`; bud_units_distance leads back. Its
 * precondition is not checked when the code runs: to Valgrind the start may
 * count as not yet written, and a test of it would be reported. */
/*@ requires Fits: start + offset_bytes <= 0xffffffffffffffff;
    assigns \nothing;
    ensures Address: \result == start + offset_bytes;
*/
static inline uint64_t bud_address_at(uint64_t start, uint64_t offset_bytes)
{
    return start + offset_bytes;
}

/* Address of the last `tail_bytes` of the `bytes` at `start`. */
/*@ requires Part: tail_bytes <= bytes;
    requires Fits: start + bytes <= 0xffffffffffffffff;
    assigns \nothing;
    ensures Ends: \result + tail_bytes == start + bytes;
    ensures Inside: start <= \result;
*/
static inline uint64_t bud_address_of_tail(uint64_t start, uint64_t bytes,
                                           uint64_t tail_bytes)
{
    BUD_REQUIRE(tail_bytes <= bytes && bytes <= UINT64_MAX - start);
    return start + (bytes - tail_bytes);
}

/* Offset at which ends, padded to whole pages, a table of `entries` that starts
 * at `offset_bytes`: where the next table may start. */
/*@ requires Small: offset_bytes <= 0x1000000000000000
      && entries <= 0xffffffff && entry_bytes <= 0x10000;
    requires Page: 1 <= page_bytes <= 0x100000000;
    assigns \nothing;
    ensures Multiple: \result % page_bytes == 0;
    ensures Holds: offset_bytes + entries * entry_bytes <= \result;
    ensures Near: \result < offset_bytes + entries * entry_bytes + page_bytes;
*/
static inline uint64_t bud_address_table_end(uint64_t offset_bytes,
                                             uint64_t entries,
                                             uint64_t entry_bytes,
                                             uint64_t page_bytes)
{
    BUD_REQUIRE(offset_bytes <= (uint64_t)1 << 60);
    BUD_REQUIRE(entries <= UINT32_MAX && entry_bytes <= 0x10000u);
    BUD_REQUIRE(page_bytes - 1u < (uint64_t)1 << 32);
    /*@ assert Product: 0 <= entries * entry_bytes <= 0xffffffff * 0x10000; */
    return bud_units_round_up(offset_bytes + entries * entry_bytes, page_bytes);
}

/* Address of the arena of a reservation at `start`: the first multiple of the
 * alignment from `offset_bytes` on. */
/*@ requires Positive: alignment >= 1;
    requires Fits: start + offset_bytes + alignment <= 0xffffffffffffffff;
    assigns \nothing;
    ensures Multiple: \result % alignment == 0;
    ensures Near: start + offset_bytes <= \result
      < start + offset_bytes + alignment;
*/
static inline uint64_t bud_address_arena_base(uint64_t start,
                                              uint64_t offset_bytes,
                                              uint64_t alignment)
{
    BUD_REQUIRE(alignment >= 1u && offset_bytes <= UINT64_MAX - start);
    BUD_REQUIRE(alignment <= UINT64_MAX - start - offset_bytes);
    return bud_units_round_up(start + offset_bytes, alignment);
}

/* Offset at which the arena, of `bytes`, has ended, wherever the reservation
 * starts. */
/*@ requires Positive: alignment >= 1;
    requires Fits: offset_bytes + alignment + bytes <= 0xffffffffffffffff;
    assigns \nothing;
    ensures End: \result == offset_bytes + alignment + bytes;
    ensures Holds: \forall integer base;
      base < offset_bytes + alignment ==> base + bytes < \result;
*/
static inline uint64_t bud_address_arena_end(uint64_t offset_bytes,
                                             uint64_t alignment, uint64_t bytes)
{
    BUD_REQUIRE(alignment - 1u < UINT64_MAX - offset_bytes);
    BUD_REQUIRE(bytes <= UINT64_MAX - offset_bytes - alignment);
    return offset_bytes + alignment + bytes;
}

#endif
