/* Programs over the contracts of the core: whoever keeps the preconditions
 * can compute with what is promised, so the promises are not empty. The prover
 * sees the contracts alone; the unit tests run the same programs. */
#ifndef BUD_PROOF_HARNESS_H
#define BUD_PROOF_HARNESS_H

#include "core/slab.h"
#include "core/tree.h"

/*@ // every unit of the range lies in a live block of order c
    predicate FullOf{L}(struct bud_tree t, integer o, integer n, integer c) =
      \forall integer u; InRange(u, o, n) ==> LiveOver(t, u, c);

    // the first n units are live, no other
    predicate LiveUpTo{L}(struct bud_tree t, integer n) =
      0 <= n <= t.leaves && AllLive(t, 0, n) && AllFree(t, n, t.leaves - n);

    // metadata of 2^height units, and a struct beside it
    predicate Room{L}(struct bud_tree *t, uint8_t *node, integer height) =
      \valid(t) && Blank(node, Pow2(height))
      && \separated(t, node + (0 .. 2 * Pow2(height) - 1));
*/

/* A new heap hands itself out whole, at offset 0. 1 when it does. */
/*@ requires height <= 30 && Room(t, zeroed_node, height);
    assigns *t, zeroed_node[0 .. 2 * Pow2(height) - 1];
    ensures \result == 1;
*/
uint32_t bud_harness_whole(struct bud_tree *t, uint8_t *zeroed_node,
                           uint32_t height);

/* A new heap hands out 2^(height - order) blocks, in the order of addresses,
 * and then none; frees them all, not one a second time; and then is whole
 * again. 1 when all of that is so. */
/*@ requires order <= height <= 30 && Room(t, zeroed_node, height);
    assigns *t, zeroed_node[0 .. 2 * Pow2(height) - 1];
    ensures \result == 1;
*/
uint32_t bud_harness_blocks(struct bud_tree *t, uint8_t *zeroed_node,
                            uint32_t height, uint32_t order);

/* A run is claimed in a new heap, grows by more, gives its last less units
 * back, and then all; the heap is whole again. 1 when all of that is so. */
/*@ requires height <= 30 && Room(t, zeroed_node, height);
    requires 1 <= units && units + more <= Pow2(height);
    requires less <= units + more;
    assigns *t, zeroed_node[0 .. 2 * Pow2(height) - 1];
    ensures \result == 1;
*/
uint32_t bud_harness_run(struct bud_tree *t, uint8_t *zeroed_node,
                         uint32_t height, uint32_t units, uint32_t more,
                         uint32_t less);

/* A word of so many objects hands each out once, from the lowest on, and no
 * other; takes all back at once, and hands them out again; takes one back,
 * hands it out again, and takes it back once, not twice. 1 when all of that is
 * so. */
/*@ requires \valid(word) && 1 <= objects <= 64 && index < objects;
    assigns *word;
    ensures \result == 1;
*/
uint32_t bud_harness_slab(uint64_t *word, uint32_t objects, uint32_t index);

#endif
