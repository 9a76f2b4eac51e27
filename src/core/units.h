/* Address arithmetic of an arena: bytes, 64 KiB units and the objects of a
 * span, all as integers that count from the start of the arena, so that the
 * layers above hold no arithmetic of their own. Offsets and sizes in bytes are
 * 64 bits wide, since an arena may exceed 4 GiB; the number of a unit fits in
 * 32, since a tree has at most 2^30 leaves. Every function is O(1), touches no
 * memory and may be called from any thread. */
#ifndef BUD_CORE_UNITS_H
#define BUD_CORE_UNITS_H

#include <stdint.h>

#include "core/require.h"

/* The unit that the tree hands out, in bytes; a multiple of every page size
 * that Linux uses on our targets. */
#define BUD_UNIT_BYTES 65536u

/* First byte past the largest arena: 2^30 units. */
#define BUD_UNITS_END_BYTES ((uint64_t)BUD_UNIT_BYTES << 30)

/* Units that hold `bytes` (any value): the quotient, rounded up. */
/*@ assigns \nothing;
    ensures Enough: \result * BUD_UNIT_BYTES >= bytes;
    ensures Least: \result > 0 ==> (\result - 1) * BUD_UNIT_BYTES < bytes;
*/
static inline uint64_t bud_units_for(uint64_t bytes)
{
    const uint64_t whole = bytes / BUD_UNIT_BYTES;

    return bytes % BUD_UNIT_BYTES == 0u ? whole : whole + 1u;
}

/* Unit in which the byte at `offset_bytes` of an arena lies. */
/*@ requires Inside: offset_bytes < BUD_UNITS_END_BYTES;
    assigns \nothing;
    ensures Starts: \result * BUD_UNIT_BYTES <= offset_bytes;
    ensures Ends: offset_bytes < (\result + 1) * BUD_UNIT_BYTES;
*/
static inline uint32_t bud_units_of_offset(uint64_t offset_bytes)
{
    BUD_REQUIRE(offset_bytes < BUD_UNITS_END_BYTES);
    return (uint32_t)(offset_bytes / BUD_UNIT_BYTES);
}

/* Bytes between the start of a unit and the byte at `offset_bytes`, below
 * BUD_UNIT_BYTES. */
/*@ assigns \nothing;
    ensures Rest: \result == offset_bytes % BUD_UNIT_BYTES;
    ensures Small: \result < BUD_UNIT_BYTES;
*/
static inline uint32_t bud_units_remainder(uint64_t offset_bytes)
{
    return (uint32_t)(offset_bytes % BUD_UNIT_BYTES);
}

/* Offset from the start of a span of the byte that lies `inside` bytes after
 * the start of its unit number `unit`. */
/*@ requires Inside: unit < 0x10000 && inside < BUD_UNIT_BYTES;
    assigns \nothing;
    ensures Unit: \result / BUD_UNIT_BYTES == unit;
    ensures Rest: \result % BUD_UNIT_BYTES == inside;
*/
static inline uint32_t bud_units_span_offset(uint32_t unit, uint32_t inside)
{
    BUD_REQUIRE(unit < 0x10000u && inside < BUD_UNIT_BYTES);
    return unit * BUD_UNIT_BYTES + inside;
}

/* Address of unit number `unit` of an arena that starts at `base`. */
/*@ requires Fits: base + unit * BUD_UNIT_BYTES <= 0xffffffffffffffff;
    assigns \nothing;
    ensures Address: \result == base + unit * BUD_UNIT_BYTES;
*/
static inline uint64_t bud_units_address(uint64_t base, uint32_t unit)
{
    BUD_REQUIRE((uint64_t)unit * BUD_UNIT_BYTES <= UINT64_MAX - base);
    return base + (uint64_t)unit * BUD_UNIT_BYTES;
}

/* Bytes in `units` units, which is also the offset of unit number `units`;
 * at most 2^32 units. */
/*@ requires Fits: units <= 0x100000000;
    assigns \nothing;
    ensures Bytes: \result == units * BUD_UNIT_BYTES;
*/
static inline uint64_t bud_units_to_bytes(uint64_t units)
{
    BUD_REQUIRE(units <= (uint64_t)1 << 32);
    return units * BUD_UNIT_BYTES;
}

/* Bytes from `bytes` up to the next multiple of `alignment`; 0 when it is one
 * itself. The multiple may be 2^64. */
