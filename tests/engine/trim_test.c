/* Giving back at once all that holds nothing. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <errno.h>

#include "engine/alloc.h"
#include "engine/central.h"
#include "engine/region.h"
#include "engine/trim.h"

static void trimming_an_untouched_heap_gives_nothing(void)
{
    EXPECT_EQUAL(bud_trim(), 0);
}

static void all_that_holds_nothing_goes_back(void)
{
    struct block kept = block_new(100);
    struct block small = block_new(20000);
    struct block large = block_new(1000000);

    block_free(&small);
    block_free(&large);
    const uint64_t idle = bud_region_idle_units_locked();
    const uint32_t span_units = bud_size_class_units(bud_size_class_for(20000));
    EXPECT_EQUAL(bud_trim(), bud_units_to_bytes(idle + span_units));
    EXPECT_EQUAL(bud_region_idle_units_locked(), 0);
    EXPECT_EQUAL(bud_region_used_units_locked(), 2); /* caches, one span */
    EXPECT_EQUAL(bud_trim(), 0);
    heap_expect_consistent();
    block_free(&kept);
    EXPECT_EQUAL(bud_trim(), BUD_UNIT_BYTES);
    heap_expect_no_block();
    struct block again = block_new(100);
    block_free(&again);
}

static void free_it(void *block)
{
    bud_free(block);
}

static void what_others_freed_goes_back_as_well(void)
{
    child_in_thread(free_it, bud_alloc(100));
    EXPECT_EQUAL(bud_trim(), BUD_UNIT_BYTES);
    EXPECT_EQUAL(bud_region_used_units_locked(), 1);
    heap_expect_no_block();
}

static void trim_it(void *bytes)
{
    *(uint64_t *)bytes = bud_trim();
}

static void a_thread_without_a_cache_trims_what_is_idle(void)
{
    uint64_t bytes;

    bud_free(bud_alloc(1000000));
    child_in_thread(trim_it, &bytes);
    EXPECT_EQUAL(bytes, 16 * BUD_UNIT_BYTES);
}

static void what_the_kernel_refuses_to_take_does_not_count(void)
{
    bud_free(bud_alloc(1000000));
    door_refuse_all_of(SYS_madvise, EPERM);
    EXPECT_EQUAL(bud_trim(), 0);
    door_open();
    EXPECT_EQUAL(bud_trim(), 16 * BUD_UNIT_BYTES);
}

static void while_the_lock_is_ours_nothing_is_trimmed(void)
{
    bud_free(bud_alloc(1000000));
    EXPECT(bud_central_enter());
    EXPECT_EQUAL(bud_trim(), 0);
    bud_central_leave();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(trimming_an_untouched_heap_gives_nothing),
        TEST(all_that_holds_nothing_goes_back),
        TEST(what_others_freed_goes_back_as_well),
        TEST(a_thread_without_a_cache_trims_what_is_idle),
        TEST(what_the_kernel_refuses_to_take_does_not_count),
        TEST(while_the_lock_is_ours_nothing_is_trimmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
