/* What buddy.h publishes: addresses, bytes and alignments over a buddy tree.
 *
 * The tree counts in smallest blocks from the start of the heap and knows no
 * addresses. Everything here is a translation, so no operation takes more
 * than three of the tree's. Two conventions keep it free of overflow up to
 * the last byte of the address space: the end of a heap is never computed,
 * and blocks are compared by order, not by size. */
#include "buddy.h"

#include "core/heap_address.h"
#include "core/heap_lemmas.h"
#include "core/heap_logic.h"
#include "core/heap_place.h"
#include "core/tree.h"

/*@ assigns \nothing;
    ensures Is: \result == 1
      <==> \exists integer k; 0 <= k <= 63 && number == Pow2(k);
    ensures Flag: \result == 0 || \result == 1;
*/
static uint32_t is_power_of_two(size_t number)
{
    size_t power = 1;
    //@ ghost uint32_t n = 0;
    //@ ghost lemma_pow2_wide();
    /*@ loop invariant Range: n <= 63;
        loop invariant Power: power == Pow2(n);
        loop invariant Below: \forall integer k;
          0 <= k < n ==> Pow2(k) < number;
        loop assigns power, n;
        loop variant 63 - n; */
    while (power < number && power <= SIZE_MAX / 2u) {
        //@ assert More: n < 63;
        power = power * 2u;
        //@ ghost n++;
    }
    /*@ assert Above: \forall integer k;
          n < k <= 63 ==> number != Pow2(k); */
    return power == number;
}

/* Smallest blocks in a heap of that size, or 0 when there can be none. */
/*@ assigns \nothing;
    ensures Most: \result <= 0x40000000;
    ensures None: \result == 0 <==> !Countable(size_bytes, order);
    ensures Is: \result > 0 ==> \result == (size_bytes >> order);
    ensures Fit: \result > 0 ==>
      \result * Pow2(order) <= size_bytes < (\result + 1) * Pow2(order);
*/
static uint32_t count_blocks(size_t size_bytes, unsigned order)
{
    //@ ghost lemma_pow2_wide();
    //@ assert Wide: Pow2(8 * sizeof(size_bytes)) == SIZE_MAX + 1;
    if (order >= 8u * sizeof(size_bytes)) {
        return 0;
    }
    //@ ghost lemma_shift_wide(size_bytes, order);
    const size_t blocks = size_bytes >> order;
    /*@ ghost
      if (blocks > 0x40000000) {
        lemma_scaled(0x40000001, blocks, order);
      } else {
        lemma_scaled(blocks + 1, 0x40000001, order);
      }
      if (blocks > 0) {
        lemma_scaled(1, blocks, order);
      } */
    //@ assert Least: blocks > 0 <==> Pow2(order) <= size_bytes;
    /*@ assert Most: blocks <= 0x40000000
          <==> size_bytes < 0x40000001 * Pow2(order); */
    return blocks > BUDDY_MAX_BLOCKS ? 0 : (uint32_t)blocks;
}

/*@ assigns \nothing;
    ensures Most: \result <= 0x80000000;
    ensures None: \result == 0 <==> !Countable(size_bytes, order);
    ensures Some: \result > 0 ==> NodeBytes(\result, size_bytes >> order);
*/
size_t buddy_metadata_bytes(size_t size_bytes, unsigned order)
{
    //@ ghost lemma_pow2();
    const uint32_t blocks = count_blocks(size_bytes, order);

    return blocks == 0 ? 0 : (size_t)bud_tree_node_bytes(blocks);
}

/*@ requires \valid(node + (0 .. bytes - 1));
    assigns node[0 .. bytes - 1];
    ensures \forall integer i; 0 <= i < bytes ==> node[i] == 0;
*/
static void clear(uint8_t *node, size_t bytes)
{
    /*@ loop invariant Range: i <= bytes;
        loop invariant Zero: \forall integer j; 0 <= j < i ==> node[j] == 0;
        loop assigns i, node[0 .. bytes - 1];
        loop variant bytes - i; */
    for (size_t i = 0; i < bytes; i++) {
        node[i] = 0;
    }
}

