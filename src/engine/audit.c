#include "engine/audit.h"

#include <stdatomic.h>
#include <stddef.h>

#include "core/check.h"
#include "core/node.h"
#include "engine/abandon.h"
#include "engine/cache.h"
#include "engine/central.h"
#include "engine/damage.h"
#include "engine/region.h"

bool bud_audit_is_on;

/* Steps between two audits, unless the heap has more units: what an audit
 * costs is a constant for each unit that has ever been used. */
static const uint64_t STEPS_MIN = 256;

static _Atomic uint64_t steps_left = STEPS_MIN;

/* ---- a region's units; under the central lock ---- */

static void expect_of_region(bool holds, const void *place, const char *cause)
{
    if (bud_unlikely(!holds)) {
        bud_damage_other("region", place, cause);
    }
}

static void check_size(const struct bud_region *region)
{
    const struct bud_tree *const tree = &region->tree;

    if (tree->height > BUD_TREE_HEIGHT_MAX ||
        tree->leaves != bud_node_units(tree->height) ||
        bud_tree_node_bytes(tree->leaves) !=
            bud_tree_node_bytes(region->units)) {
        bud_damage_shape(region);
    }
    expect_of_region(region->touched_units <= region->committed_units &&
                         region->committed_units <= region->units,
                     &region->touched_units,
                     "more units used than committed, or than there are");
}

static void check_node(const struct bud_region *region, uint32_t node)
{
    const uint32_t fault = bud_check_node(&region->tree, node);

    if (bud_unlikely(fault != BUD_CHECK_OK)) {
        bud_damage_node(region, node, fault);
    }
}

/* The nodes over units that have ever been used, those of an order after the
 * other. The rest is as it was when the region was new. */
static void check_used_nodes(const struct bud_region *region)
{
    const struct bud_tree *const tree = &region->tree;
    const uint32_t touched = region->touched_units;

    for (uint32_t order = 0; touched > 0 && order <= tree->height; order++) {
        const uint32_t last = bud_node_of(tree, touched - 1u, order);
        for (uint32_t node = bud_node_of(tree, 0, order); node <= last;
             node++) {
            check_node(region, node);
        }
    }
}

static void check_all_nodes(const struct bud_region *region)
{
    const uint32_t node = bud_check_tree(&region->tree);

    if (bud_unlikely(node != BUD_CHECK_OK)) {
        check_node(region, node);
    }
}

/* Units in use, counted in the tree. */
static uint64_t count_used(const struct bud_region *region)
{
    uint64_t used = region->touched_units;
    uint32_t order;
    uint32_t unit = bud_tree_next_free(&region->tree, 0, &order);

    while (unit < region->touched_units) {
        const uint32_t end = unit + bud_node_units(order);
        used -=
            (end < region->touched_units ? end : region->touched_units) - unit;
        unit = bud_tree_next_free(&region->tree, end, &order);
    }
    return used;
}

static void check_idle(const struct bud_region *region)
{
    const uint32_t words = bud_bits_words(region->committed_units);
    uint32_t count = 0;

    for (uint32_t word = 0; word < words; word++) {
        uint64_t left = region->idle[word];
        expect_of_region(bud_bits_without(region->aged[word], left) == 0,
                         &region->aged[word],
                         "a unit has aged that is not idle");
        for (; left != 0; count++) {
            const uint32_t unit = bud_bits_number(word, bud_slab_take(&left));
            expect_of_region(bud_tree_is_free(&region->tree, unit, 0) != 0,
                             &region->idle[word], "a unit in use is idle");
        }
    }
    if (bud_unlikely(count != region->idle_units)) {
        bud_damage_count("idle units", region->idle_units, count);
    }
}

/* ---- spans ---- */

static void expect_of_span(bool holds, const char *record,
                           const struct bud_region *region, uint32_t unit,
                           const void *place, const char *cause)
{
    if (bud_unlikely(!holds)) {
        bud_damage_span(record, region, unit, place, cause);
    }
}

