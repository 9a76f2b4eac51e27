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

    // u blocks of 2^o bytes after x lies a multiple of 2^k
    predicate MultipleAt(integer x, integer u, integer o, integer k) =
      (x + u * Pow2(o)) % Pow2(k) == 0;

    // u blocks of 2^o bytes end d bytes after a multiple of 2^k
    predicate EndsWith(integer u, integer o, integer k, integer d) =
      (u % Pow2(k - o)) * Pow2(o) == d;

    predicate Bytes(integer d, integer u, integer o) = d == u * Pow2(o);

    predicate Multiple(integer u, integer c) = u % Pow2(c) == 0;

    // unit u lies d units into the block of order c over it
    predicate LiesAt(integer u, integer c, integer d) = u % Pow2(c) == d;

    // where that block starts
    logic integer StartOf(integer u, integer c) = u - u % Pow2(c);

    // d is the distance from x to the next multiple of 2^k
    predicate Distance(integer d, integer x, integer k) =
      d == (x % Pow2(k) == 0 ? 0 : Pow2(k) - x % Pow2(k));

    predicate BadStart(integer start) = start == 0 || start % 4096 != 0;

    // so many bytes are 1 to 2^30 smallest blocks, and a rest
    predicate Countable(integer bytes, integer order) =
      order <= 63 && Pow2(order) <= bytes < 0x40000001 * Pow2(order);

    predicate BadSize(integer start, integer bytes, integer order) =
      !Countable(bytes, order) || start + bytes > UINTPTR_MAX + 1;

    // metadata for so many smallest blocks
    predicate NodeBytes(integer bytes, integer blocks) =
      \exists integer c; OrderFor(blocks, c) && bytes == 2 * Pow2(c);

    predicate FewBytes(integer bytes, integer blocks) =
      \exists integer needed; NodeBytes(needed, blocks) && bytes < needed;

    // a range of whole blocks that ends with the address space or before
    predicate InSpace(struct buddy h) =
      h.order <= 63 && 1 <= h.start && 1 <= h.blocks <= h.leaves
      && h.start + h.blocks * Pow2(h.order) <= UINTPTR_MAX + 1;

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

    // what lies past the heap is claimed for good, in blocks of its own
    predicate Tail{L}(struct buddy h) =
      \forall struct bud_tree t; TreeOf(t, h) ==> EndsAt(t, h.blocks);

    // the block of order c at u was free and is live; no other changed
    predicate Claimed{A,B}(struct bud_tree t, integer u, integer c) =
      FreeAt{A}(t, u, c) && LiveAt{B}(t, u, c)
      && SameLiveBut{A,B}(t, NodeOf(t, u, c));

    // a free block of order c at u, at a multiple of the alignment; if the
    // tree has blocks as large as the alignment, it lies in a free one
    predicate Place{L}(struct buddy h, struct bud_tree t, integer u, integer c,
                       integer alignment) =
      FreeAt(t, u, c)
      && (\exists integer k; 0 <= k <= 63 && alignment == Pow2(k)
            && MultipleAt(h.start, u, h.order, k))
      && (\forall integer s; c < s && HoldsBytes(h, s, alignment)
            ==> FreeOver(t, u, s));

    predicate NoPlace{L}(struct buddy h, struct bud_tree t, integer c,
                         integer alignment) =
      \forall integer u; !Place(h, t, u, c, alignment);

    // no such place lies below u; and where blocks are as aligned as their
    // size asks, no free one of the order at all
    predicate Lowest{L}(struct buddy h, struct bud_tree t, integer u,
                        integer c, integer alignment) =
      (\forall integer v; v < u ==> !Place(h, t, v, c, alignment))
      && (alignment <= Pow2(c + h.order)
            ==> \forall integer v; v < u ==> !FreeAt(t, v, c));

    // the fields lie outside the metadata; the tree is well formed
    predicate Heap{L}(struct buddy *heap) =
      \valid(heap) && InSpace(*heap) && Tail(*heap)
      && \separated(heap, heap->node + (0 .. 2 * heap->leaves - 1))
      && (\forall struct bud_tree t; TreeOf(t, *heap) ==> WellFormed(t));

    // the tree of a heap of so many blocks
    predicate Managed{L}(struct bud_tree t, integer blocks) =
      WellFormed(t) && EndsAt(t, blocks);
*/

#endif
