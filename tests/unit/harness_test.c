/* The programs that were proved over the contracts of the core, run. */
#include "cmocka_prelude.h"

#include <string.h>

#include "harness.h"
#include "heap_harness.h"

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

static void a_run_grows_and_shrinks_and_the_heap_is_whole_again(void **state)
{
    (void)state;
    const uint32_t height = 5;
    const uint32_t leaves = 1u << height;
    for (uint32_t units = 1; units <= leaves; units++) {
        for (uint32_t more = 0; units + more <= leaves; more++) {
            for (uint32_t less = 0; less <= units + more; less++) {
                uint8_t node[2u << MAX_HEIGHT] = {0};
                struct bud_tree t;
                assert_int_equal(
                    bud_harness_run(&t, node, height, units, more, less), 1);
            }
        }
    }
}

static void a_heap_over_addresses_hands_itself_out_whole_and_once(void **state)
{
    (void)state;
    for (uint32_t height = 0; height <= MAX_HEIGHT; height++) {
        for (uint32_t order = 0; height + order <= 63; order++) {
            uint8_t metadata[2u << MAX_HEIGHT];
            memset(metadata, 0x5a, sizeof metadata);
            const size_t needed = (size_t)2 << height;
            struct buddy heap;
            assert_int_equal(
                bud_harness_heap(&heap, metadata, needed, 4096, height, order),
                1);
            for (size_t i = needed; i < sizeof metadata; i++) {
                assert_int_equal(metadata[i], 0x5a);
            }
        }
    }
}

static void a_word_hands_out_its_objects_and_refuses_a_double_free(void **state)
{
    (void)state;
    for (uint32_t objects = 1; objects <= 64; objects++) {
        for (uint32_t index = 0; index < objects; index++) {
            uint64_t word = 0x5a5b;
            assert_int_equal(bud_harness_slab(&word, objects, index), 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_heap_hands_itself_out_whole),
        cmocka_unit_test(a_heap_hands_out_its_blocks_and_is_whole_again),
        cmocka_unit_test(a_heap_over_addresses_hands_itself_out_whole_and_once),
        cmocka_unit_test(a_run_grows_and_shrinks_and_the_heap_is_whole_again),
        cmocka_unit_test(
            a_word_hands_out_its_objects_and_refuses_a_double_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
