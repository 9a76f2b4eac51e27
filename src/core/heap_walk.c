/* What a heap tells of its free blocks: a walk over them, and how full it is.
 * Both go from one maximal free block to the next, as the tree does. */
#include "buddy.h"

#include "core/count_lemmas.h"
#include "core/heap_address.h"
#include "core/heap_lemmas.h"
#include "core/heap_logic.h"
#include "core/node.h"
#include "core/tree.h"
#include "core/tree_lemmas.h"

/* The first maximal free block of an order that starts at a smallest block or
 * later, or BUD_TREE_NONE. */
/*@ requires \valid(t) && WellFormed(*t);
    requires Apart: \separated(t, t->node + (0 .. 2 * t->leaves - 1));
    assigns \nothing;
    ensures None: \result == BUD_TREE_NONE
      ==> NoneOfOrder(*t, order, from, t->leaves);
    ensures First: \result != BUD_TREE_NONE
      ==> from <= \result && MaximalAt(*t, \result, order)
        && NoneOfOrder(*t, order, from, \result);
*/
static uint32_t next_of_order(const struct bud_tree *t, uint32_t from,
                              uint32_t order)
{
    uint32_t found = 0;
    //@ ghost lemma_one_maximal(t);
    uint32_t offset = bud_tree_next_free(t, from, &found);
    /*@ loop invariant At: offset != BUD_TREE_NONE
          ==> from <= offset < t->leaves && MaximalAt(*t, offset, found);
        loop invariant None: offset == BUD_TREE_NONE
          ==> NoneOfOrder(*t, order, from, t->leaves);
        loop invariant First: offset != BUD_TREE_NONE
          ==> NoneOfOrder(*t, order, from, offset);
        loop assigns offset, found;
        loop variant t->leaves - offset; */
    while (offset != BUD_TREE_NONE && found != order) {
        //@ assert Other: !MaximalAt(*t, offset, order);
        //@ assert None: NoneOfOrder(*t, order, from, offset + 1);
        offset = bud_tree_next_free(t, offset + 1u, &found);
    }
    return offset;
}

/*@ requires Heap(heap);
    assigns \nothing;
    ensures None: \result == 0 ==> \forall struct bud_tree t;
      TreeOf(t, *heap) ==>
        NoneAfter(*heap, t, order - heap->order, previous, t.leaves);
    ensures First: \result != 0 ==> \forall struct bud_tree t;
      TreeOf(t, *heap) ==> \exists integer u;
        \result == AddressOf(*heap, u) && previous < \result
        && MaximalAt(t, u, order - heap->order)
        && NoneAfter(*heap, t, order - heap->order, previous, u);
*/
uintptr_t buddy_walk_free(const struct buddy *heap, unsigned order,
                          uintptr_t previous)
{
    const struct bud_tree tree = bud_heap_tree(heap);
    if (order < heap->order) {
        return 0;
    }
    //@ ghost lemma_addresses(*heap);
    //@ assert Tail: AllLive(tree, heap->blocks, tree.leaves - heap->blocks);
    //@ ghost lemma_tail_not_free(&tree, heap->blocks);
    /*@ assert Inside: \forall integer u, c;
          MaximalAt(tree, u, c) ==> 0 <= u < heap->blocks; */
    //@ assert Node: tree.node == heap->node && tree.leaves == heap->leaves;
    //@ assert Start: AddressOf(*heap, 0) == heap->start;
    uint32_t from = 0;
    if (previous >= heap->start) {
        const uint32_t before = bud_heap_offset(heap, previous);
        if (before == BUD_TREE_NONE) {
            //@ assert End: AddressOf(*heap, heap->blocks) <= previous;
            /*@ assert Past: NoneAfter(*heap, tree, order - heap->order,
                  previous, tree.leaves); */
            return 0;
        }
        from = before + 1u;
        /*@ assert Near: AddressOf(*heap, before) <= previous
              < AddressOf(*heap, before + 1); */
    }
    /*@ assert From: \forall integer u; 0 <= u
          ==> (previous < AddressOf(*heap, u) <==> from <= u); */
    /*@ assert Later: \forall integer u, c; MaximalAt(tree, u, c)
          && previous < AddressOf(*heap, u) ==> from <= u; */
    const uint32_t offset = next_of_order(&tree, from, order - heap->order);
    if (offset == BUD_TREE_NONE) {
        /*@ assert None: NoneAfter(*heap, tree, order - heap->order,
              previous, tree.leaves); */
        return 0;
    }
    /*@ assert First: NoneAfter(*heap, tree, order - heap->order, previous,
          offset); */
    //@ assert After: previous < AddressOf(*heap, offset);
    return bud_heap_address(heap, offset);
}

/* Smallest blocks that are free, and the maximal blocks that they make up. */
struct free_count {
    uint32_t units;
    uint32_t blocks;
};

