#include "engine/trim.h"

#include "engine/cache.h"
#include "engine/central.h"
#include "engine/purge.h"
#include "engine/remote.h"

static void give_empty_spans_locked(struct bud_cache *cache)
{
    struct bud_span *next;

    for (struct bud_span *span = cache->owned; span != NULL; span = next) {
        next = bud_span_cold(span)->owned_next;
        if (bud_span_is_empty(span)) {
            bud_cache_unlink(cache, span);
            bud_span_destroy_locked(span);
        }
    }
}

uint64_t bud_trim(void)
{
    struct bud_cache *const cache = bud_cache_mine;

    if (cache != &bud_cache_none) {
        bud_remote_drain(cache);
    }
    if (!bud_central_enter()) {
        return 0;
    }
    if (cache != &bud_cache_none) {
        give_empty_spans_locked(cache);
    }
    const uint64_t bytes = bud_purge_all_locked();
    bud_central_leave();
    return bytes;
}