/*@ requires Positive: alignment >= 1;
    assigns \nothing;
    ensures Multiple: (bytes + \result) % alignment == 0;
    ensures Near: \result < alignment;
    ensures Past: \result == 0 || \result == alignment - bytes % alignment;
*/
static inline uint64_t bud_units_to_multiple(uint64_t bytes, uint64_t alignment)
{
    BUD_REQUIRE(alignment >= 1u);
    const uint64_t past = bytes % alignment;

    return past == 0u ? 0u : alignment - past;
}

/* Smallest multiple of `alignment` that is not below `bytes`, or 0 when no
 * 64-bit number is one. Only `bytes` == 0 gives 0 otherwise, so a caller that
 * asks for something needs no second test. */
/*@ requires Positive: alignment >= 1;
    assigns \nothing;
    ensures Multiple: \result % alignment == 0;
    ensures Near: \result != 0 ==> bytes <= \result < bytes + alignment;
    ensures None: \result == 0 ==>
      bytes == 0 || bytes + alignment - bytes % alignment > 0xffffffffffffffff;
*/
static inline uint64_t bud_units_round_up(uint64_t bytes, uint64_t alignment)
{
    BUD_REQUIRE(alignment >= 1u);
    const uint64_t more = bud_units_to_multiple(bytes, alignment);

    return more > UINT64_MAX - bytes ? 0u : bytes + more;
}

/* Largest multiple of `alignment` that is not above `bytes`. */
/*@ requires Positive: alignment >= 1;
    assigns \nothing;
    ensures Multiple: \result % alignment == 0;
    ensures Near: \result <= bytes < \result + alignment;
*/
static inline uint64_t bud_units_round_down(uint64_t bytes, uint64_t alignment)
{
    BUD_REQUIRE(alignment >= 1u);
    return bytes - bytes % alignment;
}

/* Offset in bytes of object number `index` from the start of its span. */
/*@ requires Fits: index * size_bytes <= 0xffffffff;
    assigns \nothing;
    ensures Place: \result == index * size_bytes;
    ensures Back: size_bytes > 0
      ==> \result / size_bytes == index && \result % size_bytes == 0;
*/
static inline uint32_t bud_units_object_offset(uint32_t index,
                                               uint32_t size_bytes)
{
    BUD_REQUIRE((uint64_t)index * size_bytes <= UINT32_MAX);
    return index * size_bytes;
}

/* The same of the object that bit 0 of a word of the bitmap stands for. That
 * of bit number i lies bud_units_object_offset(i, size_bytes) further. */
/*@ requires Small: word < 64 && size_bytes <= BUD_UNIT_BYTES;
    assigns \nothing;
    ensures Place: \result == 64 * word * size_bytes;
    ensures Objects: \forall integer i; 0 <= i < 64
      ==> \result + i * size_bytes == (64 * word + i) * size_bytes;
*/
static inline uint32_t bud_units_word_offset(uint32_t word, uint32_t size_bytes)
{
    BUD_REQUIRE(word < 64u && size_bytes <= BUD_UNIT_BYTES);
    return bud_units_object_offset(64u * word, size_bytes);
}

/* Bytes from `start` on to `address`, modulo 2^64: less than the length of a
 * range at `start` exactly when the address lies in the range, so that one
 * comparison tells. Compilers make one subtraction of the two cases. */
/*@ assigns \nothing;
    ensures Behind: address >= start ==> start + \result == address;
    ensures Before: address < start
      ==> start + \result == address + 0x10000000000000000;
    ensures Inside: \forall integer bytes;
      0 <= bytes <= 0x10000000000000000 - start
        ==> (\result < bytes <==> start <= address < start + bytes);
*/
static inline uint64_t bud_units_distance(uint64_t start, uint64_t address)
{
    if (address >= start) {
        return address - start;
    }
    return UINT64_MAX - (start - address) + 1u;
}

/* Number of the entry in which the byte at `offset_bytes` of a table lies, each
 * of whose entries has `entry_bytes`. */
/*@ requires Positive: entry_bytes >= 1;
    assigns \nothing;
    ensures Starts: \result * entry_bytes <= offset_bytes;
    ensures Ends: offset_bytes < (\result + 1) * entry_bytes;
*/
static inline uint64_t bud_units_entry_of(uint64_t offset_bytes,
                                          uint64_t entry_bytes)
{
    BUD_REQUIRE(entry_bytes >= 1u);
    return offset_bytes / entry_bytes;
}

#endif
