/* buddy.h: a buddy allocator for any range of addresses, to embed.
 *
 * It hands out blocks of a power of two bytes from a range that the caller
 * names by its start and size, and never reads or writes a byte of that
 * range: it may be device memory, physical memory or not mapped yet. All it
 * knows lies in metadata that the caller gives, two to four bytes for each
 * smallest block. Freestanding: it needs no library, no operating system and
 * no static data.
 *
 *     BUDDY_HEAP(pool, 1u << 20, 6);         1 MiB in blocks of 64 bytes
 *
 *     pool_init(0x80000000u);
 *     uintptr_t block = buddy_allocate(&pool, 100, 16);
 *     enum buddy_result result = buddy_deallocate(&pool, block, 100, 16);
 *
 * Every request gets the lowest free block of its size, or, with an alignment
 * above its size, the lowest of those that buddy_allocate names; free
 * neighbours that are halves of one block are always one block. Time is
 * O(log(blocks)) for everything but the functions that say otherwise.
 *
 * A heap is not locked: calls on the same heap must not overlap in time, nor
 * may a signal handler use a heap that it may have interrupted. Different
 * heaps are independent. Two processes after fork own a copy each. */
#ifndef BUDDY_H
#define BUDDY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The start of a heap is a multiple of this, in bytes. */
#define BUDDY_START_ALIGNMENT_BYTES 4096u

/* A heap has at most this many smallest blocks. */
#define BUDDY_MAX_BLOCKS ((uint32_t)1 << 30)

/* What a call found. Whatever is not BUDDY_OK has changed nothing. */
enum buddy_result {
    BUDDY_OK = 0,
    /* No block that is in use contains the address: freed twice, or never
     * handed out. */
    BUDDY_NOT_LIVE,
    /* The address lies inside a block, not at its start. */
    BUDDY_INTERIOR,
    /* The block was not allocated with this size and alignment. */
    BUDDY_WRONG_SIZE,
    /* The address belongs to no block of this heap. */
    BUDDY_OUTSIDE,
    /* The start is 0 or no multiple of BUDDY_START_ALIGNMENT_BYTES. */
    BUDDY_BAD_START,
    /* Not one smallest block, more than BUDDY_MAX_BLOCKS of them, or past the
     * end of the address space. */
    BUDDY_BAD_SIZE,
    /* There is less metadata than buddy_metadata_bytes asks for. */
    BUDDY_FEW_METADATA
};

/* A heap. Its fields belong to the functions below; it may be copied only to
 * be looked at. 32 bytes or less. */
struct buddy {
    uint8_t *node;   /* the metadata: a byte per node of the tree of blocks */
    uintptr_t start; /* address of the first byte */
    uint32_t blocks; /* smallest blocks in the heap */
    uint32_t leaves; /* the same, rounded up to a power of two */
    uint32_t height; /* log2 of leaves */
    uint32_t order;  /* log2 of the bytes in a smallest block */
};

/* How full a heap is, all in bytes but the last. */
struct buddy_stats {
    size_t size_bytes;         /* what the heap manages: whole blocks */
    size_t free_bytes;         /* of these, in no block that is in use */
    size_t largest_free_bytes; /* largest request that succeeds, 0 if none */
    size_t free_blocks;        /* maximal free blocks */
};

/* Bytes of metadata for a heap of `size_bytes` in smallest blocks of
 * 2^`order` bytes: twice the number of blocks, rounded up to a power of two;
 * 0 when no such heap can be (see BUDDY_BAD_SIZE). Thread- and signal-safe. */
size_t buddy_metadata_bytes(size_t size_bytes, unsigned order);

/* How many bytes a heap needs so that fragmentation never makes a request fail:
 * with so many to manage, buddy_allocate serves every load of which at no time
 * more than `live_bytes` are in use, in blocks of at most `largest_bytes`, in
 * whatever order blocks come and go. A block counts with its own size, which
 * is the request rounded up to a power of two and at least a smallest block of
 * 2^`order` bytes. It holds for requests whose alignment is not above their
 * size and divides the start of the heap. For M and blocks up to n, counted in
 * smallest blocks, this is
 *
 *     M + (M - 1) * log2(n) / 2    rounded up to a multiple of n
 *
 * which is all but optimal: when M is a multiple of n, no allocator does with
 * less than M * (1 + log2(n) / 2) - n + 1 (J. M. Robson, "Bounds for some
 * functions concerning dynamic storage allocation", JACM 1974; "Worst case
 * fragmentation of first fit and best fit storage allocation strategies",
 * Computer Journal 1977). Not rounded, it need not be a power of two; 0 when
 * `live_bytes` is, or when no heap can be so large (see BUDDY_BAD_SIZE).
 * Thread- and signal-safe. */
size_t buddy_headroom(size_t live_bytes, size_t largest_bytes, unsigned order);

