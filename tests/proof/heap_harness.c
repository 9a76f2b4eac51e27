#include "heap_harness.h"

#include "core/heap_address.h"
#include "core/heap_lemmas.h"
#include "core/run_lemmas.h"

/* ---- lemmas ---- */

/* Only one block is as large as the tree, and every unit lies in it. */
/*@ ghost
  /@ requires Shape(t);
     assigns \nothing;
     ensures One: \forall integer i; AtOrder(t, i, t.height) ==> i == 1;
     ensures First: AtOrder(t, 1, t.height) && StartsAt(t, 1, t.height, 0);
     ensures Start: \forall integer u; StartsAt(t, 1, t.height, u) ==> u == 0;
     ensures Units: \forall integer u; 0 <= u < t.leaves
       ==> NodeOf(t, u, t.height) == 1;
  @/
  void lemma_root(struct bud_tree t) {
    uint32_t x = 0;
    lemma_pow2();
    /@ assert Zero: 0 % Pow2(t.height) == 0; @/
    x = lemma_starts(t, 0, t.height);
    /@ assert Root: x == 1; @/
    return;
  }
*/

/* A block holds as many units as its order says, and no other order does. */
/*@ ghost
  /@ requires c <= 30 && units == Pow2(c);
     assigns \nothing;
     ensures \forall integer d; OrderFor(units, d) <==> d == c;
  @/
  void lemma_order_of(uint32_t units, uint32_t c) {
    lemma_pow2();
    /@ assert Less: \forall integer d; 0 <= d < c ==> Pow2(d) < units; @/
    /@ assert More: \forall integer d;
         c < d <= 30 ==> units <= Pow2(d - 1); @/
    return;
  }
*/

/* The first byte of a heap belongs to its first smallest block, and to no
 * other. */
/*@ ghost
  /@ requires InSpace(h);
     assigns \nothing;
     ensures First: AddressOf(h, 0) == h.start;
     ensures Inside: !Outside(h, h.start);
     ensures Only: \forall integer u; ByteIn(h, h.start, u) ==> u == 0;
     ensures At: \forall integer u; AddressOf(h, u) == h.start ==> u == 0;
  @/
  void lemma_first_byte(struct buddy h) {
    lemma_addresses(h);
    /@ assert First: AddressOf(h, 0) == h.start; @/
    /@ assert End: AddressOf(h, 0) < AddressOf(h, h.blocks); @/
    /@ assert After: \forall integer u;
         0 < u ==> AddressOf(h, 0) < AddressOf(h, u); @/
    return;
  }
*/

/* The size of the heap is that of one block, the largest. */
/*@ ghost
  /@ requires h.height <= 30 && h.height + h.order <= 63;
     requires bytes == Pow2(h.height + h.order);
     assigns \nothing;
     ensures Holds: HoldsBytes(h, h.height, bytes);
     ensures Only: \forall integer c; HoldsBytes(h, c, bytes) ==> c == h.height;
  @/
  void lemma_all_bytes(struct buddy h, uint64_t bytes) {
    lemma_pow2_wide();
    /@ assert Less: \forall integer c; 0 <= c < h.height
         ==> Pow2(c + h.order) < Pow2(h.height + h.order); @/
    return;
  }
*/

/* ---- steps ---- */

/* Bytes in a heap of 2^height smallest blocks. */
/*@ requires height + order <= 63;
    assigns \nothing;
    ensures \result == Pow2(height + order);
*/
static size_t all_bytes(uint32_t height, uint32_t order)
{
    //@ ghost lemma_pow2_wide();
    //@ ghost lemma_shift_wide(1, height + order);
    return (size_t)1 << (height + order);
}

