/* What the contracts of buddy.h speak of: bytes and addresses over a tree.
 * Comments for the prover: a compiler sees an empty file.
 *
 * Throughout: h the heap, t its tree, u a smallest block, c an order. */
#ifndef BUD_CORE_HEAP_LOGIC_H
#define BUD_CORE_HEAP_LOGIC_H

#include "buddy.h"

#include "core/tree.h"

/*@ // the tree that the fields of a heap are
    predicate TreeOf(struct bud_tree t, struct buddy h) =
      t.node == h.node && t.leaves == h.leaves && t.height == h.height;

    // a range of whole blocks that ends with the address space or before
    predicate InSpace(struct buddy h) =
      h.order <= 63 && 1 <= h.start && 1 <= h.blocks <= h.leaves
      && h.start + h.blocks * Pow2(h.order) <= 0x10000000000000000;

    // c is the lowest order whose blocks hold so many bytes
    predicate HoldsBytes(struct buddy h, integer c, integer bytes) =
      0 <= c <= h.height && bytes <= Pow2(c + h.order)
      && (0 < c ==> Pow2(c - 1 + h.order) < bytes);

    // the smallest block u contains the byte at that address
    predicate ByteIn(struct buddy h, integer address, integer u) =
      0 <= u < h.blocks
      && h.start + u * Pow2(h.order) <= address
           < h.start + (u + 1) * Pow2(h.order);

    predicate Outside(struct buddy h, integer address) =
      address < h.start || h.start + h.blocks * Pow2(h.order) <= address;

    logic integer AddressOf(struct buddy h, integer u) =
      h.start + u * Pow2(h.order);

    // a block of order c in the tree begins with that byte
    predicate Begins(struct buddy h, struct bud_tree t, integer address,
                     integer u, integer c) =
      address == AddressOf(h, u) && StartsAt(t, NodeOf(t, u, c), c, u);

    // what a block of order c was allocated with, as far as it shows
    predicate Matches(struct buddy h, integer c, integer address,
                      integer bytes, integer alignment) =
      HoldsBytes(h, c, bytes)
      && (\exists integer k; 0 <= k <= 63 && alignment == Pow2(k))
      && address % alignment == 0;

    // the tree's units behind the heap are live
    predicate TailLive{L}(struct buddy *heap) =
      \forall struct bud_tree t; TreeOf(t, *heap)
        ==> AllLive(t, heap->blocks, heap->leaves - heap->blocks);

    // no maximal free block of order c starts in the range of units
    predicate NoneOfOrder{L}(struct bud_tree t, integer c, integer from,
                             integer end) =
      \forall integer u; from <= u < end ==> !MaximalAt(t, u, c);

    // no maximal free block of order c starts after that address and before
    // the smallest block end
    predicate NoneAfter{L}(struct buddy h, struct bud_tree t, integer c,
                           integer address, integer end) =
      \forall integer u; u < end && address < AddressOf(h, u)
        ==> !MaximalAt(t, u, c);

    // c is the order of the largest free block
    predicate LargestFree{L}(struct bud_tree t, integer c) =
      (\exists integer i; Free(t, i, c))
      && (\forall integer i, d; Free(t, i, d) ==> d <= c);

    // the fields lie outside the metadata; the tree is well formed
    predicate Heap{L}(struct buddy *heap) =
      \valid(heap) && InSpace(*heap)
      && \separated(heap, heap->node + (0 .. 2 * heap->leaves - 1))
      && (\forall struct bud_tree t; TreeOf(t, *heap) ==> WellFormed(t));
*/

#endif
