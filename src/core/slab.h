/* The objects of one span as a bitmap: bit set = object free.
 *
 * The bitmap is the only truth: no list, no count beside it that could
 * disagree. Bits past the last object are zero, so they are never handed
 * out. take and give are the hot path of malloc and free: one word is loaded,
 * tested, changed and stored. Each word has one writer at a time. */
#ifndef BUD_CORE_SLAB_H
#define BUD_CORE_SLAB_H

#include <stdint.h>

#include "core/bits.h"

#define BUD_SLAB_WORDS 64u

/* What bud_slab_give answers. */
enum {
    BUD_SLAB_GIVEN,
    BUD_SLAB_WORD_IS_FULL, /* every object of the word is free now */
    BUD_SLAB_WAS_FREE,     /* a double free: nothing has changed */
};

/* Words of the bitmap of so many objects. */
/*@ requires 1 <= objects <= 64 * 64;
    assigns \nothing;
    ensures \result == (objects - 1) / 64 + 1;
*/
static inline uint32_t bud_slab_words(uint32_t objects)
{
    BUD_REQUIRE(objects - 1u < 64u * BUD_SLAB_WORDS);
    return bud_bits_words(objects);
}

/* This word of a span in which every object is free. */
/*@ requires 1 <= objects <= 64 * 64 && 64 * word < objects;
    assigns \nothing;
    ensures In: \forall integer i; 0 <= i < 64 && 64 * word + i < objects ==>
      Bit(\result, i);
    ensures Out: \forall integer i; 0 <= i < 64 && 64 * word + i >= objects ==>
      !Bit(\result, i);
*/
static inline uint64_t bud_slab_full_word(uint32_t objects, uint32_t word)
{
    BUD_REQUIRE(objects - 1u < 64u * BUD_SLAB_WORDS);
    BUD_REQUIRE(word <= (objects - 1u) / 64u);
    const uint64_t all = bud_bits_not(0);
    const uint32_t rest = objects - 64u * word;

    return rest >= 64u ? all : bud_bits_lower(all, 64u - rest);
}

/* Every object is free. */
/*@ requires Slab(bits, objects);
    assigns bits[0 .. (objects - 1) / 64];
    ensures Free: \forall integer j; 0 <= j < objects ==> ObjectFree(bits, j);
    ensures Tail: TailClear(bits, objects);
*/
static inline void bud_slab_init(uint64_t *bits, uint32_t objects)
{
    BUD_REQUIRE(objects - 1u < 64u * BUD_SLAB_WORDS);
    const uint32_t words = bud_slab_words(objects);
    /*@ loop invariant Range: 0 <= word <= words;
        loop invariant Free: \forall integer j;
          0 <= j < objects && j < 64 * word ==> ObjectFree(bits, j);
        loop invariant Tail: \forall integer j;
          objects <= j < 64 * word ==> !ObjectFree(bits, j);
        loop assigns word, bits[0 .. words - 1];
        loop variant words - word; */
    for (uint32_t word = 0; word < words; word++) {
        //@ ghost Before: ;
        bits[word] = bud_slab_full_word(objects, word);
        /*@ assert Else: \forall integer j; 0 <= j < 64 * word ==>
              bits[j / 64] == \at(bits[j / 64], Before); */
        /*@ assert Here: \forall integer j;
              64 * word <= j < 64 * word + 64 ==> j / 64 == word
              && j == 64 * word + j % 64 && 0 <= j % 64 < 64; */
    }
}

/* Whether no object of the word is free; else bud_slab_take finds one. */
/*@ assigns \nothing;
    ensures NoneFree: \result == 1 <==> NoBits(word);
    ensures Some: \result == 0 <==> word != 0;
*/
static inline uint32_t bud_slab_is_used_up(uint64_t word)
{
    //@ ghost if (word != 0) { lemma_some(word); }
    return word == 0;
}

/* Takes the lowest free object of *word, which has one: its number, 0 to
 * 63. */
