#include "tree_model.h"

const char *const operation_names[OPERATION_COUNT] = {
    "alloc",       "free",       "take",    "alloc_run", "take_run",
    "release_run", "live_order", "is_free", "largest",   "next_free"};

uint32_t operation_arguments(enum operation operation)
{
    switch (operation) {
    case OPERATION_LARGEST:
        return 0;
    case OPERATION_TAKE:
    case OPERATION_TAKE_RUN:
    case OPERATION_RELEASE_RUN:
    case OPERATION_IS_FREE:
        return 2;
    default:
        return 1;
    }
}

void model_init(struct tree_model *model, uint32_t units)
{
    model->units = units;
    for (uint32_t i = 0; i < units; i++) {
        model->owner[i] = BUD_TREE_NONE;
        model->order_at[i] = BUD_TREE_NONE;
    }
}

void model_copy(struct tree_model *to, const struct tree_model *from)
{
    to->units = from->units;
    for (uint32_t i = 0; i < from->units; i++) {
        to->owner[i] = from->owner[i];
        to->order_at[i] = from->order_at[i];
    }
}

void model_claim(struct tree_model *model, uint32_t offset, uint32_t order)
{
    model->order_at[offset] = order;
    for (uint32_t i = 0; i < 1u << order; i++) {
        model->owner[offset + i] = offset;
    }
}

static void forget(struct tree_model *model, uint32_t offset)
{
    const uint32_t size = 1u << model->order_at[offset];
    for (uint32_t i = 0; i < size; i++) {
        model->owner[offset + i] = BUD_TREE_NONE;
    }
}

static uint32_t lies_inside(const struct tree_model *model, uint32_t offset,
                            uint32_t units)
{
    return (uint64_t)offset + units <= model->units;
}

/* Every unit of the range is free, or every one is live. */
static uint32_t all_are(const struct tree_model *model, uint32_t offset,
                        uint32_t units, uint32_t is_free)
{
    for (uint32_t i = 0; i < units; i++) {
        if ((model->owner[offset + i] == BUD_TREE_NONE) != is_free) {
            return 0;
        }
    }
    return 1;
}

static uint32_t block_is_free(const struct tree_model *model, uint32_t offset,
                              uint32_t order)
{
    return order < 32u && offset % (1u << order) == 0 &&
           lies_inside(model, offset, 1u << order) &&
           all_are(model, offset, 1u << order, 1);
}

static uint32_t lowest_free(const struct tree_model *model, uint32_t order)
{
    for (uint32_t offset = 0; offset < model->units; offset++) {
        if (block_is_free(model, offset, order)) {
            return offset;
        }
    }
    return BUD_TREE_NONE;
}

/* A range becomes the fewest blocks that it can be. */
static void claim_range(struct tree_model *model, uint32_t offset,
                        uint32_t units)
{
    const uint32_t end = offset + units;
    while (offset < end) {
        uint32_t order = 0;
        while (offset % (2u << order) == 0 && offset + (2u << order) <= end) {
            order++;
        }
        model_claim(model, offset, order);
        offset += 1u << order;
    }
}

static uint32_t alloc(struct tree_model *model, uint32_t order)
{
    const uint32_t offset = lowest_free(model, order);
    if (offset != BUD_TREE_NONE) {
        model_claim(model, offset, order);
    }
    return offset;
}

static uint32_t free_at(struct tree_model *model, uint32_t offset)
{
    if (offset >= model->units || model->owner[offset] == BUD_TREE_NONE) {
        return BUD_TREE_NOT_LIVE;
    }
    if (model->owner[offset] != offset) {
        return BUD_TREE_INTERIOR;
    }
    forget(model, offset);
    return BUD_TREE_OK;
}

static uint32_t take(struct tree_model *model, uint32_t offset, uint32_t order)
{
    if (!block_is_free(model, offset, order)) {
        return 0;
    }
    model_claim(model, offset, order);
    return 1;
}

static uint32_t alloc_run(struct tree_model *model, uint32_t units)
{
    if (units == 0 || units > model->units) {
        return BUD_TREE_NONE;
    }
    uint32_t order = 0;
    while (1u << order < units) {
        order++;
    }
    const uint32_t offset = lowest_free(model, order);
    if (offset != BUD_TREE_NONE) {
        claim_range(model, offset, units);
    }
    return offset;
}

static uint32_t take_run(struct tree_model *model, uint32_t offset,
                         uint32_t units)
{
    if (!lies_inside(model, offset, units) ||
        !all_are(model, offset, units, 1)) {
        return 0;
    }
    claim_range(model, offset, units);
    return 1;
}