/* Makes `heap` manage the `size_bytes` from address `start` on, all free, in
 * smallest blocks of 2^`order` bytes; a rest that fills no block is left
 * alone. The range may end at the last byte of the address space.
 *
 * `metadata` are `metadata_bytes` of memory outside of the range and outside
 * of `heap`; they are overwritten, whatever they hold, and stay the caller's,
 * who must leave them alone while the heap is used. There is no way to close
 * a heap and no need for one.
 *
 * Blocks are as aligned as their distance from `start`: give it the largest
 * alignment that requests will have.
 *
 * Returns BUDDY_OK, BUDDY_BAD_START, BUDDY_BAD_SIZE or BUDDY_FEW_METADATA.
 * Time is O(metadata). */
enum buddy_result buddy_init(struct buddy *heap, void *metadata,
                             size_t metadata_bytes, uintptr_t start,
                             size_t size_bytes, unsigned order);

/* Address of a block of at least `size_bytes` (0 counts as 1) that is a
 * multiple of `alignment_bytes`, a power of two. The block belongs to the
 * caller until it is deallocated with the same size and alignment.
 *
 * The block's size is `size_bytes` rounded up to a power of two and at least
 * a smallest block. An alignment above that does not make it larger: the
 * block is then cut from a free one as large as the alignment. Of all blocks
 * that it could be, it is the one with the lowest address.
 *
 * Returns 0, and changes nothing, when there is no free block of that size
 * (or alignment, if larger), when no block of that size can be so aligned in
 * a heap with this start, and when the alignment is no power of two. In a heap
 * that is smaller than the alignment, one block at most can be so aligned: it
 * need only be free itself. */
uintptr_t buddy_allocate(struct buddy *heap, size_t size_bytes,
                         size_t alignment_bytes);

/* Gives the block at `address` back, which buddy_allocate returned for the
 * same `size_bytes` and `alignment_bytes`.
 *
 * Returns BUDDY_OK, or why it refuses, with the heap as it was: BUDDY_OUTSIDE,
 * BUDDY_NOT_LIVE, BUDDY_INTERIOR, BUDDY_WRONG_SIZE (the size would have got a
 * block of another size, or the address is no multiple of the alignment).
 * Every address may be asked about, 0 included. */
enum buddy_result buddy_deallocate(struct buddy *heap, uintptr_t address,
                                   size_t size_bytes, size_t alignment_bytes);

/* The free list of one order, as a view: the address of the first free block
 * of exactly 2^`order` bytes after the one at `previous`, in order of
 * address; 0 when there is no more. It starts with `previous` = 0:
 *
 *     for (p = buddy_walk_free(heap, 12, 0); p != 0;
 *          p = buddy_walk_free(heap, 12, p))
 *
 * Blocks are maximal: each free byte is in one block of one order. The heap
 * may change between calls. Time is O(log(blocks)) for each free block of any
 * order that is passed. */
uintptr_t buddy_walk_free(const struct buddy *heap, unsigned order,
                          uintptr_t previous);

/* How full the heap is. Time is O(log(blocks)) for each free block. */
struct buddy_stats buddy_get_stats(const struct buddy *heap);

/* Declares, at file scope, a static heap `name` with its metadata and a
 * function `name_init(start)` that calls buddy_init with them. Size and order
 * are constant expressions. */
#define BUDDY_HEAP(name, size_bytes, order)                                    \
    static uint8_t name##_metadata[BUDDY_METADATA_BYTES(size_bytes, order)];   \
    static struct buddy name;                                                  \
    static inline enum buddy_result name##_init(uintptr_t start)               \
    {                                                                          \
        return buddy_init(&name, name##_metadata, sizeof(name##_metadata),     \
                          start, (size_bytes), (order));                       \
    }                                                                          \
    struct buddy_needs_semicolon

/* buddy_metadata_bytes as a constant expression. */
#define BUDDY_METADATA_BYTES(size_bytes, order)                                \
    (2u * (BUDDY_FILL_16(((size_t)(size_bytes) >> (order)) - 1u) + 1u))

/* `x` with every bit below its highest one set, step by step. */
#define BUDDY_FILL_1(x) ((x) | (x) >> 1)
#define BUDDY_FILL_2(x) (BUDDY_FILL_1(x) | BUDDY_FILL_1(x) >> 2)
#define BUDDY_FILL_4(x) (BUDDY_FILL_2(x) | BUDDY_FILL_2(x) >> 4)
#define BUDDY_FILL_8(x) (BUDDY_FILL_4(x) | BUDDY_FILL_4(x) >> 8)
#define BUDDY_FILL_16(x) (BUDDY_FILL_8(x) | BUDDY_FILL_8(x) >> 16)

#ifdef __cplusplus
}
#endif

#endif