/*@ requires \valid(word);
    requires Some: *word != 0;
    assigns *word;
    ensures In: \result < 64;
    ensures WasFree: Bit(\old(*word), \result);
    ensures Taken: !Bit(*word, \result);
    ensures Lowest: \forall integer i; 0 <= i < \result ==>
      !Bit(\old(*word), i);
    ensures Frame: SameBitsBut(*word, \old(*word), \result);
    ensures Object: \forall uint64_t *bits, integer objects, n;
      WordOf(word, bits, objects, n) && TailClear{Pre}(bits, objects)
      ==> 64 * n + \result < objects;
    ensures Tail: \forall uint64_t *bits, integer objects, n;
      WordOf(word, bits, objects, n) && TailClear{Pre}(bits, objects)
      ==> TailClear(bits, objects);
*/
static inline uint32_t bud_slab_take(uint64_t *word)
{
    BUD_REQUIRE(*word != 0);
    const uint32_t bit = bud_bits_lowest(*word);
    /*@ assert Number: \forall integer n; 0 <= n
          ==> (64 * n + bit) / 64 == n && (64 * n + bit) % 64 == bit; */
    /*@ assert Object: \forall uint64_t *bits, integer objects, n;
          WordOf(word, bits, objects, n) ==> ObjectFree(bits, 64 * n + bit); */
    *word = bud_bits_clear(*word, bit);
    return bit;
}

/* Frees the object with this index, below objects. */
/*@ requires Slab(bits, objects) && index < objects;
    assigns bits[index / 64];
    behavior double_free:
      assumes ObjectFree(bits, index);
      assigns \nothing;
      ensures \result == BUD_SLAB_WAS_FREE;
    behavior live:
      assumes !ObjectFree(bits, index);
      ensures Given: ObjectFree(bits, index);
      ensures Frame: SameObjectsBut{Pre,Post}(bits, objects, index);
      ensures Tail: TailClear{Pre}(bits, objects) ==> TailClear(bits, objects);
      ensures Full: \result == BUD_SLAB_WORD_IS_FULL
        <==> WordFull(bits, objects, index / 64);
      ensures Else: \result != BUD_SLAB_WAS_FREE;
    complete behaviors; disjoint behaviors;
*/
static inline uint32_t bud_slab_give(uint64_t *bits, uint32_t objects,
                                     uint32_t index)
{
    BUD_REQUIRE(objects - 1u < 64u * BUD_SLAB_WORDS);
    BUD_REQUIRE(index < objects);
    const uint32_t word = index / 64u;
    const uint64_t before = bits[word];
    if (bud_bits_test(before, index % 64u) != 0) {
        return BUD_SLAB_WAS_FREE;
    }
    const uint64_t after = bud_bits_set(before, index % 64u);
    bits[word] = after;
    /*@ assert Same: \forall integer j; 0 <= j && j / 64 == word && j != index
          ==> (ObjectFree(bits, j) <==> ObjectFree{Pre}(bits, j)); */
    /*@ assert Else: \forall integer j; 0 <= j && j / 64 != word
          ==> bits[j / 64] == \at(bits[j / 64], Pre); */
    const uint64_t missing = bud_bits_not(after);
    if (missing == 0) {
        //@ assert NoneMissing: NoBits(missing);
        return BUD_SLAB_WORD_IS_FULL;
    }
    if (64u * word + bud_bits_lowest(missing) >= objects) {
        return BUD_SLAB_WORD_IS_FULL;
    }
    return BUD_SLAB_GIVEN;
}

/* The objects of more, freed elsewhere, become free in *word. Returns those
 * that were free already: double frees. */
/*@ requires \valid(word);
    assigns *word;
    ensures Union: \forall integer i; 0 <= i < 64 ==>
      (Bit(*word, i) <==> Bit(\old(*word), i) || Bit(more, i));
    ensures Twice: \forall integer i; 0 <= i < 64 ==>
      (Bit(\result, i) <==> Bit(\old(*word), i) && Bit(more, i));
    ensures Tail: \forall uint64_t *bits, integer objects, n;
      WordOf(word, bits, objects, n) && ObjectsOnly(more, objects, n)
        && TailClear{Pre}(bits, objects) ==> TailClear(bits, objects);
*/
static inline uint64_t bud_slab_merge(uint64_t *word, uint64_t more)
{
    const uint64_t already = *word & more;
    *word = *word | more;
    return already;
}

#endif
