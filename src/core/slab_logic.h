/* What the contracts of words and bitmaps speak of. Comments for the prover:
 * a compiler sees an empty file. */
#ifndef BUD_CORE_SLAB_LOGIC_H
#define BUD_CORE_SLAB_LOGIC_H

/*@ // element i is in the set
    predicate Bit(uint64_t word, integer i) = (word & (1 << i)) != 0;

    predicate SameBitsBut(uint64_t a, uint64_t b, integer n) =
      \forall integer i; 0 <= i < 64 && i != n ==> (Bit(a, i) <==> Bit(b, i));

    predicate NoBits(uint64_t word) =
      \forall integer i; 0 <= i < 64 ==> !Bit(word, i);

    // the bitmap of a span of so many objects
    predicate Slab{L}(uint64_t *bits, integer objects) =
      1 <= objects <= 64 * 64 && \valid(bits + (0 .. (objects - 1) / 64));

    predicate ObjectFree{L}(uint64_t *bits, integer n) =
      Bit(bits[n / 64], n % 64);

    predicate SameObjectsBut{A,B}(uint64_t *bits, integer objects, integer n) =
      \forall integer j; 0 <= j < objects && j != n ==>
        (ObjectFree{A}(bits, j) <==> ObjectFree{B}(bits, j));

    // bits that stand for no object
    predicate TailClear{L}(uint64_t *bits, integer objects) =
      \forall integer j; objects <= j <= (objects - 1) / 64 * 64 + 63 ==>
        !ObjectFree(bits, j);

    // word n of the bitmap of so many objects
    predicate WordOf(uint64_t *word, uint64_t *bits, integer objects,
                     integer n) =
      1 <= objects && 0 <= n <= (objects - 1) / 64 && word == bits + n;

    // every element stands for an object, in word n of so many objects
    predicate ObjectsOnly(uint64_t word, integer objects, integer n) =
      \forall integer i; 0 <= i < 64 && Bit(word, i) ==> 64 * n + i < objects;

    // every object of this word is free
    predicate WordFull{L}(uint64_t *bits, integer objects, integer word) =
      \forall integer i; 0 <= i < 64 && 64 * word + i < objects ==>
        Bit(bits[word], i);
*/

#endif
