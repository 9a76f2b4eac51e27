/* Regions: reserving, committing, and runs of units. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <errno.h>
#include <string.h>

#include "core/check.h"
#include "engine/central.h"
#include "engine/region.h"

/* Regions of 16 units: the smallest there are. */
static const uint64_t SMALL_BYTES = UINT64_C(8) << 20;
enum { SMALL_UNITS = 16 };

static bool take(uint32_t units, struct bud_run *run)
{
    EXPECT(bud_central_enter());
    const bool taken = bud_region_take_locked(units, run);
    bud_central_leave();
    return taken;
}

static bool extend(const struct bud_run *run, uint32_t more,
                   struct bud_run *added)
{
    EXPECT(bud_central_enter());
    const bool extended = bud_region_extend_locked(
        run->region, run->unit + run->units, more, added);
    bud_central_leave();
    return extended;
}

static void give(const struct bud_run *run, bool clean)
{
    EXPECT(bud_central_enter());
    bud_region_give_locked(run->region, run->unit, run->units, clean);
    bud_central_leave();
}

static void write_to(const struct bud_run *run)
{
    memset(bud_region_address(run->region, run->unit), 1,
           bud_units_to_bytes(run->units));
}

/* ---- reserving ---- */

static void before_the_first_region_no_address_is_in_one(void)
{
    static const uintptr_t addresses[] = {0, 1, 4096, UINTPTR_MAX / 2,
                                          UINTPTR_MAX};

    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        EXPECT(bud_region_of(addresses[i]) == NULL);
        EXPECT(!bud_region_reserves(addresses[i]));
    }
    heap_expect_consistent();
}

static uint64_t reserved_under_limit(uint64_t limit_bytes)
{
    static uint32_t count;
    struct bud_run run;
    uint32_t units = 1;

    /* Each of the earlier regions is too small to serve this. */
    for (uint32_t i = 0; i < count; i++) {
        units =
            bud_regions[i].units >= units ? bud_regions[i].units + 1 : units;
    }
    door_limit_address_space(limit_bytes);
    EXPECT(take(units, &run));
    EXPECT(run.region == &bud_regions[count]);
    count++;
    return run.region->bytes;
}

static void a_region_takes_an_eighth_of_the_address_space_at_most(void)
{
    door_refuse_maps_above(SIZE_MAX);
    EXPECT_EQUAL(reserved_under_limit(1), 1u << 20);
    EXPECT_EQUAL(reserved_under_limit(UINT64_C(16) << 20), 2u << 20);
    EXPECT_EQUAL(reserved_under_limit(UINT64_C(200) << 20), 16u << 20);
    EXPECT_EQUAL(reserved_under_limit(UINT64_C(80) << 30), UINT64_C(8) << 30);
}

static void
without_a_limit_the_first_region_has_256_gib_or_what_is_granted(void)
{
    struct bud_run run;

    door_limit_address_space(UINT64_MAX);
    door_refuse_maps_above(SIZE_MAX);
    EXPECT(take(1, &run));
    EXPECT(run.region->bytes >= UINT64_C(1) << 30);
    EXPECT(run.region->bytes <= UINT64_C(256) << 30);
    EXPECT_EQUAL(run.region->base % (2u << 20), 0);
}

static void a_refused_reservation_is_halved_until_it_is_granted(void)
{
    struct bud_run run;

    door_limit_address_space(UINT64_C(8) << 30);
    door_refuse_maps_above(100u << 20);
    EXPECT(take(1, &run));
    EXPECT_EQUAL(run.region->bytes, 64u << 20);
    EXPECT_EQUAL(run.region->base % BUD_UNIT_BYTES, 0);
    heap_expect_consistent();
}

static void where_nothing_can_be_reserved_there_is_no_region(void)
{
    struct bud_run run;

    door_refuse_all_of(SYS_mmap, ENOMEM);
    EXPECT(!take(1, &run));
    EXPECT_EQUAL(bud_region_count, 0);
    heap_expect_consistent();
    door_open();
    door_limit_address_space(SMALL_BYTES);
    EXPECT(take(1, &run));
}

static void tables_that_cannot_be_committed_are_unreserved(void)
{
    struct bud_run run;

    door_limit_address_space(SMALL_BYTES);
    door_refuse(0, 0, 0);
    door_refuse_all_of(SYS_mprotect, ENOMEM);
    EXPECT(!take(1, &run));
    EXPECT_EQUAL(bud_region_count, 0);
    EXPECT_EQUAL(door_count_of(SYS_munmap), door_count_of(SYS_mmap));
}

static void a_full_region_is_followed_by_another(void)
{
    struct bud_run first, second;

    door_limit_address_space(SMALL_BYTES);
    EXPECT(take(SMALL_UNITS, &first));
    EXPECT(take(1, &second));
    EXPECT(second.region == first.region + 1);
    write_to(&first);
    write_to(&second);
    EXPECT(bud_region_of((uintptr_t)bud_region_address(first.region, 15)) ==
           first.region);
    EXPECT(bud_region_of((uintptr_t)bud_region_address(second.region, 0)) ==
           second.region);
    heap_expect_consistent();
    give(&first, false);
    EXPECT(take(2, &first));
    EXPECT(first.region == &bud_regions[0]);
}

