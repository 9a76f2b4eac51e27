/* The buddy tree: which blocks of a heap of 2^height units are free.
 *
 * An implicit binary tree, one byte a node: node 1 is the root, node i has
 * the children 2i and 2i + 1, the leaves are the units. A byte says how many
 * levels below its node the largest free block lies: 0 = wholly free,
 * order + 1 = nothing free. So zeroed memory is an empty heap, and a parent
 * is a function of its two children alone, whatever their order:
 *
 *     node[i] = 0                                  both children are 0
 *     node[i] = min(node[2i], node[2i + 1]) + 1    otherwise
 *
 * or node i is a live block: its byte is order + 1 and its children are 0,
 * untouched. Merging buddies is this equation, not an action. Every operation
 * is one descent or one climb, O(height), and takes the lowest address that
 * fits, which keeps the heap packed (Knuth, TAOCP 1, 2.5; Robson 1977).
 *
 * Offsets and lengths are in units. No function locks; the caller does. */
#ifndef BUD_CORE_TREE_H
#define BUD_CORE_TREE_H

#include <stdint.h>

#include "core/require.h"

#define BUD_TREE_NONE UINT32_MAX
#define BUD_TREE_HEIGHT_MAX 30u

/* A heap of 2^height units. */
struct bud_tree {
    uint8_t *node;   /* 2 * leaves bytes, node[0] unused */
    uint32_t leaves; /* 2^height */
    uint32_t height; /* order of the root */
};

#include "core/logic.h"

/* The cheap part of WellFormed. */
#define BUD_REQUIRE_SHAPE(t)                                                   \
    BUD_REQUIRE((t)->height <= BUD_TREE_HEIGHT_MAX &&                          \
                (t)->leaves == (uint32_t)1 << (t)->height)

/* What bud_tree_free and bud_tree_release_run answer. */
enum {
    BUD_TREE_OK = 0,
    BUD_TREE_NOT_LIVE = 1, /* no live block there: a double or wild free */
    BUD_TREE_INTERIOR = 2, /* inside a live block that starts elsewhere */
};

/* The smallest order whose block holds units (1 to 2^30). */
/*@ requires 1 <= units <= 0x40000000;
    assigns \nothing;
    ensures Range: \result <= 30;
    ensures Holds: units <= Pow2(\result);
    ensures Smallest: \result > 0 ==> Pow2(\result - 1) < units;
*/
uint32_t bud_tree_order_for(uint32_t units);

/* Bytes of metadata that a heap of units (1 to 2^30) needs. */
/*@ requires 1 <= units <= 0x40000000;
    assigns \nothing;
    ensures \exists integer order; 0 <= order <= 30
      && \result == 2 * Pow2(order) && units <= Pow2(order)
      && (order > 0 ==> Pow2(order - 1) < units);
*/
uint64_t bud_tree_node_bytes(uint32_t units);

/* An empty heap of units over zeroed_node, bud_tree_node_bytes(units) zero
 * bytes. When units is no power of two the tail is claimed for good: offsets
 * from units on belong to nobody and must not be freed. */
/*@ requires 1 <= units <= 0x40000000;
    requires Zeroed: \forall integer c; OrderFor(units, c)
      ==> Blank(zeroed_node, Pow2(c))
        && \separated(t, zeroed_node + (0 .. 2 * Pow2(c) - 1));
    requires \valid(t);
    assigns *t, {zeroed_node[i] | integer i; HasNode(units, i)};
    ensures Valid: Apart(t) && WellFormed(*t);
    ensures Over: t->node == zeroed_node;
    ensures Size: OrderFor(units, t->height);
    ensures Free: AllFree(*t, 0, units);
    ensures Tail: EndsAt(*t, units);
*/
void bud_tree_init(struct bud_tree *t, uint8_t *zeroed_node, uint32_t units);

/* Claims the lowest free block of 2^order units; its offset, or
 * BUD_TREE_NONE when there is none. */
