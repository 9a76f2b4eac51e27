/* What buddy.h promises: addresses, alignments, and an answer to every bad
 * call, at the edges of the address space too. */
#include "cmocka_prelude.h"

#include <string.h>

#include "buddy.h"

#define START 0x40000000u

BUDDY_HEAP(declared, 3u << 12, 6);

static uint8_t metadata[1u << 16];

/* A heap at that start, one at a time. */
static struct buddy heap_at(uintptr_t start, size_t size_bytes, unsigned order)
{
    struct buddy heap;
    memset(metadata, 0xff, sizeof metadata);
    assert_int_equal(
        buddy_init(&heap, metadata, sizeof metadata, start, size_bytes, order),
        BUDDY_OK);
    return heap;
}

static struct buddy heap_of(size_t size_bytes, unsigned order)
{
    return heap_at(START, size_bytes, order);
}

static void metadata_is_counted_by_the_number_of_blocks(void **state)
{
    (void)state;
    assert_int_equal(buddy_metadata_bytes(1u << 10, 4), 128);
    assert_int_equal(buddy_metadata_bytes(1u << 30, 12), 1u << 19);
    assert_int_equal(buddy_metadata_bytes(4095, 12), 0);
    assert_int_equal(buddy_metadata_bytes((size_t)1 << 31, 0), 0);
    assert_int_equal(buddy_metadata_bytes(1u << 20, 64), 0);
    assert_int_equal(buddy_metadata_bytes(1u << 20, UINT32_MAX), 0);
}

static void expect_macro_and_function_agree(size_t size, unsigned order)
{
    if (buddy_metadata_bytes(size, order) !=
        BUDDY_METADATA_BYTES(size, order)) {
        fail_msg("they differ for %zu bytes, order %u", size, order);
    }
}

/* Both grow only past a power of two of blocks: there, every order, with the
 * least and the largest rest. */
static void macro_and_function_agree_for_every_size_of_a_heap(void **state)
{
    (void)state;
    for (size_t blocks = 1; blocks <= 1u << 17; blocks++) {
        expect_macro_and_function_agree(blocks, 0);
    }
    for (unsigned order = 0; order < 64; order++) {
        const size_t rest = ((size_t)1 << order) - 1u;
        for (unsigned k = 0; k <= 30 && k + order < 64; k++) {
            const size_t power = (size_t)1 << k;
            for (size_t blocks = power - (k > 1 ? 2u : 0u);
                 blocks <= power + 2u && blocks <= BUDDY_MAX_BLOCKS &&
                 blocks <= SIZE_MAX >> order;
                 blocks++) {
                expect_macro_and_function_agree(blocks << order, order);
                expect_macro_and_function_agree(blocks << order | rest, order);
            }
        }
    }
}

static void init_refuses_what_cannot_be_a_heap(void **state)
{
    (void)state;
    static const struct {
        uintptr_t start;
        size_t metadata_bytes, size_bytes;
        unsigned order;
        enum buddy_result result;
    } cases[] = {
        {START, 128, 1024, 4, BUDDY_OK},
        {START, 127, 1024, 4, BUDDY_FEW_METADATA},
        {START, 0, 1024, 4, BUDDY_FEW_METADATA},
        {0, 128, 1024, 4, BUDDY_BAD_START},
        {START + 1u, 128, 1024, 4, BUDDY_BAD_START},
        {START + 2048u, 128, 1024, 4, BUDDY_BAD_START},
        {START, 128, 0, 4, BUDDY_BAD_SIZE},
        {START, 128, 15, 4, BUDDY_BAD_SIZE},
        {START, 128, 1024, 11, BUDDY_BAD_SIZE},
        {START, 128, 1024, 64, BUDDY_BAD_SIZE},
        {START, 128, (size_t)1 << 31, 0, BUDDY_BAD_SIZE},
        {UINTPTR_MAX - 4095u, 128, 4097, 6, BUDDY_BAD_SIZE},
        {UINTPTR_MAX - 4095u, 128, 4096, 6, BUDDY_OK},
        {4096, 128, SIZE_MAX - 4095u, 63, BUDDY_OK},
        {4096, 128, SIZE_MAX - 4094u, 63, BUDDY_BAD_SIZE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buddy heap;
        assert_int_equal(buddy_init(&heap, metadata, cases[i].metadata_bytes,
                                    cases[i].start, cases[i].size_bytes,
                                    cases[i].order),
                         cases[i].result);
    }
}

static void init_overwrites_its_metadata_and_nothing_past_it(void **state)
{
    (void)state;
    struct buddy heap;
    memset(metadata, 0xff, sizeof metadata);
    assert_int_equal(
        buddy_init(&heap, metadata, sizeof metadata, START, 1024, 4), BUDDY_OK);
    assert_int_equal(metadata[127], 0);
    assert_int_equal(metadata[128], 0xff);
    assert_int_equal(buddy_allocate(&heap, 1024, 1), START);
}

static void a_declared_heap_starts_where_it_is_told(void **state)
{
    (void)state;
    assert_int_equal(declared_init(START + 1u), BUDDY_BAD_START);
    assert_int_equal(declared_init(START), BUDDY_OK);
    assert_int_equal(sizeof declared_metadata, 512);
    assert_int_equal(buddy_get_stats(&declared).size_bytes, 3u << 12);
    assert_int_equal(buddy_allocate(&declared, 100, 16), START);
    assert_int_equal(buddy_deallocate(&declared, START, 100, 16), BUDDY_OK);
}

static void a_request_gets_the_lowest_block_of_a_power_of_two(void **state)
{
    (void)state;
    static const struct {
        size_t size_bytes;
        uintptr_t distance;
    } cases[] = {{1, 0}, {17, 32}, {16, 16}, {0, 64}, {129, 256}, {64, 128}};
    struct buddy heap = heap_of(1024, 4);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(buddy_allocate(&heap, cases[i].size_bytes, 1),
                         START + cases[i].distance);
    }
}

