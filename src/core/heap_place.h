/* Where in a heap a request goes: the lowest free block of its order, or, for
 * an alignment above its size, one inside the lowest free span as large as the
 * alignment. */
#ifndef BUD_CORE_HEAP_PLACE_H
#define BUD_CORE_HEAP_PLACE_H

#include "buddy.h"

#include "core/heap_address.h"
#include "core/heap_logic.h"
#include "core/place_lemmas.h"
#include "core/tree.h"

/* The lowest free block of this order, which stays free. */
/*@ requires Apart(t) && WellFormed(*t);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Same: SameLiveBut{Pre,Post}(*t, 0);
    behavior none:
      assumes NoneFree(*t, order);
      ensures \result == BUD_TREE_NONE;
      ensures Kept: SameNodes{Pre,Post}(*t);
    behavior some:
      assumes \exists integer i; Free(*t, i, order);
      ensures InHeap: \result + Pow2(order) <= t->leaves;
      ensures Aligned: \result % Pow2(order) == 0;
      ensures WasFree: FreeAt{Pre}(*t, \result, order);
      ensures Lowest: \forall integer o;
        0 <= o < \result ==> !FreeAt{Pre}(*t, o, order);
      ensures Free: FreeAt(*t, \result, order);
    complete behaviors; disjoint behaviors;
*/
static inline uint32_t bud_place_find(struct bud_tree *t, uint32_t order)
{
    //@ ghost lemma_order(*t);
    //@ ghost lemma_pow2();
    //@ ghost lemma_paths(t);
    const uint32_t offset = bud_tree_alloc(t, order);
    if (offset == BUD_TREE_NONE) {
        //@ assert None: NoneFree{Pre}(*t, order);
        return BUD_TREE_NONE;
    }
    //@ ghost uint32_t x = lemma_starts(*t, offset, order);
    //@ assert Dead: \forall integer c; !Live{Pre}(*t, x, c);
    //@ ghost lemma_one_owner(t, offset);
    (void)bud_tree_free(t, offset);
    //@ assert Gone: \forall integer c; !Live(*t, x, c);
    //@ assert Same: SameLiveBut{Pre,Here}(*t, 0);
    /*@ assert Idle: \forall integer u; 0 <= u < t->leaves
          && NodeOf(*t, u, order) == x ==> NoneLiveOver{Pre}(*t, u); */
    /*@ assert Fewer: \forall integer u, c;
          LiveOver(*t, u, c) ==> LiveOver{Pre}(*t, u, c); */
    //@ assert Still: Idle(*t, x, order);
    //@ ghost lemma_units_free(t, x, order);
    return offset;
}

/* Claims the block of this order that lies so far inside the lowest free span,
 * a block as large or larger. */
/*@ requires Apart(t) && WellFormed(*t);
    requires order <= span <= t->height;
    requires offset < Pow2(span) && Multiple(offset, order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    behavior none:
      assumes NoneFree(*t, span);
      ensures \result == BUD_TREE_NONE;
      ensures Kept: SameNodes{Pre,Post}(*t);
    behavior some:
      assumes \exists integer i; Free(*t, i, span);
      ensures Claimed: Claimed{Pre,Post}(*t, \result, order);
      ensures Inside: FreeOver{Pre}(*t, \result, span);
      ensures Rest: LiesAt(\result, span, offset);
      ensures Lowest: \forall integer u; 0 <= u < \result
        && LiesAt(u, span, offset) ==> !FreeOver{Pre}(*t, u, span);
    complete behaviors; disjoint behaviors;
*/
static inline uint32_t bud_place_take(struct bud_tree *t, uint32_t span,
                                      uint32_t offset, uint32_t order)
{
    //@ ghost lemma_order(*t);
    //@ ghost lemma_pow2();
    //@ ghost lemma_paths(t);
    //@ ghost lemma_over_starts(t, span);
    const uint32_t first = bud_place_find(t, span);
    if (first == BUD_TREE_NONE) {
        return BUD_TREE_NONE;
    }
    //@ ghost lemma_inside(first, span, offset, order);
    const uint32_t unit = first + offset;
    //@ assert Lies: LiesAt(unit, span, offset);
    //@ ghost uint32_t x = lemma_starts(*t, first, span);
    //@ ghost uint32_t y = lemma_starts(*t, unit, order);
    //@ assert In: NodeOf(*t, unit, span) == x;
    //@ assert Inside: FreeOver{Pre}(*t, unit, span);
    //@ assert WasFree: FreeAt{Pre}(*t, unit, order);
    //@ ghost lemma_paths(t);
    //@ assert Over: FreeOver(*t, unit, span);
    //@ assert Free: FreeAt(*t, unit, order);
    (void)bud_tree_take(t, unit, order);
    //@ assert Same: SameLiveBut{Pre,Here}(*t, y);
    return unit;
}

