/* The option `check`: what it finds, what it says, when it looks; and that it
 * finds nothing in a heap that is well. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/abandon.h"
#include "engine/alloc.h"
#include "engine/audit.h"
#include "engine/central.h"
#include "engine/large.h"
#include "engine/options.h"
#include "engine/region.h"
#include "engine/trim.h"

/* 1365 objects in a unit: the last word of the bitmap is not full. */
enum { BYTES = 48, OBJECTS = 1365, LAST_WORD = 21 };

static const size_t UNIT = BUD_UNIT_BYTES;

static struct bud_region *const region = &bud_regions[0];

static void turn_on(void)
{
    bud_options_apply("check");
}

static struct bud_span *span_of(const void *address)
{
    return &region->spans[((uintptr_t)address - region->base) / UNIT];
}

static struct bud_span *new_span(void)
{
    return span_of(bud_alloc(BYTES));
}

static void free_it(void *address)
{
    bud_free(address);
}

/* Allocates in another thread, which ends: what it leaves is abandoned. */
static void alloc_in_thread(void *block)
{
    *(void **)block = bud_alloc(BYTES);
}

static struct bud_span *abandoned_span(void)
{
    void *block;

    child_in_thread(alloc_in_thread, &block);
    return span_of(block);
}

static void fill_a_span(void *first)
{
    *(char **)first = bud_alloc(BYTES);
    for (int i = 1; i < OBJECTS; i++) {
        bud_alloc(BYTES);
    }
}

/* Large blocks until an audit must have been due. */
static void work(void)
{
    for (int i = 0; i < 300; i++) {
        bud_free(bud_alloc(100000));
    }
}

/* ---- a heap that is well ---- */

static void expect_well(void)
{
    bud_audit_all();
    work();
    heap_expect_consistent();
}

static void an_untouched_heap_is_well(void)
{
    turn_on();
    bud_audit_all();
    new_span();
    bud_audit_all();
    EXPECT(!bud_cache_mine->is_inside);
}

static void a_heap_of_blocks_of_all_sizes_is_well(void)
{
    void *blocks[200];

    turn_on();
    for (size_t i = 0; i < 200; i++) {
        blocks[i] = bud_alloc(i * i * i);
    }
    expect_well();
    for (size_t i = 0; i < 200; i += 2) {
        bud_free(blocks[i]);
    }
    expect_well();
    for (size_t i = 1; i < 200; i += 2) {
        blocks[i] = bud_resize(blocks[i], i * 20000);
    }
    expect_well();
    bud_alloc_aligned(8 * UNIT, 3 * UNIT);
    for (size_t i = 1; i < 200; i += 2) {
        blocks[i] = bud_resize(blocks[i], 1 + (200 - i) * 10000);
    }
    expect_well();
    for (size_t i = 1; i < 200; i += 2) {
        bud_free(blocks[i]);
    }
    expect_well();
    bud_trim();
    expect_well();
}

static void a_heap_that_threads_left_behind_is_well(void)
{
    char *first;

    turn_on();
    abandoned_span();
    expect_well();
    child_in_thread(fill_a_span, &first);
    expect_well();
    bud_free(first);
    child_in_thread(free_it, bud_alloc(BYTES));
    expect_well();
    child_in_thread(free_it, first + BYTES);
    expect_well();
}

static void a_heap_of_several_regions_is_well(void)
{
    turn_on();
    door_limit_address_space(8u << 20);
    while (bud_region_count < 3) {
        EXPECT(bud_alloc(100000) != NULL);
    }
    expect_well();
}

static void with_the_option_off_nothing_is_looked_at(void)
{
    new_span();
    region->tree.node[region->tree.leaves] = 2;
    bud_options_apply("check:0");
    bud_audit_all();
    bud_trim();
    work();
}

/* ---- others at work ---- */

static _Atomic bool is_over;

static void *churn(void *seed)
{
    enum { SLOTS = 64 };
    unsigned random = (unsigned)(uintptr_t)seed;
    void *slots[SLOTS] = {NULL};

    while (!is_over) {
        random = random * 1103515245u + 12345u;
        void **const slot = &slots[random / 65536u % SLOTS];
        const size_t bytes =
            random % 7u == 0 ? random % 300000u : random % 700u;
        if (*slot != NULL && random % 3u == 0) {
            *slot = bud_resize(*slot, bytes + 1);
        } else {
            bud_free(*slot);
            *slot = bud_alloc(bytes);
        }
    }
    for (int i = 0; i < SLOTS / 2; i++) {
        bud_free(slots[i]);
    }
    return NULL;
}

