/* Size classes: which object size serves a request, and how a span is cut.
 *
 * Sizes go up in steps of 16 bytes to 128 and then in 8 equal steps per
 * doubling to 64 KiB, so that rounding a request up wastes at most 15 bytes
 * below 128 and less than an eighth above. Class and size follow from each
 * other by arithmetic; who asks often may keep the answers.
 *
 * A span of a class is 2^n units: the fewest that hold at least 4 objects and
 * leave at most an eighth of their bytes unused at the end. Most of what they
 * leave is never touched, and so no memory; but a span of 16 units for 16
 * objects, to leave less, would be half empty half of the time.
 *
 * Every function is O(1) or a loop over at most the classes, touches no memory
 * and may be called from any thread. */
#ifndef BUD_CORE_SIZE_CLASS_H
#define BUD_CORE_SIZE_CLASS_H

#include <stdint.h>

#include "core/require.h"
#include "core/size_class_lemmas.h"
#include "core/size_class_logic.h"

#define BUD_CLASS_STEP_BYTES 16u
#define BUD_CLASS_MAX_BYTES 65536u

/* Above the largest fine size all sizes are multiples of the coarse step. */
#define BUD_CLASS_FINE_MAX_BYTES 1024u
#define BUD_CLASS_COARSE_STEP_BYTES 128u
#define BUD_CLASS_COUNT 80u

/* No class serves the request. */
#define BUD_CLASS_NONE 0xffffffffu

/* The largest span of any class, in units. */
#define BUD_CLASS_MAX_UNITS 8u

#define BUD_CLASS_MIN_OBJECTS 4u
#define BUD_CLASS_WASTE_PART 8u

/* 1 in the scale of bud_size_class_reciprocal, a power of two: so large that
 * what rounding the reciprocal up adds over a whole span stays below one
 * object. */
#define BUD_CLASS_RECIPROCAL_ONE ((uint64_t)1 << 35)

/* Position of the highest bit of a `word`, 2^7 .. 2^16 - 1. The instruction
 * for it has a builtin without a specification; these comparisons do not wait
 * for each other and need none. */
/*@ requires Some: 128 <= word < 65536;
    assigns \nothing;
    ensures Range: 7 <= \result <= 15;
    ensures Highest:
      Steps(\result - 6, 8) <= word < Steps(\result - 6, 16);
*/
static inline uint32_t bud_size_class_highest_bit(uint32_t word)
{
    BUD_REQUIRE(word >= 128u && word < 65536u);
    const int above = (word >= 256u) + (word >= 512u) + (word >= 1024u) +
                      (word >= 2048u) + (word >= 4096u) + (word >= 8192u) +
                      (word >= 16384u) + (word >= 32768u);

    return 7u + (uint32_t)above;
}

/* Smallest class whose objects hold `size_bytes`, 0 .. BUD_CLASS_MAX_BYTES; a
 * request for nothing gets the smallest object. */
/*@ requires Small: size_bytes <= BUD_CLASS_MAX_BYTES;
    assigns \nothing;
    ensures Smallest: ClassFor(\result, size_bytes);
    ensures Near: 1 <= size_bytes <= 128
      ==> ClassBytes(\result) - size_bytes < 16;
    ensures Close: size_bytes > 128
      ==> 8 * (ClassBytes(\result) - size_bytes) < size_bytes;
*/
static inline uint32_t bud_size_class_for(uint32_t size_bytes)
{
    BUD_REQUIRE(size_bytes <= BUD_CLASS_MAX_BYTES);
    if (size_bytes <= 8u * BUD_CLASS_STEP_BYTES) {
        return size_bytes == 0u ? 0u : (size_bytes - 1u) / BUD_CLASS_STEP_BYTES;
    }
    /* The top four bits of the last byte's number: a one, and which of the 8
     * steps of the doubling it falls into. */
    const uint32_t last = size_bytes - 1u;
    const uint32_t low_bits = bud_size_class_highest_bit(last) - 3u;

    //@ ghost lemma_steps_in(last, low_bits - 3u);
    return 8u * (low_bits - 4u) + (last >> low_bits);
}

/* Steps that hold a request, for who keeps the class of each number of steps:
 * the request's class is that of the bytes in them. */
/*@ requires Small: size_bytes <= BUD_CLASS_MAX_BYTES;
    assigns \nothing;
    ensures Holds: 0 <= \result * BUD_CLASS_STEP_BYTES - size_bytes
      < BUD_CLASS_STEP_BYTES;
    ensures Class: \forall integer c; ClassFor(c, size_bytes)
      <==> ClassFor(c, \result * BUD_CLASS_STEP_BYTES);
*/
static inline uint32_t bud_size_class_steps(uint32_t size_bytes)
{
    BUD_REQUIRE(size_bytes <= BUD_CLASS_MAX_BYTES);
    //@ ghost lemma_classes_step();
    return (size_bytes + BUD_CLASS_STEP_BYTES - 1u) / BUD_CLASS_STEP_BYTES;
}

