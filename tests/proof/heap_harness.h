/* A program over the contracts of buddy.h, as harness.h has them over those of
 * the rest of the core. */
#ifndef BUD_PROOF_HEAP_HARNESS_H
#define BUD_PROOF_HEAP_HARNESS_H

#include "buddy.h"

#include "core/heap_logic.h"

/*@ // a heap whose smallest blocks are a power of two: the tree has no tail
    predicate NoTail{L}(struct buddy *heap) =
      Heap(heap) && heap->blocks == heap->leaves == Pow2(heap->height)
      && heap->height <= 30 && heap->height + heap->order <= 63;

    // no block of the heap is live
    predicate Unused{L}(struct buddy h) =
      \forall struct bud_tree t; TreeOf(t, h) ==> AllFree(t, 0, h.leaves);

    // the whole heap is one live block
    predicate Used{L}(struct buddy h) =
      \forall struct bud_tree t; TreeOf(t, h) ==> LiveAt(t, 0, h.height);
*/

/* A heap of 2^height smallest blocks over metadata, whatever they hold, is
 * handed out whole, at its start, and not twice; is given back, and not twice;
 * and is handed out again. It stays in the metadata given. 1 when all of that
 * is so. */
/*@ requires \valid(heap) && height <= 30 && height + order <= 63;
    requires \valid(metadata + (0 .. metadata_bytes - 1));
    requires \separated(heap, metadata + (0 .. metadata_bytes - 1));
    requires Enough: metadata_bytes >= 2 * Pow2(height);
    requires Start: !BadStart(start);
    requires Space: start + Pow2(height + order) <= UINTPTR_MAX + 1;
    assigns *heap, metadata[0 .. metadata_bytes - 1];
    ensures \result == 1;
*/
uint32_t bud_harness_heap(struct buddy *heap, uint8_t *metadata,
                          size_t metadata_bytes, uintptr_t start,
                          uint32_t height, uint32_t order);

#endif