static void audit_often(void)
{
    for (int i = 0; i < 300; i++) {
        bud_audit_all();
        bud_free(bud_alloc(BYTES));
    }
}

static void a_heap_that_threads_are_changing_is_well(void)
{
    pthread_t threads[4];

    turn_on();
    bud_alloc(1); /* the threads find a region */
    for (int round = 0; round < 3; round++) {
        is_over = false;
        for (uintptr_t i = 0; i < 4; i++) {
            EXPECT(pthread_create(&threads[i], NULL, churn, (void *)(i + 1)) ==
                   0);
        }
        audit_often();
        is_over = true;
        for (int i = 0; i < 4; i++) {
            pthread_join(threads[i], NULL);
        }
        bud_audit_all();
    }
    heap_expect_consistent();
}

/* ---- what is found ---- */

/* What is done to the heap, and what must be said of it. */
struct damage {
    void (*act)(void);
    const char *words;
};

static void damage_and_audit(void *damage)
{
    turn_on();
    ((const struct damage *)damage)->act();
    bud_audit_all();
}

static void expect_found(const struct damage *damages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        child_expect_abort(damage_and_audit, (void *)&damages[i],
                           damages[i].words);
    }
}

#define EXPECT_FOUND(damages)                                                  \
    expect_found(damages, sizeof damages / sizeof damages[0])

static void raise_the_last_leaf(void)
{
    new_span();
    region->tree.node[2 * region->tree.leaves - 1] = 2;
}

static void lower_a_node(void)
{
    const uint32_t unit = new_span()->unit;

    region->tree.node[(region->tree.leaves + unit) / 2] = 0;
}

static void free_a_leaf(void)
{
    const uint32_t unit = new_span()->unit;

    region->tree.node[region->tree.leaves + unit] = 0;
}

static void shrink_the_tree(void)
{
    new_span();
    region->tree.leaves /= 2;
}

static void raise_the_tree(void)
{
    new_span();
    region->tree.height += 32;
}

static void lower_the_tree(void)
{
    new_span();
    region->tree.height--;
}

static void halve_the_tree(void)
{
    new_span();
    region->tree.height--;
    region->tree.leaves /= 2;
}

static void damage_of_a_tree_is_named(void)
{
    static const struct damage damages[] = {
        {raise_the_last_leaf, "(region 0, node 32767 of units 16383 to 16383 "
                              "says 2, more than its order + 1; "},
        {lower_a_node, "(region 0, node 8192 of units 0 to 1 says 0, its "
                       "halves say 1 and 1; "},
        {free_a_leaf, "(region 0, node 8192 of units 0 to 1 says 2, its "
                      "halves say 1 and 0; "},
        {shrink_the_tree, "(region 0: height 14 and 8192 leaves for 16384 "
                          "units; "},
        {raise_the_tree, "(region 0: height 46 and 16384 leaves for 16384 "
                         "units; "},
        {lower_the_tree, "(region 0: height 13 and 16384 leaves for 16384 "
                         "units; "},
        {halve_the_tree, "(region 0: height 13 and 8192 leaves for 16384 "
                         "units; "},
    };
    EXPECT_FOUND(damages);
}

static void the_damaged_byte_is_named_with_its_address_and_the_remedy(void)
{
    static const struct damage damage = {raise_the_last_leaf, NULL};
    char words[200];

    new_span();
    snprintf(words, sizeof words, "buddymalloc: damaged tree at 0x%llx (",
             (unsigned long long)(uintptr_t)&region->tree
                 .node[2 * region->tree.leaves - 1]);
    child_expect_abort(damage_and_audit, (void *)&damage, words);
    child_expect_abort(damage_and_audit, (void *)&damage,
                       "; a watchpoint shows the stray write, unless it is a "
                       "bug of buddymalloc)\n");
}

static void use_a_unit_unseen(void)
{
    new_span();
    bud_tree_take(&region->tree, 5, 0);
    region->touched_units = 6;
}

static void use_more_than_is_committed(void)
{
    new_span();
    region->touched_units = region->committed_units + 1;
}

static void commit_more_than_there_is(void)
{
    new_span();
    region->committed_units = region->units + 1;
}

