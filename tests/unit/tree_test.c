/* The buddy tree, one behaviour after the other, on heaps small enough to see
 * through. */
#include "cmocka_prelude.h"

#include <string.h>

#include "core/check.h"
#include "core/node.h"
#include "core/tree.h"

#define MAX_UNITS 1024u

static uint8_t node[2 * MAX_UNITS + 1];

/* An empty heap of so many units; one at a time. The bytes past its nodes
 * look like live units, so that reading one shows. */
static struct bud_tree heap_of(uint32_t units)
{
    struct bud_tree tree;
    memset(node, 1, sizeof node);
    memset(node, 0, bud_tree_node_bytes(units));
    bud_tree_init(&tree, node, units);
    return tree;
}

static void order_for_units_is_that_of_the_smallest_block(void **state)
{
    (void)state;
    static const struct {
        uint32_t units, order;
    } cases[] = {
        {1, 0},
        {2, 1},
        {3, 2},
        {4, 2},
        {5, 3},
        {64, 6},
        {(1u << 29) + 1u, 30},
        {1u << 30, 30},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(bud_tree_order_for(cases[i].units), cases[i].order);
    }
}

static void metadata_is_two_bytes_for_each_leaf(void **state)
{
    (void)state;
    static const struct {
        uint32_t units;
        uint64_t bytes;
    } cases[] = {{1, 2}, {2, 4}, {3, 8}, {1000, 2048}, {1u << 30, 1u << 31}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(bud_tree_node_bytes(cases[i].units), cases[i].bytes);
    }
}

static void the_halves_of_a_block_cover_it(void **state)
{
    (void)state;
    const struct bud_tree tree = heap_of(16);
    for (uint32_t order = 1; order <= 4; order++) {
        for (uint32_t unit = 0; unit < 16; unit += 1u << order) {
            const uint32_t block = bud_node_of(&tree, unit, order);
            const uint32_t middle = unit + (1u << (order - 1u));
            assert_int_equal(bud_node_half(block, 0),
                             bud_node_of(&tree, unit, order - 1u));
            assert_int_equal(bud_node_half(block, 1),
                             bud_node_of(&tree, middle, order - 1u));
        }
    }
}

static void zeroed_memory_is_an_empty_heap(void **state)
{
    (void)state;
    static uint8_t zero[2 * 64];
    const struct bud_tree tree = {.node = zero, .leaves = 64, .height = 6};
    assert_int_equal(bud_check_tree(&tree), BUD_CHECK_OK);
    assert_int_equal(bud_tree_largest(&tree), 6);
}

static void a_heap_has_exactly_as_many_units_as_it_was_given(void **state)
{
    (void)state;
    for (uint32_t units = 1; units <= MAX_UNITS; units++) {
        struct bud_tree tree = heap_of(units);
        for (uint32_t offset = 0; offset < units; offset++) {
            assert_int_equal(bud_tree_alloc(&tree, 0), offset);
        }
        assert_int_equal(bud_tree_alloc(&tree, 0), BUD_TREE_NONE);
        assert_int_equal(bud_tree_largest(&tree), BUD_TREE_NONE);
    }
}

static void alloc_takes_the_lowest_block_that_fits(void **state)
{
    (void)state;
    static const struct {
        uint32_t order, offset;
    } cases[] = {{0, 0}, {2, 4}, {0, 1}, {1, 2}, {3, 8}, {0, BUD_TREE_NONE}};
    struct bud_tree tree = heap_of(16);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(bud_tree_alloc(&tree, cases[i].order),
                         cases[i].offset);
        assert_int_equal(bud_check_tree(&tree), BUD_CHECK_OK);
    }
}

static void alloc_of_the_whole_heap_succeeds_once(void **state)
{
    (void)state;
    struct bud_tree tree = heap_of(16);
    assert_int_equal(bud_tree_alloc(&tree, 4), 0);
    assert_int_equal(bud_tree_alloc(&tree, 4), BUD_TREE_NONE);
    assert_int_equal(bud_tree_free(&tree, 0), BUD_TREE_OK);
    assert_int_equal(bud_tree_alloc(&tree, 4), 0);
}

