/* The walker of the buddy tree: its free blocks in the order of addresses. */
#include "core/node.h"
#include "core/tree.h"
#include "core/walk_lemmas.h"

/* A node and its order: a block of the heap. */
struct place {
    uint32_t node;
    uint32_t order; /* BUD_TREE_NONE: no such block */
};

/* The block that contains a unit: live, or free and as large as can be. */
/*@ requires \valid(t) && WellFormed(*t);
    requires offset < t->leaves;
    assigns \nothing;
    ensures Range: \result.order <= t->height;
    ensures Node: \result.node == NodeOf(*t, offset, \result.order);
    ensures Either: LiveOver(*t, offset, \result.order)
      || (FreeOver(*t, offset, \result.order)
          && !FreeOver(*t, offset, \result.order + 1));
*/
static struct place block_of(const struct bud_tree *t, uint32_t offset)
{
    const uint32_t live = bud_tree_live_order(t, offset);
    struct place at = {t->leaves + offset, 0};
    //@ ghost lemma_order(*t);
    //@ ghost lemma_free_over(t, offset);
    //@ ghost lemma_path(t, offset);
    /*@ assert Live: live != BUD_TREE_NONE
          ==> live <= t->height && LiveOver(*t, offset, live); */
    //@ assert NotLive: live == BUD_TREE_NONE ==> NoneLiveOver(*t, offset);
    /*@ loop invariant Steps: at.order <= t->height;
      loop invariant Node: at.node == NodeOf(*t, offset, at.order);
      loop invariant Live: live != BUD_TREE_NONE ==> at.order <= live;
      loop invariant Free: live == BUD_TREE_NONE
        ==> FreeOver(*t, offset, at.order);
      loop assigns at;
      loop variant t->height - at.order; */
    while (at.order < t->height &&
           (live == BUD_TREE_NONE ? t->node[at.node / 2u] == 0
                                  : at.order < live)) {
        //@ assert Next: NodeOf(*t, offset, at.order + 1) == at.node / 2;
        at.node = at.node / 2u;
        at.order++;
    }
    //@ assert Next: NodeOf(*t, offset, at.order + 1) == at.node / 2;
    return at;
}