static void idle_in_use(void)
{
    region->idle[0] |= UINT64_C(1) << new_span()->unit;
}

static void idle_and_not_counted(void)
{
    new_span();
    region->idle[0] |= 256;
}

static void age_without_being_idle(void)
{
    new_span();
    region->aged[0] |= 256;
}

static void damage_of_what_is_known_of_units_is_named(void)
{
    static const struct damage damages[] = {
        {use_a_unit_unseen, "damaged count of units in use (says 2, there are "
                            "3; "},
        {use_more_than_is_committed, "damaged region at 0x"},
        {commit_more_than_there_is, "(more units used than committed, or than "
                                    "there are; "},
        {idle_in_use, "(a unit in use is idle; "},
        {idle_and_not_counted, "damaged count of idle units (says 0, there "
                               "are 1; "},
        {age_without_being_idle, "(a unit has aged that is not idle; "},
    };
    EXPECT_FOUND(damages);
}

/* ---- bitmaps ---- */

static void set_own_tail(void)
{
    new_span()->bits[LAST_WORD] |= UINT64_C(1) << 21;
}

static void set_highest_bit(void)
{
    new_span()->bits[LAST_WORD] |= UINT64_C(1) << 63;
}

static void set_abandoned_tail(void)
{
    abandoned_span()->bits[LAST_WORD] |= UINT64_C(1) << 21;
}

static void set_tail_in_a_thread(void *unused)
{
    (void)unused;
    set_own_tail();
    bud_cache_mine = &bud_cache_none;
    bud_audit_all();
}

static void set_the_tail_of_another(void)
{
    child_in_thread(set_tail_in_a_thread, NULL);
}

static void set_remote_tail(void)
{
    bud_span_remote(new_span())->words[LAST_WORD] = UINT64_C(1) << 21;
}

static void mark_a_word_too_many(void)
{
    new_span()->summary |= UINT64_C(1) << (LAST_WORD + 1);
}

static void mark_a_remote_word_too_many(void)
{
    new_span()->remote_summary = UINT64_C(1) << 63;
}

static void forget_a_free_object(void)
{
    abandoned_span()->summary &= ~UINT64_C(2);
}

static void damage_of_a_bitmap_is_named(void)
{
    static const struct damage damages[] = {
        {set_own_tail, ": a bit past the last object is set; "},
        {set_highest_bit, "damaged bitmap at 0x"},
        {set_abandoned_tail, "damaged bitmap at 0x"},
        {set_the_tail_of_another, "damaged bitmap at 0x"},
        {set_remote_tail, "damaged remote bitmap at 0x"},
        {mark_a_word_too_many, ": a word past the last one is marked; "},
        {mark_a_remote_word_too_many, "damaged summary at 0x"},
        {forget_a_free_object, ": it leaves out a free object; "},
    };
    EXPECT_FOUND(damages);
}

static void every_bit_of_a_bitmap_but_the_tail_may_be_either(void)
{
    struct bud_span *const span = new_span();

    turn_on();
    for (uint32_t i = 0; i < OBJECTS; i++) {
        span->bits[i / 64] ^= UINT64_C(1) << i % 64;
        bud_audit_all();
    }
}

/* ---- headers ---- */

static void other_kind(void)
{
    new_span()->kind = BUD_SPAN_LARGE;
}

static void other_unit(void)
{
    new_span()->unit++;
}

static void other_region(void)
{
    new_span()->region++;
}

static void other_distance(void)
{
    new_span()->back = 1;
}

static void no_class(void)
{
    new_span()->class = BUD_CLASS_COUNT;
}

static void other_class(void)
{
    new_span()->class++;
}

static void other_size(void)
{
    new_span()->size_bytes += 16;
}

static void other_number_of_objects(void)
{
    new_span()->objects--;
}

static void other_reciprocal(void)
{
    new_span()->reciprocal ^= 1;
}

static void other_length(void)
{
    bud_span_cold(new_span())->units = 2;
}

static void a_unit_that_is_no_part(void)
{
    span_of(bud_alloc(60000))[1].kind = BUD_SPAN_FREED;
}

static void a_unit_at_another_distance(void)
{
    span_of(bud_alloc(60000))[1].back = 2;
}

static void a_large_block_elsewhere(void)
{
    span_of(bud_alloc(100000))->unit++;
}

static void a_large_block_in_another_region(void)
{
    span_of(bud_alloc(100000))->region++;
}