static void alloc_of_an_order_above_the_root_fails(void **state)
{
    (void)state;
    struct bud_tree tree = heap_of(16);
    assert_int_equal(bud_tree_alloc(&tree, 5), BUD_TREE_NONE);
    assert_int_equal(bud_tree_alloc(&tree, UINT32_MAX), BUD_TREE_NONE);
    assert_int_equal(bud_tree_largest(&tree), 4);
}

static void free_makes_halves_one_block_again_in_any_order(void **state)
{
    (void)state;
    static const uint32_t orders[][4] = {
        {0, 1, 2, 3}, {3, 2, 1, 0}, {0, 2, 1, 3}, {1, 3, 0, 2}};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct bud_tree tree = heap_of(4);
        for (uint32_t n = 0; n < 4; n++) {
            assert_int_equal(bud_tree_alloc(&tree, 0), n);
        }
        for (uint32_t n = 0; n < 4; n++) {
            assert_int_equal(bud_tree_free(&tree, orders[i][n]), BUD_TREE_OK);
        }
        assert_int_equal(bud_tree_largest(&tree), 2);
        assert_int_equal(bud_tree_alloc(&tree, 2), 0);
    }
}

static void the_last_unit_can_be_freed_and_had_again(void **state)
{
    (void)state;
    for (uint32_t units = 1; units <= 65; units++) {
        struct bud_tree tree = heap_of(units);
        assert_int_equal(bud_tree_take(&tree, units - 1u, 0), 1);
        assert_int_equal(bud_tree_free(&tree, units - 1u), BUD_TREE_OK);
        assert_int_equal(bud_tree_take(&tree, units - 1u, 0), 1);
    }
}

static void a_bad_free_says_why_and_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        uint32_t offset, answer;
    } cases[] = {
        {1, BUD_TREE_INTERIOR},  {3, BUD_TREE_INTERIOR},
        {5, BUD_TREE_NOT_LIVE},  {8, BUD_TREE_NOT_LIVE},
        {15, BUD_TREE_NOT_LIVE}, {16, BUD_TREE_NOT_LIVE},
        {31, BUD_TREE_NOT_LIVE}, {UINT32_MAX, BUD_TREE_NOT_LIVE},
    };
    uint8_t before[sizeof node];
    struct bud_tree tree = heap_of(16);
    assert_int_equal(bud_tree_alloc(&tree, 2), 0);
    assert_int_equal(bud_tree_alloc(&tree, 0), 4);
    memcpy(before, node, sizeof node);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(bud_tree_free(&tree, cases[i].offset),
                         cases[i].answer);
        assert_memory_equal(before, node, sizeof node);
    }
}

static void free_twice_is_not_live_the_second_time(void **state)
{
    (void)state;
    struct bud_tree tree = heap_of(16);
    assert_int_equal(bud_tree_alloc(&tree, 1), 0);
    assert_int_equal(bud_tree_free(&tree, 0), BUD_TREE_OK);
    assert_int_equal(bud_tree_free(&tree, 0), BUD_TREE_NOT_LIVE);
}

static void live_order_is_that_of_the_block_around_an_offset(void **state)
{
    (void)state;
    static const uint32_t expected[] = {
        2, 2, 2, 2, 0, BUD_TREE_NONE, 1, 1, BUD_TREE_NONE};
    struct bud_tree tree = heap_of(8);
    assert_int_equal(bud_tree_alloc(&tree, 2), 0);
    assert_int_equal(bud_tree_alloc(&tree, 0), 4);
    assert_int_equal(bud_tree_alloc(&tree, 1), 6);
    for (uint32_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(bud_tree_live_order(&tree, i), expected[i]);
    }
}

