#include "engine/large.h"

#include <stdatomic.h>
#include <string.h>

#include "engine/audit.h"
#include "engine/central.h"
#include "engine/misuse.h"
#include "engine/purge.h"
#include "engine/region.h"
#include "os/os.h"

/* From here on giving pages back and faulting new ones in is cheaper than
 * writing zeros, and moving pages is cheaper than copying them. */
static const uint64_t WHOLE_PAGES_PAY_BYTES = UINT64_C(512) << 10;

/* More than any tree holds. */
static const uint64_t SIZE_MAX_BYTES = UINT64_C(1) << 46;

static void make_zero(const struct bud_run *run)
{
    char *const start = bud_region_address(run->region, run->dirty_unit);
    const uint64_t bytes = bud_units_to_bytes(run->dirty_units);

    if (bytes >= WHOLE_PAGES_PAY_BYTES && bud_os_purge(start, bytes)) {
        bud_purge_count(bytes);
        return;
    }
    memset(start, 0, bytes);
}

/* Takes a run whose first unit's address is a multiple of the alignment: more
 * than is needed, then the ends go back. */
static bool take_aligned_locked(uint32_t units, uint64_t alignment,
                                struct bud_run *run)
{
    const uint32_t spare = (uint32_t)(bud_units_for(alignment) - 1u);

    if (!bud_region_take_locked(units + spare, run)) {
        return false;
    }
    const uintptr_t start =
        (uintptr_t)bud_region_address(run->region, run->unit);
    const uint32_t head =
        bud_units_of_offset(bud_units_to_multiple(start, alignment));
    const uint32_t tail = spare - head;
    const bool clean = run->dirty_units == 0;
    if (head > 0) {
        bud_region_give_locked(run->region, run->unit, head, clean);
    }
    if (tail > 0) {
        bud_region_give_locked(run->region, run->unit + head + units, tail,
                               clean);
    }
    run->unit += head;
    run->units = units;
    return true;
}

/* What the hull of the dirty units has in common with the run. */
static void clip_dirty(struct bud_run *run)
{
    const uint32_t run_end = run->unit + run->units;
    uint32_t first = run->dirty_unit;
    uint32_t end = run->dirty_unit + run->dirty_units;

    first = first < run->unit ? run->unit : first;
    end = end > run_end ? run_end : end;
    run->dirty_unit = first;
    run->dirty_units = end > first ? end - first : 0;
}

static bool take(uint32_t units, uint64_t alignment, struct bud_run *run)
{
    if (!bud_central_enter()) {
        return false;
    }
    const bool taken = alignment <= BUD_UNIT_BYTES
                           ? bud_region_take_locked(units, run)
                           : take_aligned_locked(units, alignment, run);
    bud_central_leave();
    return taken;
}

void *bud_large_alloc(size_t size_bytes, size_t alignment_bytes, bool zeroed)
{
    struct bud_run run;

    if (size_bytes > SIZE_MAX_BYTES || alignment_bytes > SIZE_MAX_BYTES) {
        return NULL;
    }
    bud_audit_step();
    const uint64_t bytes = bud_units_round_up(size_bytes, bud_os_page_bytes());
    if (!take((uint32_t)bud_units_for(bytes), alignment_bytes, &run)) {
        return NULL;
    }
    clip_dirty(&run);
    if (zeroed && run.dirty_units > 0) {
        make_zero(&run);
    }
    struct bud_span *const span = &run.region->spans[run.unit];
    span->region = (uint8_t)(run.region - bud_regions);
    span->unit = run.unit;
    struct bud_span_cold *const cold = bud_span_cold(span);
    cold->large_bytes = bytes;
    cold->units = run.units;
    cold->is_moved = 0;
    atomic_thread_fence(memory_order_release);
    span->kind = BUD_SPAN_LARGE;
    return bud_region_address(run.region, run.unit);
}

/* Gives units of a block back, whose pages the program may have written to.
 * What would have to be purged at once is purged before, outside the lock. */