/* Makes a heap of 2^height smallest blocks. */
/*@ requires \valid(heap) && height <= 30 && height + order <= 63;
    requires \valid(metadata + (0 .. metadata_bytes - 1));
    requires \separated(heap, metadata + (0 .. metadata_bytes - 1));
    requires Enough: metadata_bytes >= 2 * Pow2(height);
    requires Start: !BadStart(start);
    requires Space: start + Pow2(height + order) <= UINTPTR_MAX + 1;
    requires Size: size_bytes == Pow2(height + order);
    assigns *heap, metadata[0 .. metadata_bytes - 1];
    ensures Valid: NoTail(heap);
    ensures Unused: Unused(*heap);
    ensures Fields: heap->start == start && heap->height == height
      && heap->order == order;
    ensures Metadata: heap->node == metadata;
    ensures Room: 2 * heap->leaves <= metadata_bytes;
    ensures \result == BUDDY_OK;
*/
static enum buddy_result make_unused(struct buddy *heap, uint8_t *metadata,
                                     size_t metadata_bytes, uintptr_t start,
                                     size_t size_bytes, uint32_t height,
                                     uint32_t order)
{
    (void)height;
    //@ ghost uint32_t blocks = lemma_size(height);
    //@ ghost lemma_order_of(blocks, height);
    //@ ghost lemma_pow2_wide();
    //@ ghost lemma_powers(height, order);
    //@ ghost lemma_bytes(size_bytes, blocks, order);
    //@ assert Blocks: (size_bytes >> order) == blocks == Pow2(height);
    //@ assert Least: Pow2(order) <= size_bytes;
    //@ ghost lemma_scaled(blocks, 0x40000000, order);
    //@ assert Countable: Countable(size_bytes, order);
    //@ assert GoodSize: !BadSize(start, size_bytes, order);
    //@ assert Enough: !FewBytes(metadata_bytes, size_bytes >> order);
    /*@ assert Nodes: \forall integer i; HasNode(size_bytes >> order, i)
          ==> 0 <= i < metadata_bytes; */
    const enum buddy_result result =
        buddy_init(heap, metadata, metadata_bytes, start, size_bytes, order);
    //@ assert Height: heap->height == height;
    return result;
}

/* Allocates the whole of an unused heap. */
/*@ requires NoTail(heap) && Unused(*heap);
    requires Size: size_bytes == Pow2(heap->height + heap->order);
    assigns heap->node[1 .. 2 * heap->leaves - 1];
    ensures Valid: NoTail(heap);
    ensures Used: Used(*heap);
    ensures Start: \result == heap->start;
*/
static uintptr_t allocate_all(struct buddy *heap, size_t size_bytes)
{
    struct bud_tree tree = bud_heap_tree(heap);
    //@ assert Same: \forall struct bud_tree t; TreeOf(t, *heap) ==> t == tree;
    //@ ghost lemma_root(tree);
    //@ ghost lemma_units_free(&tree, 1, tree.height);
    //@ assert Idle: Idle(tree, 1, tree.height);
    //@ assert Free: FreeAt(tree, 0, tree.height);
    //@ ghost lemma_all_bytes(*heap, size_bytes);
    //@ assert One: Pow2(0) == 1;
    //@ assert Multiple: MultipleAt(heap->start, 0, heap->order, 0);
    //@ assert Place: Place(*heap, tree, 0, tree.height, 1);
    (void)tree;
    const uintptr_t address = buddy_allocate(heap, size_bytes, 1);
    /*@ assert None: address == 0
          ==> NoPlace{Pre}(*heap, tree, tree.height, 1); */
    //@ assert Some: address != 0;
    /*@ assert Claimed: \exists integer u; Begins(*heap, tree, address, u,
          tree.height) && Claimed{Pre,Here}(tree, u, tree.height); */
    //@ assert Used: LiveAt(tree, 0, tree.height);
    return address;
}

/* A used heap has no room for the whole. */
/*@ requires NoTail(heap) && Used(*heap);
    requires Size: size_bytes == Pow2(heap->height + heap->order);
    assigns heap->node[1 .. 2 * heap->leaves - 1];
    ensures Valid: NoTail(heap);
    ensures Used: Used(*heap);
    ensures \result == 0;
*/
static uintptr_t allocate_more(struct buddy *heap, size_t size_bytes)
{
    struct bud_tree tree = bud_heap_tree(heap);
    //@ assert Same: \forall struct bud_tree t; TreeOf(t, *heap) ==> t == tree;
    //@ ghost lemma_root(tree);
    //@ assert None: \forall integer u; !FreeAt(tree, u, tree.height);
    //@ ghost lemma_all_bytes(*heap, size_bytes);
    (void)tree;
    const uintptr_t address = buddy_allocate(heap, size_bytes, 1);
    //@ assert Nothing: address == 0;
    //@ assert Was: LiveAt{Pre}(tree, 0, tree.height);
    /*@ assert Kept: \forall integer i;
          tree.node[i] == \at(heap->node[i], Pre); */
    //@ assert Used: LiveAt(tree, 0, tree.height);
    return address;
}

