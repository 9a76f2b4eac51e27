/* Large blocks: a run of units each, straight from the tree, used to whole
 * pages. They grow where they stand when the units behind them are free; else
 * their pages are moved, not copied. */
#ifndef BUD_ENGINE_LARGE_H
#define BUD_ENGINE_LARGE_H

#include <stddef.h>

#include "engine/span.h"

/* A block of at least `size_bytes` at a multiple of `alignment_bytes`, a power
 * of two. With `zeroed`, all of it reads as zero; pages that do anyway are not
 * touched. NULL when there is no memory, the state is then as before. */
void *bud_large_alloc(size_t size_bytes, size_t alignment_bytes, bool zeroed);

/* Frees the block that starts at `address`, the first of `span`; aborts when
 * there is none. */
void bud_large_free(struct bud_span *span, void *address);

/* Makes the block hold `size_bytes`, above BUD_CLASS_MAX_BYTES, where it
 * stands. Returns false, and changes nothing, when that cannot be done. */
bool bud_large_resize(struct bud_span *span, size_t size_bytes);

/* The same elsewhere: moves the contents to a new block and frees the old one.
 * NULL when there is no memory; the old block is then as before. */
void *bud_large_move(struct bud_span *span, size_t size_bytes);

/* Bytes the program may use. */
size_t bud_large_bytes(const struct bud_span *span);

#endif
