/* The naive reference of the buddy tree: who owns each unit, and nothing
 * else. Every answer is found by looking at units, one after the other. */
#ifndef BUD_TESTS_TREE_MODEL_H
#define BUD_TESTS_TREE_MODEL_H

#include <stdint.h>

#include "core/tree.h"

#define MODEL_MAX_UNITS 1024u

struct tree_model {
    uint32_t units;                     /* a power of two */
    uint32_t owner[MODEL_MAX_UNITS];    /* first unit of its live block, or
                                           BUD_TREE_NONE: free */
    uint32_t order_at[MODEL_MAX_UNITS]; /* where a live block starts */
};

enum operation {
    OPERATION_ALLOC,       /* order */
    OPERATION_FREE,        /* offset */
    OPERATION_TAKE,        /* offset, order */
    OPERATION_ALLOC_RUN,   /* units */
    OPERATION_TAKE_RUN,    /* offset, units */
    OPERATION_RELEASE_RUN, /* offset, units */
    OPERATION_LIVE_ORDER,  /* offset */
    OPERATION_IS_FREE,     /* offset, order */
    OPERATION_LARGEST,     /* nothing */
    OPERATION_NEXT_FREE,   /* offset; the block's order is added << 32 */
    OPERATION_COUNT
};

extern const char *const operation_names[OPERATION_COUNT];

/* How many numbers the operation takes. */
uint32_t operation_arguments(enum operation operation);

/* All free. */
void model_init(struct tree_model *model, uint32_t units);

/* Copies the units that are in use. */
void model_copy(struct tree_model *to, const struct tree_model *from);

/* Marks a block, which must be free. */
void model_claim(struct tree_model *model, uint32_t offset, uint32_t order);

/* What the operation answers, after doing it. */
uint64_t model_apply(struct tree_model *model, enum operation operation,
                     uint32_t a, uint32_t b);

/* The same done by the tree. */
uint64_t tree_apply(struct bud_tree *tree, enum operation operation, uint32_t a,
                    uint32_t b);

/* The bytes that a tree in this state has, 2 * units. */
void model_nodes(const struct tree_model *model, uint8_t *node);

#endif
