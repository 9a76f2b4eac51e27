/* The arithmetic of addresses, up to the last of 64 bits. */
#include "cmocka_prelude.h"

#include "core/address.h"

static void an_address_and_its_distance_lead_to_each_other(void **state)
{
    (void)state;
    static const struct {
        uint64_t start, offset, address;
    } cases[] = {
        {0, 0, 0},
        {0x7f0000000000, 48, 0x7f0000000030},
        {UINT64_MAX - 48u, 48, UINT64_MAX},
        {0, UINT64_MAX, UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint64_t address =
            bud_address_at(cases[i].start, cases[i].offset);
        assert_int_equal(address, cases[i].address);
        assert_int_equal(bud_units_distance(cases[i].start, address),
                         cases[i].offset);
    }
}

static void a_tail_ends_with_its_block(void **state)
{
    (void)state;
    assert_int_equal(bud_address_of_tail(4096, 64, 8), 4096u + 56u);
    assert_int_equal(bud_address_of_tail(4096, 64, 64), 4096);
    assert_int_equal(bud_address_of_tail(4096, 64, 0), 4160);
    assert_int_equal(bud_address_of_tail(UINT64_MAX - 64u, 64, 8),
                     UINT64_MAX - 8u);
}

static void tables_are_padded_to_whole_pages(void **state)
{
    (void)state;
    const uint64_t far = (uint64_t)1 << 60;

    assert_int_equal(bud_address_table_end(0, 0, 576, 4096), 0);
    assert_int_equal(bud_address_table_end(0, 1, 1, 4096), 4096);
    assert_int_equal(bud_address_table_end(4096, 8, 512, 4096), 8192);
    assert_int_equal(bud_address_table_end(4096, 9, 512, 4096), 12288);
    assert_int_equal(bud_address_table_end(5, 7, 3, 1), 26);
    assert_int_equal(bud_address_table_end(far, UINT32_MAX, 65536, 65536),
                     far + ((uint64_t)UINT32_MAX << 16));
}

static void
an_arena_starts_at_a_multiple_and_ends_in_its_reservation(void **state)
{
    (void)state;
    static const struct {
        uint64_t start, offset, alignment, base;
    } cases[] = {
        {4096, 8192, 65536, 65536},
        {0x7f0000000000, 0x10000, 0x10000, 0x7f0000010000},
        {0x7f0000001000, 0x10000, 0x10000, 0x7f0000020000},
        {0x7f0000001000, 0xf000, 0x200000, 0x7f0000200000},
        {0xfffffffffffc0001, 0, 65536, 0xfffffffffffd0000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint64_t end =
            bud_address_arena_end(cases[i].offset, cases[i].alignment, 65536);
        assert_int_equal(bud_address_arena_base(cases[i].start, cases[i].offset,
                                                cases[i].alignment),
                         cases[i].base);
        assert_true(cases[i].base + 65536u < cases[i].start + end);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_and_its_distance_lead_to_each_other),
        cmocka_unit_test(a_tail_ends_with_its_block),
        cmocka_unit_test(tables_are_padded_to_whole_pages),
        cmocka_unit_test(
            an_arena_starts_at_a_multiple_and_ends_in_its_reservation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
