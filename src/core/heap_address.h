/* Addresses and bytes of a heap by blocks of its tree, and back. The tree
 * counts in smallest blocks from the start of the heap. The end of a heap is
 * never computed and blocks are compared by order, not by size, so nothing
 * overflows up to the last byte of the address space. */
#ifndef BUD_CORE_HEAP_ADDRESS_H
#define BUD_CORE_HEAP_ADDRESS_H

#include "buddy.h"

#include "core/heap_lemmas.h"
#include "core/heap_logic.h"
#include "core/node.h"
#include "core/tree.h"

/*@ requires Heap(heap);
    assigns \nothing;
    ensures Tree: TreeOf(\result, *heap);
    ensures Managed: Managed(\result, heap->blocks);
*/
static inline struct bud_tree bud_heap_tree(const struct buddy *heap)
{
    const struct bud_tree tree = {
        .node = heap->node,
        .leaves = heap->leaves,
        .height = heap->height,
    };
    return tree;
}

/*@ requires \valid(heap) && InSpace(*heap);
    assigns \nothing;
    ensures \result == heap->blocks * Pow2(heap->order);
*/
static inline size_t bud_heap_bytes(const struct buddy *heap)
{
    //@ ghost lemma_shift_wide(heap->blocks, heap->order);
    return (size_t)heap->blocks << heap->order;
}

/*@ requires \valid(heap) && InSpace(*heap);
    requires Inside: offset < heap->blocks;
    assigns \nothing;
    ensures Is: \result == heap->start + offset * Pow2(heap->order);
    ensures At: \let h = *heap; \result == h.start + offset * Pow2(h.order);
    ensures Address: \result == AddressOf(*heap, offset);
*/
static inline uintptr_t bud_heap_address(const struct buddy *heap,
                                         uint32_t offset)
{
    /*@ assert Place: AddressOf(*heap, offset)
          == heap->start + offset * Pow2(heap->order); */
    //@ ghost lemma_pow2_wide();
    //@ ghost lemma_shift_wide(offset, heap->order);
    //@ ghost lemma_scaled(offset + 1, heap->blocks, heap->order);
    return heap->start + ((uintptr_t)offset << heap->order);
}

/* The smallest block that contains the byte at that address, or
 * BUD_TREE_NONE when none of this heap does. */
/*@ requires \valid(heap) && InSpace(*heap) && heap->leaves <= 0x40000000;
    assigns \nothing;
    ensures None: \result == BUD_TREE_NONE ==> Outside(*heap, address);
    ensures In: \result != BUD_TREE_NONE
      ==> ByteIn(*heap, address, \result)
          && !Outside(*heap, address);
*/
static inline uint32_t bud_heap_offset(const struct buddy *heap,
                                       uintptr_t address)
{
    //@ ghost lemma_pow2_wide();
    if (address < heap->start) {
        return BUD_TREE_NONE;
    }
    const size_t distance = address - heap->start;
    //@ ghost lemma_shift_wide(distance, heap->order);
    const size_t offset = distance >> heap->order;
    if (offset >= heap->blocks) {
        //@ ghost lemma_scaled(heap->blocks, offset, heap->order);
        return BUD_TREE_NONE;
    }
    //@ ghost lemma_scaled(offset + 1, heap->blocks, heap->order);
    //@ assert In: ByteIn(*heap, address, offset);
    return (uint32_t)offset;
}

/* Whether the block of this order around the smallest block at offset begins
 * with the byte at that address, which lies in the smallest block. */
/*@ requires \valid(heap) && \valid(tree) && TreeOf(*tree, *heap);
    requires Shape(*tree) && InSpace(*heap) && order <= tree->height;
    requires ByteIn(*heap, address, offset);
    assigns \nothing;
    ensures Is: \result == 1
      <==> Begins(*heap, *tree, address, offset, order);
    ensures Flag: \result == 0 || \result == 1;
*/
static inline uint32_t bud_heap_begins(const struct buddy *heap,
                                       const struct bud_tree *tree,
                                       uintptr_t address, uint32_t offset,
                                       uint32_t order)
{
    const uint32_t node = bud_node_of(tree, offset, order);
    if (bud_node_offset(tree, node, order) != offset) {
        //@ assert Elsewhere: !StartsAt(*tree, node, order, offset);
        return 0;
    }
    //@ assert Starts: StartsAt(*tree, node, order, offset);
    return bud_heap_address(heap, offset) == address;
}

/* Bytes of a block that lies in the heap. */
/*@ requires \valid(heap);
    requires Small: order + heap->order <= 63;
    assigns \nothing;
    ensures \result == Pow2(order + heap->order);
*/
static inline size_t bud_heap_block_bytes(const struct buddy *heap,
                                          uint32_t order)
{
    //@ ghost lemma_pow2_wide();
    //@ ghost lemma_shift_wide(1, order + heap->order);
    return (size_t)1 << (order + heap->order);
}

/* The order of the tree's block that holds so many bytes; BUD_TREE_NONE when
 * the whole tree does not. */
/*@ requires \valid(heap) && heap->order <= 63 && heap->height <= 30;
    requires heap->leaves == Pow2(heap->height);
    assigns \nothing;
    ensures Lowest: \result != BUD_TREE_NONE
      ==> HoldsBytes(*heap, \result, size_bytes);
    ensures None: \result == BUD_TREE_NONE
      ==> Pow2(heap->height + heap->order) < size_bytes;
*/
static inline uint32_t bud_heap_order_for(const struct buddy *heap,
                                          size_t size_bytes)
{
    //@ ghost lemma_pow2_wide();
    if (size_bytes == 0) {
        return 0;
    }
    //@ ghost lemma_shift_wide(size_bytes - 1, heap->order);
    //@ ghost lemma_powers(heap->height, heap->order);
    const size_t last = (size_bytes - 1u) >> heap->order;
    if (last >= heap->leaves) {
        return BUD_TREE_NONE;
    }
    const uint32_t order = bud_tree_order_for((uint32_t)last + 1u);
    //@ ghost lemma_powers(order, heap->order);
    //@ ghost uint32_t size = lemma_size(order);
    //@ ghost lemma_scaled(last + 1, size, heap->order);
    /*@ ghost
      if (order > 0) {
        lemma_powers(order - 1, heap->order);
        size = lemma_size(order - 1);
        lemma_scaled(size, last, heap->order);
      } */
    return order;
}

#endif