/* A heap of so many smallest blocks over its metadata, all zero. */
/*@ requires \valid(heap) && 1 <= blocks <= 0x40000000 && order <= 63;
    requires Zeroed: \forall integer c; OrderFor(blocks, c)
      ==> Blank(node, Pow2(c))
        && \separated(heap, node + (0 .. 2 * Pow2(c) - 1));
    requires Space: 1 <= start
      && start + blocks * Pow2(order) <= UINTPTR_MAX + 1;
    assigns *heap, {node[i] | integer i; HasNode(blocks, i)};
    ensures Valid: Heap(heap);
    ensures Fields: heap->node == node && heap->start == start
      && heap->blocks == blocks && heap->order == order;
    ensures Size: OrderFor(blocks, heap->height)
      && heap->leaves == Pow2(heap->height);
    ensures Free: \forall struct bud_tree t; TreeOf(t, *heap)
      ==> AllFree(t, 0, blocks);
*/
static void set_up(struct buddy *heap, uint8_t *node, uintptr_t start,
                   uint32_t blocks, unsigned order)
{
    struct bud_tree tree;
    bud_tree_init(&tree, node, blocks);
    //@ ghost struct bud_tree made = tree;
    //@ assert Managed: Managed(made, blocks);
    //@ assert Size: made.leaves == tree.leaves == Pow2(tree.height);
    //@ assert Fits: blocks <= tree.leaves;
    heap->node = tree.node;
    heap->start = start;
    heap->blocks = blocks;
    heap->leaves = tree.leaves;
    heap->height = tree.height;
    heap->order = order;
    //@ assert Same: \forall struct bud_tree t; TreeOf(t, *heap) ==> t == made;
    //@ assert Tail: Tail(*heap);
    /*@ assert Fields: \let h = *heap; h.blocks == blocks
          && h.leaves == tree.leaves && h.order == order && h.start == start; */
    //@ assert Space: InSpace(*heap);
    /*@ assert Apart:
          \separated(heap, heap->node + (0 .. 2 * heap->leaves - 1)); */
    /*@ assert Tree: \forall struct bud_tree t;
          TreeOf(t, *heap) ==> WellFormed(t); */
}

/*@ requires \valid(heap);
    requires \valid((uint8_t *)metadata + (0 .. metadata_bytes - 1));
    requires
      \separated(heap, (uint8_t *)metadata + (0 .. metadata_bytes - 1));
    assigns *heap, {((uint8_t *)metadata)[i] | integer i;
                    HasNode(size_bytes >> order, i)};
    behavior bad_start:
      assumes BadStart(start);
      assigns \nothing;
      ensures \result == BUDDY_BAD_START;
    behavior bad_size:
      assumes !BadStart(start) && BadSize(start, size_bytes, order);
      assigns \nothing;
      ensures \result == BUDDY_BAD_SIZE;
    behavior few_metadata:
      assumes !BadStart(start) && !BadSize(start, size_bytes, order);
      assumes FewBytes(metadata_bytes, size_bytes >> order);
      assigns \nothing;
      ensures \result == BUDDY_FEW_METADATA;
    behavior ok:
      assumes !BadStart(start) && !BadSize(start, size_bytes, order);
      assumes !FewBytes(metadata_bytes, size_bytes >> order);
      ensures \result == BUDDY_OK;
      ensures Valid: Heap(heap);
      ensures Metadata: heap->node == (uint8_t *)metadata;
      ensures Start: heap->start == start;
      ensures Order: heap->order == order;
      ensures Blocks: heap->blocks == (size_bytes >> order);
      ensures Size: OrderFor(heap->blocks, heap->height)
        && heap->leaves == Pow2(heap->height);
      ensures Room: 2 * heap->leaves <= metadata_bytes;
      ensures Free: \forall struct bud_tree t; TreeOf(t, *heap)
        ==> AllFree(t, 0, heap->blocks);
    complete behaviors; disjoint behaviors;
*/
enum buddy_result buddy_init(struct buddy *heap, void *metadata,
                             size_t metadata_bytes, uintptr_t start,
                             size_t size_bytes, unsigned order)
{
    const uint32_t blocks = count_blocks(size_bytes, order);
    if (start == 0 || start % BUDDY_START_ALIGNMENT_BYTES != 0) {
        return BUDDY_BAD_START;
    }
    if (blocks == 0 || size_bytes - 1u > UINTPTR_MAX - start) {
        return BUDDY_BAD_SIZE;
    }
    const size_t needed_bytes = buddy_metadata_bytes(size_bytes, order);
    //@ ghost lemma_pow2();
    /*@ assert Only: \forall integer c; OrderFor(blocks, c)
          ==> 2 * Pow2(c) == needed_bytes; */
    if (metadata_bytes < needed_bytes) {
        return BUDDY_FEW_METADATA;
    }
    uint8_t *node = metadata;
    clear(node, needed_bytes);
    set_up(heap, node, start, blocks, order);
    //@ assert Start: \let h = *heap; h.start == start;
    //@ assert Order: OrderFor(blocks, heap->height);
    return BUDDY_OK;
}

