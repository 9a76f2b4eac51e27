/* The thread's cache: order of allocation, spans that fill and empty. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <errno.h>

#include "engine/alloc.h"
#include "engine/cache.h"
#include "engine/region.h"
#include "engine/stats.h"
#include "engine/thread.h"

enum { OBJECTS_OF_16 = 4096 };

static const struct bud_span *span_of(const void *address)
{
    const struct bud_region *const region = bud_region_of((uintptr_t)address);

    EXPECT(region != NULL);
    return &region->spans[((uintptr_t)address - region->base) / BUD_UNIT_BYTES];
}

static uint64_t spans_of(uint32_t class)
{
    static struct bud_stats stats;

    bud_stats_collect(&stats);
    return stats.classes[class].spans;
}

/* ---- allocation ---- */

static void every_small_size_gets_an_object_of_its_class(void)
{
    for (uint32_t bytes = 0; bytes <= BUD_CLASS_MAX_BYTES; bytes++) {
        void *const object = bud_alloc(bytes);
        const struct bud_span *span = span_of(object);
        span -= span->back;
        EXPECT_EQUAL(span->class, bud_size_class_for(bytes));
        EXPECT_EQUAL(bud_usable_bytes(object),
                     bud_size_class_bytes(span->class));
        bud_free(object);
    }
    heap_expect_no_block();
}

static void a_fresh_span_is_handed_out_from_its_start_upwards(void)
{
    char *const first = bud_alloc(16);

    for (uint32_t i = 1; i < OBJECTS_OF_16; i++) {
        EXPECT(bud_alloc(16) == first + 16 * i);
    }
    EXPECT_EQUAL(spans_of(0), 1);
    heap_expect_consistent();
    bud_alloc(16);
    EXPECT_EQUAL(spans_of(0), 2);
    heap_expect_consistent();
}

static void a_freed_object_is_used_before_a_new_span(void)
{
    char *const first = bud_alloc(16);

    for (uint32_t i = 1; i < OBJECTS_OF_16; i++) {
        bud_alloc(16);
    }
    for (uint32_t i = 0; i < OBJECTS_OF_16; i += 97) {
        bud_free(first + 16 * i);
        heap_expect_consistent();
        EXPECT(bud_alloc(16) == first + 16 * i);
    }
    EXPECT_EQUAL(spans_of(0), 1);
}

static void objects_freed_in_words_before_the_current_one_come_round(void)
{
    char *const first = bud_alloc(16);
    unsigned times = 0;

    for (uint32_t i = 1; i < 64 * 3; i++) {
        bud_alloc(16);
    }
    /* The current word is number 2; a free one before it waits. */
    bud_free(first);
    for (uint32_t i = 64 * 3; i <= OBJECTS_OF_16; i++) {
        times += bud_alloc(16) == first;
    }
    EXPECT_EQUAL(times, 1);
    EXPECT_EQUAL(spans_of(0), 1);
    heap_expect_consistent();
}

static void a_full_span_is_available_again_when_an_object_is_freed(void)
{
    char *const first = bud_alloc(16);

    for (uint32_t i = 1; i < 2 * OBJECTS_OF_16; i++) {
        bud_alloc(16);
    }
    const struct bud_span *const span = span_of(first);
    EXPECT_EQUAL(span->is_available, 0);
    bud_free(first + 16 * 100);
    EXPECT_EQUAL(span->is_available, 1);
    heap_expect_consistent();
    EXPECT(bud_alloc(16) == first + 16 * 100);
}

/* ---- spans that become empty ---- */

static void fill_spans(char **starts, uint32_t spans)
{
    for (uint32_t i = 0; i < spans * OBJECTS_OF_16; i++) {
        char *const object = bud_alloc(16);
        EXPECT(object != NULL);
        if (i % OBJECTS_OF_16 == 0) {
            starts[i / OBJECTS_OF_16] = object;
        }
    }
}

static void free_all_of(char *start)
{
    for (uint32_t i = 0; i < OBJECTS_OF_16; i++) {
        bud_free(start + 16 * i);
    }
}