static void take_claims_just_the_block_named_when_it_is_free(void **state)
{
    (void)state;
    static const struct {
        uint32_t offset, order, taken;
    } cases[] = {
        {4, 2, 1},  {4, 2, 0},          {4, 0, 0},  {0, 3, 0},
        {2, 1, 1},  {0, 2, 0},          {1, 1, 0},  {0, 0, 1},
        {16, 0, 0}, {UINT32_MAX, 0, 0}, {0, 5, 0},  {0, UINT32_MAX, 0},
        {8, 3, 1},  {1, 0, 1},          {15, 0, 0},
    };
    struct bud_tree tree = heap_of(16);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(
            bud_tree_is_free(&tree, cases[i].offset, cases[i].order),
            cases[i].taken);
        assert_int_equal(bud_tree_take(&tree, cases[i].offset, cases[i].order),
                         cases[i].taken);
        assert_int_equal(bud_check_tree(&tree), BUD_CHECK_OK);
    }
    assert_int_equal(bud_tree_largest(&tree), BUD_TREE_NONE);
}

static void next_free_lists_the_maximal_free_blocks_by_address(void **state)
{
    (void)state;
    static const struct {
        uint32_t from, offset, order;
    } cases[] = {
        {0, 1, 0},
        {1, 1, 0},
        {2, 4, 2},
        {4, 4, 2},
        {5, 8, 0},
        {8, 8, 0},
        {9, 10, 1},
        {11, 12, 2},
        {13, BUD_TREE_NONE, 99},
        {15, BUD_TREE_NONE, 99},
        {16, BUD_TREE_NONE, 99},
        {UINT32_MAX, BUD_TREE_NONE, 99},
    };
    struct bud_tree tree = heap_of(16);
    assert_int_equal(bud_tree_take(&tree, 0, 0), 1);
    assert_int_equal(bud_tree_take(&tree, 2, 1), 1);
    assert_int_equal(bud_tree_take(&tree, 9, 0), 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t order = 99;
        assert_int_equal(bud_tree_next_free(&tree, cases[i].from, &order),
                         cases[i].offset);
        assert_int_equal(order, cases[i].order);
    }
}

static void next_free_of_an_empty_heap_is_the_heap(void **state)
{
    (void)state;
    for (uint32_t height = 0; height <= 10; height++) {
        const struct bud_tree tree = heap_of(1u << height);
        uint32_t order = 99;
        assert_int_equal(bud_tree_next_free(&tree, 0, &order), 0);
        assert_int_equal(order, height);
    }
}

static void alloc_run_gives_the_tail_of_its_block_back(void **state)
{
    (void)state;
    static const struct {
        uint32_t units, offset;
    } cases[] = {{5, 0}, {3, 8}, {1, 5}, {2, 6}, {4, 12}, {1, 11}};
    struct bud_tree tree = heap_of(16);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(bud_tree_alloc_run(&tree, cases[i].units),
                         cases[i].offset);
        assert_int_equal(bud_check_tree(&tree), BUD_CHECK_OK);
    }
    assert_int_equal(bud_tree_largest(&tree), BUD_TREE_NONE);
    assert_int_equal(bud_tree_alloc_run(&tree, 1), BUD_TREE_NONE);
}

static void alloc_run_of_nothing_or_of_too_much_fails(void **state)
{
    (void)state;
    struct bud_tree tree = heap_of(16);
    assert_int_equal(bud_tree_alloc_run(&tree, 0), BUD_TREE_NONE);
    assert_int_equal(bud_tree_alloc_run(&tree, 17), BUD_TREE_NONE);
    assert_int_equal(bud_tree_alloc_run(&tree, UINT32_MAX), BUD_TREE_NONE);
    assert_int_equal(bud_tree_alloc_run(&tree, 16), 0);
}

static void take_run_claims_all_of_a_range_or_nothing(void **state)
{
    (void)state;
    static const struct {
        uint32_t offset, units, taken;
    } cases[] = {
        {3, 7, 1},  {10, 6, 1},         {0, 4, 0},  {9, 2, 0},
        {0, 3, 1},  {0, 1, 0},          {16, 0, 1}, {16, 1, 0},
        {17, 0, 0}, {0, UINT32_MAX, 0}, {15, 2, 0},
    };
    struct bud_tree tree = heap_of(16);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t before[sizeof node];
        memcpy(before, node, sizeof node);
        assert_int_equal(
            bud_tree_take_run(&tree, cases[i].offset, cases[i].units),
            cases[i].taken);
        assert_int_equal(bud_check_tree(&tree), BUD_CHECK_OK);
        if (cases[i].taken == 0) {
            assert_memory_equal(before, node, sizeof node);
        }
    }
    assert_int_equal(bud_tree_largest(&tree), BUD_TREE_NONE);
}

