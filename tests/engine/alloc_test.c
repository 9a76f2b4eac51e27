/* The engine's door: blocks of every size and alignment, zeroed and resized. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <errno.h>
#include <string.h>

#include "engine/alloc.h"
#include "engine/region.h"

/* Around every edge between the ways a request can go. */
static const size_t sizes[] = {
    0,    1,    15,   16,    17,    127,   128,   129,    1023,   1024,
    1025, 4096, 8191, 32767, 32768, 32769, 65536, 100000, 524287, 3000000};

enum { SIZES = sizeof sizes / sizeof *sizes };

static bool is_zero(const unsigned char *start, size_t bytes)
{
    return bytes == 0 ||
           (start[0] == 0 && memcmp(start, start + 1, bytes - 1) == 0);
}

static void blocks_of_every_size_are_apart(void)
{
    struct block blocks[3 * SIZES];

    for (int i = 0; i < 3 * SIZES; i++) {
        blocks[i] = block_new(sizes[i % SIZES]);
        EXPECT(bud_usable_bytes(blocks[i].address) >= blocks[i].bytes);
    }
    heap_expect_consistent();
    for (int i = 0; i < 3 * SIZES; i++) {
        block_free(&blocks[i]);
    }
    heap_expect_no_block();
}

static void all_of_the_usable_bytes_may_be_written(void)
{
    struct block blocks[2 * SIZES];

    for (int i = 0; i < 2 * SIZES; i++) {
        void *const address = bud_alloc(sizes[i % SIZES]);
        blocks[i] = block_fill(address, bud_usable_bytes(address));
    }
    for (int i = 0; i < 2 * SIZES; i++) {
        block_free(&blocks[i]);
    }
    heap_expect_no_block();
}

static void blocks_of_nothing_are_blocks_of_their_own(void)
{
    void *const one = bud_alloc(0);
    void *const other = bud_alloc(0);

    EXPECT(one != NULL && other != NULL && one != other);
    EXPECT(bud_usable_bytes(one) >= 1);
    bud_free(one);
    bud_free(other);
    EXPECT(bud_alloc_aligned(4096, 0) != NULL);
    EXPECT(bud_alloc_zeroed(0) != NULL);
}

static void free_leaves_errno_alone(void)
{
    void *blocks[SIZES];

    for (int i = 0; i < SIZES; i++) {
        blocks[i] = bud_alloc(sizes[i]);
    }
    door_refuse(1, UINT64_MAX, EINVAL);
    errno = 4711;
    for (int i = 0; i < SIZES; i++) {
        bud_free(blocks[i]);
    }
    bud_free(NULL);
    EXPECT_EQUAL(errno, 4711);
}

static void success_leaves_errno_alone(void)
{
    errno = 4711;
    for (int i = 0; i < SIZES; i++) {
        void *const block = bud_alloc(sizes[i]);
        EXPECT(bud_resize(block, sizes[i] + 5000) != NULL);
        EXPECT(bud_alloc_zeroed(sizes[i]) != NULL);
        EXPECT(bud_alloc_aligned(256, sizes[i]) != NULL);
    }
    EXPECT_EQUAL(errno, 4711);
}

static void zeroed_blocks_are_zero_in_used_memory(void)
{
    for (int i = 0; i < SIZES; i++) {
        struct block used[8];
        for (int j = 0; j < 8; j++) {
            used[j] = block_new(sizes[i]);
        }
        for (int j = 0; j < 8; j++) {
            block_free(&used[j]);
        }
        for (int j = 0; j < 8; j++) {
            unsigned char *const zeroed = bud_alloc_zeroed(sizes[i]);
            EXPECT(is_zero(zeroed, sizes[i]));
            memset(zeroed, 1, sizes[i]);
            used[j].address = zeroed;
        }
        for (int j = 0; j < 8; j++) {
            bud_free(used[j].address);
        }
    }
    heap_expect_no_block();
}

