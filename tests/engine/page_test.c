/* Kernels with pages of 16 and 64 KiB: every call is for whole pages, and what
 * is promised of pages holds for those (TRAPS 17). */
#include "child.h"
#include "door.h"
#include "heap.h"

#include "engine/alloc.h"
#include "engine/trim.h"
#include "os/os.h"

static void allocate_in_every_size(void)
{
    struct block blocks[24];

    for (int i = 0; i < 24; i++) {
        blocks[i] = block_new((size_t)3 << i);
    }
    for (int i = 23; i >= 0; i--) {
        block_free(&blocks[i]);
    }
    heap_expect_no_block();
}

static void resize_large_blocks(void)
{
    char *first = bud_alloc(1);
    char *second = bud_alloc(1);

    for (size_t bytes = 1; bytes < (size_t)8 << 20; bytes += bytes / 2 + 1) {
        first = bud_resize(first, bytes);
        second = bud_resize(second, bytes);
        EXPECT(first != NULL && second != NULL);
    }
    first = bud_resize(first, 100000);
    bud_free(first);
    bud_free(second);
    heap_expect_no_block();
}

static void expect_page_promises(size_t page)
{
    char *const whole = bud_alloc_page(1, true);
    char *const part = bud_alloc_page(page / 2, false);
    char *const aligned = bud_alloc_aligned(page, 10);

    EXPECT_EQUAL((uintptr_t)whole % page, 0);
    EXPECT(bud_usable_bytes(whole) >= page);
    EXPECT_EQUAL((uintptr_t)part % page, 0);
    EXPECT_EQUAL((uintptr_t)aligned % page, 0);
    bud_free(whole);
    bud_free(part);
    bud_free(aligned);
    bud_trim();
    heap_expect_no_block();
}

static void live_with_pages_of(size_t bytes)
{
    door_set_page_bytes(bytes);
    EXPECT_EQUAL(bud_os_page_bytes(), bytes);
    allocate_in_every_size();
    resize_large_blocks();
    expect_page_promises(bytes);
    heap_expect_consistent();
}

static void pages_of_16_kib(void)
{
    live_with_pages_of(16384);
}

static void pages_of_64_kib(void)
{
    live_with_pages_of(65536);
}

static void commit_half_a_page(void *unused)
{
    (void)unused;
    door_set_page_bytes(16384);
    char *const start = bud_os_reserve(65536);
    bud_os_commit(start + 4096, 4096);
}

static void the_door_knows_whole_pages(void)
{
    child_expect_abort(commit_half_a_page, NULL, "no whole pages");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(pages_of_16_kib),
        TEST(pages_of_64_kib),
        TEST(the_door_knows_whole_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
