/* The engine's door: what the shim calls. Follow one malloc(24) from here into
 * cache.h, one free from here into cache.h. */
#ifndef BUD_ENGINE_ALLOC_H
#define BUD_ENGINE_ALLOC_H

#include <stdatomic.h>
#include <stddef.h>

#include "core/bits.h"
#include "engine/cache.h"
#include "engine/region.h"
#include "engine/remote.h"

/* ---- what is not the fast path ---- */

/* bud_alloc for sizes that the table of the fast path does not have. */
void *bud_alloc_above_direct(size_t size_bytes);
/* bud_free of NULL, and of what is not in the first region. */
void bud_free_in_other_region(void *address);
/* bud_free of what is not the start of an object in `span`. */
void bud_free_large_or_invalid(struct bud_span *span, void *address);

/* ---- the door ---- */

/* Whether there can be such an alignment: a power of two. */
static inline bool bud_is_alignment(size_t bytes)
{
    return bytes != 0 && bud_bits_clear(bytes, bud_bits_lowest(bytes)) == 0;
}

/* A block of at least `size_bytes`, aligned to 16; one of no bytes is a block
 * of its own as well. NULL and ENOMEM when there is no memory. */
static inline void *bud_alloc(size_t size_bytes)
{
    if (bud_likely(size_bytes <= BUD_CACHE_DIRECT_MAX_BYTES)) {
        return bud_cache_alloc_direct(size_bytes);
    }
    return bud_alloc_above_direct(size_bytes);
}

/* Frees the block at `address`, which lies `inside` bytes after the start of
 * the unit of `span`. The index is exact if it leads back to the address. */
static inline void bud_free_in(struct bud_span *span, uint32_t inside,
                               void *address)
{
    if (bud_unlikely(span->back != 0)) {
        inside = bud_units_span_offset(span->back, inside);
        span -= span->back;
    }
    const uint32_t index = bud_size_class_index(inside, span->reciprocal);
    if (bud_unlikely(index >= span->objects ||
                     bud_units_object_offset(index, span->size_bytes) !=
                         inside)) {
        bud_free_large_or_invalid(span, address);
        return;
    }
    if (bud_unlikely(atomic_load_explicit(&span->owner, memory_order_relaxed) !=
                     bud_cache_mine)) {
        bud_remote_free(span, index);
        return;
    }
    bud_cache_free_own(span, index);
}

/* Frees the block at `address`, or nothing for NULL; aborts on misuse. Leaves
 * errno alone. */
static inline void bud_free(void *address)
{
    const struct bud_region *const first = &bud_regions[0];
    const uint64_t offset = bud_region_offset(first, address);

    if (bud_unlikely(offset >= atomic_load_explicit(&first->accessible_bytes,
                                                    memory_order_relaxed))) {
        bud_free_in_other_region(address);
        return;
    }
    bud_free_in(&first->spans[bud_units_of_offset(offset)],
                bud_units_remainder(offset), address);
}

/* As bud_alloc, the first `size_bytes` zero. */
void *bud_alloc_zeroed(size_t size_bytes);

/* As bud_alloc, at a multiple of `alignment_bytes`, see bud_is_alignment. */
void *bud_alloc_aligned(size_t alignment_bytes, size_t size_bytes);

/* As bud_alloc, at the start of a page; with `whole_pages` no other block
 * shares its last page. */
void *bud_alloc_page(size_t size_bytes, bool whole_pages);

/* Makes the block at `address` (not NULL) hold `size_bytes` (not 0), moving it
 * if need be. NULL and ENOMEM when there is no memory; the block is then as
 * before. Aborts on misuse. */
void *bud_resize(void *address, size_t size_bytes);

/* Bytes that the program may use of the live block at `address`; 0 for NULL.
 * Aborts on misuse. */
size_t bud_usable_bytes(const void *address);

/* As bud_free, for a block that the program says was asked for with this size
 * and alignment (1 if with none); aborts when it cannot have been. */
void bud_free_sized(void *address, size_t size_bytes, size_t alignment_bytes);

#endif