static void under_a_limit_what_is_reserved_doubles(void)
{
    static const uint32_t units[] = {SMALL_UNITS, SMALL_UNITS, 2 * SMALL_UNITS,
                                     4 * SMALL_UNITS};
    struct bud_run run;

    door_limit_address_space(SMALL_BYTES);
    for (uint32_t i = 0; i < 4; i++) {
        EXPECT(take(units[i], &run));
        EXPECT(run.region == &bud_regions[i]);
        EXPECT_EQUAL(run.region->units, units[i]);
    }
}

static void a_request_above_the_usual_region_gets_one_of_its_size(void)
{
    struct bud_run run;

    door_limit_address_space(SMALL_BYTES);
    EXPECT(take(5 * SMALL_UNITS + 1, &run));
    EXPECT_EQUAL(run.region->units, 5 * SMALL_UNITS + 1);
    write_to(&run);
    heap_expect_consistent();
}

static void there_are_64_regions_at_most(void)
{
    struct bud_run run;

    door_limit_address_space(SMALL_BYTES);
    door_refuse_maps_above(1180u << 10); /* 16 units and their tables */
    for (uint32_t i = 0; i < BUD_REGIONS_MAX; i++) {
        EXPECT(take(SMALL_UNITS, &run));
    }
    EXPECT(!take(1, &run));
    EXPECT_EQUAL(bud_region_count, BUD_REGIONS_MAX);
    give(&run, false);
    EXPECT(take(SMALL_UNITS, &run));
    heap_expect_consistent();
}

static void more_units_than_any_tree_has_are_refused_without_a_call(void)
{
    struct bud_run run;

    EXPECT(take(1, &run));
    door_refuse(0, 0, 0);
    EXPECT(!take((1u << 30) + 1u, &run));
    EXPECT_EQUAL(door_count_of(SYS_mmap), 0);
}

/* ---- committing ---- */

static void what_is_reserved_is_committed_from_the_bottom_up(void)
{
    struct bud_run run;

    door_limit_address_space(UINT64_C(8) << 30);
    EXPECT(take(3, &run));
    EXPECT_EQUAL(run.unit, 0);
    const struct bud_region *const region = run.region;
    EXPECT_EQUAL(region->accessible_bytes,
                 bud_units_to_bytes(region->committed_units));
    const uintptr_t end =
        (uintptr_t)bud_region_address(region, region->committed_units);
    EXPECT(bud_region_of(end - 1) == region);
    EXPECT(bud_region_of(end) == NULL);
    EXPECT(bud_region_reserves(end));
    EXPECT(!bud_region_reserves(region->base + region->bytes));
    door_refuse(0, 0, 0);
    EXPECT(take(32, &run));
    EXPECT_EQUAL(door_count_of(SYS_mprotect), 0);
    EXPECT(take(64, &run));
    EXPECT_EQUAL(door_count_of(SYS_mprotect), 4);
    heap_expect_consistent();
}

static void a_run_that_cannot_be_committed_goes_back(void)
{
    struct bud_run run;

    door_limit_address_space(SMALL_BYTES * 64);
    EXPECT(take(1, &run));
    const struct bud_region before = *run.region;
    door_refuse_all_of(SYS_mprotect, ENOMEM);
    EXPECT(!take(100, &run));
    EXPECT_EQUAL(bud_regions[0].accessible_bytes, before.accessible_bytes);
    EXPECT_EQUAL(bud_region_used_units_locked(), 1);
    EXPECT_EQUAL(bud_region_peak_units_locked(), 1);
    heap_expect_consistent();
    door_open();
    EXPECT(take(100, &run));
    EXPECT(run.region == &bud_regions[0]);
}

static void failing_requests_do_not_use_up_the_regions(void)
{
    struct bud_run run;

    door_limit_address_space(SMALL_BYTES * 64);
    EXPECT(take(1, &run));
    /* The tables of a further region can be committed, its units not. */
    door_refuse_commits_above(1u << 20);
    for (unsigned i = 0; i < 3 * BUD_REGIONS_MAX; i++) {
        EXPECT(!take(100, &run));
    }
    door_open();
    EXPECT(bud_region_count <= 2);
    heap_expect_consistent();
}

static void a_commitment_in_advance_is_given_up_before_the_request_is(void)
{
    struct bud_run run;

    door_limit_address_space(UINT64_C(1) << 30);
    door_refuse(0, 0, 0);
    EXPECT(take(1, &run));
    const uint64_t calls = door_count();
    /* The commitment of 65 units is the last four calls. */
    EXPECT_EQUAL(run.region->committed_units, 65);
    door_refuse(1, 1, ENOMEM);
    EXPECT(take(65, &run));
    EXPECT_EQUAL(run.region->committed_units, run.unit + 65);
    EXPECT(calls >= 4);
    write_to(&run);
    heap_expect_consistent();
}

