#include "core/headroom.h"

#include "buddy.h"

#include "core/heap_lemmas.h"
#include "core/lemmas.h"

/* The quotient, rounded up; in 32 bits, which every processor divides. */
/*@ requires 1 <= size <= 0x40000000 && units <= 0x40000000;
    assigns \nothing;
    ensures Enough: units <= size * \result;
    ensures Least: size * \result < units + size;
*/
static uint32_t blocks_for(uint32_t units, uint32_t size)
{
    const uint32_t blocks = units / size;
    //@ assert Whole: size * blocks <= units < size * blocks + size;
    if (size * blocks == units) {
        return blocks;
    }
    //@ assert Next: size * (blocks + 1) == size * blocks + size;
    return blocks + 1u;
}

uint32_t bud_headroom_units(uint32_t live_units, uint32_t order)
{
    BUD_REQUIRE(live_units - 1u < (uint32_t)1 << BUD_TREE_HEIGHT_MAX);
    uint32_t n = 0;
    uint32_t size = 1;
    //@ ghost lemma_pow2();
    /*@ loop invariant Range: 0 <= n <= order && n <= 30;
        loop invariant Size: size == Pow2(n) && size <= live_units;
        loop assigns n, size;
        loop variant 30 - n; */
    while (n < order && size <= live_units / 2u) {
        //@ assert Low: n < 30;
        size = 2u * size;
        n++;
    }
    //@ assert Largest: Largest(live_units, order, n);
    const uint64_t needed = live_units + (uint64_t)(live_units - 1u) * n / 2u;
    //@ assert Needed: needed == Needed(live_units, n);
    if (needed > (uint32_t)1 << BUD_TREE_HEIGHT_MAX) {
        return BUD_TREE_NONE;
    }
    const uint32_t blocks = blocks_for((uint32_t)needed, size);
    //@ ghost lemma_multiple(size, blocks);
    //@ assert Multiple: (size * blocks) % Pow2(n) == 0;
    //@ assert Near: needed <= size * blocks < needed + Pow2(n);
    return size * blocks;
}

/* Smallest blocks that hold so many bytes, one or more. */
/*@ requires 1 <= size_bytes && order <= 63;
    assigns \nothing;
    ensures UnitsFor(\result, size_bytes, order);
*/
static size_t units_for(size_t size_bytes, unsigned order)
{
    //@ ghost lemma_pow2_wide();
    //@ ghost lemma_shift_wide(size_bytes - 1, order);
    return ((size_bytes - 1u) >> order) + 1u;
}

/* The order of the block that holds so many bytes; of one that holds all live
 * units when that is less, since the bound is the same. */
/*@ requires 1 <= live_units <= 0x40000000 && order <= 63;
    assigns \nothing;
    ensures Range: \result <= 30;
    ensures Lowest: \result > 0 ==> Pow2(\result - 1 + order) < size_bytes;
    ensures Holds: size_bytes <= Pow2(\result + order)
      || live_units <= Pow2(\result);
*/
static uint32_t largest_order(uint32_t live_units, size_t size_bytes,
                              unsigned order)
{
    const size_t units = units_for(size_bytes == 0 ? 1 : size_bytes, order);
    const uint32_t largest =
        bud_tree_order_for(units > live_units ? live_units : (uint32_t)units);
    //@ ghost lemma_pow2_wide();
    //@ ghost lemma_powers(largest, order);
    //@ ghost uint32_t size = lemma_size(largest);
    //@ ghost lemma_scaled(units, units > size ? units : size, order);
    /*@ ghost
      if (largest > 0) {
        lemma_powers(largest - 1, order);
        size = lemma_size(largest - 1);
        lemma_scaled(size, units - 1, order);
      } */
    return largest;
}

/* Bytes in so many smallest blocks; 0 when a size_t does not hold them. */
/*@ requires order <= 63;
    assigns \nothing;
    ensures \result == (units * Pow2(order) > SIZE_MAX
      ? 0 : units * Pow2(order));
*/
static size_t bytes_in(uint32_t units, unsigned order)
{
    //@ ghost lemma_shift_wide(SIZE_MAX, order);
    if (units > SIZE_MAX >> order) {
        //@ ghost lemma_scaled((SIZE_MAX >> order) + 1, units, order);
        return 0;
    }
    //@ ghost lemma_scaled(units, SIZE_MAX >> order, order);
    //@ ghost lemma_shift_wide(units, order);
    return (size_t)units << order;
}

/*@ assigns \nothing;
    behavior nothing:
      assumes live_bytes == 0 || order > 63;
      ensures \result == 0;
    behavior many:
      assumes order <= 63 && live_bytes > 0x40000000 * Pow2(order);
      ensures \result == 0;
    behavior some:
      assumes order <= 63 && 0 < live_bytes <= 0x40000000 * Pow2(order);
      ensures \exists integer m, n; UnitsFor(m, live_bytes, order)
        && LargestOf(m, largest_bytes, order, n)
        && Headroom(\result, m, n, order);
    complete behaviors; disjoint behaviors;
*/
size_t buddy_headroom(size_t live_bytes, size_t largest_bytes, unsigned order)
{
    if (live_bytes == 0 || order >= 8u * sizeof(live_bytes)) {
        return 0;
    }
    //@ ghost lemma_pow2_wide();
    const size_t live = units_for(live_bytes, order);
    if (live > BUDDY_MAX_BLOCKS) {
        //@ ghost lemma_scaled(0x40000000, live - 1, order);
        return 0;
    }
    //@ ghost lemma_scaled(live, 0x40000000, order);
    const uint32_t largest =
        largest_order((uint32_t)live, largest_bytes, order);
    const uint32_t blocks = bud_headroom_units((uint32_t)live, largest);
    /*@ assert Largest: \forall integer n; Largest(live, largest, n)
          ==> LargestOf(live, largest_bytes, order, n); */
    /*@ assert Bound: \exists integer n;
          LargestOf(live, largest_bytes, order, n)
          && (blocks == BUD_TREE_NONE ? Needed(live, n) > 0x40000000
              : Needed(live, n) <= 0x40000000
                && RoundedUp(blocks, Needed(live, n), n)); */
    const size_t bytes = blocks == BUD_TREE_NONE ? 0 : bytes_in(blocks, order);
    /*@ assert Headroom: \exists integer n;
          LargestOf(live, largest_bytes, order, n)
          && Headroom(bytes, live, n, order); */
    return bytes;
}