static void
a_request_of_the_whole_heap_succeeds_and_one_above_fails(void **state)
{
    (void)state;
    struct buddy heap = heap_of(1024, 4);
    assert_int_equal(buddy_allocate(&heap, 1025, 1), 0);
    assert_int_equal(buddy_allocate(&heap, SIZE_MAX, 1), 0);
    assert_int_equal(buddy_allocate(&heap, 1024, 1), START);
    assert_int_equal(buddy_allocate(&heap, 1, 1), 0);
    assert_int_equal(buddy_deallocate(&heap, START, 1024, 1), BUDDY_OK);
    assert_int_equal(buddy_allocate(&heap, 1024, 1), START);
}

static void a_heap_of_any_size_is_used_to_its_last_block(void **state)
{
    (void)state;
    for (size_t size = 16; size < 2000; size++) {
        struct buddy heap = heap_of(size, 4);
        uintptr_t last = 0;
        for (size_t n = 0; n < size / 16u; n++) {
            last = buddy_allocate(&heap, 16, 16);
            assert_int_equal(last, START + 16u * n);
        }
        assert_int_equal(buddy_allocate(&heap, 1, 1), 0);
        assert_int_equal(buddy_deallocate(&heap, last + 16u, 16, 16),
                         BUDDY_OUTSIDE);
        assert_int_equal(buddy_deallocate(&heap, last, 16, 16), BUDDY_OK);
        assert_int_equal(buddy_allocate(&heap, 16, 16), last);
    }
}

static void a_heap_may_end_with_the_address_space(void **state)
{
    (void)state;
    const uintptr_t start = UINTPTR_MAX - 8191u;
    struct buddy heap = heap_at(start, 8192, 12);
    assert_int_equal(buddy_allocate(&heap, 4096, 4096), start);
    assert_int_equal(buddy_allocate(&heap, 4096, 4096), start + 4096u);
    assert_int_equal(buddy_allocate(&heap, 4096, 4096), 0);
    assert_int_equal(buddy_deallocate(&heap, UINTPTR_MAX, 1, 1),
                     BUDDY_INTERIOR);
    assert_int_equal(buddy_deallocate(&heap, start + 4096u, 4096, 4096),
                     BUDDY_OK);
    assert_int_equal(buddy_walk_free(&heap, 12, 0), start + 4096u);
    assert_int_equal(buddy_walk_free(&heap, 12, start + 4096u), 0);
    assert_int_equal(buddy_deallocate(&heap, start, 4096, 4096), BUDDY_OK);
    assert_int_equal(buddy_allocate(&heap, 8192, 8192), start);
}

