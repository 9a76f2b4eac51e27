/* The whole heap as a test sees it: is it consistent, and are the blocks that
 * the test holds as the test left them. For moments when no other thread is
 * at work in the heap. */
#ifndef BUD_TESTS_HEAP_H
#define BUD_TESTS_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct bud_span;

/* Fails the test unless trees, bitmaps, headers, idle marks, the lists of the
 * caches and the figures agree with each other, and the free units that are
 * not idle read as zero. */
void heap_expect_consistent(void);

/* Fails the test unless no block is live. */
void heap_expect_no_block(void);

/* Live bytes as the statistics count them. */
uint64_t heap_live_bytes(void);

/* Objects of a span whose bit says that they are free. */
uint32_t heap_free_objects(const struct bud_span *span);

/* ---- blocks with contents ---- */

struct block {
    unsigned char *address;
    size_t bytes;
    unsigned char pattern;
};

/* Takes the memory at `address`, which may be NULL, as a block and fills it,
 * of a big one both ends, with a pattern of its own. */
struct block block_fill(void *address, size_t bytes);

/* Fails the test unless the first `bytes` of the block are as filled. */
void block_expect(const struct block *block, size_t bytes);

/* Allocates, fills. Fails the test when there is no memory. */
struct block block_new(size_t bytes);

/* Checks and frees. */
void block_free(struct block *block);

#endif