static void every_alignment_is_kept_for_every_size(void)
{
    for (size_t alignment = 1; alignment <= 1u << 20; alignment *= 2) {
        struct block blocks[SIZES];
        for (int i = 0; i < SIZES; i++) {
            void *const address = bud_alloc_aligned(alignment, sizes[i]);
            EXPECT(address != NULL);
            EXPECT_EQUAL((uintptr_t)address % alignment, 0);
            EXPECT(bud_usable_bytes(address) >= sizes[i]);
            blocks[i] = block_fill(address, sizes[i]);
        }
        heap_expect_consistent();
        for (int i = 0; i < SIZES; i++) {
            bud_free_sized(blocks[i].address, blocks[i].bytes, alignment);
        }
    }
    heap_expect_no_block();
}

static void resizing_keeps_what_fits(void)
{
    for (int from = 0; from < SIZES; from++) {
        for (int to = 1; to < SIZES; to++) {
            struct block block = block_new(sizes[from]);
            block.address = bud_resize(block.address, sizes[to]);
            EXPECT(block.address != NULL);
            block_expect(&block,
                         sizes[from] < sizes[to] ? sizes[from] : sizes[to]);
            EXPECT(bud_usable_bytes(block.address) >= sizes[to]);
            bud_free(block.address);
        }
    }
    heap_expect_no_block();
}

static void a_block_stays_while_it_is_at_least_half_filled(void)
{
    char *const block = bud_alloc(1000); /* of 1024 */

    EXPECT(bud_resize(block, 1024) == block);
    EXPECT(bud_resize(block, 512) == block);
    EXPECT(bud_resize(block, 511) != block);
    char *const large = bud_alloc(60000); /* of 61440 */
    EXPECT(bud_resize(large, 30720) == large);
    char *const smaller = bud_resize(large, 30719);
    EXPECT(smaller != large);
    EXPECT_EQUAL(bud_usable_bytes(smaller), 30720);
    heap_expect_consistent();
}

static void resizing_without_memory_leaves_the_block(void)
{
    struct block small = block_new(100);
    struct block large = block_new(100000);

    door_refuse_maps_above(1);
    door_refuse_commits_above(1);
    errno = 0;
    EXPECT(bud_resize(small.address, (size_t)1 << 40) == NULL);
    EXPECT_EQUAL(errno, ENOMEM);
    errno = 0;
    EXPECT(bud_resize(large.address, (size_t)1 << 40) == NULL);
    EXPECT_EQUAL(errno, ENOMEM);
    heap_expect_consistent();
    door_open();
    block_free(&small);
    block_free(&large);
    heap_expect_no_block();
}

static void blocks_of_further_regions_are_served_as_well(void)
{
    struct block blocks[64];

    door_limit_address_space(1); /* regions of 16 units */
    for (int i = 0; i < 64; i++) {
        blocks[i] = block_new((size_t)(i % 2) * 200000 + 3000);
    }
    EXPECT(bud_region_count > 2);
    heap_expect_consistent();
    for (int i = 0; i < 64; i += 3) {
        blocks[i].address = bud_resize(blocks[i].address, 250000);
        block_expect(&blocks[i], blocks[i].bytes);
    }
    for (int i = 0; i < 64; i++) {
        block_free(&blocks[i]);
    }
    heap_expect_no_block();
}

static void
sized_free_accepts_every_size_the_block_may_have_been_asked_for(void)
{
    for (size_t bytes = 0; bytes <= 40000; bytes += 7) {
        bud_free_sized(bud_alloc(bytes), bytes, 1);
        bud_free_sized(bud_alloc_aligned(64, bytes), bytes, 64);
    }
    bud_free_sized(bud_alloc(1000000), 1000000, 1);
    bud_free_sized(NULL, 5, 1);
    heap_expect_no_block();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(blocks_of_every_size_are_apart),
        TEST(all_of_the_usable_bytes_may_be_written),
        TEST(blocks_of_nothing_are_blocks_of_their_own),
        TEST(free_leaves_errno_alone),
        TEST(success_leaves_errno_alone),
        TEST(zeroed_blocks_are_zero_in_used_memory),
        TEST(every_alignment_is_kept_for_every_size),
        TEST(resizing_keeps_what_fits),
        TEST(a_block_stays_while_it_is_at_least_half_filled),
        TEST(resizing_without_memory_leaves_the_block),
        TEST(blocks_of_further_regions_are_served_as_well),
        TEST(sized_free_accepts_every_size_the_block_may_have_been_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
