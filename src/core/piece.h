/* A block as a range of units: the pieces that runs are made of. Every
 * contract here speaks of units only, so that the proofs of runs need not
 * know about nodes. */
#ifndef BUD_CORE_PIECE_H
#define BUD_CORE_PIECE_H

#include "core/node.h"
#include "core/run_lemmas.h"
#include "core/tree.h"

/* A power-of-two part of a range. */
struct bud_piece {
    uint32_t order;
    uint32_t size; /* 2^order */
};

/* The largest block that starts at offset and lies in the units from there:
 * a range is a chain of at most 2 * height + 2 such pieces. */
/*@ requires 1 <= units <= 0x40000000;
    assigns \nothing;
    ensures Size: \result.order <= 30
      && \result.size == Pow2(\result.order);
    ensures Fits: 1 <= \result.size <= units;
    ensures Aligned: offset % \result.size == 0;
    ensures Largest: offset % (2 * \result.size) != 0
      || units < 2 * \result.size;
*/
static inline struct bud_piece bud_piece_largest(uint32_t offset,
                                                 uint32_t units)
{
    struct bud_piece piece = {0, 1};
    //@ ghost lemma_pow2();
    /*@ loop invariant Steps: piece.order <= 30;
        loop invariant Size: piece.size == Pow2(piece.order);
        loop invariant Fits: 1 <= piece.size <= units;
        loop invariant Aligned: offset % piece.size == 0;
        loop assigns piece;
        loop variant 30 - piece.order; */
    while (piece.size <= units / 2u && offset % (2u * piece.size) == 0) {
        //@ assert Next: Pow2(piece.order + 1) == 2 * Pow2(piece.order);
        piece.size = 2u * piece.size;
        piece.order++;
    }
    return piece;
}

/* The block of 2^order units at offset, all of them free, becomes live. */
/*@ requires Apart(t) && WellFormed(*t);
    requires order <= 30 && offset % Pow2(order) == 0;
    requires InHeap(*t, offset, Pow2(order));
    requires AllFree(*t, offset, Pow2(order));
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Live: AllLive(*t, offset, Pow2(order));
    ensures Frame: SameOutside{Pre,Post}(*t, offset, Pow2(order));
*/
static inline void bud_piece_claim(struct bud_tree *t, uint32_t offset,
                                   uint32_t order)
{
    //@ ghost lemma_order(*t);
    //@ ghost uint32_t x = lemma_starts(*t, offset, order);
    //@ ghost lemma_units_free(t, x, order);
    //@ assert Idle: Idle(*t, x, order);
    //@ assert Free: FreeAt(*t, offset, order);
    (void)bud_tree_take(t, offset, order);
    //@ assert Live: Live(*t, x, order);
    /*@ assert Over: \forall integer u; InRange(u, offset, Pow2(order))
          ==> LiveOver(*t, u, order); */
    /*@ assert Others: \forall integer u, c; 0 <= u < t->leaves
          && AtOrder(*t, NodeOf(*t, u, c), c)
          && !InRange(u, offset, Pow2(order)) ==> NodeOf(*t, u, c) != x; */
}

/* The live block of this order at offset becomes free. */
/*@ requires Apart(t) && WellFormed(*t);
    requires LiveAt(*t, offset, order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Free: AllFree(*t, offset, Pow2(order));
    ensures Frame: SameOutside{Pre,Post}(*t, offset, Pow2(order));
*/
static inline void bud_piece_free(struct bud_tree *t, uint32_t offset,
                                  uint32_t order)
{
    (void)order;
    //@ ghost lemma_order(*t);
    //@ ghost lemma_all_disjoint(t);
    /*@ ghost uint32_t x =
          lemma_contains(t->leaves + offset, order, lemma_size(order)); */
    //@ assert Node: x == NodeOf(*t, offset, order);
    //@ ghost lemma_units(*t, x, order);
    //@ ghost lemma_aligned(*t, x, order);
    //@ assert InHeap: InHeap(*t, offset, Pow2(order));
    /*@ assert Units: \forall integer u; 0 <= u < t->leaves ==>
          (NodeOf(*t, u, order) == x <==> InRange(u, offset, Pow2(order))); */
    /*@ assert Over: \forall integer u; InRange(u, offset, Pow2(order))
          ==> LiveOver(*t, u, order); */
    (void)bud_tree_free(t, offset);
    /*@ assert Only: \forall integer c;
          LiveAt{Pre}(*t, offset, c) ==> c == order; */
    //@ assert Same: SameLiveBut{Pre,Here}(*t, x);
    //@ assert Dead: !LiveOver(*t, offset, order);
    //@ assert NotLive: \forall integer c; !Live(*t, x, c);
    /*@ assert Back: \forall integer u, c; LiveOver(*t, u, c)
          ==> LiveOver{Pre}(*t, u, c) && NodeOf(*t, u, c) != x; */
    /*@ assert Gone: \forall integer u, c; InRange(u, offset, Pow2(order))
          ==> !LiveOver(*t, u, c); */
    /*@ assert Forth: \forall integer u, c; LiveOver{Pre}(*t, u, c)
          && !InRange(u, offset, Pow2(order)) ==> NodeOf(*t, u, c) != x; */
}

#endif