/* Claims a block at a multiple of an alignment that is larger than the block.
 * In every span of that many bytes exactly one address is such a multiple, at
 * the same distance from its beginning: the block there is cut from the wholly
 * free span that the tree offers. */
/*@ requires \valid(heap) && InSpace(*heap);
    requires Apart(t) && TreeOf(*t, *heap) && Managed(*t, heap->blocks);
    requires \exists integer k; 0 <= k <= 63 && alignment_bytes == Pow2(k);
    requires order <= t->height;
    requires Large: Pow2(order + heap->order) < alignment_bytes;
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures None: \result == BUD_TREE_NONE
      ==> NoPlace{Pre}(*heap, *t, order, alignment_bytes)
        && SameNodes{Pre,Post}(*t);
    ensures Some: \result != BUD_TREE_NONE
      ==> Place{Pre}(*heap, *t, \result, order, alignment_bytes)
        && Lowest{Pre}(*heap, *t, \result, order, alignment_bytes)
        && Claimed{Pre,Post}(*t, \result, order);
*/
static inline uint32_t bud_place_inside(const struct buddy *heap,
                                        struct bud_tree *t, uint32_t order,
                                        size_t alignment_bytes)
{
    //@ ghost lemma_pow2_wide();
    //@ ghost uint32_t k = lemma_exponent(alignment_bytes);
    //@ assert Order: order + heap->order < k;
    const size_t past = heap->start % alignment_bytes;
    const size_t distance = past == 0 ? 0 : alignment_bytes - past;
    //@ assert Distance: Distance(distance, heap->start, k);
    /*@ ghost lemma_places(heap->start, t->leaves, heap->blocks, order,
                           heap->order, k, distance); */
    //@ ghost lemma_free_starts(t, heap->blocks, order);
    /*@ assert Where: \forall integer u; Place(*heap, *t, u, order,
          alignment_bytes) ==> 0 <= u < heap->blocks && Multiple(u, order)
            && MultipleAt(heap->start, u, heap->order, k); */
    if (distance % bud_heap_block_bytes(heap, order) != 0 ||
        distance >= bud_heap_bytes(heap)) {
        //@ assert None: NoPlace(*heap, *t, order, alignment_bytes);
        return BUD_TREE_NONE;
    }
    //@ ghost lemma_whole(distance, order, heap->order);
    //@ ghost lemma_unit_below(distance, heap->blocks, heap->order);
    const uint32_t offset = (uint32_t)(distance >> heap->order);
    //@ assert Exact: Bytes(distance, offset, heap->order);
    const uint32_t span = bud_heap_order_for(heap, alignment_bytes);
    if (span != BUD_TREE_NONE) {
        //@ assert Span: k == span + heap->order && order < span;
        //@ ghost lemma_unit_inside(distance, offset, span, heap->order);
        /*@ assert One: \forall integer s;
              HoldsBytes(*heap, s, alignment_bytes) ==> s == span; */
        const uint32_t unit = bud_place_take(t, span, offset, order);
        /*@ assert Either: unit == BUD_TREE_NONE
              ? NoneFree{Pre}(*t, span)
              : Claimed{Pre,Here}(*t, unit, order)
                && LiesAt(unit, span, offset); */
        /*@ assert Over: \forall integer u;
              Place{Pre}(*heap, *t, u, order, alignment_bytes)
              ==> FreeOver{Pre}(*t, u, span) && LiesAt(u, span, offset); */
        /*@ assert Nowhere: unit == BUD_TREE_NONE
              ==> NoPlace{Pre}(*heap, *t, order, alignment_bytes); */
        /*@ assert Rest: unit != BUD_TREE_NONE
              ==> unit % Pow2(k - heap->order) == offset; */
        /*@ assert There: unit != BUD_TREE_NONE
              ==> EndsWith(unit, heap->order, k, distance); */
        /*@ assert Place: unit != BUD_TREE_NONE
              ==> Place{Pre}(*heap, *t, unit, order, alignment_bytes); */
        /*@ assert Lowest: unit != BUD_TREE_NONE
              ==> Lowest{Pre}(*heap, *t, unit, order, alignment_bytes); */
        return unit;
    }
    //@ assert Wide: t->leaves <= Pow2(k - heap->order);
    //@ ghost lemma_short(t->leaves, heap->order, k, distance);
    /*@ assert Only: \forall integer u; 0 <= u < t->leaves
          && EndsWith(u, heap->order, k, distance) ==> u == offset; */
    //@ assert There: EndsWith(offset, heap->order, k, distance);
    /*@ assert NoSpan: \forall integer s;
          !HoldsBytes(*heap, s, alignment_bytes); */
    if (bud_tree_take(t, offset, order) == 0) {
        //@ assert Nowhere: NoPlace{Pre}(*heap, *t, order, alignment_bytes);
        return BUD_TREE_NONE;
    }
    //@ assert Claimed: Claimed{Pre,Here}(*t, offset, order);
    //@ assert Place: Place{Pre}(*heap, *t, offset, order, alignment_bytes);
    /*@ assert Alone: \forall integer u; u < offset
          ==> !Place{Pre}(*heap, *t, u, order, alignment_bytes); */
    //@ assert Lowest: Lowest{Pre}(*heap, *t, offset, order, alignment_bytes);
    return offset;
}