static void give_units(struct bud_span *span, uint32_t unit, uint32_t units)
{
    struct bud_region *const region = &bud_regions[span->region];
    char *const start = bud_region_address(region, unit);
    const uint64_t bytes = bud_units_to_bytes(units);
    bool clean = false;

    if (bud_span_cold(span)->is_moved) {
        clean = bud_os_renew(start, bytes);
    }
    if (!bud_central_enter()) {
        return;
    }
    if (!clean && bud_purge_exceeds_locked(units)) {
        bud_central_leave();
        clean = bud_os_purge(start, bytes);
        bud_purge_count(clean ? bytes : 0);
        if (!bud_central_enter()) {
            return;
        }
    }
    bud_region_give_locked(region, unit, units, clean);
    bud_central_leave();
}

void bud_large_free(struct bud_span *span, void *address)
{
    if (!bud_central_enter()) {
        return;
    }
    const bool is_live =
        span->kind == BUD_SPAN_LARGE && address == bud_span_start(span);
    if (is_live) {
        span->kind = BUD_SPAN_FREED;
    }
    bud_central_leave();
    if (!is_live) {
        bud_misuse_invalid("free", address);
        return;
    }
    give_units(span, span->unit, bud_span_cold(span)->units);
}

static bool extend(struct bud_span *span, uint32_t more)
{
    struct bud_span_cold *const cold = bud_span_cold(span);
    struct bud_run run;

    if (!bud_central_enter()) {
        return false;
    }
    const bool extended = bud_region_extend_locked(
        &bud_regions[span->region], span->unit + cold->units, more, &run);
    bud_central_leave();
    if (extended) {
        cold->units += more;
    }
    return extended;
}

bool bud_large_resize(struct bud_span *span, size_t size_bytes)
{
    struct bud_span_cold *const cold = bud_span_cold(span);

    if (size_bytes > SIZE_MAX_BYTES) {
        return false;
    }
    const uint64_t bytes = bud_units_round_up(size_bytes, bud_os_page_bytes());
    const uint32_t units = (uint32_t)bud_units_for(bytes);
    if (units > cold->units && !extend(span, units - cold->units)) {
        return false;
    }
    const uint32_t tail = cold->units - units;
    cold->units = units;
    /* Before units go: the statistics count no more bytes than units. */
    cold->large_bytes = bytes;
    if (tail > 0) {
        give_units(span, span->unit + units, tail);
    }
    return true;
}

static struct bud_span *span_at(const char *address)
{
    const struct bud_region *const region = bud_region_of((uintptr_t)address);

    return &region->spans[bud_units_of_offset(
        bud_region_offset(region, address))];
}

/* Brings the contents over. Returns false when the new block cannot be used:
 * its units then stay taken for good, since nothing may touch them. */
static bool carry(char *new, char *old, uint64_t bytes)
{
    enum bud_os_moved moved = BUD_OS_NOT_MOVED;

    if (bytes >= WHOLE_PAGES_PAY_BYTES) {
        moved = bud_os_move(new, old, bytes);
    }
    if (moved == BUD_OS_NOT_MOVED) {
        memcpy(new, old, bytes);
    } else if (moved == BUD_OS_MOVED) {
        bud_span_cold(span_at(new))->is_moved = 1;
    } else {
        span_at(new)->kind = BUD_SPAN_NONE;
    }
    return moved != BUD_OS_TARGET_LOST;
}

void *bud_large_move(struct bud_span *span, size_t size_bytes)
{
    const uint64_t old_bytes = bud_large_bytes(span);
    char *const old = bud_span_start(span);
    char *const new = bud_large_alloc(size_bytes, BUD_UNIT_BYTES, false);

    if (new == NULL ||
        !carry(new, old, old_bytes < size_bytes ? old_bytes : size_bytes)) {
        return NULL;
    }
    bud_large_free(span, old);
    return new;
}

size_t bud_large_bytes(const struct bud_span *span)
{
    return bud_span_cold(span)->large_bytes;
}