static void a_large_block_of_a_class(void)
{
    span_of(bud_alloc(100000))->reciprocal = 1;
}

static void a_large_block_of_objects(void)
{
    span_of(bud_alloc(100000))->objects = 1;
}

static void a_large_block_past_the_end(void)
{
    bud_span_cold(span_of(bud_alloc(100000)))->units = 1000;
}

static void a_large_block_of_nothing(void)
{
    bud_span_cold(span_of(bud_alloc(100000)))->units = 0;
}

static void damage_of_a_header_is_named(void)
{
    static const char *const no_place = ": it is not in its place; ";
    static const char *const no_class_of_it = ": it is not as its class; ";
    static const char *const no_part = ": a later unit is not part of it; ";
    static const char *const too_long = ": it ends beyond the heap; ";
    const struct damage damages[] = {
        {other_kind, no_place},
        {other_unit, no_place},
        {other_region, no_place},
        {other_distance, no_place},
        {no_class, ": there is no such class; "},
        {other_class, no_class_of_it},
        {other_size, no_class_of_it},
        {other_number_of_objects, no_class_of_it},
        {other_reciprocal, no_class_of_it},
        {other_length, no_class_of_it},
        {a_unit_that_is_no_part, no_part},
        {a_unit_at_another_distance, no_part},
        {a_large_block_elsewhere, no_place},
        {a_large_block_in_another_region, no_place},
        {a_large_block_of_a_class, ": a large block has no objects; "},
        {a_large_block_of_objects, ": a large block has no objects; "},
        {a_large_block_past_the_end, too_long},
        {a_large_block_of_nothing, too_long},
    };
    EXPECT_FOUND(damages);
}

/* ---- what header and tree say of each other ---- */

static void free_its_unit(void)
{
    bud_tree_release_run(&region->tree, new_span()->unit, 1);
}

static void free_a_unit_of_a_large_block(void)
{
    bud_tree_release_run(&region->tree, span_of(bud_alloc(200000))->unit + 2,
                         1);
}

/* The unit of the caches, 0, and that of a span, 1, as one block. */
static void join_with_what_lies_before(void)
{
    EXPECT_EQUAL(new_span()->unit, 1);
    bud_tree_release_run(&region->tree, 0, 2);
    bud_tree_take(&region->tree, 0, 1);
}

static void join_with_what_lies_behind(void)
{
    bud_alloc(BYTES);
    const uint32_t unit = span_of(bud_alloc(2 * BYTES))->unit;

    EXPECT_EQUAL(unit, 2);
    bud_tree_release_run(&region->tree, unit, 1);
    bud_tree_take(&region->tree, unit, 1);
    region->touched_units++;
}

static void a_header_whose_units_are_not_its_own_is_named(void)
{
    static const struct damage damages[] = {
        {free_its_unit, ": a unit of it is free in the tree; "},
        {free_a_unit_of_a_large_block, ": a unit of it is free in the tree; "},
        {join_with_what_lies_before, ": the tree has a block that begins "
                                     "before it; "},
        {join_with_what_lies_behind, ": the tree has a block that ends after "
                                     "it; "},
    };
    EXPECT_FOUND(damages);
}

/* As a thread leaves it that is just making the block shorter. */
static void a_large_block_may_say_that_it_is_shorter(void)
{
    turn_on();
    bud_span_cold(span_of(bud_alloc(4 * UNIT)))->units = 3;
    bud_audit_all();
}

/* ---- lists ---- */

static struct bud_span other;

static void own_a_stray_span(void)
{
    new_span();
    bud_cache_mine->owned = &other;
}

static void link_to_a_span_past_the_end(void)
{
    bud_span_cold(new_span())->owned_next = &region->spans[1000000];
}

static void link_to_a_span_in_a_circle(void)
{
    struct bud_span *const span = new_span();

    bud_span_cold(span)->owned_next = span;
}

static void own_what_another_does(void)
{
    struct bud_span *const span = abandoned_span();

    bud_alloc(100);
    bud_cache_mine->owned = span;
}

/* A second span of the class; the first is the current one's successor. */
static struct bud_span *available_span(void)
{
    void *first;

    fill_a_span(&first);
    bud_alloc(BYTES);
    bud_free(first);
    EXPECT(span_of(first)->is_available);
    return span_of(first);
}

static void unlist_an_available_span(void)
{
    struct bud_span *const span = available_span();
    struct bud_cache_class *const in = &bud_cache_mine->classes[span->class];

    in->available = NULL;
}

