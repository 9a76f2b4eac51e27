#include "engine/region.h"

#include <stdatomic.h>

#include "core/address.h"
#include "core/node.h"
#include "engine/purge.h"
#include "engine/watch.h"
#include "os/os.h"

/* Enough for any heap of today's machines in one region, at no cost. */
static const uint64_t REGION_BYTES = UINT64_C(256) << 30;

/* Below this a region is not worth having. */
static const uint64_t REGION_BYTES_MIN = UINT64_C(1) << 20;

/* A large region starts at a huge page, a small one wastes nothing on that. */
static const uint64_t HUGE_PAGE_BYTES = UINT64_C(2) << 20;

static const uint32_t COMMIT_UNITS_MIN = 64;

/* From this length on a run is placed by first fit, for so many steps. */
static const uint32_t FIRST_FIT_UNITS_MIN = 5;
static const uint32_t FIRST_FIT_STEPS = 64;

static const uint32_t UNITS_MAX = UINT32_C(1) << BUD_TREE_HEIGHT_MAX;

/* Until the first region is reserved no address is in it, NULL included. */
struct bud_region bud_regions[BUD_REGIONS_MAX] = {{.base = UINTPTR_MAX}};
_Atomic uint32_t bud_region_count;

uint32_t bud_region_count_locked(void)
{
    return atomic_load_explicit(&bud_region_count, memory_order_relaxed);
}

/* ---- where things lie in a reservation ---- */

/* Byte offsets from the start of a reservation for a region of `units`. */
struct layout {
    uint64_t nodes;
    uint64_t idle;
    uint64_t aged;
    uint64_t spans;
    uint64_t cold;
    uint64_t remote;
    uint64_t units;
    uint64_t end;
};

static struct layout layout_of(uint32_t units, uint64_t alignment)
{
    const uint64_t page = bud_os_page_bytes();
    const uint32_t words = bud_bits_words(units);
    struct layout at = {0};

    at.idle =
        bud_address_table_end(at.nodes, bud_tree_node_bytes(units), 1, page);
    at.aged = bud_address_table_end(at.idle, words, sizeof(uint64_t), page);
    at.spans = bud_address_table_end(at.aged, words, sizeof(uint64_t), page);
    at.cold =
        bud_address_table_end(at.spans, units, sizeof(struct bud_span), page);
    at.remote = bud_address_table_end(at.cold, units,
                                      sizeof(struct bud_span_cold), page);
    at.units = bud_address_table_end(at.remote, units,
                                     sizeof(struct bud_span_remote), page);
    at.end =
        bud_address_arena_end(at.units, alignment, bud_units_to_bytes(units));
    return at;
}

/* ---- making a region ---- */

/* What lies at an offset of the reservation. */
static void *at_offset(void *start, uint64_t offset)
{
    return (void *)bud_address_at((uintptr_t)start, offset);
}

static bool reserve(struct bud_region *region, uint32_t units)
{
    const uint64_t bytes = bud_units_to_bytes(units);
    const uint64_t alignment =
        bytes >= 512 * HUGE_PAGE_BYTES ? HUGE_PAGE_BYTES : BUD_UNIT_BYTES;
    const struct layout at = layout_of(units, alignment);
    void *const start = bud_os_reserve(at.end);

    if (start == NULL) {
        return false;
    }
    if (!bud_os_commit(start, at.spans)) {
        bud_os_unreserve(start, at.end);
        return false;
    }
    bud_os_keep_small_pages(start, at.end);
    region->spans = at_offset(start, at.spans);
    region->cold = at_offset(start, at.cold);
    region->remote = at_offset(start, at.remote);
    region->idle = at_offset(start, at.idle);
    region->aged = at_offset(start, at.aged);
    region->units = units;
    bud_tree_init(&region->tree, at_offset(start, at.nodes), units);
    region->reservation = start;
    region->reserved_bytes = at.end;
    region->base =
        bud_address_arena_base((uintptr_t)start, at.units, alignment);
    region->bytes = bytes;
    return true;
}

/* What the next region may take of the address space: all we like where there
 * is no limit; where there is one a part of it, for the program needs some as
 * well, and then as much as there is already, so that regions stay few and
 * large blocks find one that holds them. */
static uint64_t region_bytes_wanted(uint32_t count)
{
    const uint64_t limit = bud_os_address_limit();
    uint64_t bytes = REGION_BYTES;
    uint64_t reserved = 0;

    while (bytes > REGION_BYTES_MIN && bytes > limit / 8) {
        bytes /= 2;
    }
    for (uint32_t i = 0; i < count; i++) {
        reserved += bud_regions[i].bytes;
    }
    if (reserved > BUD_UNITS_END_BYTES) {
        reserved = BUD_UNITS_END_BYTES;
    }
    return bytes > reserved ? bytes : reserved;
}