/*@ requires Apart(t) && WellFormed(*t);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Coalesced: Merged(*t);
    ensures Same: \result == BUD_TREE_NONE ==> SameLive{Pre,Post}(*t);
    behavior none:
      assumes NoneFree(*t, order);
      assigns \nothing;
      ensures \result == BUD_TREE_NONE;
      ensures Kept: SameNodes{Pre,Post}(*t);
    behavior some:
      assumes \exists integer i; Free(*t, i, order);
      ensures InHeap: \result + Pow2(order) <= t->leaves;
      ensures Aligned: \result % Pow2(order) == 0;
      ensures WasFree: FreeAt{Pre}(*t, \result, order);
      ensures Lowest: \forall integer o;
        0 <= o < \result ==> !FreeAt{Pre}(*t, o, order);
      ensures Lives: LiveAt(*t, \result, order);
      ensures Frame: SameLiveBut{Pre,Post}(*t, NodeOf(*t, \result, order));
    complete behaviors; disjoint behaviors;
*/
uint32_t bud_tree_alloc(struct bud_tree *t, uint32_t order);

/* Frees the live block that starts at offset. Anything but BUD_TREE_OK
 * changes nothing. */
/*@ requires Apart(t) && WellFormed(*t);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Coalesced: Merged(*t);
    ensures Same: \result != BUD_TREE_OK ==> SameLive{Pre,Post}(*t);
    behavior live:
      assumes \exists integer c; LiveAt(*t, offset, c);
      ensures \result == BUD_TREE_OK;
      ensures Gone: NoneLiveOver(*t, offset);
      ensures Frame: \exists integer c; LiveAt{Pre}(*t, offset, c)
        && SameLiveBut{Pre,Post}(*t, NodeOf(*t, offset, c));
    behavior interior:
      assumes \exists integer c; LiveOver(*t, offset, c);
      assumes \forall integer c; !LiveAt(*t, offset, c);
      assigns \nothing;
      ensures \result == BUD_TREE_INTERIOR;
    behavior not_live:
      assumes NoneLiveOver(*t, offset);
      assigns \nothing;
      ensures \result == BUD_TREE_NOT_LIVE;
    complete behaviors; disjoint behaviors;
*/
uint32_t bud_tree_free(struct bud_tree *t, uint32_t offset);

/* The order of the live block that contains offset, or BUD_TREE_NONE. */
/*@ requires \valid(t) && WellFormed(*t);
    assigns \nothing;
    behavior live:
      assumes \exists integer c; LiveOver(*t, offset, c);
      ensures LiveOver(*t, offset, \result);
    behavior not_live:
      assumes NoneLiveOver(*t, offset);
      ensures \result == BUD_TREE_NONE;
    complete behaviors; disjoint behaviors;
*/
uint32_t bud_tree_live_order(const struct bud_tree *t, uint32_t offset);

/* 1 when the block of 2^order units at offset, a multiple of its size, is
 * wholly free. */
/*@ requires \valid(t) && WellFormed(*t);
    assigns \nothing;
    ensures Is: \result == 1 <==> FreeAt(*t, offset, order);
    ensures Flag: \result == 0 || \result == 1;
*/
uint32_t bud_tree_is_free(const struct bud_tree *t, uint32_t offset,
                          uint32_t order);

/* Claims that one block when it is wholly free: 1, else 0. */
/*@ requires Apart(t) && WellFormed(*t);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    behavior free:
      assumes FreeAt(*t, offset, order);
      ensures \result == 1;
      ensures Lives: LiveAt(*t, offset, order);
      ensures Frame: SameLiveBut{Pre,Post}(*t, NodeOf(*t, offset, order));
    behavior taken:
      assumes !FreeAt(*t, offset, order);
      assigns \nothing;
      ensures \result == 0;
      ensures Kept: SameNodes{Pre,Post}(*t);
    complete behaviors; disjoint behaviors;
*/
uint32_t bud_tree_take(struct bud_tree *t, uint32_t offset, uint32_t order);

/* The order of the largest free block, or BUD_TREE_NONE. */
/*@ requires \valid(t) && WellFormed(*t);
    assigns \nothing;
    behavior none:
      assumes \forall integer c; NoneFree(*t, c);
      ensures \result == BUD_TREE_NONE;
    behavior some:
      assumes \exists integer i, c; Free(*t, i, c);
      ensures Has: \exists integer i; Free(*t, i, \result);
      ensures Most: \forall integer i, c; Free(*t, i, c) ==> c <= \result;
    complete behaviors; disjoint behaviors;
*/
uint32_t bud_tree_largest(const struct bud_tree *t);

