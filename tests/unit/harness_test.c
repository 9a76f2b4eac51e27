/* The programs that were proved over the contracts of the core, run. */
#include "cmocka_prelude.h"

#include "harness.h"

#define MAX_HEIGHT 10u

static void a_new_heap_hands_itself_out_whole(void **state)
{
    (void)state;
    for (uint32_t height = 0; height <= MAX_HEIGHT; height++) {
        uint8_t node[2u << MAX_HEIGHT] = {0};
        struct bud_tree t;
        assert_int_equal(bud_harness_whole(&t, node, height), 1);
    }
}

static void a_heap_hands_out_its_blocks_and_is_whole_again(void **state)
{
    (void)state;
    for (uint32_t height = 0; height <= MAX_HEIGHT; height++) {
        for (uint32_t order = 0; order <= height; order++) {
            uint8_t node[2u << MAX_HEIGHT] = {0};
            struct bud_tree t;
            assert_int_equal(bud_harness_blocks(&t, node, height, order), 1);
        }
    }
}

static void a_word_hands_out_its_objects_and_refuses_a_double_free(void **state)
{
    (void)state;
    for (uint32_t index = 0; index < 64; index++) {
        uint64_t word = 0x5a5b;
        assert_int_equal(bud_harness_slab(&word, index), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_heap_hands_itself_out_whole),
        cmocka_unit_test(a_heap_hands_out_its_blocks_and_is_whole_again),
        cmocka_unit_test(
            a_word_hands_out_its_objects_and_refuses_a_double_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
