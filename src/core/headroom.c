#include "core/headroom.h"

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