/* The live blocks of the tree cover the units exactly. A large block that
 * another thread is just making shorter may not have given its end back. */
static void check_run(const struct bud_region *region, uint32_t unit,
                      uint32_t units, bool may_end_later)
{
    const void *const place = &region->cold[unit].units;
    uint32_t at = unit;

    expect_of_span(units != 0 && units <= region->touched_units - unit,
                   "header", region, unit, place, "it ends beyond the heap");
    while (at < unit + units) {
        const uint32_t order = bud_tree_live_order(&region->tree, at);
        expect_of_span(order != BUD_TREE_NONE, "header", region, unit, place,
                       "a unit of it is free in the tree");
        const uint32_t node = bud_node_of(&region->tree, at, order);
        expect_of_span(bud_node_offset(&region->tree, node, order) == at,
                       "header", region, unit, place,
                       "the tree has a block that begins before it");
        at += bud_node_units(order);
    }
    expect_of_span(at == unit + units || may_end_later, "header", region, unit,
                   place, "the tree has a block that ends after it");
}

/* A word that a thread may be changing which holds no lock. It is written as
 * one, and what is asked about it is true of all its values. */
__attribute__((no_sanitize("thread"))) static uint64_t
peek(const uint64_t *word)
{
    return *(const volatile uint64_t *)word;
}

/* The last word alone is a bitmap of the objects in it. */
static uint32_t check_last_word(uint64_t word, uint32_t objects)
{
    return bud_check_slab(&word, bud_bits_bit_of(objects - 1u) + 1u);
}

static void check_bitmaps(const struct bud_region *region,
                          const struct bud_span *span)
{
    static const char *const cause = "a bit past the last object is set";
    struct bud_span_remote *const remote = &region->remote[span->unit];
    const uint32_t last = bud_slab_words(span->objects) - 1u;
    const uint64_t marks = bud_slab_full_word(last + 1u, 0);

    expect_of_span(check_last_word(peek(&span->bits[last]), span->objects) ==
                       BUD_CHECK_OK,
                   "bitmap", region, span->unit, &span->bits[last], cause);
    expect_of_span(check_last_word(atomic_load_explicit(&remote->words[last],
                                                        memory_order_relaxed),
                                   span->objects) == BUD_CHECK_OK,
                   "remote bitmap", region, span->unit, &remote->words[last],
                   cause);
    expect_of_span(
        bud_bits_without(peek(&span->summary), marks) == 0 &&
            bud_bits_without(atomic_load_explicit(&span->remote_summary,
                                                  memory_order_relaxed),
                             marks) == 0,
        "summary", region, span->unit, &span->summary,
        "a word past the last one is marked");
}

static void check_class(const struct bud_region *region, uint32_t unit)
{
    const struct bud_span *const span = &region->spans[unit];

    expect_of_span(span->kind == BUD_SPAN_SMALL && span->back == 0 &&
                       span->unit == unit &&
                       &bud_regions[span->region] == region,
                   "header", region, unit, span, "it is not in its place");
    expect_of_span(span->class < BUD_CLASS_COUNT, "header", region, unit, span,
                   "there is no such class");
    const struct bud_class *const as = &bud_classes[span->class];
    expect_of_span(span->size_bytes == as->size_bytes &&
                       span->objects == as->objects &&
                       span->reciprocal == as->reciprocal &&
                       region->cold[unit].units == as->units,
                   "header", region, unit, span, "it is not as its class");
}

/* A span of objects whose header does not change while the central lock is
 * held: it has an owner, or is listed as abandoned. */
static uint32_t check_small(const struct bud_region *region, uint32_t unit)
{
    const struct bud_span *const span = &region->spans[unit];
    const uint32_t units = region->cold[unit].units;

    check_class(region, unit);
    check_run(region, unit, units, false);
    for (uint32_t back = 1; back < units; back++) {
        expect_of_span(span[back].kind == BUD_SPAN_PART &&
                           span[back].back == back,
                       "header", region, unit, &span[back],
                       "a later unit is not part of it");
    }
    check_bitmaps(region, span);
    return units;
}

