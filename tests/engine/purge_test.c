/* Idle units: how many may stay, for how long, and which go first. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <errno.h>
#include <string.h>

#include "engine/central.h"
#include "engine/purge.h"
#include "engine/region.h"

/* Gives until the clock is looked at. */
enum { GIVES_PER_CLOCK = 16 };

/* How many idle units may stay as things are. */
static uint32_t allowed_units(void)
{
    uint32_t units = 0;

    EXPECT(bud_central_enter());
    while (!bud_purge_exceeds_locked(units + 1u)) {
        units++;
    }
    bud_central_leave();
    return units;
}

static struct bud_run take(uint32_t units)
{
    struct bud_run run;

    EXPECT(bud_central_enter());
    EXPECT(bud_region_take_locked(units, &run));
    bud_central_leave();
    return run;
}

static void give(const struct bud_run *run)
{
    EXPECT(bud_central_enter());
    bud_region_give_locked(run->region, run->unit, run->units, false);
    bud_central_leave();
}

static struct bud_run part(const struct bud_run *run, uint32_t from,
                           uint32_t units)
{
    return (struct bud_run){
        .region = run->region, .unit = run->unit + from, .units = units};
}

static void dirty(const struct bud_run *run)
{
    for (uint32_t i = 0; i < run->units; i++) {
        *bud_region_address(run->region, run->unit + i) = 1;
    }
}

static bool is_idle(const struct bud_run *run, uint32_t unit)
{
    return bud_bits_test(run->region->idle[bud_bits_word_of(unit)],
                         bud_bits_bit_of(unit)) != 0u;
}

static void take_and_give_clean(void)
{
    const struct bud_run run = take(1);

    EXPECT_EQUAL(run.dirty_units, 0);
    EXPECT(bud_central_enter());
    bud_region_give_locked(run.region, run.unit, 1, true);
    bud_central_leave();
}

/* Gives that change nothing, so that the clock is looked at once. The lowest
 * unit is clean. */
static void let_the_clock_be_read(void)
{
    for (int i = 0; i < GIVES_PER_CLOCK; i++) {
        take_and_give_clean();
    }
}

enum { FEW_UNITS = 20 };

/* Some units that are idle, above a clean one. */
static struct bud_run few_idle_units(void)
{
    const struct bud_run lowest = take(1);
    const struct bud_run run = take(FEW_UNITS);

    dirty(&run);
    give(&run);
    EXPECT(bud_central_enter());
    bud_region_give_locked(lowest.region, lowest.unit, 1, true);
    bud_central_leave();
    return run;
}

/* ---- the rule of amount ---- */

static void what_may_stay_idle_stays_without_a_call(void)
{
    const struct bud_run run = take(allowed_units());

    EXPECT(run.units > 0);
    dirty(&run);
    door_refuse(0, 0, 0);
    for (uint32_t i = 0; i < run.units; i += GIVES_PER_CLOCK) {
        const uint32_t left = run.units - i;
        const struct bud_run some =
            part(&run, i, left < GIVES_PER_CLOCK ? left : GIVES_PER_CLOCK);
        give(&some);
    }
    EXPECT_EQUAL(door_count_of(SYS_madvise), 0);
    EXPECT_EQUAL(bud_region_idle_units_locked(), run.units);
    heap_expect_consistent();
}

static void what_is_more_goes_at_once_down_to_half_highest_first(void)
{
    const uint32_t allowed = allowed_units();
    const struct bud_run run = take(allowed + 1);

    dirty(&run);
    give(&run);
    EXPECT_EQUAL(bud_region_idle_units_locked(), allowed / 2);
    for (uint32_t unit = 0; unit < run.units; unit++) {
        EXPECT(is_idle(&run, unit) == (unit < allowed / 2));
    }
    EXPECT_EQUAL(bud_purge_total_bytes(),
                 bud_units_to_bytes(allowed + 1 - allowed / 2));
    heap_expect_consistent();
}

static void the_more_is_used_the_more_may_stay_idle(void)
{
    const uint32_t allowed = allowed_units();
    const struct bud_run run = take(8 * allowed);
    const uint32_t allowed_now = allowed_units();

    EXPECT(allowed_now > allowed);
    dirty(&run);
    const struct bud_run more = part(&run, allowed, allowed + 1);
    give(&more);
    EXPECT_EQUAL(bud_region_idle_units_locked(), allowed + 1);
    heap_expect_consistent();
}

