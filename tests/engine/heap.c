#include "heap.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "child.h"
#include "core/check.h"
#include "engine/alloc.h"
#include "engine/central.h"
#include "engine/region.h"
#include "engine/stats.h"
#include "engine/thread.h"
#include "os/os.h"

/* ---- units ---- */

static bool bit_at(const uint64_t *bitmap, uint32_t n)
{
    return bud_bits_test(bitmap[bud_bits_word_of(n)], bud_bits_bit_of(n)) != 0u;
}

/* Pages that the kernel has not given out need no reading. */
static bool unit_reads_as_zero(char *unit)
{
    const size_t page = bud_os_page_bytes();
    unsigned char is_resident[BUD_UNIT_BYTES / 4096u];

    EXPECT(mincore(unit, BUD_UNIT_BYTES, is_resident) == 0);
    for (size_t i = 0; i < BUD_UNIT_BYTES / page; i++) {
        const char *const start = unit + i * page;
        if ((is_resident[i] & 1u) != 0 &&
            (start[0] != 0 || memcmp(start, start + 1, page - 1) != 0)) {
            return false;
        }
    }
    return true;
}

/* Returns the live units. */
static uint64_t expect_consistent_units(const struct bud_region *region)
{
    uint32_t idle = 0;
    uint64_t live = 0;

    EXPECT_EQUAL(bud_check_tree(&region->tree), BUD_CHECK_OK);
    for (uint32_t unit = 0; unit < region->committed_units; unit++) {
        const bool is_free = bud_tree_is_free(&region->tree, unit, 0) != 0;
        const bool is_idle = bit_at(region->idle, unit);
        EXPECT(is_free || !is_idle);
        EXPECT(is_idle || !bit_at(region->aged, unit));
        EXPECT(!is_free || is_idle ||
               unit_reads_as_zero(bud_region_address(region, unit)));
        idle += is_idle;
        live += !is_free;
    }
    EXPECT_EQUAL(region->idle_units, idle);
    return live;
}

static void expect_live_units(const struct bud_region *region, uint32_t unit,
                              uint32_t units)
{
    for (uint32_t end = unit + units; unit < end; unit++) {
        EXPECT(bud_tree_is_free(&region->tree, unit, 0) == 0);
    }
}

/* ---- spans ---- */

static void expect_consistent_small(const struct bud_region *region,
                                    const struct bud_span *span)
{
    const uint32_t class = span->class;

    EXPECT(class < BUD_CLASS_COUNT);
    EXPECT_EQUAL(span->size_bytes, bud_size_class_bytes(class));
    EXPECT_EQUAL(span->objects, bud_size_class_objects(class));
    EXPECT_EQUAL(region->cold[span->unit].units, bud_size_class_units(class));
    EXPECT_EQUAL(bud_check_slab(span->bits, span->objects), BUD_CHECK_OK);
    for (uint32_t i = 1; i < region->cold[span->unit].units; i++) {
        EXPECT_EQUAL(span[i].kind, BUD_SPAN_PART);
        EXPECT_EQUAL(span[i].back, i);
    }
}

static void expect_consistent_large(const struct bud_region *region,
                                    const struct bud_span *span)
{
    const struct bud_span_cold *const cold = &region->cold[span->unit];

    EXPECT_EQUAL(span->objects, 0);
    EXPECT_EQUAL(span->back, 0);
    EXPECT_EQUAL(cold->units, bud_units_for(cold->large_bytes));
}

static void expect_consistent_spans(const struct bud_region *region)
{
    uint32_t unit = 0;

    while (unit < region->committed_units) {
        const struct bud_span *const span = &region->spans[unit];
        EXPECT(span->kind != BUD_SPAN_PART);
        if (span->kind != BUD_SPAN_SMALL && span->kind != BUD_SPAN_LARGE) {
            unit++;
            continue;
        }
        EXPECT_EQUAL(span->unit, unit);
        EXPECT(&bud_regions[span->region] == region);
        expect_live_units(region, unit, region->cold[unit].units);
        if (span->kind == BUD_SPAN_SMALL) {
            expect_consistent_small(region, span);
        } else {
            expect_consistent_large(region, span);
        }
        unit += region->cold[unit].units;
    }
}

/* ---- caches ---- */

