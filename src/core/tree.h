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

#define BUD_TREE_NONE UINT32_MAX
#define BUD_TREE_HEIGHT_MAX 30u

struct bud_tree {
    uint8_t *node;   /* 2 * leaves bytes, node[0] unused */
    uint32_t leaves; /* 2^height */
    uint32_t height; /* order of the root */
};

/* What bud_tree_free and bud_tree_release_run answer. */
enum {
    BUD_TREE_OK = 0,
    BUD_TREE_NOT_LIVE = 1, /* no live block there: a double or wild free */
    BUD_TREE_INTERIOR = 2, /* inside a live block that starts elsewhere */
};

/* The smallest order whose block holds units (1 to 2^30). */
uint32_t bud_tree_order_for(uint32_t units);

/* Bytes of metadata that a heap of units (1 to 2^30) needs. */
uint64_t bud_tree_node_bytes(uint32_t units);

/* An empty heap of units over zeroed_node, bud_tree_node_bytes(units) zero
 * bytes. When units is no power of two the tail is claimed for good: offsets
 * from units on belong to nobody and must not be freed. */
void bud_tree_init(struct bud_tree *t, uint8_t *zeroed_node, uint32_t units);

/* Claims the lowest free block of 2^order units; its offset, or
 * BUD_TREE_NONE when there is none. */
uint32_t bud_tree_alloc(struct bud_tree *t, uint32_t order);

/* Frees the live block that starts at offset. Anything but BUD_TREE_OK
 * changes nothing. */
uint32_t bud_tree_free(struct bud_tree *t, uint32_t offset);

/* The order of the live block that contains offset, or BUD_TREE_NONE. */
uint32_t bud_tree_live_order(const struct bud_tree *t, uint32_t offset);

/* 1 when the block of 2^order units at offset, a multiple of its size, is
 * wholly free. */
uint32_t bud_tree_is_free(const struct bud_tree *t, uint32_t offset,
                          uint32_t order);

/* Claims that one block when it is wholly free: 1, else 0. */
uint32_t bud_tree_take(struct bud_tree *t, uint32_t offset, uint32_t order);

/* The live block that starts at offset, of order 1 at least, becomes two live
 * halves. */
void bud_tree_split(struct bud_tree *t, uint32_t offset);

/* The order of the largest free block, or BUD_TREE_NONE. */
uint32_t bud_tree_largest(const struct bud_tree *t);

/* The first maximal free block that starts at from or later: its offset, and
 * its order in *order; BUD_TREE_NONE when there is none. */
uint32_t bud_tree_next_free(const struct bud_tree *t, uint32_t from,
                            uint32_t *order);

/* A run is a chain of live blocks that covers a range of units exactly; its
 * length need not be a power of two. The caller remembers the length.
 * O(height^2); release_run also O(height) for each live block in the range. */

/* Claims a run of units, the lowest fit of the order that holds them, and
 * gives the tail back; its offset, or BUD_TREE_NONE. */
uint32_t bud_tree_alloc_run(struct bud_tree *t, uint32_t units);

/* Claims [offset, offset + units) when all of it is in the heap and free: 1.
 * Else 0, and nothing has changed. */
uint32_t bud_tree_take_run(struct bud_tree *t, uint32_t offset,
                           uint32_t units);

/* Frees every unit of [offset, offset + units); live blocks that straddle an
 * end are split there. So it frees a run, trims one, or cuts its head off.
 * BUD_TREE_NOT_LIVE, and nothing has changed, when some unit is not live. */
uint32_t bud_tree_release_run(struct bud_tree *t, uint32_t offset,
                              uint32_t units);

#endif