/*@ requires Heap(heap);
    assigns heap->node[1 .. 2 * heap->leaves - 1];
    ensures Valid: Heap(heap);
    ensures None: \result == 0 ==>
      \forall struct bud_tree t, integer c; TreeOf(t, *heap)
        && HoldsBytes(*heap, c, size_bytes)
        ==> NoPlace{Pre}(*heap, t, c, alignment_bytes);
    ensures Some: \result != 0 ==>
      \forall struct bud_tree t; TreeOf(t, *heap) ==>
        \exists integer u, c; Begins(*heap, t, \result, u, c)
          && Matches(*heap, c, \result, size_bytes, alignment_bytes)
          && Place{Pre}(*heap, t, u, c, alignment_bytes)
          && Lowest{Pre}(*heap, t, u, c, alignment_bytes)
          && Claimed{Pre,Post}(t, u, c)
          && u + Pow2(c) <= heap->blocks;
    ensures Kept: \result == 0 ==> \forall integer i;
      heap->node[i] == \old(heap->node[i]);
*/
uintptr_t buddy_allocate(struct buddy *heap, size_t size_bytes,
                         size_t alignment_bytes)
{
    struct bud_tree tree = bud_heap_tree(heap);
    //@ assert Same: \forall struct bud_tree t; TreeOf(t, *heap) ==> t == tree;
    //@ assert Managed: Managed(tree, heap->blocks);
    //@ assert Before: Tail(*heap);
    const uint32_t order = bud_heap_order_for(heap, size_bytes);
    //@ ghost lemma_pow2_wide();
    /*@ assert Only: \forall integer c; HoldsBytes(*heap, c, size_bytes)
          ==> c == order; */
    if (is_power_of_two(alignment_bytes) == 0 || order == BUD_TREE_NONE) {
        /*@ assert None: \forall integer c; HoldsBytes(*heap, c, size_bytes)
              ==> NoPlace(*heap, tree, c, alignment_bytes); */
        return 0;
    }
    const uint32_t offset =
        bud_place_allocate(heap, &tree, order, alignment_bytes);
    //@ assert Kept: Managed(tree, heap->blocks);
    //@ assert Tail: Tail(*heap);
    if (offset == BUD_TREE_NONE) {
        /*@ assert Nowhere: \forall integer c; HoldsBytes(*heap, c, size_bytes)
              ==> NoPlace{Pre}(*heap, tree, c, alignment_bytes); */
        /*@ assert Bytes: \forall integer i;
              heap->node[i] == \at(heap->node[i], Pre); */
        return 0;
    }
    /*@ assert Starts:
          StartsAt(tree, NodeOf(tree, offset, order), order, offset); */
    const uintptr_t address = bud_heap_address(heap, offset);
    //@ ghost lemma_scaled(0, offset, heap->order);
    //@ assert Start: heap->start >= 1;
    //@ assert Some: address >= heap->start && address > 0;
    /*@ assert Address: \let h = *heap;
          address == h.start + offset * Pow2(h.order); */
    //@ assert Begins: Begins(*heap, tree, address, offset, order);
    /*@ assert Matches:
          Matches(*heap, order, address, size_bytes, alignment_bytes); */
    //@ assert Claimed: Claimed{Pre,Here}(tree, offset, order);
    /*@ assert Place:
          Place{Pre}(*heap, tree, offset, order, alignment_bytes); */
    /*@ assert Lowest:
          Lowest{Pre}(*heap, tree, offset, order, alignment_bytes); */
    return address;
}

