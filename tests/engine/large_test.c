/* Large blocks: growing, shrinking, moving, zeroing, and what the kernel may
 * refuse of that. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/alloc.h"
#include "engine/central.h"
#include "engine/large.h"
#include "engine/purge.h"
#include "engine/region.h"

static const size_t UNIT = BUD_UNIT_BYTES;
static const size_t MIB = 1u << 20;

static struct bud_span *span_of(const void *address)
{
    const struct bud_region *const region = bud_region_of((uintptr_t)address);

    return &region->spans[((uintptr_t)address - region->base) / BUD_UNIT_BYTES];
}

static bool is_zero(const char *start, size_t bytes)
{
    return start[0] == 0 && memcmp(start, start + 1, bytes - 1) == 0;
}

/* ---- allocation ---- */

static void a_block_has_whole_pages_and_starts_at_a_unit(void)
{
    static const size_t sizes[] = {BUD_CLASS_MAX_BYTES + 1, 100000, 2 * UNIT,
                                   2 * UNIT + 1, 1000000};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct block block = block_new(sizes[i]);
        const size_t usable = bud_usable_bytes(block.address);
        EXPECT_EQUAL(usable % 4096u, 0);
        EXPECT(usable >= sizes[i] && usable < sizes[i] + 4096u);
        EXPECT_EQUAL((uintptr_t)block.address % UNIT, 0);
        EXPECT_EQUAL(bud_span_cold(span_of(block.address))->units,
                     bud_units_for(sizes[i]));
        heap_expect_consistent();
        block_free(&block);
    }
    heap_expect_no_block();
}

static void an_aligned_block_leaves_what_is_before_and_behind_it_free(void)
{
    for (size_t alignment = UNIT; alignment <= 64 * MIB; alignment *= 2) {
        struct block small = block_new(1);
        struct block block = block_fill(
            bud_alloc_aligned(alignment, 3 * UNIT - 5), 3 * UNIT - 5);
        EXPECT(block.address != NULL);
        EXPECT_EQUAL((uintptr_t)block.address % alignment, 0);
        EXPECT_EQUAL(bud_span_cold(span_of(block.address))->units, 3);
        heap_expect_consistent();
        block_free(&block);
        block_free(&small);
        heap_expect_consistent();
    }
}

static void sizes_that_no_heap_has_are_refused(void)
{
    static const size_t sizes[] = {(size_t)1 << 46, ((size_t)1 << 46) + 1,
                                   PTRDIFF_MAX,     (size_t)PTRDIFF_MAX + 1,
                                   SIZE_MAX - 4096, SIZE_MAX - 4095,
                                   SIZE_MAX};

    door_limit_address_space(UINT64_C(1) << 30);
    door_refuse_maps_above((size_t)1 << 34);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        errno = 0;
        EXPECT(bud_alloc(sizes[i]) == NULL);
        EXPECT_EQUAL(errno, ENOMEM);
        errno = 0;
        EXPECT(bud_alloc_zeroed(sizes[i]) == NULL);
        EXPECT_EQUAL(errno, ENOMEM);
        errno = 0;
        EXPECT(bud_alloc_aligned(MIB, sizes[i]) == NULL);
        EXPECT_EQUAL(errno, ENOMEM);
    }
    EXPECT(bud_alloc_aligned((size_t)1 << 47, 1) == NULL);
    EXPECT(bud_alloc_aligned((size_t)1 << 63, 1) == NULL);
    heap_expect_no_block();
}

/* ---- zeroed ---- */

static void zeroed_after_use(size_t bytes)
{
    void *const before = bud_alloc(bytes);

    memset(before, 1, bytes);
    bud_free(before);
    char *const zeroed = bud_alloc_zeroed(bytes);
    EXPECT(zeroed == before);
    EXPECT(is_zero(zeroed, bytes));
    bud_free(zeroed);
}

static void used_memory_is_zeroed_by_writing_or_by_purging(void)
{
    bud_alloc(1);
    zeroed_after_use(100000);
    EXPECT_EQUAL(bud_purge_total_bytes(), 0);
    zeroed_after_use(2 * MIB);
    EXPECT_EQUAL(bud_purge_total_bytes(), 2 * MIB);
    door_refuse_all_of(SYS_madvise, EINVAL);
    zeroed_after_use(2 * MIB);
    EXPECT_EQUAL(bud_purge_total_bytes(), 2 * MIB);
}

static void only_the_dirty_part_of_a_block_is_cleared(void)
{
    void *const block = bud_alloc(3 * UNIT);

    memset(block, 1, 3 * UNIT);
    bud_free(block);
    char *const zeroed = bud_alloc_zeroed(100 * UNIT);
    EXPECT(is_zero(zeroed, 100 * UNIT));
    heap_expect_consistent();
}

