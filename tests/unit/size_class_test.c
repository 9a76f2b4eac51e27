/* Size classes over their whole domain: every size, every alignment, every
 * offset of every span. */
#include "cmocka_prelude.h"

#include "core/size_class.h"
#include "core/units.h"

static uint32_t span_bytes(uint32_t class)
{
    return bud_size_class_units(class) * BUD_UNIT_BYTES;
}

static void sizes_are_those_of_the_table_at_its_corners(void **state)
{
    (void)state;
    static const struct {
        uint32_t class, bytes;
    } cases[] = {{0, 16},     {1, 32},     {7, 128},
                 {8, 144},    {15, 256},   {16, 288},
                 {23, 512},   {31, 1024},  {47, 4096},
                 {64, 18432}, {71, 32768}, {79, BUD_CLASS_MAX_BYTES}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(bud_size_class_bytes(cases[i].class), cases[i].bytes);
    }
}

static void sizes_grow_from_class_to_class_by_at_most_an_eighth(void **state)
{
    (void)state;
    for (uint32_t class = 1; class < BUD_CLASS_COUNT; class++) {
        const uint32_t before = bud_size_class_bytes(class - 1u);
        const uint32_t bytes = bud_size_class_bytes(class);
        assert_int_equal(bytes % BUD_CLASS_STEP_BYTES, 0);
        assert_true(before < bytes);
        assert_true(bytes - before <= BUD_CLASS_STEP_BYTES ||
                    bytes - before <= before / 8u);
    }
}

static void the_highest_bit_is_that_of_a_loop_for_every_word(void **state)
{
    (void)state;
    uint32_t highest = 7;
    for (uint32_t word = 128; word < 65536; word++) {
        if (word >> (highest + 1u) != 0) {
            highest++;
        }
        assert_int_equal(bud_size_class_highest_bit(word), highest);
    }
}

static void every_size_gets_the_smallest_class_that_holds_it(void **state)
{
    (void)state;
    uint32_t class = 0;
    for (uint32_t bytes = 0; bytes <= BUD_CLASS_MAX_BYTES; bytes++) {
        if (bytes > bud_size_class_bytes(class)) {
            class++;
        }
        assert_int_equal(bud_size_class_for(bytes), class);
    }
    assert_int_equal(class, BUD_CLASS_COUNT - 1u);
}

static void every_size_has_the_class_of_its_steps(void **state)
{
    (void)state;
    for (uint32_t bytes = 0; bytes <= BUD_CLASS_MAX_BYTES; bytes++) {
        assert_int_equal(bud_size_class_for(bud_size_class_steps(bytes) *
                                            BUD_CLASS_STEP_BYTES),
                         bud_size_class_for(bytes));
        if (bytes > BUD_CLASS_FINE_MAX_BYTES) {
            assert_int_equal(
                bud_size_class_for(bud_size_class_coarse_steps(bytes) *
                                   BUD_CLASS_COARSE_STEP_BYTES),
                bud_size_class_for(bytes));
        }
    }
}

static uint32_t first_aligned(uint32_t bytes, uint32_t alignment)
{
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        const uint32_t size = bud_size_class_bytes(class);
        if (size >= bytes && size % alignment == 0) {
            return class;
        }
    }
    return BUD_CLASS_NONE;
}

static void an_alignment_gets_the_first_class_of_multiples_of_it(void **state)
{
    (void)state;
    for (uint32_t alignment = 1; alignment <= 65536; alignment *= 2) {
        for (uint32_t bytes = 0; bytes <= BUD_CLASS_MAX_BYTES + 1u; bytes++) {
            assert_int_equal(bud_size_class_for_aligned(bytes, alignment),
                             first_aligned(bytes, alignment));
        }
    }
}

static void alignments_that_no_class_has_get_none(void **state)
{
    (void)state;
    assert_int_equal(bud_size_class_for_aligned(65537, 16), BUD_CLASS_NONE);
    assert_int_equal(bud_size_class_for_aligned(UINT32_MAX, 1), BUD_CLASS_NONE);
    assert_int_equal(bud_size_class_for_aligned(1, 131072), BUD_CLASS_NONE);
    assert_int_equal(bud_size_class_for_aligned(32769, 32768),
                     BUD_CLASS_COUNT - 1u);
}

static uint32_t span_is_good(uint32_t units, uint32_t bytes)
{
    const uint32_t span = units * BUD_UNIT_BYTES;
    return span / bytes >= 4u && span % bytes <= span / 8u;
}

static void spans_are_the_smallest_that_hold_4_and_waste_an_8th(void **state)
{
    (void)state;
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        const uint32_t bytes = bud_size_class_bytes(class);
        const uint32_t units = bud_size_class_units(class);
        assert_int_equal(units & (units - 1u), 0);
        assert_true(units <= BUD_CLASS_MAX_UNITS);
        assert_true(span_is_good(units, bytes));
        assert_true(units == 1u || !span_is_good(units / 2u, bytes));
        assert_int_equal(bud_size_class_objects(class),
                         span_bytes(class) / bytes);
    }
}

static void no_span_has_more_objects_than_a_bitmap_has_bits(void **state)
{
    (void)state;
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        assert_true(bud_size_class_objects(class) <= 4096u);
    }
}

static void the_index_is_that_of_the_object_around_every_offset(void **state)
{
    (void)state;
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        const uint32_t bytes = bud_size_class_bytes(class);
        const uint64_t reciprocal = bud_size_class_reciprocal(class);
        uint32_t index = 0;
        uint32_t end = bytes;
        uint32_t wrong = 0;
        for (uint32_t offset = 0; offset < span_bytes(class); offset++) {
            if (offset == end) {
                index++;
                end += bytes;
            }
            wrong += bud_size_class_index(offset, reciprocal) != index;
        }
        assert_int_equal(wrong, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_those_of_the_table_at_its_corners),
        cmocka_unit_test(sizes_grow_from_class_to_class_by_at_most_an_eighth),
        cmocka_unit_test(the_highest_bit_is_that_of_a_loop_for_every_word),
        cmocka_unit_test(every_size_gets_the_smallest_class_that_holds_it),
        cmocka_unit_test(every_size_has_the_class_of_its_steps),
        cmocka_unit_test(an_alignment_gets_the_first_class_of_multiples_of_it),
        cmocka_unit_test(alignments_that_no_class_has_get_none),
        cmocka_unit_test(spans_are_the_smallest_that_hold_4_and_waste_an_8th),
        cmocka_unit_test(no_span_has_more_objects_than_a_bitmap_has_bits),
        cmocka_unit_test(the_index_is_that_of_the_object_around_every_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
