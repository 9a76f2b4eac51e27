/* The arithmetic of bytes and units, up to the last of 64 bits. */
#include "cmocka_prelude.h"

#include "core/units.h"

static void units_for_bytes_are_rounded_up(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes, units;
    } cases[] = {
        {0, 0},
        {1, 1},
        {65535, 1},
        {65536, 1},
        {65537, 2},
        {(uint64_t)1 << 46, 1u << 30},
        {UINT64_MAX, (uint64_t)1 << 48},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(bud_units_for(cases[i].bytes), cases[i].units);
    }
}

static void an_offset_is_its_unit_and_a_remainder(void **state)
{
    (void)state;
    static const struct {
        uint64_t offset;
        uint32_t unit, remainder;
    } cases[] = {
        {0, 0, 0},
        {65535, 0, 65535},
        {65536, 1, 0},
        {((uint64_t)5 << 32) + 7u, 5u << 16, 7},
        {BUD_UNITS_END_BYTES - 1u, (1u << 30) - 1u, 65535},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint64_t offset = cases[i].offset;
        assert_int_equal(bud_units_of_offset(offset), cases[i].unit);
        assert_int_equal(bud_units_remainder(offset), cases[i].remainder);
        assert_int_equal(bud_units_to_bytes(bud_units_of_offset(offset)) +
                             bud_units_remainder(offset),
                         offset);
    }
}

static void rounding_up_gives_the_next_multiple_or_0_past_64_bits(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes, alignment, result;
    } cases[] = {
        {0, 16, 0},
        {1, 16, 16},
        {16, 16, 16},
        {17, 16, 32},
        {5, 1, 5},
        {UINT64_MAX, 1, UINT64_MAX},
        {UINT64_MAX, 2, 0},
        {UINT64_MAX - 4095u, 4096, UINT64_MAX - 4095u},
        {UINT64_MAX - 4094u, 4096, 0},
        {((uint64_t)1 << 63) + 1u, (uint64_t)1 << 63, 0},
        {UINT64_MAX - 4096u, 4096, UINT64_MAX - 4095u},
        {UINT64_MAX - 1u, 3, UINT64_MAX},
        {1, (uint64_t)1 << 63, (uint64_t)1 << 63},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(bud_units_round_up(cases[i].bytes, cases[i].alignment),
                         cases[i].result);
    }
}

static void the_way_to_the_next_multiple_is_0_from_a_multiple(void **state)
{
    (void)state;
    assert_int_equal(bud_units_to_multiple(0, 4096), 0);
    assert_int_equal(bud_units_to_multiple(1, 4096), 4095);
    assert_int_equal(bud_units_to_multiple(4096, 4096), 0);
    assert_int_equal(bud_units_to_multiple(7, 1), 0);
    assert_int_equal(bud_units_to_multiple(UINT64_MAX, 4096), 1);
    assert_int_equal(bud_units_to_multiple(UINT64_MAX - 4095u, 4096), 0);
}

static void units_lie_one_after_the_other(void **state)
{
    (void)state;
    const uint64_t last = UINT64_MAX - 65535u;

    assert_int_equal(bud_units_address(4096, 0), 4096);
    assert_int_equal(bud_units_address(4096, 3), 4096u + 3u * 65536u);
    assert_int_equal(bud_units_address(last - 65536u, 1), last);
    assert_int_equal(bud_units_span_offset(0, 65535), 65535);
    assert_int_equal(bud_units_span_offset(7, 48), 7u * 65536u + 48u);
    assert_int_equal(bud_units_span_offset(65535, 65535), UINT32_MAX);
}

static void objects_lie_one_after_the_other(void **state)
{
    (void)state;
    assert_int_equal(bud_units_object_offset(0, 48), 0);
    assert_int_equal(bud_units_object_offset(1364, 48), 65472);
    assert_int_equal(bud_units_object_offset(31, 32768), 1015808);
    assert_int_equal(bud_units_word_offset(0, 48), 0);
    assert_int_equal(bud_units_word_offset(2, 48), 2u * 64u * 48u);
    assert_int_equal(bud_units_word_offset(63, 16),
                     bud_units_object_offset(63u * 64u, 16));
}

static void an_entry_reaches_to_the_next(void **state)
{
    (void)state;
    assert_int_equal(bud_units_entry_of(0, 576), 0);
    assert_int_equal(bud_units_entry_of(575, 576), 0);
    assert_int_equal(bud_units_entry_of(576, 576), 1);
    assert_int_equal(bud_units_entry_of(UINT64_MAX, 1), UINT64_MAX);
}

static void rounding_down_gives_the_last_multiple(void **state)
{
    (void)state;
    assert_int_equal(bud_units_round_down(0, 4096), 0);
    assert_int_equal(bud_units_round_down(4095, 4096), 0);
    assert_int_equal(bud_units_round_down(4096, 4096), 4096);
    assert_int_equal(bud_units_round_down(7, 1), 7);
    assert_int_equal(bud_units_round_down(UINT64_MAX, 4096),
                     UINT64_MAX - 4095u);
}

static void one_comparison_of_the_distance_tells_what_is_inside(void **state)
{
    (void)state;
    const uint64_t end = UINT64_MAX - 9u;

    assert_int_equal(bud_units_distance(100, 100), 0);
    assert_int_equal(bud_units_distance(100, 149), 49);
    assert_int_equal(bud_units_distance(100, 99), UINT64_MAX);
    assert_int_equal(bud_units_distance(UINT64_MAX, 0), 1);
    /* A range of 10 bytes that ends with the address space. */
    assert_true(bud_units_distance(end, UINT64_MAX) < 10u);
    assert_false(bud_units_distance(end, 0) < 10u);
    assert_false(bud_units_distance(end, end - 1u) < 10u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_for_bytes_are_rounded_up),
        cmocka_unit_test(an_offset_is_its_unit_and_a_remainder),
        cmocka_unit_test(rounding_up_gives_the_next_multiple_or_0_past_64_bits),
        cmocka_unit_test(rounding_down_gives_the_last_multiple),
        cmocka_unit_test(one_comparison_of_the_distance_tells_what_is_inside),
        cmocka_unit_test(the_way_to_the_next_multiple_is_0_from_a_multiple),
        cmocka_unit_test(units_lie_one_after_the_other),
        cmocka_unit_test(objects_lie_one_after_the_other),
        cmocka_unit_test(an_entry_reaches_to_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