/* What the rule of amount leaves, unit by unit. */
static void purge_model(bool *idle, uint32_t units, uint32_t keep)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < units; i++) {
        count += idle[i];
    }
    for (uint32_t i = units; i > 0 && count > keep; i--) {
        count -= idle[i - 1];
        idle[i - 1] = false;
    }
}

static void idle_units_with_gaps_go_from_the_highest_down(void)
{
    static bool idle[1000];
    const struct bud_run run = take(1000);
    uint32_t count = 0;

    dirty(&run);
    for (uint32_t i = 0; i < run.units; i += 2) {
        const struct bud_run one = part(&run, i, 1);
        give(&one);
        idle[i] = true;
        if (++count > allowed_units()) {
            purge_model(idle, run.units, allowed_units() / 2);
            count = allowed_units() / 2;
        }
        EXPECT_EQUAL(bud_region_idle_units_locked(), count);
    }
    for (uint32_t i = 0; i < run.units; i++) {
        EXPECT(is_idle(&run, i) == idle[i]);
    }
    heap_expect_consistent();
}

static void the_highest_region_goes_first(void)
{
    door_limit_address_space(UINT64_C(192) << 20); /* 256 units each */
    const uint32_t few = allowed_units() / 4;
    const struct bud_run low = take(256);
    const struct bud_run high = take(256);

    EXPECT(high.region == low.region + 1);
    dirty(&low);
    dirty(&high);
    const struct bud_run lowest = part(&low, 0, few);
    give(&lowest);
    EXPECT_EQUAL(bud_region_idle_units_locked(), few);
    give(&high);
    EXPECT_EQUAL(low.region->idle_units, few);
    EXPECT_EQUAL(high.region->idle_units, allowed_units() / 2);
    heap_expect_consistent();
}

static void what_a_program_takes_back_all_the_time_stays(void)
{
    const uint32_t base = allowed_units();
    const struct bud_run other = take(4 * base);
    const uint32_t before = allowed_units();
    struct bud_run run = take(4 * base);

    EXPECT(other.units > 0);
    dirty(&run);
    give(&run);
    EXPECT(bud_region_idle_units_locked() < run.units);
    for (int i = 0; i < 3; i++) {
        run = take(run.units);
        give(&run);
    }
    EXPECT(allowed_units() > before);
    EXPECT_EQUAL(bud_region_idle_units_locked(), run.units);
    heap_expect_consistent();
}

/* ---- the rule of age ---- */

static void what_is_idle_for_a_whole_tick_goes(void)
{
    door_set_clock_ms(1000);
    few_idle_units();
    let_the_clock_be_read(); /* the first tick: seen idle */
    EXPECT_EQUAL(bud_region_idle_units_locked(), FEW_UNITS);
    door_set_clock_ms(1000 + bud_purge_tick_ms - 1);
    let_the_clock_be_read();
    EXPECT_EQUAL(bud_region_idle_units_locked(), FEW_UNITS);
    door_set_clock_ms(1000 + bud_purge_tick_ms);
    let_the_clock_be_read();
    EXPECT_EQUAL(bud_region_idle_units_locked(), 0);
    EXPECT_EQUAL(bud_purge_total_bytes(), bud_units_to_bytes(FEW_UNITS));
    heap_expect_consistent();
}

static void what_was_used_between_two_ticks_stays(void)
{
    door_set_clock_ms(1000);
    const struct bud_run run = few_idle_units();

    let_the_clock_be_read();
    EXPECT(bud_central_enter());
    struct bud_run again;
    EXPECT(bud_region_extend_locked(run.region, run.unit, FEW_UNITS, &again));
    EXPECT_EQUAL(again.dirty_units, FEW_UNITS);
    bud_central_leave();
    give(&again);
    door_set_clock_ms(2000);
    let_the_clock_be_read();
    EXPECT_EQUAL(bud_region_idle_units_locked(), FEW_UNITS);
    door_set_clock_ms(3000);
    let_the_clock_be_read();
    EXPECT_EQUAL(bud_region_idle_units_locked(), 0);
}