static void nearly_the_whole_address_space_is_a_heap(void **state)
{
    (void)state;
    const unsigned order = 8u * sizeof(size_t) - 2u;
    struct buddy heap = heap_at(4096, SIZE_MAX - 4095u, order);
    const size_t quarter = (size_t)1 << order;
    assert_int_equal(buddy_allocate(&heap, 2u * quarter, 1), 4096);
    assert_int_equal(buddy_allocate(&heap, 3u * quarter, 1), 0);
    assert_int_equal(buddy_allocate(&heap, quarter, 1), 2u * quarter + 4096u);
    assert_int_equal(buddy_allocate(&heap, 1, 1), 0);
}

static void
an_alignment_above_the_size_costs_no_more_than_the_size(void **state)
{
    (void)state;
    struct buddy heap = heap_of(8192, 4);
    assert_int_equal(buddy_allocate(&heap, 16, 4096), START);
    assert_int_equal(buddy_allocate(&heap, 16, 4096), START + 4096u);
    assert_int_equal(buddy_allocate(&heap, 16, 4096), 0);
    assert_int_equal(buddy_get_stats(&heap).free_bytes, 8192 - 32);
    assert_int_equal(buddy_deallocate(&heap, START + 4096u, 16, 4096),
                     BUDDY_OK);
    assert_int_equal(buddy_allocate(&heap, 100, 2048), START + 2048u);
    assert_int_equal(buddy_deallocate(&heap, START + 2048u, 100, 2048),
                     BUDDY_OK);
    assert_int_equal(buddy_deallocate(&heap, START, 16, 4096), BUDDY_OK);
    assert_int_equal(buddy_get_stats(&heap).largest_free_bytes, 8192);
}

/* Each row: a heap of 64 KiB in blocks of 2^order bytes, a request, and where
 * it lands; 0 when a block of that size cannot be so aligned. */
static void
alignment_above_that_of_the_start_is_met_where_it_can_be(void **state)
{
    (void)state;
    static const struct {
        uintptr_t start;
        unsigned order;
        size_t size_bytes, alignment_bytes;
        uintptr_t address;
    } cases[] = {
        {0x41000, 4, 16, 0x4000, 0x44000},
        {0x41000, 4, 0x1000, 0x4000, 0x44000},
        {0x41000, 4, 0x1000, 0x10000, 0x50000},
        {0x41000, 4, 0x2000, 0x4000, 0},
        {0x41000, 4, 0x4000, 0x4000, 0},
        {0x41000, 4, 0x1000, 0x40000, 0},
        {0x41000, 4, 0x1000, 0x80000000, 0},
        {0x80000000, 4, 0x1000, 0x80000000, 0x80000000},
        {0x80000000, 4, 0x10000, 0x80000000, 0x80000000},
        {0x7fff7000, 4, 0x1000, 0x80000000, 0x80000000},
        {0x7fff7000, 4, 0x2000, 0x80000000, 0},
        {0x80000000, 16, 1, 0x20000, 0x80000000},
        {0x41000, 13, 1, 0x2000, 0},
        {0x41000, 13, 1, 0x4000, 0},
        {0x41000, 13, 1, 0x1000, 0x41000},
        {0x42000, 13, 1, 0x4000, 0x44000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buddy heap = heap_at(cases[i].start, 0x10000, cases[i].order);
        const size_t size = cases[i].size_bytes;
        const size_t alignment = cases[i].alignment_bytes;
        const uintptr_t address = buddy_allocate(&heap, size, alignment);
        assert_int_equal(address, cases[i].address);
        if (address != 0) {
            assert_int_equal(buddy_deallocate(&heap, address, size, alignment),
                             BUDDY_OK);
        }
        assert_int_equal(buddy_get_stats(&heap).free_blocks, 1);
    }
}

static void an_aligned_request_fails_when_its_only_place_is_taken(void **state)
{
    (void)state;
    struct buddy heap = heap_at(0x80000000u, 0x10000, 4);
    assert_int_equal(buddy_allocate(&heap, 1, 1), 0x80000000u);
    assert_int_equal(buddy_allocate(&heap, 1, 0x80000000u), 0);
    assert_int_equal(buddy_allocate(&heap, 1, 0x10000), 0);
}

static void an_alignment_that_is_no_power_of_two_is_refused(void **state)
{
    (void)state;
    static const size_t alignments[] = {0, 3, 24, 4097, SIZE_MAX};
    struct buddy heap = heap_of(1024, 4);
    const uintptr_t block = buddy_allocate(&heap, 16, 16);
    for (size_t i = 0; i < sizeof alignments / sizeof *alignments; i++) {
        assert_int_equal(buddy_allocate(&heap, 16, alignments[i]), 0);
        assert_int_equal(buddy_deallocate(&heap, block, 16, alignments[i]),
                         BUDDY_WRONG_SIZE);
    }
}

static void a_bad_deallocation_says_why_and_loses_nothing(void **state)
{
    (void)state;
    static const struct {
        uintptr_t address;
        size_t size_bytes, alignment_bytes;
        enum buddy_result result;
    } cases[] = {
        {0, 64, 64, BUDDY_OUTSIDE},
        {START - 1u, 64, 64, BUDDY_OUTSIDE},
        {START + 1008u, 64, 64, BUDDY_OUTSIDE},
        {UINTPTR_MAX, 64, 64, BUDDY_OUTSIDE},
        {START + 64u, 64, 64, BUDDY_NOT_LIVE},
        {START + 65u, 64, 64, BUDDY_NOT_LIVE},
        {START + 1007u, 16, 16, BUDDY_NOT_LIVE},
        {START + 1u, 64, 64, BUDDY_INTERIOR},
        {START + 16u, 64, 64, BUDDY_INTERIOR},
        {START + 63u, 64, 64, BUDDY_INTERIOR},
        {START, 32, 64, BUDDY_WRONG_SIZE},
        {START, 65, 64, BUDDY_WRONG_SIZE},
        {START, 0, 64, BUDDY_WRONG_SIZE},
        {START, SIZE_MAX, 64, BUDDY_WRONG_SIZE},
        {START, 64, (size_t)START << 1, BUDDY_WRONG_SIZE},
        {START, 33, 1, BUDDY_OK},
        {START, 33, 1, BUDDY_NOT_LIVE},
    };
    struct buddy heap = heap_of(1023, 4);
    assert_int_equal(buddy_allocate(&heap, 33, 1), START);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const size_t before = buddy_get_stats(&heap).free_bytes;
        assert_int_equal(buddy_deallocate(&heap, cases[i].address,
                                          cases[i].size_bytes,
                                          cases[i].alignment_bytes),
                         cases[i].result);
        assert_int_equal(buddy_get_stats(&heap).free_bytes - before,
                         cases[i].result == BUDDY_OK ? 64 : 0);
    }
    assert_int_equal(buddy_get_stats(&heap).free_bytes, 1008);
}