static void empty_spans_go_back_but_for_the_current_and_one_more(void)
{
    char *starts[4];

    fill_spans(starts, 4);
    free_all_of(starts[0]); /* the only one available: kept */
    EXPECT_EQUAL(spans_of(0), 4);
    free_all_of(starts[1]); /* not the only one */
    EXPECT_EQUAL(spans_of(0), 3);
    free_all_of(starts[2]);
    EXPECT_EQUAL(spans_of(0), 2);
    heap_expect_consistent();
    free_all_of(starts[3]); /* the current one: kept */
    EXPECT(spans_of(0) <= 2);
    heap_expect_no_block();
}

static void a_span_that_went_back_serves_another_class(void)
{
    char *starts[3];

    fill_spans(starts, 3);
    free_all_of(starts[0]);
    free_all_of(starts[1]);
    char *const other = bud_alloc(64);
    EXPECT(span_of(other)->class == bud_size_class_for(64));
    EXPECT(other == starts[1]);
    heap_expect_consistent();
}

static void unlinking_takes_a_span_out_of_the_middle_of_its_lists(void)
{
    char *starts[5];

    fill_spans(starts, 5);
    for (int i = 0; i < 3; i++) {
        bud_free(starts[i]); /* all three are available, none is empty */
    }
    heap_expect_consistent();
    free_all_of(starts[3]);
    heap_expect_consistent();
    for (int i = 1; i >= 0; i--) {
        for (uint32_t j = 1; j < OBJECTS_OF_16; j++) {
            bud_free(starts[i] + 16 * j);
        }
        heap_expect_consistent();
    }
    EXPECT_EQUAL(spans_of(0), 2);
}

static void unlinking_the_current_span_keeps_its_free_objects_known(void)
{
    char *const object = bud_alloc(16);
    struct bud_span *const span =
        &bud_region_of((uintptr_t)object)
             ->spans[((uintptr_t)object - bud_regions[0].base) /
                     BUD_UNIT_BYTES];

    bud_cache_unlink(bud_cache_mine, span);
    EXPECT(bud_bits_test(span->summary, 0) != 0);
    bud_cache_link(bud_cache_mine, span);
    heap_expect_consistent();
    EXPECT(bud_alloc(16) == object + 16);
}

/* ---- without memory; misuse ---- */

static void without_memory_an_allocation_fails_with_enomem(void)
{
    door_refuse_all_of(SYS_mmap, ENOMEM);
    errno = 0;
    EXPECT(bud_alloc(16) == NULL);
    EXPECT_EQUAL(errno, ENOMEM);
    errno = 0;
    EXPECT(bud_alloc(20000) == NULL);
    EXPECT_EQUAL(errno, ENOMEM);
    EXPECT(bud_cache_mine == &bud_cache_none);
    door_open();
    struct block block = block_new(16);
    door_limit_address_space(1);
    door_refuse(1, UINT64_MAX, ENOMEM);
    uint64_t blocks = 0;
    errno = 0;
    while (bud_alloc(32768) != NULL) {
        EXPECT(++blocks < 1000);
    }
    EXPECT_EQUAL(errno, ENOMEM);
    heap_expect_consistent();
    door_open();
    EXPECT(bud_alloc(32768) != NULL);
    block_free(&block);
}

static void free_twice(void *address)
{
    bud_free(address);
    bud_free(address);
}

static void a_second_free_aborts(void)
{
    void *const one = bud_alloc(16);

    child_expect_abort(free_twice, one, "(size class 16)");
    bud_alloc(16);
    child_expect_abort(free_twice, one, "buddymalloc: double free of 0x");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(every_small_size_gets_an_object_of_its_class),
        TEST(a_fresh_span_is_handed_out_from_its_start_upwards),
        TEST(a_freed_object_is_used_before_a_new_span),
        TEST(objects_freed_in_words_before_the_current_one_come_round),
        TEST(a_full_span_is_available_again_when_an_object_is_freed),
        TEST(empty_spans_go_back_but_for_the_current_and_one_more),
        TEST(a_span_that_went_back_serves_another_class),
        TEST(unlinking_takes_a_span_out_of_the_middle_of_its_lists),
        TEST(unlinking_the_current_span_keeps_its_free_objects_known),
        TEST(without_memory_an_allocation_fails_with_enomem),
        TEST(a_second_free_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