/* Frees the live block that starts at offset; it lies below the tail, which
 * stays. */
/*@ requires Apart(t) && WellFormed(*t);
    requires LiveAt(*t, offset, order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Gone: NoneLiveOver(*t, offset);
    ensures Frame: SameLiveBut{Pre,Post}(*t, NodeOf(*t, offset, order));
    ensures Managed: \forall integer blocks; offset < blocks
      && Managed{Pre}(*t, blocks) ==> Managed(*t, blocks);
*/
static void give_back(struct bud_tree *t, uint32_t offset, uint32_t order)
{
    (void)order;
    //@ ghost lemma_order(*t);
    //@ ghost lemma_one_owner(t, offset);
    /*@ assert Clear: \forall integer blocks; offset < blocks
          && Managed(*t, blocks)
          ==> Clear(*t, offset, order, blocks, t->leaves - blocks); */
    /*@ assert Tail: \forall integer blocks, u; offset < blocks
          && Managed(*t, blocks) && InRange(u, blocks, t->leaves - blocks)
          ==> UnitLive(*t, u)
              && NodeOf(*t, u, order) != NodeOf(*t, offset, order); */
    /*@ assert Before: \forall integer blocks, u, c; Managed(*t, blocks)
          && LiveOver(*t, u, c) && !InRange(u, blocks, t->leaves - blocks)
          ==> Clear(*t, u, c, blocks, t->leaves - blocks); */
    (void)bud_tree_free(t, offset);
    /*@ assert Only: \forall integer c;
          LiveAt{Pre}(*t, offset, c) ==> c == order; */
    //@ assert Frame: SameLiveBut{Pre,Here}(*t, NodeOf(*t, offset, order));
    //@ assert Gone: !Live(*t, NodeOf(*t, offset, order), order);
    /*@ assert Fewer: \forall integer u, c; LiveOver(*t, u, c)
          ==> LiveOver{Pre}(*t, u, c); */
    /*@ assert Still: \forall integer u, c; LiveOver{Pre}(*t, u, c)
          && NodeOf(*t, u, order) != NodeOf(*t, offset, order)
          ==> LiveOver(*t, u, c); */
    /*@ assert Unit: \forall integer u; UnitLive{Pre}(*t, u)
          && NodeOf(*t, u, order) != NodeOf(*t, offset, order)
          ==> UnitLive(*t, u); */
    /*@ assert Live: \forall integer blocks; offset < blocks
          && Managed{Pre}(*t, blocks)
          ==> AllLive(*t, blocks, t->leaves - blocks); */
    /*@ assert Past: \forall integer blocks, u, c;
          Managed{Pre}(*t, blocks) && LiveOver(*t, u, c)
          && !InRange(u, blocks, t->leaves - blocks)
          ==> Clear(*t, u, c, blocks, t->leaves - blocks); */
    /*@ assert Ends: \forall integer blocks; offset < blocks
          && Managed{Pre}(*t, blocks)
          ==> Run(*t, blocks, t->leaves - blocks); */
    /*@ assert Whole: \let tree = *t; \forall integer blocks; offset < blocks
          && Managed{Pre}(*t, blocks)
          ==> Run(tree, blocks, tree.leaves - blocks); */
    /*@ assert Ended: \forall integer blocks; offset < blocks
          && Managed{Pre}(*t, blocks) ==> EndsAt(*t, blocks); */
}