static void the_free_blocks_of_an_order_are_listed_by_address(void **state)
{
    (void)state;
    static const struct {
        unsigned order;
        uintptr_t previous, next;
    } cases[] = {
        {4, 0, START + 16u},
        {4, START + 16u, START + 80u},
        {4, START + 80u, 0},
        {5, 0, START + 32u},
        {5, START + 32u, START + 96u},
        {7, 0, START + 128u},
        {9, 0, START + 512u},
        {9, START + 512u, 0},
        {9, START + 1008u, 0},
        {9, START + 5000u, 0},
        {9, UINTPTR_MAX, 0},
        {6, 0, 0},
        {10, 0, 0},
        {0, 0, 0},
        {UINT32_MAX, 0, 0},
        {8, 4096, START + 256u},
    };
    struct buddy heap = heap_of(1024, 4);
    assert_int_equal(buddy_allocate(&heap, 16, 64), START);
    assert_int_equal(buddy_allocate(&heap, 16, 64), START + 64u);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(
            buddy_walk_free(&heap, cases[i].order, cases[i].previous),
            cases[i].next);
    }
}

static void stats_add_up(void **state)
{
    (void)state;
    struct buddy heap = heap_of(1008, 4);
    struct buddy_stats stats = buddy_get_stats(&heap);
    assert_int_equal(stats.size_bytes, 1008);
    assert_int_equal(stats.free_bytes, 1008);
    assert_int_equal(stats.largest_free_bytes, 512);
    assert_int_equal(stats.free_blocks, 6);
    while (buddy_allocate(&heap, 16, 16) != 0) {
        const size_t free_bytes = stats.free_bytes;
        stats = buddy_get_stats(&heap);
        assert_int_equal(stats.free_bytes, free_bytes - 16u);
    }
    assert_int_equal(stats.free_bytes, 0);
    assert_int_equal(stats.largest_free_bytes, 0);
    assert_int_equal(stats.free_blocks, 0);
}