/* The same in coarse steps, for a request above BUD_CLASS_FINE_MAX_BYTES. */
/*@ requires Coarse: BUD_CLASS_FINE_MAX_BYTES < size_bytes
      <= BUD_CLASS_MAX_BYTES;
    assigns \nothing;
    ensures Holds: 0 <= \result * BUD_CLASS_COARSE_STEP_BYTES - size_bytes
      < BUD_CLASS_COARSE_STEP_BYTES;
    ensures Class: \forall integer c; ClassFor(c, size_bytes)
      <==> ClassFor(c, \result * BUD_CLASS_COARSE_STEP_BYTES);
*/
static inline uint32_t bud_size_class_coarse_steps(uint32_t size_bytes)
{
    BUD_REQUIRE(BUD_CLASS_FINE_MAX_BYTES < size_bytes);
    BUD_REQUIRE(size_bytes <= BUD_CLASS_MAX_BYTES);
    const uint32_t steps = (size_bytes + BUD_CLASS_COARSE_STEP_BYTES - 1u) /
                           BUD_CLASS_COARSE_STEP_BYTES;

    //@ ghost lemma_classes_step();
    /*@ assert Multiple: \forall integer x; x % 128 == 0 ==>
          (x < size_bytes <==> x < 128 * steps); */
    /*@ assert Same: \forall integer c; 0 <= c < 80 ==>
          (ClassBytes(c) < size_bytes <==> ClassBytes(c) < 128 * steps); */
    return steps;
}

/* Size in bytes of an object of `class`, below BUD_CLASS_COUNT. */
/*@ requires Class: class < BUD_CLASS_COUNT;
    assigns \nothing;
    ensures Bytes: \result == ClassBytes(class);
    ensures Range: BUD_CLASS_STEP_BYTES <= \result <= BUD_CLASS_MAX_BYTES;
    ensures Multiple: \result % BUD_CLASS_STEP_BYTES == 0;
*/
static inline uint32_t bud_size_class_bytes(uint32_t class)
{
    BUD_REQUIRE(class < BUD_CLASS_COUNT);
    if (class < 8u) {
        return BUD_CLASS_STEP_BYTES * (class + 1u);
    }
    //@ ghost lemma_step(class / 8u);
    return (BUD_CLASS_STEP_BYTES << (class / 8u - 1u)) * (9u + class % 8u);
}

/* Smallest class whose objects hold `size_bytes` and all start at multiples of
 * `alignment_bytes`, a power of two up to the unit; BUD_CLASS_NONE when there
 * is none. Spans start at a unit, so a size that is a multiple suffices. */
/*@ requires Positive: alignment_bytes >= 1;
    assigns \nothing;
    ensures Always: size_bytes <= BUD_CLASS_MAX_BYTES
      && BUD_CLASS_MAX_BYTES % alignment_bytes == 0
      ==> \result != BUD_CLASS_NONE;
    behavior some:
      assumes \exists integer c;
        ClassServes(c, size_bytes, alignment_bytes);
      ensures Lowest: ClassLowest(\result, size_bytes, alignment_bytes);
    behavior none:
      assumes \forall integer c;
        !ClassServes(c, size_bytes, alignment_bytes);
      ensures \result == BUD_CLASS_NONE;
    complete behaviors; disjoint behaviors;
*/
uint32_t bud_size_class_for_aligned(uint32_t size_bytes,
                                    uint32_t alignment_bytes);

/* Units in a span of `class`: a power of two up to BUD_CLASS_MAX_UNITS. */
/*@ requires Class: class < BUD_CLASS_COUNT;
    assigns \nothing;
    ensures Units: SpanUnits(\result, ClassBytes(class));
*/
uint32_t bud_size_class_units(uint32_t class);

/* Objects in a span of `class`: 4 .. 4096. */
/*@ requires Class: class < BUD_CLASS_COUNT;
    assigns \nothing;
    ensures Range: BUD_CLASS_MIN_OBJECTS <= \result <= 4096;
    ensures Fit: \exists integer units;
      SpanUnits(units, ClassBytes(class))
      && \result == units * 65536 / ClassBytes(class);
*/
uint32_t bud_size_class_objects(uint32_t class);

/* 1 / size of `class`, scaled and rounded up, for bud_size_class_index; it
 * fits 32 bits, so that no product with an offset overflows. */
/*@ requires Class: class < BUD_CLASS_COUNT;
    assigns \nothing;
    ensures Value: \result == 0x80000000 / (ClassBytes(class) / 16) + 1;
    ensures Range: 1 <= \result <= 0x80000001;
*/
uint64_t bud_size_class_reciprocal(uint32_t class);

/* Number of the object in which the byte at `offset_bytes` of a span lies,
 * given its class's reciprocal: one multiplication where a division by a
 * variable would take ten times as long.
 *
 * A caller that frees multiplies the index back by the size: equal to the
 * offset means an object starts there, whatever the reciprocal. That no start
 * of an object is ever missed is lemma_index. */
/*@ requires Narrow: reciprocal <= 0x80000001;
    assigns \nothing;
    ensures Scaled: \result == offset_bytes * reciprocal / 0x800000000;
*/
static inline uint32_t bud_size_class_index(uint32_t offset_bytes,
                                            uint64_t reciprocal)
{
    BUD_REQUIRE(reciprocal <= 0x80000001u);
    return (uint32_t)(offset_bytes * reciprocal / BUD_CLASS_RECIPROCAL_ONE);
}

#endif