static uint32_t release_run(struct tree_model *model, uint32_t offset,
                            uint32_t units)
{
    if (!lies_inside(model, offset, units) ||
        !all_are(model, offset, units, 0)) {
        return BUD_TREE_NOT_LIVE;
    }
    const uint32_t end = offset + units;
    for (uint32_t i = offset; i < end; i++) {
        if (model->owner[i] == BUD_TREE_NONE) {
            continue;
        }
        const uint32_t first = model->owner[i];
        const uint32_t past = first + (1u << model->order_at[first]);
        forget(model, first);
        if (first < offset) {
            claim_range(model, first, offset - first);
        }
        if (past > end) {
            claim_range(model, end, past - end);
        }
    }
    return BUD_TREE_OK;
}

static uint32_t live_order(const struct tree_model *model, uint32_t offset)
{
    if (offset >= model->units || model->owner[offset] == BUD_TREE_NONE) {
        return BUD_TREE_NONE;
    }
    return model->order_at[model->owner[offset]];
}

/* The largest order that has a free block at offset, or anywhere. */
static uint32_t largest_at(const struct tree_model *model, uint32_t offset)
{
    uint32_t largest = BUD_TREE_NONE;
    for (uint32_t order = 0; order < 32u; order++) {
        if (block_is_free(model, offset, order)) {
            largest = order;
        }
    }
    return largest;
}

static uint32_t largest(const struct tree_model *model)
{
    uint32_t best = BUD_TREE_NONE;
    for (uint32_t order = 0; order < 32u; order++) {
        if (lowest_free(model, order) != BUD_TREE_NONE) {
            best = order;
        }
    }
    return best;
}

static uint64_t next_free(const struct tree_model *model, uint32_t from)
{
    for (uint32_t i = from; i < model->units; i++) {
        const uint32_t order = largest_at(model, i);
        if (order != BUD_TREE_NONE &&
            !block_is_free(model, i - i % (2u << order), order + 1u)) {
            return i | (uint64_t)order << 32;
        }
    }
    return BUD_TREE_NONE;
}

uint64_t model_apply(struct tree_model *model, enum operation operation,
                     uint32_t a, uint32_t b)
{
    switch (operation) {
    case OPERATION_ALLOC:
        return alloc(model, a);
    case OPERATION_FREE:
        return free_at(model, a);
    case OPERATION_TAKE:
        return take(model, a, b);
    case OPERATION_ALLOC_RUN:
        return alloc_run(model, a);
    case OPERATION_TAKE_RUN:
        return take_run(model, a, b);
    case OPERATION_RELEASE_RUN:
        return release_run(model, a, b);
    case OPERATION_LIVE_ORDER:
        return live_order(model, a);
    case OPERATION_IS_FREE:
        return block_is_free(model, a, b);
    case OPERATION_LARGEST:
        return largest(model);
    default:
        return next_free(model, a);
    }
}

static uint64_t tree_next_free(const struct bud_tree *tree, uint32_t from)
{
    uint32_t order = 0;
    const uint32_t offset = bud_tree_next_free(tree, from, &order);
    return offset | (uint64_t)order << 32;
}

uint64_t tree_apply(struct bud_tree *tree, enum operation operation, uint32_t a,
                    uint32_t b)
{
    switch (operation) {
    case OPERATION_ALLOC:
        return bud_tree_alloc(tree, a);
    case OPERATION_FREE:
        return bud_tree_free(tree, a);
    case OPERATION_TAKE:
        return bud_tree_take(tree, a, b);
    case OPERATION_ALLOC_RUN:
        return bud_tree_alloc_run(tree, a);
    case OPERATION_TAKE_RUN:
        return bud_tree_take_run(tree, a, b);
    case OPERATION_RELEASE_RUN:
        return bud_tree_release_run(tree, a, b);
    case OPERATION_LIVE_ORDER:
        return bud_tree_live_order(tree, a);
    case OPERATION_IS_FREE:
        return bud_tree_is_free(tree, a, b);
    case OPERATION_LARGEST:
        return bud_tree_largest(tree);
    default:
        return tree_next_free(tree, a);
    }
}

/* The byte of the block of that order at offset, by what it holds. */
static uint8_t byte_of(const struct tree_model *model, uint32_t offset,
                       uint32_t order)
{
    const uint32_t owner = model->owner[offset];
    if (owner != BUD_TREE_NONE && model->order_at[owner] >= order) {
        const uint32_t is_it =
            owner == offset && model->order_at[owner] == order;
        return is_it ? (uint8_t)(order + 1u) : 0;
    }
    for (uint32_t down = 0; down <= order; down++) {
        const uint32_t size = 1u << (order - down);
        for (uint32_t i = 0; i < 1u << order; i += size) {
            if (all_are(model, offset + i, size, 1)) {
                return (uint8_t)down;
            }
        }
    }
    return (uint8_t)(order + 1u);
}

void model_nodes(const struct tree_model *model, uint8_t *node)
{
    uint32_t order = 0;
    node[0] = 0;
    for (uint32_t first = model->units; first >= 1u; first /= 2u) {
        for (uint32_t i = 0; i < first; i++) {
            node[first + i] = byte_of(model, i << order, order);
        }
        order++;
    }
}