/* A large block, which its user may be changing the length of: first longer
 * in the tree, then here; first shorter here, then in the tree. */
__attribute__((no_sanitize("thread"))) static uint32_t
check_large(const struct bud_region *region, uint32_t unit)
{
    const struct bud_span *const span = &region->spans[unit];
    const uint32_t units =
        *(const volatile uint32_t *)&region->cold[unit].units;

    expect_of_span(span->back == 0 && span->unit == unit &&
                       &bud_regions[span->region] == region,
                   "header", region, unit, span, "it is not in its place");
    expect_of_span(span->objects == 0 && span->reciprocal == 0, "header",
                   region, unit, span, "a large block has no objects");
    check_run(region, unit, units, true);
    return units;
}

__attribute__((no_sanitize("thread"))) static bool
is_large(const struct bud_span *span)
{
    return *(const volatile uint8_t *)&span->kind == BUD_SPAN_LARGE;
}

/* Checks the span that starts at a unit and returns its length. A header is
 * published by the store of its owner, that of a large block by the fence
 * before its kind is written; both are taken back under the lock, but for a
 * block that nobody has yet and whose header stays true. What has neither is
 * abandoned, or a large block that is being made, or no span. */
static uint32_t check_span(const struct bud_region *region, uint32_t unit)
{
    const struct bud_span *const span = &region->spans[unit];

    if (atomic_load_explicit(&span->owner, memory_order_acquire) != NULL) {
        return check_small(region, unit);
    }
    if (is_large(span)) {
        atomic_thread_fence(memory_order_acquire);
        return check_large(region, unit);
    }
    return 1;
}

/* ---- lists; under the central lock ---- */

static void expect_of_list(bool holds, const void *place, const char *cause)
{
    if (bud_unlikely(!holds)) {
        bud_damage_other("list", place, cause);
    }
}

/* The link at `place` leads to the header of a span of objects. */
static void check_link(const void *place, const struct bud_span *span)
{
    const uint32_t count = bud_region_count_locked();
    bool is_header = false;

    for (uint32_t i = 0; i < count && !is_header; i++) {
        const struct bud_region *const region = &bud_regions[i];
        const uint64_t unit = bud_units_entry_of(
            bud_units_distance((uintptr_t)region->spans, (uintptr_t)span),
            sizeof *span);
        is_header = unit < region->touched_units &&
                    span == &region->spans[unit] && span->unit == unit &&
                    span->region == i && span->kind == BUD_SPAN_SMALL;
    }
    expect_of_list(is_header, place, "a link leads to no span");
}

static const struct bud_cache *owner_of(const struct bud_span *span)
{
    return atomic_load_explicit(&span->owner, memory_order_relaxed);
}

/* Links back and forth agree, so that no list is a circle. The lists of a
 * thread change under its hands only, which are not in them now. */
static uint32_t check_available(const struct bud_cache *cache,
                                const struct bud_cache_class *in)
{
    struct bud_span *const *place = &in->available;
    const struct bud_span *before = NULL;
    uint32_t count = 0;

    for (const struct bud_span *span = *place; span != NULL; span = *place) {
        check_link(place, span);
        struct bud_span_cold *const cold = bud_span_cold(span);
        expect_of_list(cold->available_previous == before,
                       &cold->available_previous, "a link back is wrong");
        expect_of_list(span->is_available && span != in->current &&
                           span->class == in->class && owner_of(span) == cache,
                       span, "a span is listed as available and is not");
        before = span;
        place = &cold->available_next;
        count++;
    }
    expect_of_list(before == NULL || before == in->available_last,
                   &in->available_last, "the last span is not the last");
    return count;
}

