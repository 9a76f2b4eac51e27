/* A block of the buddy tree by its node and by its offset. The leaves below a
 * node are its number shifted left; the ancestors of a leaf are its number
 * shifted right. Both are one instruction. */
#ifndef BUD_CORE_NODE_H
#define BUD_CORE_NODE_H

#include "core/tree.h"
#include "core/tree_lemmas.h"

/* The node of the block of this order that contains the unit at offset. */
/*@ requires \valid(t) && Shape(*t);
    requires offset < t->leaves && order <= t->height;
    assigns \nothing;
    ensures Node: \result == NodeOf(*t, offset, order);
    ensures At: AtOrder(*t, \result, order);
*/
static inline uint32_t bud_node_of(const struct bud_tree *t, uint32_t offset,
                                   uint32_t order)
{
    BUD_REQUIRE_SHAPE(t);
    BUD_REQUIRE(offset < t->leaves);
    BUD_REQUIRE(order <= t->height);
    //@ ghost lemma_above(*t, t->leaves + offset, order);
    //@ ghost lemma_node(*t, offset, t->leaves + offset);
    //@ ghost lemma_shift(t->leaves + offset, order);
    return (t->leaves + offset) >> order;
}

/* The offset of the first unit of a block. */
/*@ requires \valid(t) && Shape(*t);
    requires AtOrder(*t, node, order);
    assigns \nothing;
    ensures InHeap: \result < \result + Pow2(order) <= t->leaves;
    ensures Aligned: \result % Pow2(order) == 0;
    ensures Starts: StartsAt(*t, node, order, \result);
    ensures Node: NodeOf(*t, \result, order) == node;
*/
static inline uint32_t bud_node_offset(const struct bud_tree *t, uint32_t node,
                                       uint32_t order)
{
    BUD_REQUIRE_SHAPE(t);
    BUD_REQUIRE(order <= t->height);
    BUD_REQUIRE(node >> (t->height - order) == 1u);
    //@ ghost lemma_pow2();
    //@ ghost lemma_aligned(*t, node, order);
    //@ ghost lemma_below(*t, node, order);
    //@ ghost lemma_shift(node, order);
    const uint32_t leaf = node << order;
    //@ ghost lemma_node(*t, leaf - t->leaves, leaf);
    return leaf - t->leaves;
}

/* The first or the second half of a block that has halves, by `which`: 0 or
 * 1. */
/*@ requires Inner: 1 <= node < 0x40000000 && which <= 1;
    assigns \nothing;
    ensures Half: \result == 2 * node + which;
    ensures Parent: \result / 2 == node && \result % 2 == which;
    ensures Order: \forall struct bud_tree t, integer c;
      1 <= c && AtOrder(t, node, c) ==> AtOrder(t, \result, c - 1);
*/
static inline uint32_t bud_node_half(uint32_t node, uint32_t which)
{
    BUD_REQUIRE(node - 1u < 0x3fffffffu && which <= 1u);
    return 2u * node + which;
}

/* Units of a block of this order. */
/*@ requires order <= 30;
    assigns \nothing;
    ensures \result == Pow2(order) && \result >= 1;
*/
static inline uint32_t bud_node_units(uint32_t order)
{
    BUD_REQUIRE(order <= BUD_TREE_HEIGHT_MAX);
    //@ ghost lemma_pow2();
    //@ ghost lemma_down(1, order);
    //@ ghost lemma_shift(1, order);
    return (uint32_t)1 << order;
}

#endif