static void release_run_frees_a_run_whole(void **state)
{
    (void)state;
    for (uint32_t units = 1; units <= 64; units++) {
        struct bud_tree tree = heap_of(64);
        assert_int_equal(bud_tree_alloc_run(&tree, units), 0);
        assert_int_equal(bud_tree_release_run(&tree, 0, units), BUD_TREE_OK);
        assert_int_equal(bud_tree_largest(&tree), 6);
    }
}

static void release_run_cuts_a_tail_a_head_or_a_hole(void **state)
{
    (void)state;
    for (uint32_t first = 0; first < 16; first++) {
        for (uint32_t end = first + 1u; end <= 16; end++) {
            struct bud_tree tree = heap_of(16);
            assert_int_equal(bud_tree_alloc(&tree, 4), 0);
            assert_int_equal(bud_tree_release_run(&tree, first, end - first),
                             BUD_TREE_OK);
            assert_int_equal(bud_check_tree(&tree), BUD_CHECK_OK);
            for (uint32_t i = 0; i < 16; i++) {
                assert_int_equal(bud_tree_is_free(&tree, i, 0),
                                 first <= i && i < end);
            }
        }
    }
}

static void release_run_of_a_range_not_wholly_live_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        uint32_t offset, units;
    } cases[] = {{0, 5}, {4, 1},  {3, 2},          {7, 2},
                 {6, 2}, {16, 1}, {0, UINT32_MAX}, {17, 0}};
    uint8_t before[sizeof node];
    struct bud_tree tree = heap_of(16);
    assert_int_equal(bud_tree_take_run(&tree, 0, 4), 1);
    assert_int_equal(bud_tree_take_run(&tree, 8, 8), 1);
    memcpy(before, node, sizeof node);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(
            bud_tree_release_run(&tree, cases[i].offset, cases[i].units),
            BUD_TREE_NOT_LIVE);
        assert_memory_equal(before, node, sizeof node);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_for_units_is_that_of_the_smallest_block),
        cmocka_unit_test(metadata_is_two_bytes_for_each_leaf),
        cmocka_unit_test(the_halves_of_a_block_cover_it),
        cmocka_unit_test(zeroed_memory_is_an_empty_heap),
        cmocka_unit_test(a_heap_has_exactly_as_many_units_as_it_was_given),
        cmocka_unit_test(alloc_takes_the_lowest_block_that_fits),
        cmocka_unit_test(alloc_of_the_whole_heap_succeeds_once),
        cmocka_unit_test(alloc_of_an_order_above_the_root_fails),
        cmocka_unit_test(free_makes_halves_one_block_again_in_any_order),
        cmocka_unit_test(the_last_unit_can_be_freed_and_had_again),
        cmocka_unit_test(a_bad_free_says_why_and_changes_nothing),
        cmocka_unit_test(free_twice_is_not_live_the_second_time),
        cmocka_unit_test(live_order_is_that_of_the_block_around_an_offset),
        cmocka_unit_test(take_claims_just_the_block_named_when_it_is_free),
        cmocka_unit_test(next_free_lists_the_maximal_free_blocks_by_address),
        cmocka_unit_test(next_free_of_an_empty_heap_is_the_heap),
        cmocka_unit_test(alloc_run_gives_the_tail_of_its_block_back),
        cmocka_unit_test(alloc_run_of_nothing_or_of_too_much_fails),
        cmocka_unit_test(take_run_claims_all_of_a_range_or_nothing),
        cmocka_unit_test(release_run_frees_a_run_whole),
        cmocka_unit_test(release_run_cuts_a_tail_a_head_or_a_hole),
        cmocka_unit_test(
            release_run_of_a_range_not_wholly_live_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
