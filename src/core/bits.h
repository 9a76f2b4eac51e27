/* One 64-bit word as a set of small integers: the vocabulary in which bitmaps
 * are written, so that no caller ever sees a shift. Number n of a bitmap is a
 * bit of one of its words. Every operation is one machine instruction or
 * two. */
#ifndef BUD_CORE_BITS_H
#define BUD_CORE_BITS_H

#include <stdint.h>

#include "core/require.h"
#include "core/slab_lemmas.h"
#include "core/slab_logic.h"

/*@ requires i < 64;
    assigns \nothing;
    ensures Is: \result == 1 <==> Bit(word, i);
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
    //@ ghost lemma_bit(i);
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
    //@ ghost lemma_bit(i);
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

/* The elements of either. */
/*@ assigns \nothing;
    ensures Either: \forall integer i; 0 <= i < 64 ==>
      (Bit(\result, i) <==> Bit(word, i) || Bit(other, i));
*/
static inline uint64_t bud_bits_union(uint64_t word, uint64_t other)
{
    return word | other;
}

/* The elements of both. */
/*@ assigns \nothing;
    ensures Both: \forall integer i; 0 <= i < 64 ==>
      (Bit(\result, i) <==> Bit(word, i) && Bit(other, i));
*/
static inline uint64_t bud_bits_common(uint64_t word, uint64_t other)
{
    return word & other;
}

/* The elements that are not in the other. */
/*@ assigns \nothing;
    ensures Only: \forall integer i; 0 <= i < 64 ==>
      (Bit(\result, i) <==> Bit(word, i) && !Bit(other, i));
*/
static inline uint64_t bud_bits_without(uint64_t word, uint64_t other)
{
    return word & ~other;
}

/* Every element less n; what would pass 0 is gone. */
/*@ requires n < 64;
    assigns \nothing;
    ensures \forall integer i; 0 <= i < 64 ==>
      (Bit(\result, i) <==> i + n < 64 && Bit(word, i + n));
*/
static inline uint64_t bud_bits_lower(uint64_t word, uint32_t n)
{
    BUD_REQUIRE(n < 64u);
    return word >> n;
}

/* The smallest element. The builtin has no specification: this contract is
 * the one assumption of the core, and the unit tests compare it with a loop
 * that is proved to keep it. */
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

/* ---- bitmaps ---- */

/* Words that hold the numbers below `count`. */
/*@ assigns \nothing;
    ensures Enough: 64 * \result >= count;
    ensures Least: count > 0 ==> 64 * (\result - 1) < count;
*/
static inline uint32_t bud_bits_words(uint32_t count)
{
    return count / 64u + (count % 64u != 0u);
}

/* The word that number n stands in. */
/*@ assigns \nothing;
    ensures Word: \result == n / 64;
*/
static inline uint32_t bud_bits_word_of(uint32_t n)
{
    return n / 64u;
}

/* The bit that stands for number n in its word. */
/*@ assigns \nothing;
    ensures Bit: \result == n % 64;
    ensures In: \result < 64;
*/
static inline uint32_t bud_bits_bit_of(uint32_t n)
{
    return n % 64u;
}

/* The number that a bit of a word stands for. */
/*@ requires In: bit < 64 && word < 0x4000000;
    assigns \nothing;
    ensures Number: \result == 64 * word + bit;
    ensures Word: \result / 64 == word;
    ensures Bit: \result % 64 == bit;
*/
static inline uint32_t bud_bits_number(uint32_t word, uint32_t bit)
{
    BUD_REQUIRE(bit < 64u && word < 0x4000000u);
    return 64u * word + bit;
}

#endif
