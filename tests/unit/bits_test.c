/* bits.h: one word as a set of small integers. */
#include "cmocka_prelude.h"

#include "core/bits.h"

#include "lowest.h"

/* The instruction behind bud_bits_lowest is the one body of the core that is
 * trusted and not proved, so it is compared with a loop that is proved. */
static void lowest_agrees_with_the_proved_loop_on_every_single_bit(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 64; i++) {
        const uint64_t word = (uint64_t)1 << i;
        assert_int_equal(bud_lowest_by_loop(word), i);
        assert_int_equal(bud_bits_lowest(word), i);
    }
}

static void lowest_agrees_with_the_proved_loop_below_random_bits(void **state)
{
    (void)state;
    uint64_t random = 88172645463325252u;
    for (uint32_t i = 0; i < 64; i++) {
        for (int n = 0; n < 20000; n++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            const uint64_t word = (random | 1u) << i;
            assert_int_equal(bud_lowest_by_loop(word), i);
            assert_int_equal(bud_bits_lowest(word), i);
        }
    }
}

static void set_then_clear_changes_one_bit_only(void **state)
{
    (void)state;
    const uint64_t word = 0x00ff00ff00ff00ffu;
    for (uint32_t i = 0; i < 64; i++) {
        const uint64_t with = bud_bits_set(word, i);
        const uint64_t without = bud_bits_clear(with, i);
        assert_int_equal(bud_bits_test(with, i), 1);
        assert_int_equal(bud_bits_test(without, i), 0);
        assert_int_equal(with ^ without, (uint64_t)1 << i);
        assert_int_equal((word ^ without) & ~((uint64_t)1 << i), 0);
    }
}

static void two_words_are_joined_met_and_parted(void **state)
{
    (void)state;
    assert_int_equal(bud_bits_union(0xc, 0xa), 0xe);
    assert_int_equal(bud_bits_common(0xc, 0xa), 0x8);
    assert_int_equal(bud_bits_without(0xc, 0xa), 0x4);
    assert_int_equal(bud_bits_without(UINT64_MAX, 1), UINT64_MAX - 1u);
    assert_int_equal(bud_bits_without(0, UINT64_MAX), 0);
}

static void lower_moves_every_element_down_and_drops_the_least(void **state)
{
    (void)state;
    assert_int_equal(bud_bits_lower(0x8005, 0), 0x8005);
    assert_int_equal(bud_bits_lower(0x8005, 1), 0x4002);
    assert_int_equal(bud_bits_lower(UINT64_MAX, 63), 1);
}

static void a_number_is_a_word_and_a_bit_of_it(void **state)
{
    (void)state;
    static const struct {
        uint32_t number, word, bit;
    } cases[] = {
        {0, 0, 0},      {63, 0, 63},  {64, 1, 0},
        {4095, 63, 63}, {100, 1, 36}, {UINT32_MAX, (1u << 26) - 1u, 63},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(bud_bits_word_of(cases[i].number), cases[i].word);
        assert_int_equal(bud_bits_bit_of(cases[i].number), cases[i].bit);
        assert_int_equal(bud_bits_number(cases[i].word, cases[i].bit),
                         cases[i].number);
    }
}

static void words_hold_all_numbers_below_a_count_and_no_more(void **state)
{
    (void)state;
    static const struct {
        uint32_t count, words;
    } cases[] = {{0, 0},
                 {1, 1},
                 {63, 1},
                 {64, 1},
                 {65, 2},
                 {128, 2},
                 {UINT32_MAX, 1u << 26}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(bud_bits_words(cases[i].count), cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            lowest_agrees_with_the_proved_loop_on_every_single_bit),
        cmocka_unit_test(lowest_agrees_with_the_proved_loop_below_random_bits),
        cmocka_unit_test(set_then_clear_changes_one_bit_only),
        cmocka_unit_test(two_words_are_joined_met_and_parted),
        cmocka_unit_test(lower_moves_every_element_down_and_drops_the_least),
        cmocka_unit_test(a_number_is_a_word_and_a_bit_of_it),
        cmocka_unit_test(words_hold_all_numbers_below_a_count_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