/* From one block to the next; `end` is that of the last one. */
/*@ requires \valid(t) && WellFormed(*t);
    requires Apart: \separated(t, t->node + (0 .. 2 * t->leaves - 1));
    assigns \nothing;
    ensures Units: FreeUnits(*t, t->leaves, \result.units);
    ensures Blocks: FreeBlocks(*t, t->leaves, \result.blocks);
*/
static struct free_count count_free(const struct bud_tree *t)
{
    /* Field by field: compilers make a call of memset of an initializer. */
    struct free_count count;
    count.units = 0;
    count.blocks = 0;
    uint32_t order = 0;
    //@ ghost uint32_t end = 0, last = 0, wide = 0;
    uint32_t offset = bud_tree_next_free(t, 0, &order);
    /*@ loop invariant Range: end <= t->leaves;
        loop invariant Fit: count.units <= end && count.blocks <= end;
        loop invariant Last: end == 0 || (last < t->leaves
          && MaximalAt(*t, last, wide) && end == last + Pow2(wide));
        loop invariant None: offset == BUD_TREE_NONE
          ==> NoMaximalIn(*t, end, t->leaves);
        loop invariant Some: offset != BUD_TREE_NONE
          ==> end <= offset < t->leaves && MaximalAt(*t, offset, order)
            && NoMaximalIn(*t, end, offset);
        loop invariant Units: FreeUnits(*t, end, count.units);
        loop invariant Blocks: FreeBlocks(*t, end, count.blocks);
        loop assigns count, order, offset, end, last, wide;
        loop variant t->leaves - offset; */
    while (offset != BUD_TREE_NONE) {
        //@ ghost lemma_between(t, last, wide, end, offset);
        /*@ ghost
          lemma_count_live(t, end, offset, count.units, count.blocks);
          lemma_count_free(t, offset, order, count.units, count.blocks);
          lemma_maximal(t, offset, order);
          lemma_order(*t);
          last = offset;
          wide = order;
          end = offset + lemma_size(order); */
        count.units += bud_node_units(order);
        count.blocks++;
        offset = bud_tree_next_free(t, offset + 1u, &order);
    }
    /*@ ghost
      lemma_between(t, last, wide, end, t->leaves);
      lemma_count_live(t, end, t->leaves, count.units, count.blocks); */
    return count;
}

/* Bytes in the largest free block, 0 when there is none. */
/*@ requires Heap(heap);
    requires \valid(tree) && TreeOf(*tree, *heap);
    assigns \nothing;
    ensures Some: \forall integer c; LargestFree(*tree, c)
      ==> \result == Pow2(c + heap->order);
    ensures None: (\forall integer c; NoneFree(*tree, c)) ==> \result == 0;
*/
static size_t largest_free_bytes(const struct buddy *heap,
                                 const struct bud_tree *tree)
{
    //@ assert InSpace: InSpace(*heap);
    /*@ assert Space: heap->blocks * Pow2(heap->order)
          < UINTPTR_MAX + 1; */
    //@ assert Ends: EndsAt(*tree, heap->blocks);
    //@ assert Tail: AllLive(*tree, heap->blocks, tree->leaves - heap->blocks);
    const uint32_t largest = bud_tree_largest(tree);
    if (largest == BUD_TREE_NONE) {
        //@ assert None: \forall integer c; NoneFree(*tree, c);
        //@ assert NoLargest: \forall integer c; !LargestFree(*tree, c);
        return 0;
    }
    //@ assert Is: LargestFree(*tree, largest) && largest <= tree->height;
    //@ assert Only: \forall integer c; LargestFree(*tree, c) ==> c == largest;
    /*@ ghost
      lemma_bound(tree);
      uint32_t x = lemma_found(tree, largest);
      lemma_before_tail(tree, x, largest, heap->blocks); */
    //@ ghost uint32_t size = lemma_size(largest);
    //@ ghost lemma_scaled(size, heap->blocks, heap->order);
    //@ ghost lemma_powers(largest, heap->order);
    //@ ghost lemma_pow2_wide();
    //@ assert Scaled: size * Pow2(heap->order) == Pow2(largest + heap->order);
    //@ assert Fits: Pow2(largest + heap->order) < Pow2(64);
    //@ assert Small: largest + heap->order < 64;
    return bud_heap_block_bytes(heap, largest);
}

/*@ requires Heap(heap);
    assigns \nothing;
    ensures Size: \result.size_bytes == heap->blocks * Pow2(heap->order);
    ensures Free: \forall struct bud_tree t; TreeOf(t, *heap)
      ==> \exists integer n; FreeUnits(t, heap->blocks, n)
        && \result.free_bytes == n * Pow2(heap->order);
    ensures Fits: \result.free_bytes <= \result.size_bytes;
    ensures Blocks: \forall struct bud_tree t; TreeOf(t, *heap)
      ==> FreeBlocks(t, heap->blocks, \result.free_blocks);
    ensures Largest: \forall struct bud_tree t, integer c;
      TreeOf(t, *heap) && LargestFree(t, c)
      ==> \result.largest_free_bytes == Pow2(c + heap->order);
    ensures None: \forall struct bud_tree t; TreeOf(t, *heap)
      && (\forall integer c; NoneFree(t, c))
      ==> \result.largest_free_bytes == 0;
*/
struct buddy_stats buddy_get_stats(const struct buddy *heap)
{
    const struct bud_tree tree = bud_heap_tree(heap);
    //@ assert Node: tree.node == heap->node && tree.leaves == heap->leaves;
    const struct free_count count = count_free(&tree);
    /*@ ghost
      lemma_without_tail(&tree, heap->blocks, count.units, count.blocks);
      lemma_free_units_fit(&tree, heap->blocks);
      lemma_scaled(count.units, heap->blocks, heap->order);
      lemma_shift_wide(count.units, heap->order); */
    const struct buddy_stats stats = {
        .size_bytes = bud_heap_bytes(heap),
        .free_bytes = (size_t)count.units << heap->order,
        .largest_free_bytes = largest_free_bytes(heap, &tree),
        .free_blocks = count.blocks,
    };
    return stats;
}
