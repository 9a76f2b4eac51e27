#include "engine/purge.h"

#include <stdatomic.h>

#include "engine/region.h"
#include "os/os.h"

/* Idle units that always may stay, the part of the used ones that may, and how
 * many times the used ones may while the program keeps taking them back. */
static const uint64_t IDLE_UNITS_MIN = 64;
static const uint64_t IDLE_PART = 4;
static const uint64_t IDLE_TIMES_IN_DEMAND = 4;

/* Reading the clock is a system call; one in so many is soon enough. */
static const uint32_t GIVES_PER_CLOCK = 16;

uint64_t bud_purge_tick_ms = 100;

static _Atomic uint64_t total_bytes;

/* Under the central lock. */
static uint64_t last_tick_ms;
static uint32_t gives_since_clock;
static uint64_t taken_since_tick;
static uint64_t taken_per_tick; /* before the last tick */
static bool is_refused;         /* by the kernel, since the last tick */

void bud_purge_count(uint64_t bytes)
{
    atomic_fetch_add_explicit(&total_bytes, bytes, memory_order_relaxed);
}

uint64_t bud_purge_total_bytes(void)
{
    return atomic_load_explicit(&total_bytes, memory_order_relaxed);
}

/* Purges a run of idle units. Where the kernel refuses (locked memory, a
 * seccomp filter) the units stay idle and dirty. */
static bool purge_run(struct bud_region *region, uint32_t unit, uint32_t units)
{
    const uint64_t bytes = bud_units_to_bytes(units);

    if (!bud_os_purge(bud_region_address(region, unit), bytes)) {
        is_refused = true;
        return false;
    }
    for (uint32_t end = unit + units; unit < end; unit++) {
        const uint32_t word = bud_bits_word_of(unit);
        const uint32_t bit = bud_bits_bit_of(unit);
        region->idle[word] = bud_bits_clear(region->idle[word], bit);
        region->aged[word] = bud_bits_clear(region->aged[word], bit);
    }
    region->idle_units -= units;
    bud_purge_count(bytes);
    return true;
}

static bool bit_at(const uint64_t *bitmap, uint32_t unit)
{
    return bud_bits_test(bitmap[bud_bits_word_of(unit)],
                         bud_bits_bit_of(unit)) != 0u;
}

/* Purges the units whose bit is set in `chosen`, one of the region's bitmaps,
 * from the highest down until at most `keep` idle ones are left. */
static void purge_down(struct bud_region *region, const uint64_t *chosen,
                       uint64_t keep)
{
    uint32_t end = region->committed_units;

    while (end > 0 && region->idle_units > keep) {
        const uint32_t word = bud_bits_word_of(end - 1u);
        if (chosen[word] == 0) {
            end = bud_bits_number(word, 0);
            continue;
        }
        if (!bit_at(chosen, end - 1u)) {
            end--;
            continue;
        }
        uint32_t first = end - 1u;
        while (first > 0 && bit_at(chosen, first - 1u) &&
               region->idle_units - (end - first) > keep) {
            first--;
        }
        if (!purge_run(region, first, end - first)) {
            return;
        }
        end = first;
    }
}

/* What is idle now and was at the last tick has been idle for a tick. */
static void age(struct bud_region *region)
{
    const uint32_t words = bud_bits_words(region->committed_units);

    purge_down(region, region->aged, 0);
    for (uint32_t i = 0; i < words; i++) {
        region->aged[i] = region->idle[i];
    }
}

void bud_purge_note_taken_locked(uint64_t units)
{
    taken_since_tick += units;
}

static void tick_when_due(void)
{
    if (++gives_since_clock < GIVES_PER_CLOCK) {
        return;
    }
    gives_since_clock = 0;
    const uint64_t now_ms = bud_os_clock_ms();
    const uint64_t passed_ms = now_ms - last_tick_ms;
    if (passed_ms < bud_purge_tick_ms || passed_ms == 0) {
        return;
    }
    last_tick_ms = now_ms;
    is_refused = false;
    taken_per_tick = taken_since_tick * bud_purge_tick_ms / passed_ms;
    taken_since_tick = 0;
    for (uint32_t i = 0; i < bud_region_count_locked(); i++) {
        age(&bud_regions[i]);
    }
}

/* Units that are taken back within a tick were worth keeping. */
static uint64_t idle_units_allowed(void)
{
    const uint64_t used = bud_region_used_units_locked();
    const uint64_t most = used * IDLE_TIMES_IN_DEMAND;
    uint64_t demand =
        taken_since_tick > taken_per_tick ? taken_since_tick : taken_per_tick;

    demand = demand < most ? demand : most;
    return IDLE_UNITS_MIN +
           (demand > used / IDLE_PART ? demand : used / IDLE_PART);
}

void bud_purge_after_give_locked(void)
{
    const uint64_t allowed = idle_units_allowed();
    uint64_t idle = bud_region_idle_units_locked();

    tick_when_due();
    if (is_refused) {
        return;
    }
    for (uint32_t i = bud_region_count_locked(); i > 0 && idle > allowed; i--) {
        /* Down to half, so that the scan and the calls are for many units. */
        purge_down(&bud_regions[i - 1u], bud_regions[i - 1u].idle, allowed / 2);
        idle = bud_region_idle_units_locked();
    }
}

uint64_t bud_purge_all_locked(void)
{
    const uint64_t before = bud_purge_total_bytes();

    for (uint32_t i = 0; i < bud_region_count_locked(); i++) {
        purge_down(&bud_regions[i], bud_regions[i].idle, 0);
    }
    return bud_purge_total_bytes() - before;
}

bool bud_purge_exceeds_locked(uint64_t units)
{
    return !is_refused && units > idle_units_allowed();
}