static void the_headroom_is_the_bound_in_bytes(void **state)
{
    (void)state;
    assert_int_equal(buddy_headroom(1, 1, 0), 1);
    assert_int_equal(buddy_headroom(12, 8, 0), 32);
    assert_int_equal(buddy_headroom(12, 5, 0), 32);
    assert_int_equal(buddy_headroom(12, 0, 0), 12);
    assert_int_equal(buddy_headroom(12u << 12, 8u << 12, 12), 32u << 12);
    assert_int_equal(buddy_headroom((12u << 12) - 4095u, 1, 12), 12u << 12);
    assert_int_equal(buddy_headroom(12, SIZE_MAX, 0), 32);
    assert_int_equal(buddy_headroom(1u << 20, 1u << 16, 12), 768u << 12);
}

static void no_headroom_is_more_than_a_heap_can_have(void **state)
{
    (void)state;
    assert_int_equal(buddy_headroom(0, 1, 0), 0);
    assert_int_equal(buddy_headroom(1, 1, 64), 0);
    assert_int_equal(buddy_headroom(SIZE_MAX, 1, 4), 0);
    assert_int_equal(buddy_headroom(SIZE_MAX, 1, 8u * sizeof(size_t) - 1u), 0);
    assert_int_equal(buddy_headroom((size_t)BUDDY_MAX_BLOCKS, 1, 0),
                     BUDDY_MAX_BLOCKS);
    assert_int_equal(buddy_headroom((size_t)BUDDY_MAX_BLOCKS, 2, 0), 0);
    assert_int_equal(buddy_headroom((size_t)BUDDY_MAX_BLOCKS + 1u, 1, 0), 0);
}

/* The load of TAOCP 1, 2.5, exercise 41: keep as little as prevents that any
 * of the freed memory serves the next larger size. */
static void a_heap_with_headroom_survives_the_worst_load(void **state)
{
    (void)state;
    const size_t live = 4096;
    const size_t needed = buddy_headroom(live, 256, 0);
    struct buddy heap = heap_of(needed, 0);
    size_t in_use = 0;
    uintptr_t highest = 0;

    assert_int_equal(needed, 20480);
    for (size_t size = 1; size <= 256; size *= 2u) {
        for (; in_use + size <= live; in_use += size) {
            const uintptr_t block = buddy_allocate(&heap, size, 1);
            assert_true(block != 0);
            highest = block + size > highest ? block + size : highest;
        }
        for (uintptr_t at = 0; size < 256 && at < needed; at++) {
            if (at % (2u * size) == 0) {
                continue;
            }
            for (size_t held = 1; held <= size; held *= 2u) {
                if (buddy_deallocate(&heap, START + at, held, 1) == BUDDY_OK) {
                    in_use -= held;
                    break;
                }
            }
        }
    }
    assert_int_equal(highest - START, needed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_is_counted_by_the_number_of_blocks),
        cmocka_unit_test(macro_and_function_agree_for_every_size_of_a_heap),
        cmocka_unit_test(init_refuses_what_cannot_be_a_heap),
        cmocka_unit_test(init_overwrites_its_metadata_and_nothing_past_it),
        cmocka_unit_test(a_declared_heap_starts_where_it_is_told),
        cmocka_unit_test(a_request_gets_the_lowest_block_of_a_power_of_two),
        cmocka_unit_test(
            a_request_of_the_whole_heap_succeeds_and_one_above_fails),
        cmocka_unit_test(a_heap_of_any_size_is_used_to_its_last_block),
        cmocka_unit_test(a_heap_may_end_with_the_address_space),
        cmocka_unit_test(nearly_the_whole_address_space_is_a_heap),
        cmocka_unit_test(
            an_alignment_above_the_size_costs_no_more_than_the_size),
        cmocka_unit_test(
            alignment_above_that_of_the_start_is_met_where_it_can_be),
        cmocka_unit_test(an_aligned_request_fails_when_its_only_place_is_taken),
        cmocka_unit_test(an_alignment_that_is_no_power_of_two_is_refused),
        cmocka_unit_test(a_bad_deallocation_says_why_and_loses_nothing),
        cmocka_unit_test(the_free_blocks_of_an_order_are_listed_by_address),
        cmocka_unit_test(stats_add_up),
        cmocka_unit_test(the_headroom_is_the_bound_in_bytes),
        cmocka_unit_test(no_headroom_is_more_than_a_heap_can_have),
        cmocka_unit_test(a_heap_with_headroom_survives_the_worst_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