static void an_aligned_cut_of_dirty_units_knows_its_own_part(void)
{
    bud_alloc(1); /* the first unit, so that the blocks are not aligned */
    void *const block = bud_alloc(40 * UNIT);

    memset(block, 1, 40 * UNIT);
    bud_free(block);
    char *const aligned = bud_large_alloc(4 * UNIT, 16 * UNIT, true);
    EXPECT(is_zero(aligned, 4 * UNIT));
    heap_expect_consistent();
    EXPECT(bud_large_alloc(200 * UNIT, 16 * UNIT, true) != NULL);
    heap_expect_consistent();
}

/* ---- resizing in place ---- */

static void a_block_grows_where_it_stands_while_there_is_room(void)
{
    struct block block = block_new(2 * UNIT);
    void *const before = block.address;

    for (size_t units = 3; units <= 64; units++) {
        EXPECT(bud_resize(before, units * UNIT - 7) == before);
        block_expect(&block, 2 * UNIT);
        EXPECT_EQUAL(bud_usable_bytes(before), units * UNIT);
    }
    memset(before, 1, 64 * UNIT - 7);
    heap_expect_consistent();
    bud_free(before);
    heap_expect_no_block();
}

static void a_block_shrinks_where_it_stands_and_gives_its_tail_back(void)
{
    struct block block = block_new(40 * UNIT);
    void *const before = block.address;

    EXPECT(bud_resize(before, 2 * UNIT + 1) == before);
    EXPECT_EQUAL(bud_usable_bytes(before), 2 * UNIT + 4096);
    block_expect(&block, 2 * UNIT + 1);
    EXPECT_EQUAL(bud_region_idle_units_locked(), 37);
    heap_expect_consistent();
    EXPECT(bud_resize(before, 2 * UNIT) == before);
    EXPECT_EQUAL(bud_region_idle_units_locked(), 38);
    heap_expect_consistent();
    EXPECT(!bud_large_resize(span_of(before), SIZE_MAX));
}

static void a_large_free_that_may_not_stay_idle_is_purged_first(void)
{
    struct block block = block_new(40 * MIB);

    block_free(&block);
    EXPECT_EQUAL(bud_region_idle_units_locked(), 0);
    EXPECT_EQUAL(bud_purge_total_bytes(), 40 * MIB);
    heap_expect_no_block();
    door_refuse_all_of(SYS_madvise, EINVAL);
    block = block_new(40 * MIB);
    block_free(&block);
    EXPECT_EQUAL(bud_region_idle_units_locked(), 640);
    heap_expect_no_block();
}

/* ---- moving ---- */

/* Puts something behind a block, unless there is something already. */
static void build_wall_behind(const struct block *block)
{
    const struct bud_span *const span = span_of(block->address);
    struct bud_run wall;

    EXPECT(bud_central_enter());
    bud_region_extend_locked(&bud_regions[span->region],
                             span->unit + bud_span_cold(span)->units, 1, &wall);
    bud_central_leave();
}

/* Makes the block move. */
static void grow_against_a_wall(struct block *block, size_t bytes)
{
    unsigned char *const old = block->address;

    build_wall_behind(block);
    block->address = bud_resize(old, bytes);
    EXPECT(block->address != NULL && block->address != old);
    block_expect(block, block->bytes);
    heap_expect_consistent();
    *block = block_fill(block->address, bytes);
}

static struct block moved_block(size_t from, size_t to)
{
    struct block block = block_new(from);

    grow_against_a_wall(&block, to);
    return block;
}

static void a_small_large_block_moves_by_copying(void)
{
    door_refuse(0, 0, 0);
    struct block block = moved_block(100000, 300000);

    EXPECT_EQUAL(door_count_of(SYS_mremap), 0);
    block_free(&block);
    heap_expect_consistent();
}

static void a_big_block_moves_by_its_pages(void)
{
    door_refuse(0, 0, 0);
    struct block block = moved_block(2 * MIB, 3 * MIB);

    EXPECT_EQUAL(door_count_of(SYS_mremap), 1);
    EXPECT_EQUAL(bud_span_cold(span_of(block.address))->is_moved, 1);
    block_free(&block);
    heap_expect_consistent();
}

static void where_the_kernel_moves_no_pages_they_are_copied(void)
{
    door_refuse_all_of(SYS_mremap, EINVAL);
    struct block block = moved_block(2 * MIB, 3 * MIB);

    EXPECT_EQUAL(bud_span_cold(span_of(block.address))->is_moved, 0);
    block_free(&block);
    heap_expect_consistent();
}

