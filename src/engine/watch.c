#include "engine/watch.h"

#include <errno.h>
#include <stdint.h>

#include "core/address.h"
#include "engine/cache.h"
#include "engine/large.h"
#include "engine/region.h"
#include "engine/thread.h"
#include "os/valgrind.h"

/* Memcheck names the block that an address lies behind, up to this distance;
 * the size kept in the zone fits in as well. */
static const size_t RED_ZONE_BYTES = 16;

_Atomic int bud_watch_state;

bool bud_watch_find_out(void)
{
    int state = atomic_load_explicit(&bud_watch_state, memory_order_relaxed);

    if (state == BUD_WATCH_UNKNOWN) {
        state = bud_valgrind_watches() ? BUD_WATCH_ON : BUD_WATCH_OFF;
        atomic_store_explicit(&bud_watch_state, state, memory_order_relaxed);
    }
    return state == BUD_WATCH_ON;
}

/* ---- the size that was asked for ---- */

/* Where it is kept: at the end of the object or large block at `address`. */
static size_t *place_of_size(const void *address)
{
    const struct bud_region *const region = bud_region_of((uintptr_t)address);
    const uint64_t offset = bud_region_offset(region, address);
    const struct bud_span *span = &region->spans[bud_units_of_offset(offset)];
    span -= span->back;
    const size_t bytes =
        span->kind == BUD_SPAN_LARGE ? bud_large_bytes(span) : span->size_bytes;

    return (size_t *)bud_address_of_tail((uintptr_t)address, bytes,
                                         sizeof(size_t));
}

size_t bud_watch_bytes(const void *address)
{
    const size_t *const place = place_of_size(address);

    bud_valgrind_define(place, sizeof *place);
    const size_t bytes = *place;
    bud_valgrind_close(place, sizeof *place);
    return bytes;
}

static void keep_size(const void *address, size_t size_bytes)
{
    size_t *const place = place_of_size(address);

    bud_valgrind_undefine(place, sizeof *place);
    *place = size_bytes;
    bud_valgrind_close(place, sizeof *place);
}

/* ---- blocks ---- */

/* The cache computes an object's address from one that is hidden. */
static void *take_object(uint32_t class)
{
    void *object = bud_cache_alloc_class(class);

    bud_valgrind_define(&object, sizeof object);
    return object;
}

static void *take(size_t alignment_bytes, size_t bytes)
{
    if (alignment_bytes <= BUD_UNIT_BYTES && bytes <= BUD_CLASS_MAX_BYTES) {
        const uint32_t class = bud_size_class_for_aligned(
            (uint32_t)bytes, (uint32_t)alignment_bytes);
        if (class != BUD_CLASS_NONE) {
            return take_object(class);
        }
    }
    /* The start of the region, which a global names, is not for blocks: the
     * first cache lies there. */
    if (bud_cache_mine == &bud_cache_none) {
        bud_thread_begin();
    }
    return bud_large_alloc(bytes, alignment_bytes, false);
}

void *bud_watch_alloc(size_t alignment_bytes, size_t size_bytes)
{
    void *const block = size_bytes <= SIZE_MAX - RED_ZONE_BYTES
                            ? take(alignment_bytes, size_bytes + RED_ZONE_BYTES)
                            : NULL;

    if (block == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    keep_size(block, size_bytes);
    bud_valgrind_allocated(block, size_bytes);
    return block;
}

void bud_watch_free(const void *address)
{
    bud_valgrind_freed(address);
}

/* ---- the allocator's own memory ---- */

void bud_watch_close(const void *start, size_t bytes)
{
    bud_valgrind_close(start, bytes);
}

void bud_watch_open(const void *start, size_t bytes)
{
    bud_valgrind_undefine(start, bytes);
}

void bud_watch_hide(const void *pointer)
{
    bud_valgrind_undefine(pointer, sizeof pointer);
}
