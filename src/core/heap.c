/* What buddy.h publishes: addresses, bytes and alignments over a buddy tree.
 *
 * The tree counts in smallest blocks from the start of the heap and knows no
 * addresses. Everything here is a translation, so no operation takes more
 * than three of the tree's. Two conventions keep it free of overflow up to
 * the last byte of the address space: the end of a heap is never computed,
 * and blocks are compared by order, not by size. */
#include "buddy.h"

#include "core/headroom.h"
#include "core/heap_lemmas.h"
#include "core/heap_logic.h"
#include "core/node.h"
#include "core/run_lemmas.h"
#include "core/tree.h"
#include "core/tree_lemmas.h"
#include "core/walk_lemmas.h"

/*@ requires Heap(heap);
    assigns \nothing;
    ensures Tree: TreeOf(\result, *heap);
    ensures Managed: Managed(\result, heap->blocks);
*/
static struct bud_tree tree_of(const struct buddy *heap)
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
static size_t heap_bytes(const struct buddy *heap)
{
    //@ ghost lemma_shift_wide(heap->blocks, heap->order);
    return (size_t)heap->blocks << heap->order;
}

/*@ requires \valid(heap) && InSpace(*heap);
    requires Inside: offset < heap->blocks;
    assigns \nothing;
    ensures Is: \result == heap->start + offset * Pow2(heap->order);
    ensures At: \let h = *heap; \result == h.start + offset * Pow2(h.order);
*/
static uintptr_t address_of(const struct buddy *heap, uint32_t offset)
{
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
static uint32_t offset_of(const struct buddy *heap, uintptr_t address)
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
static uint32_t begins(const struct buddy *heap, const struct bud_tree *tree,
                       uintptr_t address, uint32_t offset, uint32_t order)
{
    const uint32_t node = bud_node_of(tree, offset, order);
    if (bud_node_offset(tree, node, order) != offset) {
        //@ assert Elsewhere: !StartsAt(*tree, node, order, offset);
        return 0;
    }
    //@ assert Starts: StartsAt(*tree, node, order, offset);
    return address_of(heap, offset) == address;
}

/* Bytes of a block that lies in the heap. */
/*@ requires \valid(heap);
    requires Small: order + heap->order <= 63;
    assigns \nothing;
    ensures \result == Pow2(order + heap->order);
*/
static size_t block_bytes(const struct buddy *heap, uint32_t order)
{
    //@ ghost lemma_pow2_wide();
    //@ ghost lemma_shift_wide(1, order + heap->order);
    return (size_t)1 << (order + heap->order);
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
    ensures None: \result == 0 <==> !Countable(size_bytes, order);
    ensures Is: \result > 0 ==> \result == (size_bytes >> order);
    ensures Fit: \result > 0 ==>
      \result * Pow2(order) <= size_bytes < (\result + 1) * Pow2(order);
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

size_t buddy_headroom(size_t live_bytes, size_t largest_bytes, unsigned order)
{
    if (live_bytes == 0 || order >= 8u * sizeof(live_bytes)) {
        return 0;
    }
    const size_t live = ((live_bytes - 1u) >> order) + 1u;
    if (live > BUDDY_MAX_BLOCKS) {
        return 0;
    }
    /* What is more than all that is live comes to the same. */
    size_t largest = largest_bytes == 0 ? 1 : largest_bytes;
    largest = ((largest - 1u) >> order) + 1u;
    if (largest > live) {
        largest = live;
    }
    const uint32_t blocks = bud_headroom_units(
        (uint32_t)live, bud_tree_order_for((uint32_t)largest));
    if (blocks == BUD_TREE_NONE || blocks > SIZE_MAX >> order) {
        return 0;
    }
    return (size_t)blocks << order;
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
      && start + blocks * Pow2(order) <= 0x10000000000000000;
    assigns *heap, {node[i] | integer i; HasNode(blocks, i)};
    ensures Valid: Heap(heap);
    ensures Fields: heap->node == node && heap->start == start
      && heap->blocks == blocks && heap->order == order;
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
    return BUDDY_OK;
}

/* The lowest free block of this order, which stays free. */
/*@ requires Apart(t) && WellFormed(*t);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Same: SameLiveBut{Pre,Post}(*t, 0);
    behavior none:
      assumes NoneFree(*t, order);
      ensures \result == BUD_TREE_NONE;
      ensures Kept: SameNodes{Pre,Post}(*t);
    behavior some:
      assumes \exists integer i; Free(*t, i, order);
      ensures InHeap: \result + Pow2(order) <= t->leaves;
      ensures Aligned: \result % Pow2(order) == 0;
      ensures WasFree: FreeAt{Pre}(*t, \result, order);
      ensures Free: FreeAt(*t, \result, order);
    complete behaviors; disjoint behaviors;
*/
static uint32_t find_free(struct bud_tree *t, uint32_t order)
{
    //@ ghost lemma_order(*t);
    //@ ghost lemma_pow2();
    //@ ghost lemma_paths(t);
    const uint32_t offset = bud_tree_alloc(t, order);
    if (offset == BUD_TREE_NONE) {
        //@ assert None: NoneFree{Pre}(*t, order);
        return BUD_TREE_NONE;
    }
    //@ ghost uint32_t x = lemma_starts(*t, offset, order);
    //@ assert Dead: \forall integer c; !Live{Pre}(*t, x, c);
    //@ ghost lemma_one_owner(t, offset);
    (void)bud_tree_free(t, offset);
    //@ assert Gone: \forall integer c; !Live(*t, x, c);
    //@ assert Same: SameLiveBut{Pre,Here}(*t, 0);
    /*@ assert Idle: \forall integer u; 0 <= u < t->leaves
          && NodeOf(*t, u, order) == x ==> NoneLiveOver{Pre}(*t, u); */
    /*@ assert Fewer: \forall integer u, c;
          LiveOver(*t, u, c) ==> LiveOver{Pre}(*t, u, c); */
    //@ assert Still: Idle(*t, x, order);
    //@ ghost lemma_units_free(t, x, order);
    return offset;
}

/* Claims the block of this order that lies so far inside the lowest free span,
 * a block as large or larger. */
/*@ requires Apart(t) && WellFormed(*t);
    requires order <= span <= t->height;
    requires offset < Pow2(span) && Multiple(offset, order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    behavior none:
      assumes NoneFree(*t, span);
      ensures \result == BUD_TREE_NONE;
      ensures Kept: SameNodes{Pre,Post}(*t);
    behavior some:
      assumes \exists integer i; Free(*t, i, span);
      ensures Claimed: Claimed{Pre,Post}(*t, \result, order);
      ensures Inside: FreeOver{Pre}(*t, \result, span);
      ensures Rest: \result % Pow2(span) == offset;
    complete behaviors; disjoint behaviors;
*/
static uint32_t take_inside(struct bud_tree *t, uint32_t span, uint32_t offset,
                            uint32_t order)
{
    //@ ghost lemma_order(*t);
    //@ ghost lemma_pow2();
    //@ ghost lemma_paths(t);
    const uint32_t first = find_free(t, span);
    if (first == BUD_TREE_NONE) {
        return BUD_TREE_NONE;
    }
    //@ ghost lemma_inside(first, span, offset, order);
    const uint32_t unit = first + offset;
    //@ ghost uint32_t x = lemma_starts(*t, first, span);
    //@ ghost uint32_t y = lemma_starts(*t, unit, order);
    //@ assert In: NodeOf(*t, unit, span) == x;
    //@ assert Inside: FreeOver{Pre}(*t, unit, span);
    //@ assert WasFree: FreeAt{Pre}(*t, unit, order);
    //@ ghost lemma_paths(t);
    //@ assert Over: FreeOver(*t, unit, span);
    //@ assert Free: FreeAt(*t, unit, order);
    (void)bud_tree_take(t, unit, order);
    //@ assert Same: SameLiveBut{Pre,Here}(*t, y);
    return unit;
}

/* Claims a block at a multiple of an alignment that is larger than the block.
 * In every span of that many bytes exactly one address is such a multiple, at
 * the same distance from its beginning: the block there is cut from the wholly
 * free span that the tree offers. */
/*@ requires \valid(heap) && InSpace(*heap);
    requires Apart(t) && TreeOf(*t, *heap) && Managed(*t, heap->blocks);
    requires \exists integer k; 0 <= k <= 63 && alignment_bytes == Pow2(k);
    requires order <= t->height;
    requires Large: Pow2(order + heap->order) < alignment_bytes;
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures None: \result == BUD_TREE_NONE
      ==> NoPlace{Pre}(*heap, *t, order, alignment_bytes)
        && SameNodes{Pre,Post}(*t);
    ensures Some: \result != BUD_TREE_NONE
      ==> Place{Pre}(*heap, *t, \result, order, alignment_bytes)
        && Claimed{Pre,Post}(*t, \result, order);
*/
static uint32_t allocate_inside(const struct buddy *heap, struct bud_tree *t,
                                uint32_t order, size_t alignment_bytes)
{
    //@ ghost lemma_pow2_wide();
    //@ ghost uint32_t k = lemma_exponent(alignment_bytes);
    //@ assert Order: order + heap->order < k;
    const size_t past = heap->start % alignment_bytes;
    const size_t distance = past == 0 ? 0 : alignment_bytes - past;
    //@ assert Distance: Distance(distance, heap->start, k);
    /*@ ghost lemma_places(heap->start, t->leaves, heap->blocks, order,
                           heap->order, k, distance); */
    //@ ghost lemma_free_starts(t, heap->blocks, order);
    /*@ assert Where: \forall integer u; Place(*heap, *t, u, order,
          alignment_bytes) ==> 0 <= u < heap->blocks && Multiple(u, order)
            && MultipleAt(heap->start, u, heap->order, k); */
    if (distance % block_bytes(heap, order) != 0 ||
        distance >= heap_bytes(heap)) {
        //@ assert None: NoPlace(*heap, *t, order, alignment_bytes);
        return BUD_TREE_NONE;
    }
    //@ ghost lemma_whole(distance, order, heap->order);
    /*@ ghost
      if (distance >> heap->order >= heap->blocks) {
        lemma_scaled(heap->blocks, distance >> heap->order, heap->order);
      } */
    //@ assert Inside: (distance >> heap->order) < heap->blocks;
    const uint32_t offset = (uint32_t)(distance >> heap->order);
    //@ assert Exact: Bytes(distance, offset, heap->order);
    const uint32_t span = order_for(heap, alignment_bytes);
    if (span != BUD_TREE_NONE) {
        //@ assert Span: k == span + heap->order && order < span;
        //@ ghost uint32_t size = lemma_size(span);
        /*@ ghost
          if (size <= offset) {
            lemma_scaled(size, offset, heap->order);
            lemma_powers(span, heap->order);
          } */
        /*@ assert One: \forall integer s;
              HoldsBytes(*heap, s, alignment_bytes) ==> s == span; */
        //@ assert Holds: HoldsBytes(*heap, span, alignment_bytes);
        const uint32_t unit = take_inside(t, span, offset, order);
        /*@ assert Either: unit == BUD_TREE_NONE
              ? NoneFree{Pre}(*t, span)
              : Claimed{Pre,Here}(*t, unit, order)
                && unit % Pow2(span) == offset; */
        /*@ assert Over: \forall integer u;
              Place{Pre}(*heap, *t, u, order, alignment_bytes)
              ==> FreeOver{Pre}(*t, u, span); */
        /*@ assert Nowhere: unit == BUD_TREE_NONE
              ==> NoPlace{Pre}(*heap, *t, order, alignment_bytes); */
        //@ assert Times: offset * Pow2(heap->order) == distance;
        /*@ assert There: unit != BUD_TREE_NONE
              ==> EndsWith(unit, heap->order, k, distance); */
        /*@ assert Place: unit != BUD_TREE_NONE
              ==> Place{Pre}(*heap, *t, unit, order, alignment_bytes); */
        return unit;
    }
    //@ assert Wide: t->leaves <= Pow2(k - heap->order);
    //@ ghost lemma_short(t->leaves, heap->order, k, distance);
    /*@ assert Only: \forall integer u; 0 <= u < t->leaves
          && EndsWith(u, heap->order, k, distance) ==> u == offset; */
    //@ assert There: EndsWith(offset, heap->order, k, distance);
    /*@ assert NoSpan: \forall integer s;
          !HoldsBytes(*heap, s, alignment_bytes); */
    //@ ghost uint32_t x = lemma_starts(*t, offset, order);
    if (bud_tree_take(t, offset, order) == 0) {
        //@ assert Busy: !FreeAt{Pre}(*t, offset, order);
        //@ assert Nowhere: NoPlace{Pre}(*heap, *t, order, alignment_bytes);
        return BUD_TREE_NONE;
    }
    //@ assert Claimed: Claimed{Pre,Here}(*t, offset, order);
    //@ assert Place: Place{Pre}(*heap, *t, offset, order, alignment_bytes);
    return offset;
}

/* Claims the lowest free block, for an alignment that is not larger: all
 * blocks of the order are as aligned as the start of the heap. */
/*@ requires \valid(heap) && InSpace(*heap);
    requires Apart(t) && TreeOf(*t, *heap) && Managed(*t, heap->blocks);
    requires \exists integer k; 0 <= k <= 63 && alignment_bytes == Pow2(k);
    requires order <= t->height;
    requires Small: alignment_bytes <= Pow2(order + heap->order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures None: \result == BUD_TREE_NONE
      ==> NoPlace{Pre}(*heap, *t, order, alignment_bytes)
        && SameNodes{Pre,Post}(*t);
    ensures Some: \result != BUD_TREE_NONE
      ==> Place{Pre}(*heap, *t, \result, order, alignment_bytes)
        && Claimed{Pre,Post}(*t, \result, order);
*/
static uint32_t allocate_lowest(const struct buddy *heap, struct bud_tree *t,
                                uint32_t order, size_t alignment_bytes)
{
    //@ ghost lemma_pow2_wide();
    //@ ghost uint32_t k = lemma_exponent(alignment_bytes);
    //@ assert Order: k <= order + heap->order;
    /*@ ghost lemma_all_alike(heap->start, heap->blocks, order, heap->order,
                              k); */
    //@ ghost lemma_free_starts(t, heap->blocks, order);
    /*@ assert Where: \forall integer u; FreeAt(*t, u, order)
          ==> (MultipleAt(heap->start, u, heap->order, k)
               <==> heap->start % alignment_bytes == 0); */
    /*@ assert NoSpan: \forall integer s; order < s
          ==> !HoldsBytes(*heap, s, alignment_bytes); */
    if (heap->start % alignment_bytes != 0) {
        //@ assert None: NoPlace(*heap, *t, order, alignment_bytes);
        return BUD_TREE_NONE;
    }
    const uint32_t offset = bud_tree_alloc(t, order);
    /*@ assert Either: offset == BUD_TREE_NONE
          ? NoneFree{Pre}(*t, order) && SameNodes{Pre,Here}(*t)
          : Claimed{Pre,Here}(*t, offset, order); */
    /*@ assert Nowhere: offset == BUD_TREE_NONE
          ==> NoPlace{Pre}(*heap, *t, order, alignment_bytes); */
    /*@ assert Place: offset != BUD_TREE_NONE
          ==> Place{Pre}(*heap, *t, offset, order, alignment_bytes); */
    return offset;
}

/* Claims the block of this order that a request gets. It lies below the tail,
 * which stays. */
/*@ requires \valid(heap) && InSpace(*heap);
    requires Apart(t) && TreeOf(*t, *heap) && Managed(*t, heap->blocks);
    requires \exists integer k; 0 <= k <= 63 && alignment_bytes == Pow2(k);
    requires order <= t->height;
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: Managed(*t, heap->blocks);
    ensures None: \result == BUD_TREE_NONE
      ==> NoPlace{Pre}(*heap, *t, order, alignment_bytes)
        && SameNodes{Pre,Post}(*t);
    ensures Some: \result != BUD_TREE_NONE
      ==> Place{Pre}(*heap, *t, \result, order, alignment_bytes)
        && Claimed{Pre,Post}(*t, \result, order)
        && \result + Pow2(order) <= heap->blocks;
*/
static uint32_t allocate_block(const struct buddy *heap, struct bud_tree *t,
                               uint32_t order, size_t alignment_bytes)
{
    //@ ghost lemma_pow2_wide();
    //@ ghost lemma_order(*t);
    //@ assert Leaves: \let tree = *t; tree.leaves == t->leaves;
    //@ assert Before: EndsAt(*t, heap->blocks);
    /*@ assert Rest: \let tree = *t;
          Run(tree, heap->blocks, tree.leaves - heap->blocks); */
    //@ assert Past: Run(*t, heap->blocks, t->leaves - heap->blocks);
    /*@ assert Tail: \forall integer u; heap->blocks <= u < t->leaves
          ==> UnitLive(*t, u); */
    /*@ assert Below: \forall integer u, c; 0 <= u < heap->blocks
          && LiveOver(*t, u, c)
          ==> Clear(*t, u, c, heap->blocks, t->leaves - heap->blocks); */
    const uint32_t offset =
        order_for(heap, alignment_bytes) > order
            ? allocate_inside(heap, t, order, alignment_bytes)
            : allocate_lowest(heap, t, order, alignment_bytes);
    if (offset == BUD_TREE_NONE) {
        /*@ assert Same: \forall integer u, c;
              LiveOver{Pre}(*t, u, c) <==> LiveOver(*t, u, c); */
        /*@ assert Unit: \forall integer u;
              UnitLive{Pre}(*t, u) ==> UnitLive(*t, u); */
        /*@ assert Live: AllLive(*t, heap->blocks,
              t->leaves - heap->blocks); */
        //@ assert Run: Run(*t, heap->blocks, t->leaves - heap->blocks);
        //@ assert Ends: EndsAt(*t, heap->blocks);
        return BUD_TREE_NONE;
    }
    //@ ghost lemma_node(*t, offset, t->leaves + offset);
    //@ ghost lemma_all_disjoint(t);
    /*@ ghost uint32_t x =
          lemma_contains(t->leaves + offset, order, lemma_size(order)); */
    //@ assert Node: x == NodeOf(*t, offset, order);
    //@ ghost lemma_units(*t, x, order);
    //@ ghost lemma_aligned(*t, x, order);
    /*@ assert Units: \forall integer u; 0 <= u < t->leaves ==>
          (NodeOf(*t, u, order) == x <==> InRange(u, offset, Pow2(order))); */
    /*@ assert Mine: \forall integer u; InRange(u, offset, Pow2(order))
          ==> LiveOver(*t, u, order); */
    //@ assert NotYet: \forall integer c; !Live{Pre}(*t, x, c);
    /*@ assert Still: \forall integer u, c; LiveOver{Pre}(*t, u, c)
          ==> LiveOver(*t, u, c) && NodeOf(*t, u, c) != x; */
    /*@ assert Outside: \forall integer u; UnitLive{Pre}(*t, u)
          ==> !InRange(u, offset, Pow2(order)) && UnitLive(*t, u); */
    //@ assert Last: InRange(offset + Pow2(order) - 1, offset, Pow2(order));
    //@ assert End: offset + Pow2(order) <= heap->blocks;
    /*@ assert New: \forall integer u, c; LiveOver(*t, u, c)
          ==> LiveOver{Pre}(*t, u, c)
              || (NodeOf(*t, u, c) == x && c == order); */
    //@ assert Live: AllLive(*t, heap->blocks, t->leaves - heap->blocks);
    //@ assert Run: Run(*t, heap->blocks, t->leaves - heap->blocks);
    /*@ assert Whole: \let tree = *t;
          Run(tree, heap->blocks, tree.leaves - heap->blocks); */
    //@ assert Ends: EndsAt(*t, heap->blocks);
    return offset;
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
          && Claimed{Pre,Post}(t, u, c)
          && u + Pow2(c) <= heap->blocks;
    ensures Kept: \result == 0 ==> \forall integer i;
      heap->node[i] == \old(heap->node[i]);
*/
uintptr_t buddy_allocate(struct buddy *heap, size_t size_bytes,
                         size_t alignment_bytes)
{
    struct bud_tree tree = tree_of(heap);
    //@ assert Same: \forall struct bud_tree t; TreeOf(t, *heap) ==> t == tree;
    //@ assert Managed: Managed(tree, heap->blocks);
    //@ assert Before: Tail(*heap);
    const uint32_t order = order_for(heap, size_bytes);
    //@ ghost lemma_pow2_wide();
    /*@ assert Only: \forall integer c; HoldsBytes(*heap, c, size_bytes)
          ==> c == order; */
    if (is_power_of_two(alignment_bytes) == 0 || order == BUD_TREE_NONE) {
        /*@ assert None: \forall integer c; HoldsBytes(*heap, c, size_bytes)
              ==> NoPlace(*heap, tree, c, alignment_bytes); */
        return 0;
    }
    const uint32_t offset = allocate_block(heap, &tree, order, alignment_bytes);
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
    const uintptr_t address = address_of(heap, offset);
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
    struct bud_tree tree = tree_of(heap);
    //@ assert Same: \forall struct bud_tree t; TreeOf(t, *heap) ==> t == tree;
    //@ assert Managed: Managed(tree, heap->blocks);
    //@ assert Before: Tail(*heap);
    //@ ghost lemma_pow2_wide();
    const uint32_t offset = offset_of(heap, address);
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
    give_back(&tree, offset, order);
    //@ assert Was: LiveAt{Pre}(tree, offset, order);
    //@ assert Gone: NoneLiveOver(tree, offset);
    /*@ assert Frame:
          SameLiveBut{Pre,Here}(tree, NodeOf(tree, offset, order)); */
    //@ assert Kept: Managed(tree, heap->blocks);
    //@ assert Tail: Tail(*heap);
    return BUDDY_OK;
}

uintptr_t buddy_walk_free(const struct buddy *heap, unsigned order,
                          uintptr_t previous)
{
    const struct bud_tree tree = tree_of(heap);
    uint32_t from = 0;
    if (previous >= heap->start) {
        if (previous - heap->start >= heap_bytes(heap)) {
            return 0;
        }
        from = (uint32_t)((previous - heap->start) >> heap->order) + 1u;
    }
    uint32_t found = 0;
    uint32_t offset = bud_tree_next_free(&tree, from, &found);
    while (offset != BUD_TREE_NONE && found + heap->order != order) {
        offset = bud_tree_next_free(&tree, offset + 1u, &found);
    }
    return offset == BUD_TREE_NONE ? 0 : address_of(heap, offset);
}

struct buddy_stats buddy_get_stats(const struct buddy *heap)
{
    const struct bud_tree tree = tree_of(heap);
    const uint32_t largest = bud_tree_largest(&tree);
    struct buddy_stats stats;
    stats.size_bytes = heap_bytes(heap);
    stats.free_bytes = 0;
    stats.largest_free_bytes = 0;
    stats.free_blocks = 0;
    if (largest != BUD_TREE_NONE) {
        stats.largest_free_bytes = block_bytes(heap, largest);
    }
    uint32_t order = 0;
    uint32_t offset = bud_tree_next_free(&tree, 0, &order);
    while (offset != BUD_TREE_NONE) {
        stats.free_bytes += block_bytes(heap, order);
        stats.free_blocks++;
        offset = bud_tree_next_free(&tree, offset + 1u, &order);
    }
    return stats;
}