static void deny_an_available_span(void)
{
    available_span()->is_available = 0;
}

static void lead_back_wrongly(void)
{
    struct bud_span *const span = available_span();

    bud_span_cold(span)->available_previous = span;
}

static void end_elsewhere(void)
{
    const struct bud_span *const span = available_span();

    bud_cache_mine->classes[span->class].available_last = NULL;
}

static void list_alone(struct bud_cache_class *in, struct bud_span *span)
{
    span->is_available = 1;
    bud_span_cold(span)->available_previous = NULL;
    bud_span_cold(span)->available_next = NULL;
    in->available = span;
    in->available_last = span;
}

static void offer_the_current_span(void)
{
    struct bud_span *const span = new_span();

    list_alone(&bud_cache_mine->classes[span->class], span);
}

static void offer_a_span_of_another_class(void)
{
    struct bud_span *const span = available_span();

    bud_cache_mine->classes[span->class].available = NULL;
    list_alone(&bud_cache_mine->classes[span->class + 1], span);
}

static void offer_a_span_of_another_thread(void)
{
    const struct bud_span *const span = available_span();
    struct bud_span *const left = abandoned_span();

    left->owner = &bud_cache_none;
    list_alone(&bud_cache_mine->classes[span->class], left);
}

static void own_an_abandoned_span(void)
{
    abandoned_span()->owner = &bud_cache_none;
}

static void alloc_another_in_thread(void *block)
{
    *(void **)block = bud_alloc(100);
}

static void mix_abandoned_spans(void)
{
    struct bud_span *const span = abandoned_span();
    void *block;

    child_in_thread(alloc_another_in_thread, &block);
    bud_span_cold(span)->owned_next = span_of(block);
    bud_span_cold(span_of(block))->owned_previous = span;
}

static void deny_an_abandoned_span(void)
{
    abandoned_span()->is_available = 0;
}

static void lead_back_from_an_abandoned_span(void)
{
    struct bud_span *const span = abandoned_span();

    bud_span_cold(span)->owned_previous = span;
}

static void lead_on_from_an_abandoned_span(void)
{
    bud_span_cold(abandoned_span())->owned_next = &other;
}

static void damage_of_a_list_is_named(void)
{
    static const char *const no_span = "(a link leads to no span; ";
    static const char *const not_back = "(a link back is wrong; ";
    static const char *const not_available =
        "(a span is listed as available and is not; ";
    static const char *const not_abandoned =
        "(a span is listed as abandoned and is not; ";
    const struct damage damages[] = {
        {own_a_stray_span, no_span},
        {link_to_a_span_past_the_end, no_span},
        {link_to_a_span_in_a_circle, not_back},
        {own_what_another_does, "(a span is listed that another thread owns; "},
        {unlist_an_available_span, "(a span is available and not listed; "},
        {deny_an_available_span, not_available},
        {lead_back_wrongly, not_back},
        {end_elsewhere, "(the last span is not the last; "},
        {offer_the_current_span, not_available},
        {offer_a_span_of_another_class, not_available},
        {offer_a_span_of_another_thread, not_available},
        {deny_an_abandoned_span, not_abandoned},
        {own_an_abandoned_span, not_abandoned},
        {mix_abandoned_spans, not_abandoned},
        {lead_back_from_an_abandoned_span, not_back},
        {lead_on_from_an_abandoned_span, no_span},
    };
    EXPECT_FOUND(damages);
}

/* ---- when ---- */

static void damage_used_and_work(void *unused)
{
    (void)unused;
    turn_on();
    free_a_leaf();
    work();
}

/* The root stands over the used units as well. */
static void damage_the_root_and_work(void *unused)
{
    (void)unused;
    turn_on();
    new_span();
    region->tree.node[1] = 77;
    work();
}

static void damage_used_and_refill(void *unused)
{
    (void)unused;
    turn_on();
    set_own_tail();
    for (int i = 0; i < 300 * 64; i++) {
        bud_alloc(16);
    }
}

static void damage_used_and_trim(void *unused)
{
    (void)unused;
    turn_on();
    raise_the_last_leaf();
    bud_trim();
}

static void damage_of_the_used_part_is_found_by_ordinary_work(void)
{
    child_expect_abort(damage_used_and_work, NULL, "damaged tree at 0x");
    child_expect_abort(damage_the_root_and_work, NULL,
                       "(region 0, node 1 of units 0 to 16383 says 77, more");
    child_expect_abort(damage_used_and_refill, NULL, "damaged bitmap at 0x");
}