/* The first maximal free block that starts at from or later: its offset, and
 * its order in *order; BUD_TREE_NONE, and *order as it was, when there is
 * none. */
/*@ requires \valid(t) && WellFormed(*t);
    requires \valid(order);
    requires \separated(order, t, t->node + (0 .. 2 * t->leaves - 1));
    assigns *order;
    behavior none:
      assumes NoMaximalIn(*t, from, t->leaves);
      assigns \nothing;
      ensures \result == BUD_TREE_NONE;
    behavior some:
      assumes !NoMaximalIn(*t, from, t->leaves);
      ensures From: from <= \result < t->leaves;
      ensures Is: MaximalAt(*t, \result, *order);
      ensures First: NoMaximalIn(*t, from, \result);
    complete behaviors; disjoint behaviors;
*/
uint32_t bud_tree_next_free(const struct bud_tree *t, uint32_t from,
                            uint32_t *order);

/* A run is a chain of live blocks that covers a range of units exactly; its
 * length need not be a power of two. The caller remembers the length.
 * O(height^2); release_run also O(height) for each live block in the range. */

/* Claims a run of units, the lowest fit of the order that holds them, and
 * gives the tail back; its offset, or BUD_TREE_NONE when no block of that
 * order is free. */
/*@ requires Apart(t) && WellFormed(*t);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Coalesced: Merged(*t);
    behavior none:
      assumes \forall integer c; OrderFor(units, c) ==> NoneFree(*t, c);
      assigns \nothing;
      ensures \result == BUD_TREE_NONE;
    behavior some:
      assumes \exists integer c, i; OrderFor(units, c) && Free(*t, i, c);
      ensures Lives: \exists integer c; OrderFor(units, c)
        && RunIn{Pre,Post}(*t, \result, units, c);
      ensures Lowest: \forall integer c, o; OrderFor(units, c)
        && 0 <= o < \result ==> !FreeAt{Pre}(*t, o, c);
      ensures Frame: SameOutside{Pre,Post}(*t, \result, units);
    complete behaviors; disjoint behaviors;
*/
uint32_t bud_tree_alloc_run(struct bud_tree *t, uint32_t units);

/* Claims [offset, offset + units) when all of it is in the heap and free: 1.
 * Else 0, and nothing has changed. At the end of a run it grows the run in
 * place. */
/*@ requires Apart(t) && WellFormed(*t);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Coalesced: Merged(*t);
    behavior free:
      assumes InHeap(*t, offset, units) && AllFree(*t, offset, units);
      ensures \result == 1;
      ensures Lives: Run(*t, offset, units);
      ensures Frame: SameOutside{Pre,Post}(*t, offset, units);
    behavior taken:
      assumes !InHeap(*t, offset, units) || !AllFree(*t, offset, units);
      assigns \nothing;
      ensures \result == 0;
    complete behaviors; disjoint behaviors;
*/
uint32_t bud_tree_take_run(struct bud_tree *t, uint32_t offset, uint32_t units);

/* Frees every unit of [offset, offset + units); live blocks that straddle an
 * end are split there. So it frees a run, trims one, or cuts its head off.
 * BUD_TREE_NOT_LIVE, and nothing has changed, when some unit is not live. */
/*@ requires Apart(t) && WellFormed(*t);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Coalesced: Merged(*t);
    behavior live:
      assumes InHeap(*t, offset, units) && AllLive(*t, offset, units);
      ensures \result == BUD_TREE_OK;
      ensures Gone: AllFree(*t, offset, units);
      ensures Units: SameUnits{Pre,Post}(*t, offset, units);
      ensures Kept: Kept{Pre,Post}(*t, offset, units);
    behavior not_live:
      assumes !InHeap(*t, offset, units) || !AllLive(*t, offset, units);
      assigns \nothing;
      ensures \result == BUD_TREE_NOT_LIVE;
    complete behaviors; disjoint behaviors;
*/
uint32_t bud_tree_release_run(struct bud_tree *t, uint32_t offset,
                              uint32_t units);

#endif