/* The entry that the next region goes to. When the heap is watched the first
 * one stays without, see watch.h. */
static uint32_t next_entry(void)
{
    const uint32_t count = bud_region_count_locked();

    return count == 0 && bud_watch_is_on() ? 1 : count;
}

static struct bud_region *add_region(uint32_t units)
{
    const uint32_t count = next_entry();
    const uint64_t least = bud_units_to_bytes(units);
    uint64_t bytes = region_bytes_wanted(count);

    if (count == BUD_REGIONS_MAX || units > UNITS_MAX) {
        return NULL;
    }
    if (bytes < least) {
        bytes = least;
    }
    while (!reserve(&bud_regions[count], (uint32_t)bud_units_for(bytes))) {
        if (bytes == least || bytes <= REGION_BYTES_MIN) {
            return NULL;
        }
        bytes = bytes / 2 < least ? least : bytes / 2;
    }
    atomic_store_explicit(&bud_region_count, count + 1, memory_order_release);
    return &bud_regions[count];
}

/* Undoes add_region, before anything was handed out. */
static void remove_last_region(void)
{
    const uint32_t last = bud_region_count_locked() - 1u;
    struct bud_region *const region = &bud_regions[last];

    atomic_store_explicit(&bud_region_count, last, memory_order_release);
    bud_os_unreserve(region->reservation, region->reserved_bytes);
    *region = (struct bud_region){.base = UINTPTR_MAX};
}

/* ---- committing ---- */

/* Commits the pages of [from, to); pages may be committed twice. */
static bool commit(const void *from, const void *to)
{
    const uint64_t page = bud_os_page_bytes();
    const uint64_t first = bud_units_round_down((uintptr_t)from, page);
    const uint64_t end = bud_units_round_up((uintptr_t)to, page);

    return bud_os_commit((void *)first, bud_units_distance(first, end));
}

static bool commit_units(struct bud_region *region, uint32_t end)
{
    const uint32_t from = region->committed_units;

    return commit(&region->spans[from], &region->spans[end]) &&
           commit(&region->cold[from], &region->cold[end]) &&
           commit(&region->remote[from], &region->remote[end]) &&
           commit(bud_region_address(region, from),
                  bud_region_address(region, end));
}

/* Commits as far as `end`, and some more for the next, growing with what is
 * in use so that the calls stay few. */
static bool commit_to(struct bud_region *region, uint32_t end)
{
    if (end <= region->committed_units) {
        return true;
    }
    uint32_t more = region->committed_units / 8;
    if (more < COMMIT_UNITS_MIN) {
        more = COMMIT_UNITS_MIN;
    }
    if (more > region->units - end) {
        more = region->units - end;
    }
    if (!commit_units(region, end + more)) {
        more = 0;
        if (!commit_units(region, end)) {
            return false;
        }
    }
    if (bud_watch_is_on()) {
        bud_watch_close(
            bud_region_address(region, region->committed_units),
            bud_units_to_bytes(end + more - region->committed_units));
    }
    region->committed_units = end + more;
    atomic_store_explicit(&region->accessible_bytes,
                          bud_units_to_bytes(end + more), memory_order_release);
    return true;
}

/* ---- idle bits ---- */

/* Removes the idle marks of a run and notes where they were. */
static void wake_units(struct bud_region *region, struct bud_run *run)
{
    const uint32_t end = run->unit + run->units;
    uint32_t unit = run->unit;
    uint32_t last = unit;

    run->dirty_unit = end;
    while (unit < end) {
        const uint32_t word = bud_bits_word_of(unit);
        const uint32_t bit = bud_bits_bit_of(unit);
        if (region->idle[word] == 0) {
            unit = bud_bits_number(word + 1u, 0);
            continue;
        }
        if (bud_bits_test(region->idle[word], bit) == 0u) {
            unit++;
            continue;
        }
        region->idle[word] = bud_bits_clear(region->idle[word], bit);
        region->aged[word] = bud_bits_clear(region->aged[word], bit);
        region->idle_units--;
        run->dirty_unit = run->dirty_unit < unit ? run->dirty_unit : unit;
        last = ++unit;
    }
    run->dirty_units = run->dirty_unit < last ? last - run->dirty_unit : 0;
}

static void mark_idle(struct bud_region *region, uint32_t unit, uint32_t units)
{
    for (uint32_t end = unit + units; unit < end; unit++) {
        uint64_t *const word = &region->idle[bud_bits_word_of(unit)];
        *word = bud_bits_set(*word, bud_bits_bit_of(unit));
    }
    region->idle_units += units;
}

/* ---- taking and giving ---- */

static uint64_t used_units;
static uint64_t peak_units;

