/* What buddy.h publishes: addresses, bytes and alignments over a buddy tree.
 *
 * The tree counts in smallest blocks from the start of the heap and knows no
 * addresses. Everything here is a translation, so no operation takes more
 * than three of the tree's. Two conventions keep it free of overflow up to
 * the last byte of the address space: the end of a heap is never computed,
 * and blocks are compared by order, not by size. */
#include "buddy.h"

#include "core/heap.h"
#include "core/heap_lemmas.h"
#include "core/heap_logic.h"
#include "core/node.h"
#include "core/tree.h"
#include "core/tree_lemmas.h"

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
static uint32_t begins(const struct buddy *heap, const struct bud_tree *tree,
                       uintptr_t address, uint32_t offset, uint32_t order)
{
    const uint32_t node = bud_node_of(tree, offset, order);
    if (bud_node_offset(tree, node, order) != offset) {
        //@ assert Elsewhere: !StartsAt(*tree, node, order, offset);
        return 0;
    }
    //@ assert Starts: StartsAt(*tree, node, order, offset);
    const uintptr_t start = bud_heap_address(heap, offset);
    //@ assert Start: start == AddressOf(*heap, offset);
    return start == address;
}

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
    ensures Fit: \result > 0 ==> order <= 63
      && \result * Pow2(order) <= size_bytes < (\result + 1) * Pow2(order);
    ensures None: \result == 0 ==> order > 63 || size_bytes < Pow2(order)
      || 0x40000001 * Pow2(order) <= size_bytes;
*/
static uint32_t count_blocks(size_t size_bytes, unsigned order)
{
    if (order >= 8u * sizeof(size_bytes)) {
        return 0;
    }
    //@ ghost lemma_pow2_wide();
    //@ ghost lemma_shift_wide(size_bytes, order);
    const size_t blocks = size_bytes >> order;
    /*@ assert Many: blocks > 0x40000000
          ==> 0x40000001 * Pow2(order) <= blocks * Pow2(order); */
    return blocks > BUDDY_MAX_BLOCKS ? 0 : (uint32_t)blocks;
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
static uint32_t order_for(const struct buddy *heap, size_t size_bytes)
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

/*@ assigns \nothing;
    ensures Even: \result % 2 == 0;
    ensures Most: \result <= 0x80000000;
*/
size_t buddy_metadata_bytes(size_t size_bytes, unsigned order)
{
    const uint32_t blocks = count_blocks(size_bytes, order);

    return blocks == 0 ? 0 : (size_t)bud_tree_node_bytes(blocks);
}

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
    if (metadata_bytes < needed_bytes) {
        return BUDDY_FEW_METADATA;
    }
    uint8_t *node = metadata;
    for (size_t i = 0; i < needed_bytes; i++) {
        node[i] = 0;
    }
    struct bud_tree tree;
    bud_tree_init(&tree, node, blocks);
    heap->node = tree.node;
    heap->start = start;
    heap->blocks = blocks;
    heap->leaves = tree.leaves;
    heap->height = tree.height;
    heap->order = order;
    return BUDDY_OK;
}

/* Claims a block at a multiple of an alignment that is larger than the block.
 * In every span of that many bytes exactly one address is such a multiple, at
 * the same distance from its beginning: the wholly free span that the tree
 * offers goes back at once, all but the block there. */
static uint32_t allocate_inside(const struct buddy *heap, uint32_t order,
                                size_t alignment_bytes)
{
    struct bud_tree tree = bud_heap_tree(heap);
    const size_t past = heap->start % alignment_bytes;
    const size_t distance = past == 0 ? 0 : alignment_bytes - past;
    if (distance % bud_heap_block_bytes(heap, order) != 0 ||
        distance >= bud_heap_bytes(heap)) {
        return BUD_TREE_NONE;
    }
    uint32_t offset = (uint32_t)(distance >> heap->order);
    const uint32_t span_order = order_for(heap, alignment_bytes);
    if (span_order != BUD_TREE_NONE) {
        const uint32_t span = bud_tree_alloc(&tree, span_order);
        if (span == BUD_TREE_NONE) {
            return BUD_TREE_NONE;
        }
        (void)bud_tree_free(&tree, span);
        offset += span;
    }
    return bud_tree_take(&tree, offset, order) != 0 ? offset : BUD_TREE_NONE;
}

uintptr_t buddy_allocate(struct buddy *heap, size_t size_bytes,
                         size_t alignment_bytes)
{
    struct bud_tree tree = bud_heap_tree(heap);
    const uint32_t order = order_for(heap, size_bytes);
    uint32_t offset = BUD_TREE_NONE;
    if (is_power_of_two(alignment_bytes) == 0 || order == BUD_TREE_NONE) {
        return 0;
    }
    if (order_for(heap, alignment_bytes) > order) {
        offset = allocate_inside(heap, order, alignment_bytes);
    } else if (heap->start % alignment_bytes == 0) {
        offset = bud_tree_alloc(&tree, order);
    }
    return offset == BUD_TREE_NONE ? 0 : bud_heap_address(heap, offset);
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
    //@ ghost lemma_pow2_wide();
    const uint32_t offset = bud_heap_offset(heap, address);
    if (offset == BUD_TREE_NONE) {
        return BUDDY_OUTSIDE;
    }
    const uint32_t order = bud_tree_live_order(&tree, offset);
    if (order == BUD_TREE_NONE) {
        return BUDDY_NOT_LIVE;
    }
    if (begins(heap, &tree, address, offset, order) == 0) {
        return BUDDY_INTERIOR;
    }
    const uint32_t fitting = order_for(heap, size_bytes);
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
    (void)bud_tree_free(&tree, offset);
    //@ assert Was: LiveAt{Pre}(tree, offset, order);
    //@ assert Gone: NoneLiveOver(tree, offset);
    /*@ assert Frame:
          SameLiveBut{Pre,Here}(tree, NodeOf(tree, offset, order)); */
    return BUDDY_OK;
}
