/* The heap as it is when Valgrind watches; here it only seems to. Every block
 * has the size that was asked for and a red zone behind it. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <errno.h>
#include <string.h>

#include "engine/alloc.h"
#include "engine/audit.h"
#include "engine/options.h"
#include "engine/watch.h"

bool __wrap_bud_valgrind_watches(void);

bool __wrap_bud_valgrind_watches(void)
{
    return true;
}

static const size_t sizes[] = {0, 1, 24, 100, 1000, 30000, 70000, 1000000};

enum { SIZES = sizeof sizes / sizeof *sizes };

static void a_block_has_exactly_the_size_that_was_asked_for(void)
{
    struct block blocks[2 * SIZES];

    for (int i = 0; i < 2 * SIZES; i++) {
        blocks[i] = block_new(sizes[i % SIZES]);
        EXPECT(bud_watch_is_on());
        EXPECT_EQUAL(bud_usable_bytes(blocks[i].address), blocks[i].bytes);
    }
    for (int i = 0; i < 2 * SIZES; i++) {
        block_free(&blocks[i]);
    }
    EXPECT_EQUAL(heap_live_bytes(), 0);
}

static void a_first_block_may_be_large(void)
{
    struct block block = block_new(1000000);

    EXPECT_EQUAL(bud_usable_bytes(block.address), 1000000);
    block_free(&block);
}

static void alignment_is_kept(void)
{
    for (size_t alignment = 32; alignment <= 1u << 20; alignment *= 2) {
        for (int i = 0; i < SIZES; i++) {
            void *const address = bud_alloc_aligned(alignment, sizes[i]);
            EXPECT(address != NULL);
            EXPECT_EQUAL((uintptr_t)address % alignment, 0);
            struct block block = block_fill(address, sizes[i]);
            block_free(&block);
        }
    }
    EXPECT_EQUAL(heap_live_bytes(), 0);
}

static void zeroed_blocks_are_zero(void)
{
    for (int i = 1; i < SIZES; i++) {
        struct block used = block_new(sizes[i]);
        block_free(&used);
        unsigned char *const zeroed = bud_alloc_zeroed(sizes[i]);
        EXPECT(zeroed[0] == 0 && memcmp(zeroed, zeroed + 1, sizes[i] - 1) == 0);
        bud_free(zeroed);
    }
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
            EXPECT_EQUAL(bud_usable_bytes(block.address), sizes[to]);
            bud_free(block.address);
        }
    }
    EXPECT_EQUAL(heap_live_bytes(), 0);
}

static void sizes_that_no_heap_has_are_refused(void)
{
    door_refuse_maps_above((size_t)1 << 34);
    for (size_t bytes = SIZE_MAX; bytes > SIZE_MAX - 40; bytes--) {
        errno = 0;
        EXPECT(bud_alloc(bytes) == NULL);
        EXPECT_EQUAL(errno, ENOMEM);
    }
    struct block block = block_new(100);
    EXPECT(bud_resize(block.address, SIZE_MAX - 8) == NULL);
    block_free(&block);
}

static void free_twice(void *address)
{
    bud_free(address);
    bud_free(address);
}

static void free_inside(void *address)
{
    bud_free((char *)address + 16);
}

static void misuse_is_reported_all_the_same(void)
{
    for (int i = 2; i < SIZES; i++) {
        void *const block = bud_alloc(sizes[i]);
        child_expect_abort(free_twice, block, "double free of");
        child_expect_abort(free_inside, block, "interior pointer, 16 bytes");
    }
}

/* Its first region has no memory. */
static void the_heap_can_be_checked_meanwhile(void)
{
    struct block block = block_new(100);

    bud_options_apply("check");
    bud_audit_all();
    block_free(&block);
    bud_audit_all();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_block_has_exactly_the_size_that_was_asked_for),
        TEST(a_first_block_may_be_large),
        TEST(alignment_is_kept),
        TEST(zeroed_blocks_are_zero),
        TEST(resizing_keeps_what_fits),
        TEST(sizes_that_no_heap_has_are_refused),
        TEST(misuse_is_reported_all_the_same),
        TEST(the_heap_can_be_checked_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
