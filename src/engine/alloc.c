#include "engine/alloc.h"

#include <errno.h>
#include <string.h>

#include "engine/large.h"
#include "engine/watch.h"
#include "os/os.h"

static void *out_of_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

/* ---- allocating ---- */

static void *alloc_large(size_t size_bytes, size_t alignment_bytes, bool zeroed)
{
    void *const block = bud_large_alloc(size_bytes, alignment_bytes, zeroed);
    return block != NULL ? block : out_of_memory();
}

void *bud_alloc_above_direct(size_t size_bytes)
{
    if (bud_watch_is_on()) {
        return bud_watch_alloc(1, size_bytes);
    }
    if (size_bytes > BUD_CLASS_MAX_BYTES) {
        return alloc_large(size_bytes, 1, false);
    }
    return bud_cache_alloc_coarse(size_bytes);
}

void *bud_alloc_zeroed(size_t size_bytes)
{
    if (size_bytes > BUD_CLASS_MAX_BYTES && !bud_watch_is_on()) {
        return alloc_large(size_bytes, 1, true);
    }
    void *const block = bud_alloc(size_bytes);
    return block != NULL ? memset(block, 0, size_bytes) : NULL;
}

void *bud_alloc_aligned(size_t alignment_bytes, size_t size_bytes)
{
    if (alignment_bytes <= BUD_CLASS_STEP_BYTES) {
        return bud_alloc(size_bytes);
    }
    if (bud_watch_is_on()) {
        return bud_watch_alloc(alignment_bytes, size_bytes);
    }
    if (alignment_bytes <= BUD_UNIT_BYTES &&
        size_bytes <= BUD_CLASS_MAX_BYTES) {
        const uint32_t class = bud_size_class_for_aligned(
            (uint32_t)size_bytes, (uint32_t)alignment_bytes);
        if (class != BUD_CLASS_NONE) {
            return bud_cache_alloc_class(class);
        }
    }
    return alloc_large(size_bytes > 0 ? size_bytes : 1, alignment_bytes, false);
}

void *bud_alloc_page(size_t size_bytes, bool whole_pages)
{
    const size_t page = bud_os_page_bytes();
    const size_t bytes = bud_units_round_up(size_bytes > 0 ? size_bytes : 1,
                                            whole_pages ? page : 1);

    return bytes > 0 ? bud_alloc_aligned(page, bytes) : out_of_memory();
}

/* ---- freeing ---- */

void bud_free_in_other_region(void *address)
{
    if (address == NULL) {
        return;
    }
    const struct bud_region *const region = bud_region_of((uintptr_t)address);
    if (region == NULL) {
        bud_misuse_invalid("free", address);
        return;
    }
    if (bud_watch_is_on()) {
        bud_watch_free(address);
    }
    const uint64_t offset = bud_region_offset(region, address);
    bud_free_in(&region->spans[bud_units_of_offset(offset)],
                bud_units_remainder(offset), address);
}

void bud_free_large_or_invalid(struct bud_span *span, void *address)
{
    if (span->kind != BUD_SPAN_LARGE) {
        bud_misuse_invalid("free", address);
        return;
    }
    bud_large_free(span, address);
}

/* ---- live blocks ---- */

/* The span of the live block that starts at `address`, or NULL. */
static struct bud_span *span_of_live(const void *address)
{
    const struct bud_region *const region = bud_region_of((uintptr_t)address);

    if (region == NULL) {
        return NULL;
    }
    const uint64_t offset = bud_region_offset(region, address);
    struct bud_span *span = &region->spans[bud_units_of_offset(offset)];
    uint32_t inside = bud_units_remainder(offset);
    if (span->kind == BUD_SPAN_LARGE) {
        return inside == 0 ? span : NULL;
    }
    inside = bud_units_span_offset(span->back, inside);
    span -= span->back;
    const uint32_t index = bud_size_class_index(inside, span->reciprocal);
    if (index >= span->objects ||
        bud_units_object_offset(index, span->size_bytes) != inside ||
        bud_remote_is_free(span, index)) {
        return NULL;
    }
    return span;
}

static size_t usable_bytes(const struct bud_span *span)
{
    return span->kind == BUD_SPAN_LARGE ? bud_large_bytes(span)
                                        : span->size_bytes;
}

size_t bud_usable_bytes(const void *address)
{
    if (address == NULL) {
        return 0;
    }
    const struct bud_span *const span = span_of_live(address);
    if (span == NULL) {
        bud_misuse_invalid("usable size", address);
        return 0;
    }
    return bud_watch_is_on() ? bud_watch_bytes(address) : usable_bytes(span);
}

/* A block stays where it is for any size that it holds and half fills. */
static bool suits(size_t usable, size_t size_bytes)
{
    return size_bytes <= usable && size_bytes >= usable / 2;
}

/* Whether a request of that size and alignment could have got the block. */
static bool could_be_for(const struct bud_span *span, const void *address,
                         size_t size_bytes, size_t alignment_bytes)
{
    if (suits(usable_bytes(span), size_bytes)) {
        return true;
    }
    if (bud_watch_is_on()) {
        return size_bytes == bud_watch_bytes(address);
    }
    if (span->kind == BUD_SPAN_LARGE || size_bytes > BUD_CLASS_MAX_BYTES ||
        alignment_bytes > BUD_UNIT_BYTES) {
        return span->kind == BUD_SPAN_LARGE &&
               alignment_bytes > BUD_CLASS_STEP_BYTES;
    }
    return span->class == bud_size_class_for_aligned((uint32_t)size_bytes,
                                                     (uint32_t)alignment_bytes);
}

void bud_free_sized(void *address, size_t size_bytes, size_t alignment_bytes)
{
    if (address == NULL) {
        return;
    }
    const struct bud_span *const span = span_of_live(address);
    if (span != NULL && !bud_is_alignment(alignment_bytes)) {
        bud_misuse_wrong_alignment(address, alignment_bytes);
    }
    if (span != NULL &&
        !could_be_for(span, address, size_bytes, alignment_bytes)) {
        bud_misuse_wrong_size(address, size_bytes, usable_bytes(span));
    }
    bud_free(address);
}

/* ---- resizing ---- */

static void *copy_to_new(void *address, size_t usable, size_t size_bytes)
{
    void *const block = bud_alloc(size_bytes);

    if (block != NULL) {
        memcpy(block, address, usable < size_bytes ? usable : size_bytes);
        bud_free(address);
    }
    return block;
}

static void *resize_large(struct bud_span *span, void *address,
                          size_t size_bytes)
{
    if (bud_large_resize(span, size_bytes)) {
        return address;
    }
    void *const block = bud_large_move(span, size_bytes);
    return block != NULL ? block : out_of_memory();
}

void *bud_resize(void *address, size_t size_bytes)
{
    struct bud_span *const span = span_of_live(address);

    if (span == NULL) {
        if (bud_watch_is_on()) {
            bud_watch_free(address);
        }
        bud_misuse_invalid("realloc", address);
        return out_of_memory();
    }
    if (bud_watch_is_on()) {
        return copy_to_new(address, bud_watch_bytes(address), size_bytes);
    }
    if (span->kind == BUD_SPAN_LARGE && size_bytes > BUD_CLASS_MAX_BYTES) {
        return resize_large(span, address, size_bytes);
    }
    if (suits(usable_bytes(span), size_bytes)) {
        return address;
    }
    return copy_to_new(address, usable_bytes(span), size_bytes);
}