/* The nearest subtree to the right of a block that has something free. */
/*@ requires \valid(t) && WellFormed(*t);
    requires Limited(*t, at.node, at.order);
    assigns \nothing;
    ensures None: \result.order == BUD_TREE_NONE ==> \forall integer u, d;
      at.node < NodeOf(*t, u, at.order) ==> !MaximalAt(*t, u, d);
    ensures Some: \result.order != BUD_TREE_NONE ==>
      Limited(*t, \result.node, \result.order)
      && t->node[\result.node] <= \result.order;
    ensures Right: \result.order != BUD_TREE_NONE ==> \forall integer u;
      NodeOf(*t, u, at.order) == at.node
        ==> NodeOf(*t, u, \result.order) < \result.node;
    ensures Nearest: \result.order != BUD_TREE_NONE ==>
      \forall integer u, d; at.node < NodeOf(*t, u, at.order)
        && NodeOf(*t, u, \result.order) < \result.node
        ==> !MaximalAt(*t, u, d);
*/
static struct place next_with_free(const struct bud_tree *t, struct place at)
{
    //@ ghost lemma_order(*t);
    //@ ghost lemma_down(2, t->height);
    //@ ghost lemma_before(2, t->height);
    //@ assert One: Pow2(0) == 1;
    /*@ assert Root: \forall integer u; 0 <= u < t->leaves
          ==> NodeOf(*t, u, t->height) < 2; */
    /*@ loop invariant Steps: at.order <= t->height;
      loop invariant Limited: Limited(*t, at.node, at.order);
      loop invariant Over: \forall integer u;
        NodeOf(*t, u, \at(at.order, Pre)) == \at(at.node, Pre)
        ==> NodeOf(*t, u, at.order) == at.node;
      loop invariant Skip: \forall integer u, d;
        \at(at.node, Pre) < NodeOf(*t, u, \at(at.order, Pre))
        && NodeOf(*t, u, at.order) <= at.node ==> !MaximalAt(*t, u, d);
      loop assigns at;
      loop variant t->height - at.order; */
    while (at.order < t->height) {
        const uint32_t right = at.node + 1u;
        //@ ghost uint32_t above = at.node / 2;
        //@ ghost lemma_parent(t, at.node, at.order);
        //@ assert Parent: AtOrder(*t, above, at.order + 1);
        //@ assert Sides: 2 * above == at.node || 2 * above + 1 == at.node;
        //@ assert Twin: at.node % 2 == 0 ==> right == 2 * above + 1;
        if (at.node % 2u == 0 && t->node[right] <= at.order) {
            //@ assert Half: right / 2 == above;
            //@ ghost lemma_child(t, above, at.order + 1u, right, at.order);
            at.node = right;
            return at;
        }
        /*@ ghost
          if (at.node % 2 == 0) {
            lemma_nothing(t, right, at.order);
          }
        */
        /*@ assert Nothing: at.node % 2 == 0
              ==> t->node[right] == at.order + 1; */
        /*@ assert Full: \forall integer u, d; at.node % 2 == 0
              && NodeOf(*t, u, at.order) == right ==> !MaximalAt(*t, u, d); */
        /*@ assert Step: \forall integer u;
              NodeOf(*t, u, at.order + 1) == NodeOf(*t, u, at.order) / 2; */
        /*@ assert Wide: \forall integer u;
              NodeOf(*t, u, at.order + 1) <= above
              ==> NodeOf(*t, u, at.order) <= at.node
                || (at.node % 2 == 0 && NodeOf(*t, u, at.order) == right); */
        /*@ assert Loc: at.order + 1 < t->height
              ==> LocalAt(*t, above / 2, at.order + 2); */
        /*@ assert Halves: 2 * (above / 2) == above
              || 2 * (above / 2) + 1 == above; */
        /*@ assert NotWhole: at.order + 1 < t->height
              ==> !Whole(t->node, above / 2); */
        /*@ assert NotZero: at.order + 1 < t->height
              ==> t->node[above / 2] != 0; */
        at.node = at.node / 2u;
        at.order++;
    }
    //@ assert Root: at.node == 1;
    at.order = BUD_TREE_NONE;
    return at;
}

/* The lowest maximal free block below a node that has something free. */
/*@ requires \valid(t) && WellFormed(*t);
    requires Limited(*t, at.node, at.order);
    requires Some: t->node[at.node] <= at.order;
    assigns \nothing;
    ensures Limited: Limited(*t, \result.node, \result.order);
    ensures Free: Free(*t, \result.node, \result.order);
    ensures Below: \forall integer u;
      NodeOf(*t, u, at.order) < at.node
        ==> NodeOf(*t, u, \result.order) < \result.node;
    ensures Lowest: \forall integer u, d; at.node <= NodeOf(*t, u, at.order)
      && NodeOf(*t, u, \result.order) < \result.node
        ==> !MaximalAt(*t, u, d);
*/
static struct place first_free_below(const struct bud_tree *t, struct place at)
{
    //@ ghost lemma_order(*t);
    /*@ loop invariant Steps: at.order <= t->height;
      loop invariant Limited: Limited(*t, at.node, at.order);
      loop invariant Some: t->node[at.node] <= at.order;
      loop invariant Below: \forall integer u;
        NodeOf(*t, u, \at(at.order, Pre)) < \at(at.node, Pre)
        ==> NodeOf(*t, u, at.order) < at.node;
      loop invariant Skip: \forall integer u, d;
        \at(at.node, Pre) <= NodeOf(*t, u, \at(at.order, Pre))
        && NodeOf(*t, u, at.order) < at.node ==> !MaximalAt(*t, u, d);
      loop assigns at;
      loop variant at.order; */
    while (t->node[at.node] != 0) {
        //@ ghost uint32_t above = at.node;
        //@ ghost uint32_t wide = at.order;
        //@ assert Loc: LocalAt(*t, above, at.order);
        //@ assert NotLive: !Live(*t, above, at.order);
        //@ assert Sum: Summed(t->node, above);
        at.order--;
        at.node = 2u * at.node;
        //@ ghost lemma_nothing(t, at.node, at.order);
        /*@ assert Step: \forall integer u;
              NodeOf(*t, u, at.order + 1) == NodeOf(*t, u, at.order) / 2; */
        //@ assert Right: AtOrder(*t, at.node + 1, at.order);
        if (t->node[at.node] > at.order) {
            //@ assert Nothing: t->node[at.node] == at.order + 1;
            at.node = at.node + 1u;
        }
        //@ assert Half: at.node / 2 == above;
        //@ assert Path: NoLiveAbove(*t, above, wide);
        //@ assert Sides: at.node == 2 * above || at.node == 2 * above + 1;
        /*@ assert Left: at.node != 2 * above ==> \forall integer u, d;
              NodeOf(*t, u, at.order) == 2 * above ==> !MaximalAt(*t, u, d); */
        /*@ assert Same: \forall integer u;
              above <= NodeOf(*t, u, at.order + 1)
              ==> 2 * above <= NodeOf(*t, u, at.order); */
        //@ ghost lemma_child(t, above, wide, at.node, at.order);
        /*@ assert Before: \forall integer u;
              NodeOf(*t, u, at.order + 1) < above
              ==> NodeOf(*t, u, at.order) < at.node; */
        /*@ assert Between: \forall integer u, d;
              above <= NodeOf(*t, u, at.order + 1)
              && NodeOf(*t, u, at.order) < at.node ==> !MaximalAt(*t, u, d); */
    }
    return at;
}

