/* An adversary against the lowest fit: every state that requests can bring a
 * heap into while at most M units are live, in blocks of at most 2^n units,
 * for every small M and n. The highest end that a block ever has is what a heap
 * must have so that fragmentation makes no request fail; headroom.h must never
 * promise less. Prints where it promises exactly that.
 *
 *     headroom_states [M]
 *
 * The heap is larger than is ever needed, so that what is too small shows
 * itself as an end that is too high, not as a failure. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/headroom.h"
#include "core/tree.h"

#define HEIGHT 6u
#define UNITS (1u << HEIGHT)
#define MAX_STATES (1u << 20)
#define MAX_PLACES (2u * MAX_STATES)

/* The tree's bytes are all its state. */
struct state {
    uint8_t node[2u * UNITS];
};

static struct state states[MAX_STATES];
static uint32_t place[MAX_PLACES]; /* of a state, plus 1; 0 is empty */
static uint32_t count;

static struct bud_tree tree_over(struct state *state)
{
    const struct bud_tree tree = {
        .node = state->node, .leaves = UNITS, .height = HEIGHT};
    return tree;
}

static uint32_t hash_of(const struct state *state)
{
    uint64_t hash = 0;
    for (uint32_t i = 0; i < sizeof state->node; i++) {
        hash = (hash ^ state->node[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return (uint32_t)(hash >> 32) % MAX_PLACES;
}

static void note(const struct state *state)
{
    uint32_t at = hash_of(state);
    while (place[at] != 0) {
        if (memcmp(&states[place[at] - 1u], state, sizeof *state) == 0) {
            return;
        }
        at = (at + 1u) % MAX_PLACES;
    }
    if (count == MAX_STATES) {
        printf("not ok headroom: more than %u states\n", MAX_STATES);
        exit(1);
    }
    states[count++] = *state;
    place[at] = count;
}

/* Frees each live block of the state in turn; the units live in it. */
static uint32_t free_each(const struct state *from)
{
    struct state state = *from;
    const struct bud_tree tree = tree_over(&state);
    uint32_t live = 0;

    for (uint32_t unit = 0; unit < UNITS;) {
        const uint32_t order = bud_tree_live_order(&tree, unit);
        if (order == BUD_TREE_NONE) {
            unit++;
            continue;
        }
        struct state next = *from;
        struct bud_tree freed = tree_over(&next);
        (void)bud_tree_free(&freed, unit);
        note(&next);
        live += 1u << order;
        unit += 1u << order;
    }
    return live;
}

/* The highest end of a block in any state with at most `most` units live. */
static uint32_t highest_end(uint32_t most, uint32_t largest_order)
{
    uint32_t highest = 0;

    memset(place, 0, sizeof place);
    memset(&states[0], 0, sizeof states[0]);
    count = 0;
    note(&(struct state){{0}});
    for (uint32_t next = 0; next < count; next++) {
        const uint32_t live = free_each(&states[next]);
        for (uint32_t order = 0;
             order <= largest_order && live + (1u << order) <= most; order++) {
            struct state state = states[next];
            struct bud_tree tree = tree_over(&state);
            const uint32_t offset = bud_tree_alloc(&tree, order);
            if (offset == BUD_TREE_NONE) {
                return UINT32_MAX;
            }
            const uint32_t end = offset + (1u << order);
            highest = end > highest ? end : highest;
            note(&state);
        }
    }
    return highest;
}

/* Robson's lower bound for any allocator: proved where the largest block
 * divides `most`; for the others it is only compared with. */
static uint32_t needed_by_any(uint32_t most, uint32_t order)
{
    return most + most * order / 2u - (1u << order) + 1u;
}

int main(int argc, char **argv)
{
    const uint32_t last = argc > 1 ? (uint32_t)atoi(argv[1]) : 12u;
    uint32_t wrong = 0;
    uint32_t tight = 0;
    uint32_t cases = 0;

    for (uint32_t order = 0; (1u << order) <= last; order++) {
        for (uint32_t most = 1u << order; most <= last; most++) {
            const uint32_t end = highest_end(most, order);
            const uint32_t bound = bud_headroom_units(most, order);
            const uint32_t is_wrong =
                bound < end || needed_by_any(most, order) > end;
            wrong += is_wrong;
            tight += bound == end;
            cases++;
            printf("# %2u live, blocks up to %2u: %2u needed, %2u promised%s\n",
                   most, 1u << order, end, bound,
                   is_wrong       ? ", WRONG"
                   : bound == end ? ", tight"
                                  : "");
        }
    }
    printf("%sok the_headroom_suffices_against_every_sequence_of_requests "
           "(%u loads, %u of them tight)\n",
           wrong == 0 ? "" : "not ", cases, tight);
    return wrong != 0;
}
