/* The figures of the heap, and their table. */
#include "child.h"
#include "heap.h"

#include <stdio.h>
#include <string.h>

#include "engine/alloc.h"
#include "engine/central.h"
#include "engine/purge.h"
#include "engine/region.h"
#include "engine/stats.h"
#include "engine/trim.h"
#include "os/os.h"

static const size_t MIB = 1u << 20;

static struct bud_stats stats;

static void an_untouched_heap_has_nothing(void)
{
    static const struct bud_stats nothing;

    bud_stats_collect(&stats);
    EXPECT(memcmp(&stats, &nothing, sizeof stats) == 0);
}

static void every_block_is_counted_in_its_class(void)
{
    const uint32_t class = bud_size_class_for(100);

    for (int i = 0; i < 10; i++) {
        bud_alloc(100);
    }
    void *const freed = bud_alloc(100);
    bud_free(freed);
    bud_alloc(MIB + 1);
    bud_stats_collect(&stats);
    EXPECT_EQUAL(stats.classes[class].spans, 1);
    EXPECT_EQUAL(stats.classes[class].live_blocks, 10);
    EXPECT_EQUAL(stats.classes[class].free_blocks,
                 bud_size_class_objects(class) - 10);
    EXPECT_EQUAL(stats.large_blocks, 1);
    EXPECT_EQUAL(stats.large_bytes, MIB + 4096);
    EXPECT_EQUAL(stats.live_bytes, 10 * 112 + MIB + 4096);
    EXPECT_EQUAL(stats.regions, 1);
    EXPECT_EQUAL(stats.spans_created, 1);
    EXPECT_EQUAL(stats.used_bytes, 19 * BUD_UNIT_BYTES);
    EXPECT_EQUAL(stats.peak_used_bytes, stats.used_bytes);
    EXPECT_EQUAL(stats.reserved_bytes, bud_regions[0].bytes);
    EXPECT_EQUAL(stats.committed_bytes, bud_regions[0].accessible_bytes);
    EXPECT_EQUAL(stats.system_calls, bud_os_calls());
    EXPECT(stats.system_calls > 0);
}

static void what_is_freed_becomes_idle_and_what_is_purged_is_counted(void)
{
    void *const block = bud_alloc(MIB);

    bud_free(block);
    bud_stats_collect(&stats);
    EXPECT_EQUAL(stats.live_bytes, 0);
    EXPECT_EQUAL(stats.idle_bytes, MIB);
    EXPECT_EQUAL(stats.purged_bytes, 0);
    EXPECT(stats.peak_used_bytes > stats.used_bytes);
    bud_trim();
    bud_stats_collect(&stats);
    EXPECT_EQUAL(stats.idle_bytes, 0);
    EXPECT_EQUAL(stats.purged_bytes, MIB);
}

static uint32_t unit_of(const void *block)
{
    return bud_units_of_offset(bud_region_offset(&bud_regions[0], block));
}

static void free_it(void *block)
{
    bud_free(block);
}

static void objects_freed_by_others_count_as_free(void)
{
    void *const block = bud_alloc(100);

    bud_alloc(100);
    child_in_thread(free_it, block);
    EXPECT_EQUAL(heap_live_bytes(), 112);
}

static void print(void *unused)
{
    (void)unused;
    bud_stats_print(2);
}

static void expect_figure(const char *table, const char *name, uint64_t figure)
{
    char line[64];

    snprintf(line, sizeof line, "%s%*llu\n", name, 36 - (int)strlen(name),
             (unsigned long long)figure);
    if (strstr(table, line) == NULL) {
        fprintf(stderr, "no line \"%s\" in\n%s", line, table);
        EXPECT(false);
    }
}

static void the_table_shows_every_figure_and_the_classes_in_use(void)
{
    bud_alloc(100);
    bud_alloc(100);
    bud_alloc(MIB);
    bud_stats_collect(&stats);
    const struct outcome seen = child_observe(print, NULL);

    EXPECT_EQUAL(seen.status, 0);
    EXPECT(strstr(seen.words, "buddymalloc statistics (pid ") == seen.words);
    expect_figure(seen.words, "live bytes", stats.live_bytes);
    expect_figure(seen.words, "large blocks", 1);
    expect_figure(seen.words, "large bytes", MIB);
    expect_figure(seen.words, "used bytes", stats.used_bytes);
    expect_figure(seen.words, "peak used bytes", stats.peak_used_bytes);
    expect_figure(seen.words, "idle bytes", 0);
    expect_figure(seen.words, "committed bytes", stats.committed_bytes);
    expect_figure(seen.words, "reserved bytes", stats.reserved_bytes);
    expect_figure(seen.words, "purged bytes", 0);
    expect_figure(seen.words, "allocated spans", 1);
    const char *const heading =
        strstr(seen.words, "  class bytes     spans live blocks free blocks\n");
    EXPECT(heading != NULL);
    char row[64];
    snprintf(row, sizeof row, "\n%12d%12d%12d%12u\n", 112, 1, 2,
             bud_size_class_objects(bud_size_class_for(100)) - 2);
    EXPECT(strstr(heading, row) != NULL);
    EXPECT_EQUAL(strlen(row), strlen(strchr(heading, '\n')));
}

/* A thread writes the header before the bitmap, without the lock: for a moment
 * the bitmap is that of the span that was there before. */
static void a_span_in_the_making_has_no_more_free_objects_than_objects(void)
{
    void *const block = bud_alloc(10000);
    struct bud_span *const span = bud_regions[0].spans + unit_of(block);
    const uint32_t class = span->class;
    const uint64_t objects = bud_size_class_objects(class);

    memset(span->bits, 0xff, sizeof span->bits);
    bud_stats_collect(&stats);
    EXPECT_EQUAL(stats.classes[class].free_blocks, objects);
    EXPECT_EQUAL(stats.classes[class].live_blocks, 0);
    EXPECT_EQUAL(stats.live_bytes, 0);

    /* The kind may become visible before the number. */
    span->objects = 0;
    bud_stats_collect(&stats);
    EXPECT_EQUAL(stats.classes[class].free_blocks, 0);
    EXPECT_EQUAL(stats.live_bytes, 0);
}

static void while_the_lock_is_ours_nothing_is_counted(void)
{
    bud_alloc(100);
    EXPECT(bud_central_enter());
    bud_stats_collect(&stats);
    EXPECT_EQUAL(stats.regions, 0);
    bud_central_leave();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(an_untouched_heap_has_nothing),
        TEST(every_block_is_counted_in_its_class),
        TEST(what_is_freed_becomes_idle_and_what_is_purged_is_counted),
        TEST(objects_freed_by_others_count_as_free),
        TEST(the_table_shows_every_figure_and_the_classes_in_use),
        TEST(a_span_in_the_making_has_no_more_free_objects_than_objects),
        TEST(while_the_lock_is_ours_nothing_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