/* Claims the lowest free block, for an alignment that is not larger: all
 * blocks of the order are as aligned as the start of the heap. */
/*@ requires \valid(heap) && InSpace(*heap);
    requires Apart(t) && TreeOf(*t, *heap) && Managed(*t, heap->blocks);
    requires \exists integer k; 0 <= k <= 63 && alignment_bytes == Pow2(k);
    requires order <= t->height;
    requires Small: alignment_bytes <= Pow2(order + heap->order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures None: \result == BUD_TREE_NONE
      ==> NoPlace{Pre}(*heap, *t, order, alignment_bytes)
        && SameNodes{Pre,Post}(*t);
    ensures Some: \result != BUD_TREE_NONE
      ==> Place{Pre}(*heap, *t, \result, order, alignment_bytes)
        && Lowest{Pre}(*heap, *t, \result, order, alignment_bytes)
        && Claimed{Pre,Post}(*t, \result, order);
*/
static inline uint32_t bud_place_lowest(const struct buddy *heap,
                                        struct bud_tree *t, uint32_t order,
                                        size_t alignment_bytes)
{
    //@ ghost lemma_pow2_wide();
    //@ ghost uint32_t k = lemma_exponent(alignment_bytes);
    //@ assert Order: k <= order + heap->order;
    /*@ assert Space: \let h = *heap;
          0 <= h.start && h.blocks * Pow2(h.order) <= UINTPTR_MAX + 1; */
    //@ assert Room: heap->blocks * Pow2(heap->order) <= UINTPTR_MAX + 1;
    /*@ ghost lemma_all_alike(heap->start, heap->blocks, order, heap->order,
                              k); */
    //@ ghost lemma_free_starts(t, heap->blocks, order);
    /*@ assert Where: \forall integer u; FreeAt(*t, u, order)
          ==> (MultipleAt(heap->start, u, heap->order, k)
               <==> heap->start % alignment_bytes == 0); */
    /*@ assert NoSpan: \forall integer s; order < s
          ==> !HoldsBytes(*heap, s, alignment_bytes); */
    if (heap->start % alignment_bytes != 0) {
        //@ assert None: NoPlace(*heap, *t, order, alignment_bytes);
        return BUD_TREE_NONE;
    }
    const uint32_t offset = bud_tree_alloc(t, order);
    /*@ assert Either: offset == BUD_TREE_NONE
          ? NoneFree{Pre}(*t, order) && SameNodes{Pre,Here}(*t)
          : Claimed{Pre,Here}(*t, offset, order); */
    /*@ assert Nowhere: offset == BUD_TREE_NONE
          ==> NoPlace{Pre}(*heap, *t, order, alignment_bytes); */
    /*@ assert Place: offset != BUD_TREE_NONE
          ==> Place{Pre}(*heap, *t, offset, order, alignment_bytes); */
    /*@ assert Lowest: offset != BUD_TREE_NONE
          ==> Lowest{Pre}(*heap, *t, offset, order, alignment_bytes); */
    return offset;
}

/* Claims the block of this order that a request gets. It lies below the tail,
 * which stays. */
