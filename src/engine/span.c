#include "engine/span.h"

#include <stdatomic.h>
#include <stddef.h>

#include "engine/central.h"
#include "engine/hint.h"
#include "engine/misuse.h"
#include "engine/region.h"

struct bud_class bud_classes[BUD_CLASS_COUNT];
uint8_t
    bud_coarse_classes[BUD_CLASS_MAX_BYTES / BUD_CLASS_COARSE_STEP_BYTES + 1u];

static _Atomic uint64_t created;

uint64_t bud_span_created_count(void)
{
    return atomic_load_explicit(&created, memory_order_relaxed);
}

struct bud_span_cold *bud_span_cold(const struct bud_span *span)
{
    return &bud_regions[span->region].cold[span->unit];
}

struct bud_span_remote *bud_span_remote(const struct bud_span *span)
{
    return &bud_regions[span->region].remote[span->unit];
}

char *bud_span_start(const struct bud_span *span)
{
    return bud_region_address(&bud_regions[span->region], span->unit);
}

static void cut_into_objects(struct bud_span *span, uint32_t class)
{
    const struct bud_class *const as = &bud_classes[class];

    span->reciprocal = as->reciprocal;
    span->size_bytes = as->size_bytes;
    span->objects = as->objects;
    span->class = (uint8_t)class;
    span->last_word = 0;
    span->kind = BUD_SPAN_SMALL;
    bud_slab_init(span->bits, as->objects);
    span->summary = bud_slab_full_word(as->bitmap_words, 0);
    for (uint32_t back = 1; back < as->units; back++) {
        span[back].kind = BUD_SPAN_PART;
        span[back].back = (uint8_t)back;
        bud_span_cold(span)[back].large_bytes = 0;
    }
}

static struct bud_span *create_locked(const struct bud_run *run, uint32_t class,
                                      struct bud_cache *owner)
{
    struct bud_span *const span = &run->region->spans[run->unit];

    span->region = (uint8_t)(run->region - bud_regions);
    span->unit = run->unit;
    bud_span_cold(span)->units = run->units;
    bud_span_cold(span)->large_bytes = 0;
    cut_into_objects(span, class);
    atomic_store_explicit(&span->owner, owner, memory_order_release);
    atomic_fetch_add_explicit(&created, 1, memory_order_relaxed);
    return span;
}

/* The header is written under the lock, for a fork: another thread that the
 * child loses may have retired the span that was here, its `busy` still names
 * it, and the child looks at the header. */
struct bud_span *bud_span_create(uint32_t class, struct bud_cache *owner)
{
    struct bud_span *span = NULL;
    struct bud_run run;

    if (!bud_central_enter()) {
        return NULL;
    }
    if (bud_region_take_locked(bud_classes[class].units, &run)) {
        span = create_locked(&run, class, owner);
    }
    bud_central_leave();
    return span;
}

void bud_span_destroy_locked(struct bud_span *span)
{
    struct bud_region *const region = &bud_regions[span->region];
    const uint32_t units = bud_span_cold(span)->units;

    atomic_store_explicit(&span->owner, NULL, memory_order_relaxed);
    span->reciprocal = 0;
    span->size_bytes = 0;
    span->objects = 0;
    for (uint32_t i = 0; i < units; i++) {
        span[i].kind = BUD_SPAN_FREED;
        span[i].back = 0;
    }
    bud_region_give_locked(region, span->unit, units, false);
}

bool bud_span_is_empty(const struct bud_span *span)
{
    const uint32_t words = bud_slab_words(span->objects);

    for (uint32_t word = 0; word < words; word++) {
        if (span->bits[word] != bud_slab_full_word(span->objects, word)) {
            return false;
        }
    }
    return true;
}

/* First into the one bitmap, then out of the other: a fork in between leaves
 * the child with an object in both, not in none. */
static void collect_word(struct bud_span *span, uint32_t word)
{
    _Atomic uint64_t *const remote = &bud_span_remote(span)->words[word];
    uint64_t freed = atomic_load_explicit(remote, memory_order_acquire);
    uint64_t merged = 0;

    do {
        const uint64_t twice =
            bud_slab_merge(&span->bits[word], bud_bits_without(freed, merged));
        if (bud_unlikely(twice != 0)) {
            bud_misuse_double_free(
                span, bud_bits_number(word, bud_bits_lowest(twice)));
        }
        merged = freed;
    } while (!atomic_compare_exchange_weak_explicit(
        remote, &freed, 0, memory_order_acq_rel, memory_order_acquire));
    if (merged != 0) {
        span->summary = bud_bits_set(span->summary, word);
    }
}

void bud_span_collect(struct bud_span *span, uint64_t words)
{
    while (words != 0) {
        collect_word(span, bud_slab_take(&words));
    }
}