/*@ requires Heap(heap);
    assigns heap->node[1 .. 2 * heap->leaves - 1];
    ensures Valid: Heap(heap);
    ensures Code: \result <= BUDDY_OUTSIDE;
    ensures Outside: \result == BUDDY_OUTSIDE <==> Outside(*heap, address);
    ensures NotLive: \result == BUDDY_NOT_LIVE ==>
      \forall struct bud_tree t; TreeOf(t, *heap) ==>
        \exists integer u; ByteIn(*heap, address, u)
          && NoneLiveOver{Pre}(t, u);
    ensures Interior: \result == BUDDY_INTERIOR ==>
      \forall struct bud_tree t; TreeOf(t, *heap) ==>
        \exists integer u, c; ByteIn(*heap, address, u)
          && LiveOver{Pre}(t, u, c) && !Begins(*heap, t, address, u, c);
    ensures WrongSize: \result == BUDDY_WRONG_SIZE ==>
      \forall struct bud_tree t; TreeOf(t, *heap) ==>
        \exists integer u, c; LiveOver{Pre}(t, u, c)
          && Begins(*heap, t, address, u, c)
          && !Matches(*heap, c, address, size_bytes, alignment_bytes);
    ensures Ok: \result == BUDDY_OK ==>
      \forall struct bud_tree t; TreeOf(t, *heap) ==>
        \exists integer u, c; LiveAt{Pre}(t, u, c) && NoneLiveOver(t, u)
          && Begins(*heap, t, address, u, c)
          && Matches(*heap, c, address, size_bytes, alignment_bytes)
          && SameLiveBut{Pre,Post}(t, NodeOf(t, u, c));
    ensures Kept: \result != BUDDY_OK ==> \forall integer i;
      heap->node[i] == \old(heap->node[i]);
*/
enum buddy_result buddy_deallocate(struct buddy *heap, uintptr_t address,
                                   size_t size_bytes, size_t alignment_bytes)
{
    struct bud_tree tree = bud_heap_tree(heap);
    //@ assert Same: \forall struct bud_tree t; TreeOf(t, *heap) ==> t == tree;
    //@ assert Managed: Managed(tree, heap->blocks);
    //@ assert Before: Tail(*heap);
    //@ ghost lemma_pow2_wide();
    const uint32_t offset = bud_heap_offset(heap, address);
    if (offset == BUD_TREE_NONE) {
        return BUDDY_OUTSIDE;
    }
    const uint32_t order = bud_tree_live_order(&tree, offset);
    if (order == BUD_TREE_NONE) {
        return BUDDY_NOT_LIVE;
    }
    if (bud_heap_begins(heap, &tree, address, offset, order) == 0) {
        return BUDDY_INTERIOR;
    }
    const uint32_t fitting = bud_heap_order_for(heap, size_bytes);
    //@ assert Range: order <= heap->height;
    /*@ assert Less: fitting < order ==> Pow2(fitting + heap->order)
          <= Pow2(order - 1 + heap->order); */
    /*@ assert More: order < fitting && fitting != BUD_TREE_NONE
          ==> Pow2(order + heap->order)
              <= Pow2(fitting - 1 + heap->order); */
    /*@ assert All: Pow2(order + heap->order)
          <= Pow2(heap->height + heap->order); */
    /*@ assert Fitting: HoldsBytes(*heap, order, size_bytes)
          <==> fitting == order; */
    if (fitting != order || is_power_of_two(alignment_bytes) == 0 ||
        address % alignment_bytes != 0) {
        return BUDDY_WRONG_SIZE;
    }
    //@ ghost lemma_one_owner(&tree, offset);
    //@ assert Begins: Begins(*heap, tree, address, offset, order);
    //@ assert At: LiveAt(tree, offset, order);
    /*@ assert Matches:
          Matches(*heap, order, address, size_bytes, alignment_bytes); */
    give_back(&tree, offset, order);
    //@ assert Was: LiveAt{Pre}(tree, offset, order);
    //@ assert Gone: NoneLiveOver(tree, offset);
    /*@ assert Frame:
          SameLiveBut{Pre,Here}(tree, NodeOf(tree, offset, order)); */
    //@ assert Kept: Managed(tree, heap->blocks);
    //@ assert Tail: Tail(*heap);
    return BUDDY_OK;
}
