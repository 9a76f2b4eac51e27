/* The executable specification: walks a state and says whether it is one that
 * the allocator can be in. It knows nothing of how the state came about and
 * reads it without the functions that change it. Tests, debug runs and readers
 * of a core dump call it; it changes nothing. The caller holds whatever lock
 * guards the state. */
#ifndef BUD_CORE_CHECK_H
#define BUD_CORE_CHECK_H

#include <stdint.h>

#include "core/slab_logic.h"
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

/*@ // what a node says is in range, and follows from its children
    predicate Fits{L}(struct bud_tree t, integer i, integer c) =
      t.node[i] <= c + 1;

    predicate Sound{L}(struct bud_tree t, integer i, integer c) =
      Fits(t, i, c) && (1 <= c ==> LocalAt(t, i, c));
*/

/* Whether the tree is well formed: BUD_CHECK_OK when every node is, else the
 * last node (so none below it) that is not, or BUD_CHECK_SHAPE. That every
 * live block is aligned and disjoint from the others, and that no two free
 * buddies remain, follows. O(leaves). */
/*@ requires \valid(t);
    requires Array: t->height <= 30 && t->leaves == Pow2(t->height)
      ==> \valid(t->node + (0 .. 2 * t->leaves - 1));
    assigns \nothing;
    ensures Exact: \result == BUD_CHECK_OK <==> WellFormed(*t);
    ensures Shape: \result == BUD_CHECK_SHAPE <==> !Shape(*t);
    ensures Node: \result != BUD_CHECK_OK && \result != BUD_CHECK_SHAPE
      ==> \exists integer c;
        AtOrder(*t, \result, c) && !Sound(*t, \result, c);
    ensures Last: \result != BUD_CHECK_SHAPE ==> \forall integer i, c;
      \result < i && AtOrder(*t, i, c) ==> Sound(*t, i, c);
*/
uint32_t bud_check_tree(const struct bud_tree *t);

/* What is wrong with one node of a tree of good shape: BUD_CHECK_OK, _RANGE,
 * _SUM or _BAD_NODE. O(height). */
/*@ requires \valid(t) && Shape(*t);
    assigns \nothing;
    ensures Code: \result <= BUD_CHECK_BAD_NODE;
    ensures None: \result == BUD_CHECK_BAD_NODE
      <==> node == 0 || node >= 2 * t->leaves;
    ensures Range: \result == BUD_CHECK_RANGE <==>
      \exists integer c; AtOrder(*t, node, c) && !Fits(*t, node, c);
    ensures Sum: \result == BUD_CHECK_SUM <==> \exists integer c;
      AtOrder(*t, node, c) && Fits(*t, node, c) && !Sound(*t, node, c);
    ensures Ok: \result == BUD_CHECK_OK <==>
      \exists integer c; AtOrder(*t, node, c) && Sound(*t, node, c);
*/
uint32_t bud_check_node(const struct bud_tree *t, uint32_t node);

/* Whether the bitmap of a span of `objects` has no bit past them:
 * BUD_CHECK_OK or BUD_CHECK_RANGE. O(1). */
/*@ requires Slab(bits, objects);
    assigns \nothing;
    ensures Exact: \result == BUD_CHECK_OK <==> TailClear(bits, objects);
    ensures Else: \result == BUD_CHECK_OK || \result == BUD_CHECK_RANGE;
*/
uint32_t bud_check_slab(const uint64_t *bits, uint32_t objects);

#endif
