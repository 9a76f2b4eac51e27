/* One 64-bit word as a set of small integers: the vocabulary in which the
 * slab's bitmap is written, so that no caller ever sees a shift. Every
 * operation is one machine instruction or two. */
#ifndef BUD_CORE_BITS_H
#define BUD_CORE_BITS_H

#include <stdint.h>

#include "core/require.h"
#include "core/slab_logic.h"

/*@ requires i < 64;
    assigns \nothing;
    ensures Is: \result == 1 <==> Bit(word, i);
    ensures Value: \result == ((word >> i) & 1);
    ensures Flag: \result == 0 || \result == 1;
*/
static inline uint32_t bud_bits_test(uint64_t word, uint32_t i)
{
    BUD_REQUIRE(i < 64u);
    return (uint32_t)((word >> i) & 1u);
}

/*@ requires i < 64;
    assigns \nothing;
    ensures Own: Bit(\result, i);
    ensures Others: SameBitsBut(\result, word, i);
*/
static inline uint64_t bud_bits_set(uint64_t word, uint32_t i)
{
    BUD_REQUIRE(i < 64u);
    return word | ((uint64_t)1 << i);
}

/*@ requires i < 64;
    assigns \nothing;
    ensures Own: !Bit(\result, i);
    ensures Others: SameBitsBut(\result, word, i);
*/
static inline uint64_t bud_bits_clear(uint64_t word, uint32_t i)
{
    BUD_REQUIRE(i < 64u);
    return word & ~((uint64_t)1 << i);
}

/*@ assigns \nothing;
    ensures \forall integer i; 0 <= i < 64 ==>
      (Bit(\result, i) <==> !Bit(word, i));
*/
static inline uint64_t bud_bits_not(uint64_t word)
{
    return ~word;
}

/* Every element grows by n; what would pass 63 is gone. */
/*@ requires n < 64;
    assigns \nothing;
    ensures \forall integer i; 0 <= i < 64 ==>
      (Bit(\result, i) <==> i >= n && Bit(word, i - n));
*/
static inline uint64_t bud_bits_raise(uint64_t word, uint32_t n)
{
    BUD_REQUIRE(n < 64u);
    return word << n;
}

/* The smallest element. The builtin has no specification: this contract is
 * the one assumption of the core, and the unit tests compare it with a loop. */
/*@ requires Some: word != 0;
    assigns \nothing;
    ensures In: \result < 64;
    ensures Own: Bit(word, \result);
    ensures Lowest: \forall integer i; 0 <= i < \result ==> !Bit(word, i);
*/
static inline uint32_t bud_bits_lowest(uint64_t word)
{
    BUD_REQUIRE(word != 0);
    return (uint32_t)__builtin_ctzll(word);
}

#endif
