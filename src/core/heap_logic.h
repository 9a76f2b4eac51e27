/* What the contracts of heap.c speak of: bytes and addresses over a tree.
 * Comments for the prover: a compiler sees an empty file.
 *
 * Throughout: h the heap, t its tree, u a smallest block, c an order. */
#ifndef BUD_CORE_HEAP_LOGIC_H
#define BUD_CORE_HEAP_LOGIC_H

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
*/

#endif