static void note_taken(struct bud_region *region, const struct bud_run *run)
{
    const uint32_t end = run->unit + run->units;

    used_units += run->units;
    peak_units = used_units > peak_units ? used_units : peak_units;
    if (end <= region->touched_units) {
        bud_purge_note_taken_locked(run->units);
        return;
    }
    region->touched_units = end;
}

/* Where the lowest free range of so many units begins, made of adjacent free
 * blocks; BUD_TREE_NONE when there is none among the first few blocks. */
static uint32_t first_fit(const struct bud_region *region, uint32_t units)
{
    uint32_t first = 0;
    uint32_t end = 0;

    for (uint32_t step = 0; step < FIRST_FIT_STEPS; step++) {
        uint32_t order;
        const uint32_t unit = bud_tree_next_free(&region->tree, end, &order);
        if (unit == BUD_TREE_NONE) {
            break;
        }
        first = unit == end ? first : unit;
        end = unit + bud_node_units(order);
        if (end - first >= units) {
            return first;
        }
    }
    return BUD_TREE_NONE;
}

/* A long run need not start at a multiple of its size rounded up to a power of
 * two, and where it may start anywhere it fits into memory that is warm. */
static uint32_t take_units(struct bud_region *region, uint32_t units)
{
    if (units >= FIRST_FIT_UNITS_MIN) {
        const uint32_t unit = first_fit(region, units);
        if (unit != BUD_TREE_NONE &&
            bud_tree_take_run(&region->tree, unit, units) != 0u) {
            return unit;
        }
    }
    return bud_tree_alloc_run(&region->tree, units);
}

static bool take_in(struct bud_region *region, uint32_t units,
                    struct bud_run *run)
{
    const uint32_t unit = take_units(region, units);

    if (unit == BUD_TREE_NONE) {
        return false;
    }
    if (!commit_to(region, unit + units)) {
        bud_tree_release_run(&region->tree, unit, units);
        return false;
    }
    *run = (struct bud_run){.region = region, .unit = unit, .units = units};
    wake_units(region, run);
    note_taken(region, run);
    return true;
}

bool bud_region_take_locked(uint32_t units, struct bud_run *run)
{
    const uint32_t count = bud_region_count_locked();

    for (uint32_t i = 0; i < count; i++) {
        if (bud_regions[i].units >= units &&
            take_in(&bud_regions[i], units, run)) {
            return true;
        }
    }
    struct bud_region *const added = add_region(units);
    if (added == NULL) {
        return false;
    }
    if (!take_in(added, units, run)) {
        remove_last_region();
        return false;
    }
    return true;
}

bool bud_region_extend_locked(struct bud_region *region, uint32_t end_unit,
                              uint32_t more, struct bud_run *run)
{
    if (more > region->units - end_unit ||
        bud_tree_take_run(&region->tree, end_unit, more) == 0u) {
        return false;
    }
    if (!commit_to(region, end_unit + more)) {
        bud_tree_release_run(&region->tree, end_unit, more);
        return false;
    }
    *run = (struct bud_run){.region = region, .unit = end_unit, .units = more};
    wake_units(region, run);
    note_taken(region, run);
    return true;
}

void bud_region_give_locked(struct bud_region *region, uint32_t unit,
                            uint32_t units, bool clean)
{
    bud_tree_release_run(&region->tree, unit, units);
    used_units -= units;
    if (!clean) {
        mark_idle(region, unit, units);
    }
    bud_purge_after_give_locked();
}

/* ---- looking up ---- */

struct bud_region *bud_region_of(uintptr_t address)
{
    const uint32_t count =
        atomic_load_explicit(&bud_region_count, memory_order_acquire);

    for (uint32_t i = 0; i < count; i++) {
        struct bud_region *const region = &bud_regions[i];
        if (bud_units_distance(region->base, address) <
            atomic_load_explicit(&region->accessible_bytes,
                                 memory_order_acquire)) {
            return region;
        }
    }
    return NULL;
}

bool bud_region_reserves(uintptr_t address)
{
    const uint32_t count =
        atomic_load_explicit(&bud_region_count, memory_order_acquire);

    for (uint32_t i = 0; i < count; i++) {
        if (bud_units_distance(bud_regions[i].base, address) <
            bud_regions[i].bytes) {
            return true;
        }
    }
    return false;
}

char *bud_region_address(const struct bud_region *region, uint32_t unit)
{
    return (char *)bud_units_address(region->base, unit);
}

uint64_t bud_region_used_units_locked(void)
{
    return used_units;
}

uint64_t bud_region_peak_units_locked(void)
{
    return peak_units;
}

uint64_t bud_region_idle_units_locked(void)
{
    const uint32_t count = bud_region_count_locked();
    uint64_t units = 0;

    for (uint32_t i = 0; i < count; i++) {
        units += bud_regions[i].idle_units;
    }
    return units;
}
