#include "engine/trim.h"

#include "engine/abandon.h"
#include "engine/audit.h"
#include "engine/cache.h"
#include "engine/central.h"
#include "engine/purge.h"
#include "engine/remote.h"

/* The calling thread's own empty spans become idle units. */
static void give_empty_spans(struct bud_cache *cache)
{
    struct bud_span *next;

    if (cache == &bud_cache_none || !bud_cache_enter(cache)) {
        return;
    }
    bud_remote_drain(cache);
    if (bud_central_enter()) {
        for (struct bud_span *span = cache->owned; span != NULL; span = next) {
            next = bud_span_cold(span)->owned_next;
            if (bud_span_is_empty(span)) {
                bud_cache_unlink(cache, span);
                bud_span_destroy_locked(span);
            }
        }
        bud_central_leave();
    }
    bud_cache_leave(cache);
}

uint64_t bud_trim(void)
{
    uint64_t bytes = 0;

    bud_audit_all();
    give_empty_spans(bud_cache_mine);
    if (bud_central_enter()) {
        bud_abandoned_trim_locked();
        bytes = bud_purge_all_locked();
        bud_central_leave();
    }
    return bytes;
}
