/* The checker is trusted by every other test, so it is fed states that are
 * wrong in every way a byte can be. */
#include "cmocka_prelude.h"

#include <string.h>

#include "core/check.h"

#define HEIGHT 3u
#define LEAVES (1u << HEIGHT)

/* One live block of each kind: units 0 and 1 as a pair, unit 3, units 4 to
 * 7. Node:                0  1  2  3  4  5  6  7  8 ...           15 */
static const uint8_t good[2 * LEAVES] = {0, 3, 2, 3, 2, 1, 0, 0,
                                         0, 0, 0, 1, 0, 0, 0, 0};

static void a_good_tree_passes_at_every_node(void **state)
{
    (void)state;
    uint8_t node[2 * LEAVES];
    memcpy(node, good, sizeof node);
    const struct bud_tree tree = {node, LEAVES, HEIGHT};
    assert_int_equal(bud_check_tree(&tree), BUD_CHECK_OK);
    for (uint32_t i = 1; i < 2 * LEAVES; i++) {
        assert_int_equal(bud_check_node(&tree, i), BUD_CHECK_OK);
    }
}

static uint32_t order_of(uint32_t node)
{
    uint32_t order = HEIGHT;
    while (node > 1u) {
        node /= 2u;
        order--;
    }
    return order;
}

static void a_byte_above_its_range_is_named(void **state)
{
    (void)state;
    for (uint32_t i = 1; i < 2 * LEAVES; i++) {
        for (uint32_t byte = order_of(i) + 2u; byte <= 255u; byte++) {
            uint8_t node[2 * LEAVES];
            memcpy(node, good, sizeof node);
            node[i] = (uint8_t)byte;
            const struct bud_tree tree = {node, LEAVES, HEIGHT};
            assert_int_equal(bud_check_node(&tree, i), BUD_CHECK_RANGE);
            assert_int_equal(bud_check_tree(&tree), i);
        }
    }
}

static void a_byte_that_disagrees_with_its_children_is_named(void **state)
{
    (void)state;
    static const struct {
        uint32_t node;
        uint8_t byte;
        uint32_t bad;
    } cases[] = {
        {1, 0, 1}, {1, 1, 1}, {1, 2, 1},  {1, 4, 1},  {2, 0, 2},
        {2, 1, 2}, {2, 3, 2}, {3, 0, 1},  {3, 1, 3},  {3, 2, 3},
        {4, 0, 2}, {4, 1, 4}, {5, 0, 5},  {5, 2, 5},  {6, 1, 6},
        {6, 2, 3}, {8, 1, 4}, {10, 1, 5}, {11, 0, 5}, {15, 1, 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t node[2 * LEAVES];
        memcpy(node, good, sizeof node);
        node[cases[i].node] = cases[i].byte;
        const struct bud_tree tree = {node, LEAVES, HEIGHT};
        assert_int_equal(bud_check_tree(&tree), cases[i].bad);
        assert_int_equal(bud_check_node(&tree, cases[i].bad), BUD_CHECK_SUM);
    }
}

static void a_live_block_over_only_one_free_half_is_named(void **state)
{
    (void)state;
    uint8_t left[4] = {0, 2, 0, 1};
    uint8_t right[4] = {0, 2, 1, 0};
    uint8_t both[4] = {0, 2, 0, 0};
    assert_int_equal(bud_check_tree(&(struct bud_tree){left, 2, 1}), 1);
    assert_int_equal(bud_check_tree(&(struct bud_tree){right, 2, 1}), 1);
    assert_int_equal(bud_check_tree(&(struct bud_tree){both, 2, 1}),
                     BUD_CHECK_OK);
}

static void leaves_that_do_not_fit_the_height_are_a_bad_shape(void **state)
{
    (void)state;
    static const struct {
        uint32_t leaves, height;
    } cases[] = {{7, 3}, {8, 2}, {0, 0}, {0, 31}, {1, 32}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct bud_tree tree = {NULL, cases[i].leaves, cases[i].height};
        assert_int_equal(bud_check_tree(&tree), BUD_CHECK_SHAPE);
    }
}

static void there_is_no_node_0_and_none_past_the_last_leaf(void **state)
{
    (void)state;
    uint8_t node[2 * LEAVES] = {0};
    const struct bud_tree tree = {node, LEAVES, HEIGHT};
    assert_int_equal(bud_check_node(&tree, 0), BUD_CHECK_BAD_NODE);
    assert_int_equal(bud_check_node(&tree, 2 * LEAVES), BUD_CHECK_BAD_NODE);
}

static void a_bit_past_the_objects_of_a_span_is_found(void **state)
{
    (void)state;
    static const struct {
        uint32_t objects;
        uint64_t last;
        uint32_t answer;
    } cases[] = {
        {64, UINT64_MAX, BUD_CHECK_OK},
        {128, UINT64_MAX, BUD_CHECK_OK},
        {100, 0, BUD_CHECK_OK},
        {100, 0xfffffffff, BUD_CHECK_OK},
        {100, (uint64_t)1 << 36, BUD_CHECK_RANGE},
        {127, (uint64_t)1 << 63, BUD_CHECK_RANGE},
        {65, 2, BUD_CHECK_RANGE},
        {65, 1, BUD_CHECK_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t bits[2] = {UINT64_MAX, UINT64_MAX};
        bits[(cases[i].objects - 1u) / 64u] = cases[i].last;
        assert_int_equal(bud_check_slab(bits, cases[i].objects),
                         cases[i].answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_tree_passes_at_every_node),
        cmocka_unit_test(a_byte_above_its_range_is_named),
        cmocka_unit_test(a_byte_that_disagrees_with_its_children_is_named),
        cmocka_unit_test(a_live_block_over_only_one_free_half_is_named),
        cmocka_unit_test(leaves_that_do_not_fit_the_height_are_a_bad_shape),
        cmocka_unit_test(there_is_no_node_0_and_none_past_the_last_leaf),
        cmocka_unit_test(a_bit_past_the_objects_of_a_span_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
