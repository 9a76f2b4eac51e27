/* What the files of buddy.h share: the tree of a heap, and the smallest blocks
 * that the tree counts as addresses and bytes. Every function is O(1). */
#ifndef BUD_CORE_HEAP_H
#define BUD_CORE_HEAP_H

#include "buddy.h"

#include "core/heap_lemmas.h"
#include "core/heap_logic.h"
#include "core/tree.h"

/* The tree of its smallest blocks. */
/*@ requires \valid(heap);
    assigns \nothing;
    ensures TreeOf(\result, *heap);
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

/* Bytes that the heap manages. */
/*@ requires \valid(heap) && InSpace(*heap);
    assigns \nothing;
    ensures \result == heap->blocks * Pow2(heap->order);
*/
static inline size_t bud_heap_bytes(const struct buddy *heap)
{
    //@ ghost lemma_shift_wide(heap->blocks, heap->order);
    return (size_t)heap->blocks << heap->order;
}

/* Address of the smallest block at offset. */
/*@ requires \valid(heap) && InSpace(*heap);
    requires Inside: offset < heap->blocks;
    assigns \nothing;
    ensures \result == heap->start + offset * Pow2(heap->order);
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

#endif