/* The first maximal free block that starts at a unit or later. */
/*@ requires \valid(t) && WellFormed(*t);
    requires from < t->leaves;
    assigns \nothing;
    ensures None: \result.order == BUD_TREE_NONE
      ==> NoMaximalIn(*t, from, t->leaves);
    ensures Free: \result.order != BUD_TREE_NONE
      ==> Free(*t, \result.node, \result.order)
        && !Free(*t, \result.node / 2, \result.order + 1);
    ensures From: \result.order != BUD_TREE_NONE
      ==> t->leaves + from <= Down(\result.node, \result.order);
    ensures First: \result.order != BUD_TREE_NONE ==> NoMaximalIn(*t, from,
      Down(\result.node, \result.order) - t->leaves);
*/
static struct place first_from(const struct bud_tree *t, uint32_t from)
{
    struct place at = block_of(t, from);
    //@ assert Next: NodeOf(*t, from, at.order + 1) == at.node / 2;
    //@ ghost lemma_limited(t, from, at.node, at.order);
    if (t->node[at.node] == 0 &&
        bud_node_offset(t, at.node, at.order) == from) {
        return at;
    }
    //@ ghost lemma_rest(t, from, at.node, at.order);
    at = next_with_free(t, at);
    if (at.order == BUD_TREE_NONE) {
        return at;
    }
    at = first_free_below(t, at);
    //@ ghost lemma_before(at.node, at.order);
    //@ assert Right: NodeOf(*t, from, at.order) < at.node;
    /*@ assert First: \forall integer u, d; from <= u
          && NodeOf(*t, u, at.order) < at.node ==> !MaximalAt(*t, u, d); */
    /*@ assert Skip: NoMaximalIn(*t, from,
          Down(at.node, at.order) - t->leaves); */
    return at;
}

uint32_t bud_tree_next_free(const struct bud_tree *t, uint32_t from,
                            uint32_t *order)
{
    BUD_REQUIRE_SHAPE(t);
    if (from >= t->leaves) {
        return BUD_TREE_NONE;
    }
    const struct place at = first_from(t, from);
    if (at.order == BUD_TREE_NONE) {
        return BUD_TREE_NONE;
    }
    const uint32_t offset = bud_node_offset(t, at.node, at.order);
    //@ assert Next: NodeOf(*t, offset, at.order + 1) == at.node / 2;
    //@ assert Is: MaximalAt(*t, offset, at.order);
    *order = at.order;
    return offset;
}