/* ---- extending ---- */

static void a_run_grows_over_the_free_units_behind_it(void)
{
    struct bud_run run, added, wall;

    door_limit_address_space(SMALL_BYTES * 64);
    EXPECT(take(4, &run));
    EXPECT(extend(&run, 5, &added));
    EXPECT_EQUAL(added.unit, 4);
    EXPECT_EQUAL(added.units, 5);
    EXPECT_EQUAL(bud_region_used_units_locked(), 9);
    const struct bud_run before_wall = {
        .region = run.region, .unit = 15, .units = 1};
    EXPECT(extend(&before_wall, 7, &wall));
    run.units = 9;
    EXPECT(!extend(&run, 8, &added));
    EXPECT(extend(&run, 7, &added));
    run.units = 16;
    EXPECT(!extend(&run, 1, &added));
    heap_expect_consistent();
}

static void a_run_does_not_grow_past_its_region(void)
{
    struct bud_run run, added;

    door_limit_address_space(SMALL_BYTES);
    EXPECT(take(10, &run));
    EXPECT(!extend(&run, SMALL_UNITS - 10 + 1, &added));
    EXPECT(!extend(&run, UINT32_MAX, &added));
    EXPECT(extend(&run, SMALL_UNITS - 10, &added));
    heap_expect_consistent();
}

static void growth_that_cannot_be_committed_changes_nothing(void)
{
    struct bud_run run, added;

    door_limit_address_space(SMALL_BYTES * 64);
    EXPECT(take(1, &run));
    door_refuse_all_of(SYS_mprotect, EPERM);
    EXPECT(!extend(&run, 127, &added));
    EXPECT_EQUAL(bud_region_used_units_locked(), 1);
    heap_expect_consistent();
    door_open();
    EXPECT(extend(&run, 127, &added));
}

/* ---- clean and dirty ---- */

static void a_run_knows_the_hull_of_its_dirty_units(void)
{
    struct bud_run all;

    door_limit_address_space(SMALL_BYTES * 64);
    EXPECT(take(200, &all));
    EXPECT_EQUAL(all.dirty_units, 0);
    const struct bud_run low = {.region = all.region, .unit = 3, .units = 1};
    const struct bud_run high = {.region = all.region, .unit = 150, .units = 2};
    const struct bud_run rest[] = {
        {.region = all.region, .unit = 0, .units = 3},
        {.region = all.region, .unit = 4, .units = 146},
        {.region = all.region, .unit = 152, .units = 48},
    };
    write_to(&low);
    write_to(&high);
    give(&low, false);
    give(&high, false);
    for (size_t i = 0; i < 3; i++) {
        give(&rest[i], true);
    }
    EXPECT_EQUAL(bud_region_idle_units_locked(), 3);
    heap_expect_consistent();
    EXPECT(take(200, &all));
    EXPECT_EQUAL(all.dirty_unit, 3);
    EXPECT_EQUAL(all.dirty_units, 149);
    EXPECT_EQUAL(bud_region_idle_units_locked(), 0);
}

static void the_peak_of_use_stays(void)
{
    struct bud_run first, second;

    EXPECT(take(5, &first));
    EXPECT(take(6, &second));
    give(&first, true);
    EXPECT_EQUAL(bud_region_used_units_locked(), 6);
    EXPECT_EQUAL(bud_region_peak_units_locked(), 11);
    EXPECT(take(5, &first));
    EXPECT_EQUAL(bud_region_peak_units_locked(), 11);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(before_the_first_region_no_address_is_in_one),
        TEST(a_region_takes_an_eighth_of_the_address_space_at_most),
        TEST(without_a_limit_the_first_region_has_256_gib_or_what_is_granted),
        TEST(a_refused_reservation_is_halved_until_it_is_granted),
        TEST(where_nothing_can_be_reserved_there_is_no_region),
        TEST(tables_that_cannot_be_committed_are_unreserved),
        TEST(a_full_region_is_followed_by_another),
        TEST(under_a_limit_what_is_reserved_doubles),
        TEST(a_request_above_the_usual_region_gets_one_of_its_size),
        TEST(there_are_64_regions_at_most),
        TEST(more_units_than_any_tree_has_are_refused_without_a_call),
        TEST(what_is_reserved_is_committed_from_the_bottom_up),
        TEST(a_run_that_cannot_be_committed_goes_back),
        TEST(failing_requests_do_not_use_up_the_regions),
        TEST(a_commitment_in_advance_is_given_up_before_the_request_is),
        TEST(a_run_grows_over_the_free_units_behind_it),
        TEST(a_run_does_not_grow_past_its_region),
        TEST(growth_that_cannot_be_committed_changes_nothing),
        TEST(a_run_knows_the_hull_of_its_dirty_units),
        TEST(the_peak_of_use_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