/* Gives the whole of a used heap back. */
/*@ requires NoTail(heap) && Used(*heap);
    requires Size: size_bytes == Pow2(heap->height + heap->order);
    assigns heap->node[1 .. 2 * heap->leaves - 1];
    ensures Valid: NoTail(heap);
    ensures Unused: Unused(*heap);
    ensures \result == BUDDY_OK;
*/
static enum buddy_result deallocate_all(struct buddy *heap, size_t size_bytes)
{
    struct bud_tree tree = bud_heap_tree(heap);
    //@ assert Same: \forall struct bud_tree t; TreeOf(t, *heap) ==> t == tree;
    //@ ghost lemma_root(tree);
    //@ ghost lemma_all_bytes(*heap, size_bytes);
    //@ ghost lemma_first_byte(*heap);
    //@ ghost lemma_all_disjoint(&tree);
    //@ assert One: Pow2(0) == 1;
    /*@ assert Over: \forall integer u; 0 <= u < tree.leaves
          ==> LiveOver(tree, u, tree.height); */
    /*@ assert In: \forall integer u, c; LiveOver(tree, u, c)
          ==> LiveOver(tree, u, tree.height); */
    /*@ assert Owner: \forall integer u, c; LiveOver(tree, u, c)
          ==> c == tree.height; */
    /*@ assert Node: \forall integer u, c; LiveOver(tree, u, c)
          ==> NodeOf(tree, u, c) == 1; */
    //@ assert Begins: Begins(*heap, tree, heap->start, 0, tree.height);
    /*@ assert Matches:
          Matches(*heap, tree.height, heap->start, size_bytes, 1); */
    (void)tree;
    const enum buddy_result result =
        buddy_deallocate(heap, heap->start, size_bytes, 1);
    //@ assert Live: result != BUDDY_NOT_LIVE;
    //@ assert Start: result != BUDDY_INTERIOR;
    //@ assert Right: result != BUDDY_WRONG_SIZE;
    //@ assert Gone: NoneLiveOver(tree, 0) && SameLiveBut{Pre,Here}(tree, 1);
    //@ assert Root: !Live(tree, 1, tree.height);
    /*@ assert Back: \forall integer u, c; LiveOver(tree, u, c)
          && NodeOf(tree, u, c) != 1 ==> LiveOver{Pre}(tree, u, c); */
    //@ ghost lemma_order(tree);
    /*@ assert None: \forall integer u, c; LiveOver(tree, u, c)
          && NodeOf(tree, u, c) == 1 ==> c == tree.height; */
    //@ assert Unused: AllFree(tree, 0, tree.leaves);
    return result;
}

/* An unused heap takes nothing back. */
/*@ requires NoTail(heap) && Unused(*heap);
    assigns heap->node[1 .. 2 * heap->leaves - 1];
    ensures Valid: NoTail(heap);
    ensures Unused: Unused(*heap);
    ensures \result == BUDDY_NOT_LIVE;
*/
static enum buddy_result deallocate_more(struct buddy *heap, size_t size_bytes)
{
    struct bud_tree tree = bud_heap_tree(heap);
    //@ assert Same: \forall struct bud_tree t; TreeOf(t, *heap) ==> t == tree;
    //@ ghost lemma_first_byte(*heap);
    //@ assert Was: AllFree(tree, 0, tree.leaves);
    /*@ assert None: \forall integer u, c; LiveOver(tree, u, c)
          ==> InRange(u, 0, tree.leaves); */
    //@ assert Dead: \forall integer u, c; !LiveOver(tree, u, c);
    (void)tree;
    const enum buddy_result result =
        buddy_deallocate(heap, heap->start, size_bytes, 1);
    //@ assert Refused: result != BUDDY_OK;
    /*@ assert Kept: \forall integer i;
          tree.node[i] == \at(heap->node[i], Pre); */
    //@ assert Same: SameLive{Pre,Here}(tree);
    //@ assert Before: \forall integer u, c; !LiveOver{Pre}(tree, u, c);
    //@ assert Still: \forall integer u, c; !LiveOver(tree, u, c);
    //@ assert Unused: AllFree(tree, 0, tree.leaves);
    return result;
}

/* ---- the program ---- */

uint32_t bud_harness_heap(struct buddy *heap, uint8_t *metadata,
                          size_t metadata_bytes, uintptr_t start,
                          uint32_t height, uint32_t order)
{
    const size_t size_bytes = all_bytes(height, order);
    const uint32_t made = make_unused(heap, metadata, metadata_bytes, start,
                                      size_bytes, height, order) == BUDDY_OK;
    const uint32_t all = allocate_all(heap, size_bytes) == start;
    const uint32_t full = allocate_more(heap, size_bytes) == 0;
    const uint32_t back = deallocate_all(heap, size_bytes) == BUDDY_OK;
    const uint32_t gone = deallocate_more(heap, size_bytes) == BUDDY_NOT_LIVE;
    const uint32_t again = allocate_all(heap, size_bytes) == start;
    return made + all + full + back + gone + again == 6;
}