static bool is_in(const struct bud_span *list, const struct bud_span *span)
{
    while (list != NULL && list != span) {
        EXPECT(bud_span_cold(list)->available_next == NULL ||
               bud_span_cold(bud_span_cold(list)->available_next)
                       ->available_previous == list);
        list = bud_span_cold(list)->available_next;
    }
    return list == span;
}

/* Objects that are free and that the summary or the current word shows. */
static void expect_reachable(const struct bud_cache *cache,
                             const struct bud_span *span)
{
    const struct bud_cache_class *const in = &cache->classes[span->class];

    for (uint32_t word = 0; word < bud_slab_words(span->objects); word++) {
        EXPECT(span->bits[word] == 0 || &span->bits[word] == in->word ||
               bud_bits_test(span->summary, word) != 0u);
    }
    EXPECT(is_in(in->available, span) == (span->is_available != 0));
    EXPECT(in->current != span || span->is_available == 0);
    EXPECT(span->summary == 0 || span->is_available != 0 ||
           in->current == span);
}

static void expect_consistent_cache(const struct bud_cache *cache)
{
    const struct bud_span *before = NULL;

    if (cache->life != BUD_CACHE_ALIVE) {
        EXPECT(cache->life == BUD_CACHE_DEAD || cache->owned == NULL);
        EXPECT(cache->queue == BUD_QUEUE_CLOSED);
        return;
    }
    for (const struct bud_span *span = cache->owned; span != NULL;
         span = bud_span_cold(span)->owned_next) {
        EXPECT(bud_span_cold(span)->owned_previous == before);
        EXPECT_EQUAL(span->kind, BUD_SPAN_SMALL);
        EXPECT(span->owner == cache);
        expect_reachable(cache, span);
        before = span;
    }
}

void heap_expect_consistent(void)
{
    uint64_t live = 0;

    EXPECT(bud_central_enter());
    for (uint32_t i = 0; i < bud_region_count; i++) {
        live += expect_consistent_units(&bud_regions[i]);
        expect_consistent_spans(&bud_regions[i]);
    }
    EXPECT_EQUAL(bud_region_used_units_locked(), live);
    EXPECT(bud_region_peak_units_locked() >= live);
    for (const struct bud_cache *cache = bud_thread_caches(); cache != NULL;
         cache = cache->next) {
        expect_consistent_cache(cache);
    }
    bud_central_leave();
}

uint64_t heap_live_bytes(void)
{
    static struct bud_stats stats;

    bud_stats_collect(&stats);
    return stats.live_bytes;
}

void heap_expect_no_block(void)
{
    heap_expect_consistent();
    EXPECT_EQUAL(heap_live_bytes(), 0);
}

uint32_t heap_free_objects(const struct bud_span *span)
{
    uint32_t count = 0;

    for (uint32_t index = 0; index < span->objects; index++) {
        count += bit_at(span->bits, index);
    }
    return count;
}

/* ---- blocks with contents ---- */

/* Both ends of a big block stand for the whole. */
enum { END_BYTES = 1 << 17 };

static size_t end_bytes(size_t bytes)
{
    return bytes < END_BYTES ? bytes : END_BYTES;
}

struct block block_fill(void *address, size_t bytes)
{
    static _Atomic unsigned char last;
    struct block block = {address, bytes, 0};
    const size_t end = end_bytes(bytes);

    if (address != NULL) {
        block.pattern = (unsigned char)(++last | 1u);
        memset(address, block.pattern, end);
        memset(block.address + bytes - end, block.pattern, end);
    }
    return block;
}

static void expect_pattern(const struct block *block, size_t from, size_t bytes)
{
    const unsigned char *const start = block->address + from;

    EXPECT(bytes == 0 || (start[0] == block->pattern &&
                          memcmp(start, start + 1, bytes - 1) == 0));
}

void block_expect(const struct block *block, size_t bytes)
{
    const size_t end = end_bytes(block->bytes);

    expect_pattern(block, 0, bytes < end ? bytes : end);
    if (bytes == block->bytes) {
        expect_pattern(block, bytes - end, end);
    }
}

struct block block_new(size_t bytes)
{
    void *const address = bud_alloc(bytes);

    EXPECT(address != NULL);
    EXPECT_EQUAL((uintptr_t)address % 16u, 0);
    return block_fill(address, bytes);
}

void block_free(struct block *block)
{
    block_expect(block, block->bytes);
    bud_free(block->address);
    block->address = NULL;
}
