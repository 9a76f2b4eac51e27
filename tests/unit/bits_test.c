/* bits.h: one word as a set of small integers. */
#include "cmocka_prelude.h"

#include "core/bits.h"

static uint32_t lowest_by_loop(uint64_t word)
{
    uint32_t i = 0;
    while (bud_bits_test(word, i) == 0u) {
        i++;
    }
    return i;
}

/* The instruction behind bud_bits_lowest is the one body of the core that is
 * trusted and not proved, so it is compared with a loop. */
static void lowest_agrees_with_a_loop_on_every_single_bit(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 64; i++) {
        assert_int_equal(bud_bits_lowest((uint64_t)1 << i), i);
    }
}

static void lowest_agrees_with_a_loop_on_random_words(void **state)
{
    (void)state;
    uint64_t word = 88172645463325252u;
    for (int n = 0; n < 1000000; n++) {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        assert_int_equal(bud_bits_lowest(word), lowest_by_loop(word));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lowest_agrees_with_a_loop_on_every_single_bit),
        cmocka_unit_test(lowest_agrees_with_a_loop_on_random_words),
        cmocka_unit_test(set_then_clear_changes_one_bit_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
