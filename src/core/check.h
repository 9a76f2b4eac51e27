/* The executable specification: walks a state and says whether it is one that
 * the allocator can be in. It knows nothing of how the state came about and
 * shares no code with what it checks. Tests, debug runs and readers of a core
 * dump call it; it changes nothing. The caller holds whatever lock guards the
 * state. */
#ifndef BUD_CORE_CHECK_H
#define BUD_CORE_CHECK_H

#include <stdint.h>

#include "core/tree.h"

/* What is wrong, of a node or of a bitmap. */
enum {
    BUD_CHECK_OK = 0,
    BUD_CHECK_RANGE,    /* a byte above order + 1, or a bit past the objects */
    BUD_CHECK_SUM,      /* neither the sum of its children nor a live block */
    BUD_CHECK_BAD_NODE, /* no node of this tree */
};

/* What bud_check_tree answers when height and leaves do not belong together,
 * so that there are no nodes to speak of. */
#define BUD_CHECK_SHAPE UINT32_MAX

/* Whether the tree is well formed: BUD_CHECK_OK when every node is, else the
 * last node (so none below it) that is not, or BUD_CHECK_SHAPE. That every
 * live block is aligned and disjoint from the others, and that no two free
 * buddies remain, follows. O(leaves). */
uint32_t bud_check_tree(const struct bud_tree *t);

/* What is wrong with one node of a tree of good shape: BUD_CHECK_OK, _RANGE,
 * _SUM or _BAD_NODE. O(height). */
uint32_t bud_check_node(const struct bud_tree *t, uint32_t node);

/* Whether the bitmap of a span of `objects` has no bit past them:
 * BUD_CHECK_OK or BUD_CHECK_RANGE. O(1). */
uint32_t bud_check_slab(const uint64_t *bits, uint32_t objects);

#endif