static void damage_of_the_unused_part_is_found_when_the_program_trims(void)
{
    child_expect_abort(damage_used_and_trim, NULL, "damaged tree at 0x");
}

static void ordinary_work_looks_at_the_used_part_only(void)
{
    turn_on();
    raise_the_last_leaf();
    work();
}

/* The damage stays unseen for so many large blocks, of 2 units each, and is
 * not said, since no standard error is kept. */
static uint32_t blocks_until_found(uint32_t blocks_before)
{
    bud_audit_is_on = true;
    for (uint32_t i = 0; i < blocks_before; i++) {
        bud_alloc(100000);
    }
    for (uint32_t i = 0;; i++) {
        const pid_t child = fork();
        int status;
        if (child == 0) {
            free_a_leaf();
            bud_alloc(100000);
            _exit(0);
        }
        EXPECT(waitpid(child, &status, 0) == child);
        if (WIFSIGNALED(status)) {
            return i;
        }
        bud_free(bud_alloc(100000));
    }
}

/* 256 steps; the first small block is a step as well. */
static void in_a_small_heap_one_step_in_256_audits(void)
{
    EXPECT_EQUAL(blocks_until_found(0), 254);
}

static void in_a_large_heap_fewer_do(void)
{
    EXPECT(blocks_until_found(256) > 400);
}

static void inside_the_lock_nothing_is_looked_at(void)
{
    turn_on();
    raise_the_last_leaf();
    EXPECT(bud_central_enter());
    bud_audit_all();
    bud_central_leave();
}

/* A signal handler that came while its thread was changing the lists. */
static void inside_the_lists_they_are_left_alone(void)
{
    turn_on();
    own_a_stray_span();
    EXPECT(bud_cache_enter(bud_cache_mine));
    bud_audit_all();
    bud_cache_leave(bud_cache_mine);
}

static void damage_with_closed_stderr(void *unused)
{
    (void)unused;
    turn_on();
    raise_the_last_leaf();
    close(2);
    bud_audit_all();
}

static void it_is_said_where_standard_error_was(void)
{
    child_expect_abort(damage_with_closed_stderr, NULL, "damaged tree at 0x");
}

static void damage_in_a_child(void *unused)
{
    int status;

    (void)unused;
    turn_on();
    new_span();
    const pid_t child = fork();
    if (child == 0) {
        bud_audit_all();
        set_own_tail();
        bud_audit_all();
        _exit(0);
    }
    EXPECT(waitpid(child, &status, 0) == child);
    bud_audit_all();
    if (WIFSIGNALED(status)) {
        abort();
    }
}

static void a_forked_child_is_checked_as_well(void)
{
    child_expect_abort(damage_in_a_child, NULL, "damaged bitmap at 0x");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(an_untouched_heap_is_well),
        TEST(a_heap_of_blocks_of_all_sizes_is_well),
        TEST(a_heap_that_threads_left_behind_is_well),
        TEST(a_heap_of_several_regions_is_well),
        TEST(with_the_option_off_nothing_is_looked_at),
        TEST(a_heap_that_threads_are_changing_is_well),
        TEST(damage_of_a_tree_is_named),
        TEST(the_damaged_byte_is_named_with_its_address_and_the_remedy),
        TEST(damage_of_what_is_known_of_units_is_named),
        TEST(damage_of_a_bitmap_is_named),
        TEST(every_bit_of_a_bitmap_but_the_tail_may_be_either),
        TEST(damage_of_a_header_is_named),
        TEST(a_header_whose_units_are_not_its_own_is_named),
        TEST(a_large_block_may_say_that_it_is_shorter),
        TEST(damage_of_a_list_is_named),
        TEST(damage_of_the_used_part_is_found_by_ordinary_work),
        TEST(damage_of_the_unused_part_is_found_when_the_program_trims),
        TEST(ordinary_work_looks_at_the_used_part_only),
        TEST(in_a_small_heap_one_step_in_256_audits),
        TEST(in_a_large_heap_fewer_do),
        TEST(inside_the_lock_nothing_is_looked_at),
        TEST(inside_the_lists_they_are_left_alone),
        TEST(it_is_said_where_standard_error_was),
        TEST(a_forked_child_is_checked_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