static void where_the_kernel_renews_no_pages_they_are_purged(void)
{
    struct block block = moved_block(2 * MIB, 3 * MIB);

    door_refuse_all_of(SYS_mmap, ENOMEM);
    block_free(&block);
    heap_expect_consistent();
}

static void a_moved_block_moves_again_and_shrinks(void)
{
    struct block block = moved_block(2 * MIB, 3 * MIB);

    for (size_t bytes = 4 * MIB; bytes <= 64 * MIB; bytes += 4 * MIB) {
        grow_against_a_wall(&block, bytes);
    }
    EXPECT(bud_resize(block.address, 2 * MIB) == block.address);
    block_expect(&block, 2 * MIB);
    heap_expect_consistent();
    bud_free(block.address);
    heap_expect_consistent();
}

/* Before Linux 6.17 a move of more than one mapping fails when the target is
 * unmapped already. Every moved block consists of two. */
static void a_move_that_fails_late_does_not_lose_the_target(void)
{
    struct block block = moved_block(2 * MIB, 3 * MIB);

    door_refuse_moves_late();
    grow_against_a_wall(&block, 40 * MIB);
    EXPECT_EQUAL(bud_span_cold(span_of(block.address))->is_moved, 0);
    block_free(&block);
    heap_expect_consistent();
}

static void a_move_without_memory_leaves_the_block_as_it_is(void)
{
    struct block block = block_new(2 * MIB);

    door_refuse_commits_above(1);
    door_refuse_maps_above(1);
    errno = 0;
    EXPECT(bud_resize(block.address, 900 * MIB) == NULL);
    EXPECT_EQUAL(errno, ENOMEM);
    errno = 0;
    EXPECT(bud_resize(block.address, SIZE_MAX) == NULL);
    EXPECT_EQUAL(errno, ENOMEM);
    EXPECT_EQUAL(bud_usable_bytes(block.address), 2 * MIB);
    heap_expect_consistent();
    block_free(&block);
    heap_expect_no_block();
}

static unsigned mappings(void)
{
    FILE *const maps = fopen("/proc/self/maps", "r");
    unsigned count = 0;
    int c;

    EXPECT(maps != NULL);
    while ((c = getc(maps)) != EOF) {
        count += c == '\n';
    }
    fclose(maps);
    return count;
}

/* The kernel allows 65530 mappings. */
static void moved_blocks_leave_no_mappings_behind(void)
{
    enum { COUNT = 20 };
    struct block blocks[COUNT];

    bud_free(bud_alloc(1));
    const unsigned before = mappings();
    for (int i = 0; i < COUNT; i++) {
        blocks[i] = moved_block(MIB, 2 * MIB);
        build_wall_behind(&blocks[i]);
    }
    EXPECT(mappings() > before + COUNT);
    for (int i = 0; i < COUNT; i++) {
        block_free(&blocks[i]);
    }
    EXPECT(mappings() <= before + 2);
    heap_expect_consistent();
}

static void free_twice(void *address)
{
    bud_free(address);
    bud_free(address);
}

static void free_inside(void *address)
{
    bud_large_free(span_of(address), (char *)address + 16);
}

static void a_block_is_freed_once_and_at_its_start(void)
{
    void *const block = bud_alloc(MIB);

    child_expect_abort(free_twice, block, "double free of");
    child_expect_abort(free_inside, block, "interior pointer, 16 bytes into");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_block_has_whole_pages_and_starts_at_a_unit),
        TEST(an_aligned_block_leaves_what_is_before_and_behind_it_free),
        TEST(sizes_that_no_heap_has_are_refused),
        TEST(used_memory_is_zeroed_by_writing_or_by_purging),
        TEST(only_the_dirty_part_of_a_block_is_cleared),
        TEST(an_aligned_cut_of_dirty_units_knows_its_own_part),
        TEST(a_block_grows_where_it_stands_while_there_is_room),
        TEST(a_block_shrinks_where_it_stands_and_gives_its_tail_back),
        TEST(a_large_free_that_may_not_stay_idle_is_purged_first),
        TEST(a_small_large_block_moves_by_copying),
        TEST(a_big_block_moves_by_its_pages),
        TEST(where_the_kernel_moves_no_pages_they_are_copied),
        TEST(where_the_kernel_renews_no_pages_they_are_purged),
        TEST(a_moved_block_moves_again_and_shrinks),
        TEST(a_move_that_fails_late_does_not_lose_the_target),
        TEST(a_move_without_memory_leaves_the_block_as_it_is),
        TEST(moved_blocks_leave_no_mappings_behind),
        TEST(a_block_is_freed_once_and_at_its_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