/*@ requires \valid(heap) && InSpace(*heap);
    requires Apart(t) && TreeOf(*t, *heap) && Managed(*t, heap->blocks);
    requires \exists integer k; 0 <= k <= 63 && alignment_bytes == Pow2(k);
    requires order <= t->height;
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: Managed(*t, heap->blocks);
    ensures None: \result == BUD_TREE_NONE
      ==> NoPlace{Pre}(*heap, *t, order, alignment_bytes)
        && SameNodes{Pre,Post}(*t);
    ensures Some: \result != BUD_TREE_NONE
      ==> Place{Pre}(*heap, *t, \result, order, alignment_bytes)
        && Lowest{Pre}(*heap, *t, \result, order, alignment_bytes)
        && Claimed{Pre,Post}(*t, \result, order)
        && \result + Pow2(order) <= heap->blocks;
*/
static inline uint32_t bud_place_allocate(const struct buddy *heap,
                                          struct bud_tree *t, uint32_t order,
                                          size_t alignment_bytes)
{
    //@ ghost lemma_pow2_wide();
    //@ ghost lemma_order(*t);
    //@ assert Leaves: \let tree = *t; tree.leaves == t->leaves;
    //@ assert Before: EndsAt(*t, heap->blocks);
    /*@ assert Rest: \let tree = *t;
          Run(tree, heap->blocks, tree.leaves - heap->blocks); */
    //@ assert Past: Run(*t, heap->blocks, t->leaves - heap->blocks);
    /*@ assert Tail: \forall integer u; heap->blocks <= u < t->leaves
          ==> UnitLive(*t, u); */
    /*@ assert Below: \forall integer u, c; 0 <= u < heap->blocks
          && LiveOver(*t, u, c)
          ==> Clear(*t, u, c, heap->blocks, t->leaves - heap->blocks); */
    const uint32_t offset =
        bud_heap_order_for(heap, alignment_bytes) > order
            ? bud_place_inside(heap, t, order, alignment_bytes)
            : bud_place_lowest(heap, t, order, alignment_bytes);
    if (offset == BUD_TREE_NONE) {
        /*@ assert Same: \forall integer u, c;
              LiveOver{Pre}(*t, u, c) <==> LiveOver(*t, u, c); */
        /*@ assert Unit: \forall integer u;
              UnitLive{Pre}(*t, u) ==> UnitLive(*t, u); */
        /*@ assert Live: AllLive(*t, heap->blocks,
              t->leaves - heap->blocks); */
        //@ assert Run: Run(*t, heap->blocks, t->leaves - heap->blocks);
        //@ assert Ends: EndsAt(*t, heap->blocks);
        return BUD_TREE_NONE;
    }
    //@ ghost lemma_node(*t, offset, t->leaves + offset);
    //@ ghost lemma_all_disjoint(t);
    /*@ ghost uint32_t x =
          lemma_contains(t->leaves + offset, order, lemma_size(order)); */
    //@ assert Node: x == NodeOf(*t, offset, order);
    //@ ghost lemma_units(*t, x, order);
    //@ ghost lemma_aligned(*t, x, order);
    /*@ assert Units: \forall integer u; 0 <= u < t->leaves ==>
          (NodeOf(*t, u, order) == x <==> InRange(u, offset, Pow2(order))); */
    /*@ assert Mine: \forall integer u; InRange(u, offset, Pow2(order))
          ==> LiveOver(*t, u, order); */
    //@ assert NotYet: \forall integer c; !Live{Pre}(*t, x, c);
    /*@ assert Still: \forall integer u, c; LiveOver{Pre}(*t, u, c)
          ==> LiveOver(*t, u, c) && NodeOf(*t, u, c) != x; */
    /*@ assert Outside: \forall integer u; UnitLive{Pre}(*t, u)
          ==> !InRange(u, offset, Pow2(order)) && UnitLive(*t, u); */
    //@ assert Last: InRange(offset + Pow2(order) - 1, offset, Pow2(order));
    //@ assert End: offset + Pow2(order) <= heap->blocks;
    /*@ assert New: \forall integer u, c; LiveOver(*t, u, c)
          ==> LiveOver{Pre}(*t, u, c)
              || (NodeOf(*t, u, c) == x && c == order); */
    //@ assert Live: AllLive(*t, heap->blocks, t->leaves - heap->blocks);
    //@ assert Run: Run(*t, heap->blocks, t->leaves - heap->blocks);
    /*@ assert Whole: \let tree = *t;
          Run(tree, heap->blocks, tree.leaves - heap->blocks); */
    //@ assert Ends: EndsAt(*t, heap->blocks);
    return offset;
}

#endif