static void check_own_lists(const struct bud_cache *cache)
{
    struct bud_span *const *place = &cache->owned;
    const struct bud_span *before = NULL;
    uint32_t available = 0;

    for (const struct bud_span *span = *place; span != NULL; span = *place) {
        check_link(place, span);
        struct bud_span_cold *const cold = bud_span_cold(span);
        expect_of_list(cold->owned_previous == before, &cold->owned_previous,
                       "a link back is wrong");
        expect_of_list(owner_of(span) == cache, span,
                       "a span is listed that another thread owns");
        available += span->is_available != 0;
        before = span;
        place = &cold->owned_next;
    }
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        available -= check_available(cache, &cache->classes[class]);
    }
    expect_of_list(available == 0, cache->classes,
                   "a span is available and not listed");
}

/* No thread frees in an abandoned span without the lock, so that its summary
 * has no excuse. */
static void check_summary(const struct bud_span *span)
{
    for (uint32_t word = 0; word < bud_slab_words(span->objects); word++) {
        expect_of_span(span->bits[word] == 0 ||
                           bud_bits_test(span->summary, word) != 0u,
                       "summary", &bud_regions[span->region], span->unit,
                       &span->summary, "it leaves out a free object");
    }
}

static void check_abandoned(uint32_t class)
{
    const struct bud_span *span = bud_abandoned_first_locked(class);
    const struct bud_span *before = NULL;

    while (span != NULL) {
        check_link(before == NULL ? NULL : &bud_span_cold(before)->owned_next,
                   span);
        const struct bud_span_cold *const cold = bud_span_cold(span);
        expect_of_list(cold->owned_previous == before, &cold->owned_previous,
                       "a link back is wrong");
        expect_of_list(span->is_available && span->class == class &&
                           owner_of(span) == NULL,
                       span, "a span is listed as abandoned and is not");
        check_small(&bud_regions[span->region], span->unit);
        check_summary(span);
        before = span;
        span = cold->owned_next;
    }
}

/* ---- audits ---- */

enum extent { USED_PART, EVERYTHING };

static void check_region(const struct bud_region *region, enum extent extent)
{
    check_size(region);
    if (extent == EVERYTHING) {
        check_all_nodes(region);
    } else {
        check_used_nodes(region);
    }
    check_idle(region);
    for (uint32_t unit = 0; unit < region->touched_units;) {
        unit += check_span(region, unit);
    }
}

/* Returns the units that have ever been used. The first region of a heap that
 * is watched has none at all. */
static uint64_t check_regions(enum extent extent)
{
    const uint32_t count = bud_region_count_locked();
    uint64_t touched = 0;
    uint64_t used = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (bud_regions[i].units != 0) {
            check_region(&bud_regions[i], extent);
            touched += bud_regions[i].touched_units;
            used += count_used(&bud_regions[i]);
        }
    }
    if (bud_unlikely(used != bud_region_used_units_locked())) {
        bud_damage_count("units in use", bud_region_used_units_locked(), used);
    }
    return touched;
}

/* A signal handler that came while its thread was changing the lists, or held
 * the lock, leaves alone what is being changed. */
static uint64_t audit(enum extent extent)
{
    struct bud_cache *const mine = bud_cache_mine;
    const bool has_lists = mine != &bud_cache_none && bud_cache_enter(mine);
    uint64_t touched = 0;

    if (bud_central_enter()) {
        touched = check_regions(extent);
        if (has_lists) {
            check_own_lists(mine);
        }
        for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
            check_abandoned(class);
        }
        bud_central_leave();
    }
    if (has_lists) {
        bud_cache_leave(mine);
    }
    return touched;
}

void bud_audit_all(void)
{
    if (bud_audit_is_on) {
        audit(EVERYTHING);
    }
}

/* The thread that takes the last step audits. The count begins anew before,
 * so that a child which forks off meanwhile does not wait for ever. */
void bud_audit_count_step(void)
{
    if (bud_likely(atomic_fetch_sub_explicit(&steps_left, 1,
                                             memory_order_relaxed) != 1)) {
        return;
    }
    atomic_store_explicit(&steps_left, STEPS_MIN, memory_order_relaxed);
    const uint64_t touched = audit(USED_PART);
    if (touched > STEPS_MIN) {
        atomic_store_explicit(&steps_left, touched, memory_order_relaxed);
    }
}
