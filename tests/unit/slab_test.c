/* The bitmap of a span: what take and give answer, word by word. */
#include "cmocka_prelude.h"

#include "core/check.h"
#include "core/slab.h"

#define MAX_OBJECTS (64u * BUD_SLAB_WORDS)

static uint32_t count_free(const uint64_t *bits, uint32_t objects)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < objects; i++) {
        count += (uint32_t)(bits[i / 64u] >> i % 64u & 1u);
    }
    return count;
}

static void words_are_enough_for_the_objects_and_no_more(void **state)
{
    (void)state;
    static const struct {
        uint32_t objects, words;
    } cases[] = {{1, 1},   {63, 1},  {64, 1},          {65, 2},
                 {128, 2}, {129, 3}, {MAX_OBJECTS, 64}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(bud_slab_words(cases[i].objects), cases[i].words);
    }
}

static void init_frees_every_object_and_sets_no_bit_past_them(void **state)
{
    (void)state;
    for (uint32_t objects = 1; objects <= MAX_OBJECTS; objects++) {
        uint64_t bits[BUD_SLAB_WORDS + 1u];
        bits[bud_slab_words(objects)] = 0x5a5b;
        bud_slab_init(bits, objects);
        assert_int_equal(count_free(bits, objects), objects);
        assert_int_equal(bud_check_slab(bits, objects), BUD_CHECK_OK);
        assert_int_equal(bits[bud_slab_words(objects)], 0x5a5b);
    }
}

static void
take_hands_out_the_lowest_free_object_until_none_is_left(void **state)
{
    (void)state;
    uint64_t word = 0;
    for (uint32_t i = 0; i < 64; i += 3) {
        word = bud_bits_set(word, i);
    }
    for (uint32_t i = 0; i < 64; i += 3) {
        assert_int_equal(bud_slab_is_used_up(word), 0);
        assert_int_equal(bud_slab_take(&word), i);
    }
    assert_int_equal(word, 0);
    assert_int_equal(bud_slab_is_used_up(word), 1);
}

static void give_tells_the_events_of_a_word_apart(void **state)
{
    (void)state;
    static const struct {
        uint32_t objects, index;
        uint64_t before;
        uint32_t answer;
    } cases[] = {
        {64, 5, 0, BUD_SLAB_GIVEN},
        {64, 5, 1, BUD_SLAB_GIVEN},
        {64, 63, UINT64_MAX >> 1, BUD_SLAB_WORD_IS_FULL},
        {64, 5, 1u << 5, BUD_SLAB_WAS_FREE},
        {64, 5, UINT64_MAX, BUD_SLAB_WAS_FREE},
        {10, 9, 0x1ff, BUD_SLAB_WORD_IS_FULL},
        {10, 9, 0x1fe, BUD_SLAB_GIVEN},
        {2, 1, 1, BUD_SLAB_WORD_IS_FULL},
        {1, 0, 0, BUD_SLAB_WORD_IS_FULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t word = cases[i].before;
        assert_int_equal(bud_slab_give(&word, cases[i].objects, cases[i].index),
                         cases[i].answer);
        assert_int_equal(word, cases[i].before | (uint64_t)1 << cases[i].index);
    }
}

static void give_in_a_later_word_touches_no_other(void **state)
{
    (void)state;
    uint64_t bits[3] = {7, 0, 7};
    assert_int_equal(bud_slab_give(bits, 140, 64), BUD_SLAB_GIVEN);
    assert_int_equal(bud_slab_give(bits, 140, 139), BUD_SLAB_GIVEN);
    assert_int_equal(bits[0], 7);
    assert_int_equal(bits[1], 1);
    assert_int_equal(bits[2], 7u | 1u << 11);
}

static void merge_frees_what_is_new_and_names_what_was_free(void **state)
{
    (void)state;
    uint64_t word = 0x0f;
    assert_int_equal(bud_slab_merge(&word, 0xf0), 0);
    assert_int_equal(word, 0xff);
    assert_int_equal(bud_slab_merge(&word, 0x180), 0x80);
    assert_int_equal(word, 0x1ff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_enough_for_the_objects_and_no_more),
        cmocka_unit_test(init_frees_every_object_and_sets_no_bit_past_them),
        cmocka_unit_test(
            take_hands_out_the_lowest_free_object_until_none_is_left),
        cmocka_unit_test(give_tells_the_events_of_a_word_apart),
        cmocka_unit_test(give_in_a_later_word_touches_no_other),
        cmocka_unit_test(merge_frees_what_is_new_and_names_what_was_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
