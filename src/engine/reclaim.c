#include "engine/reclaim.h"

#include "core/units.h"
#include "engine/central.h"
#include "engine/purge.h"
#include "engine/queue.h"
#include "os/os.h"

/* How much may be free and unnoticed by an owner that sleeps, and how often one
 * that does not is looked at. */
static const uint64_t STEP_BYTES = UINT64_C(4) << 20;

/* An owner that has taken in a good deal within the last tick is awake, and
 * will use the memory again: faulting it in anew is dear. What it may leave
 * lying is what the amount rule of purge lets the whole heap keep. */
static bool may_stay(const struct bud_cache *owner, uint64_t bytes)
{
    const uint64_t noticed_ms =
        atomic_load_explicit(&owner->noticed_ms, memory_order_relaxed);

    if (bud_os_clock_ms() - noticed_ms >= bud_purge_tick_ms) {
        return false;
    }
    if (!bud_central_enter()) {
        return true;
    }
    const bool is_too_much = bud_purge_exceeds_locked(bud_units_for(bytes));
    bud_central_leave();
    return !is_too_much;
}

/* Whether other threads have freed every object of the span. */
static bool is_all_freed(const struct bud_span *span)
{
    const struct bud_span_remote *const remote = bud_span_remote(span);
    const uint32_t words = bud_slab_words(span->objects);

    for (uint32_t word = 0; word < words; word++) {
        if (atomic_load_explicit(&remote->words[word], memory_order_acquire) !=
            bud_slab_full_word(span->objects, word)) {
            return false;
        }
    }
    return true;
}

static bool purge(const struct bud_span *span)
{
    const uint64_t bytes = bud_units_to_bytes(bud_span_cold(span)->units);

    if (!bud_os_purge(bud_span_start(span), bytes)) {
        return false;
    }
    bud_purge_count(bytes);
    return true;
}

static void visit(struct bud_cache *owner, struct bud_span *span)
{
    if (atomic_load_explicit(&span->owner, memory_order_acquire) == owner &&
        is_all_freed(span) && purge(span)) {
        bud_queue_add_purged(owner, span);
        return;
    }
    bud_queue_announce(span);
}

void bud_reclaim_note(struct bud_cache *owner, uint64_t bytes)
{
    struct bud_span *span;
    const uint64_t before = atomic_fetch_add_explicit(
        &owner->unnoticed_bytes, bytes, memory_order_relaxed);

    if (bud_likely(before / STEP_BYTES == (before + bytes) / STEP_BYTES) ||
        bud_cache_mine == &bud_cache_none || bud_queue_has_in_hand() ||
        may_stay(owner, before + bytes) || !bud_queue_hold(owner)) {
        return;
    }
    atomic_store_explicit(&owner->unnoticed_bytes, 0, memory_order_relaxed);
    if (bud_queue_set_aside(owner)) {
        while ((span = bud_queue_next_set_aside(owner)) != NULL) {
            visit(owner, span);
        }
    }
    bud_queue_let_go(owner);
}

void bud_reclaim_note_noticed(struct bud_cache *cache)
{
    const uint64_t bytes =
        atomic_load_explicit(&cache->unnoticed_bytes, memory_order_relaxed);

    if (bytes >= STEP_BYTES / 4) {
        atomic_store_explicit(&cache->noticed_ms, bud_os_clock_ms(),
                              memory_order_relaxed);
    }
    atomic_store_explicit(&cache->unnoticed_bytes, 0, memory_order_relaxed);
}