static void the_tick_can_be_set(void)
{
    bud_purge_tick_ms = 5000;
    door_set_clock_ms(10000);
    few_idle_units();
    let_the_clock_be_read();
    door_set_clock_ms(14999);
    let_the_clock_be_read();
    EXPECT_EQUAL(bud_region_idle_units_locked(), FEW_UNITS);
    door_set_clock_ms(15000);
    let_the_clock_be_read();
    EXPECT_EQUAL(bud_region_idle_units_locked(), 0);
}

/* ---- all at once; refusals ---- */

static void everything_can_be_purged_at_once(void)
{
    const struct bud_run run = take(70);
    const struct bud_run parts[] = {part(&run, 0, 3), part(&run, 64, 5)};

    dirty(&run);
    give(&parts[0]);
    give(&parts[1]);
    EXPECT(bud_central_enter());
    EXPECT_EQUAL(bud_purge_all_locked(), bud_units_to_bytes(8));
    EXPECT_EQUAL(bud_purge_all_locked(), 0);
    bud_central_leave();
    EXPECT_EQUAL(*bud_region_address(run.region, run.unit + 3), 1);
    EXPECT_EQUAL(*bud_region_address(run.region, run.unit + 63), 1);
    heap_expect_consistent();
}

static void purged_units_are_clean_for_their_next_user(void)
{
    struct bud_run run = take(8);

    dirty(&run);
    give(&run);
    EXPECT(bud_central_enter());
    bud_purge_all_locked();
    bud_central_leave();
    run = take(8);
    EXPECT_EQUAL(run.dirty_units, 0);
    EXPECT_EQUAL(*bud_region_address(run.region, run.unit), 0);
}

static void units_that_the_kernel_does_not_purge_stay_idle_and_dirty(void)
{
    struct bud_run run = take(allowed_units() + 100);

    dirty(&run);
    door_refuse_all_of(SYS_madvise, EINVAL);
    give(&run);
    EXPECT(bud_central_enter());
    EXPECT_EQUAL(bud_purge_all_locked(), 0);
    bud_central_leave();
    EXPECT_EQUAL(bud_region_idle_units_locked(), run.units);
    EXPECT_EQUAL(bud_purge_total_bytes(), 0);
    heap_expect_consistent();
    run = take(run.units);
    EXPECT_EQUAL(run.dirty_units, run.units);
}

static void after_a_refusal_it_rests_until_the_next_tick(void)
{
    door_set_clock_ms(1000);
    const struct bud_run lowest = take(1);
    const uint32_t many = 2 * allowed_units();
    const struct bud_run run = take(many);

    dirty(&run);
    EXPECT(bud_central_enter());
    bud_region_give_locked(lowest.region, lowest.unit, 1, true);
    bud_central_leave();
    let_the_clock_be_read();
    door_refuse(0, 0, 0);
    door_refuse_all_of(SYS_madvise, EINVAL);
    for (uint32_t unit = many; unit > 0; unit--) {
        const struct bud_run one = part(&run, unit - 1u, 1);
        give(&one);
    }
    EXPECT_EQUAL(bud_region_idle_units_locked(), many);
    EXPECT_EQUAL(door_count_of(SYS_madvise), 1);
    EXPECT(bud_central_enter());
    EXPECT(!bud_purge_exceeds_locked(many));
    bud_central_leave();
    door_open();
    door_set_clock_ms(1000 + bud_purge_tick_ms);
    let_the_clock_be_read();
    EXPECT(bud_region_idle_units_locked() <= allowed_units());
}

static void what_an_owner_purges_itself_is_counted(void)
{
    bud_purge_count(12345);
    EXPECT_EQUAL(bud_purge_total_bytes(), 12345);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(what_may_stay_idle_stays_without_a_call),
        TEST(what_is_more_goes_at_once_down_to_half_highest_first),
        TEST(the_more_is_used_the_more_may_stay_idle),
        TEST(idle_units_with_gaps_go_from_the_highest_down),
        TEST(the_highest_region_goes_first),
        TEST(what_a_program_takes_back_all_the_time_stays),
        TEST(what_is_idle_for_a_whole_tick_goes),
        TEST(what_was_used_between_two_ticks_stays),
        TEST(the_tick_can_be_set),
        TEST(everything_can_be_purged_at_once),
        TEST(purged_units_are_clean_for_their_next_user),
        TEST(units_that_the_kernel_does_not_purge_stay_idle_and_dirty),
        TEST(after_a_refusal_it_rests_until_the_next_tick),
        TEST(what_an_owner_purges_itself_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
