/* What Valgrind is told.
 *
 * Valgrind puts its own malloc in the place of ours, unless it is asked not
 * to. When ours runs under memcheck, the program must get the same reports: of
 * blocks lost, overrun, used after they were freed or before they were
 * written. So every block is announced with the size that was asked for, and
 * behind it lies a red zone that nobody may touch, in whose last bytes, which
 * are the object's last, that size is kept. All other memory of the units is
 * closed, but for the caches.
 *
 * The fast paths know nothing of this. They find nothing either: the tables of
 * a watched cache lead to the empty class, the first entry of bud_regions
 * stays empty, and so every call ends in a function that asks here.
 *
 * Pointers in lost blocks count for memcheck as any others do: a block that
 * is reached from a lost one only is not reported with it. */
#ifndef BUD_ENGINE_WATCH_H
#define BUD_ENGINE_WATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/hint.h"

/* What is known of who watches. */
enum bud_watch_state {
    BUD_WATCH_UNKNOWN,
    BUD_WATCH_OFF,
    BUD_WATCH_ON,
};

/* Every thread that finds UNKNOWN comes to the same answer and writes it, so
 * relaxed suffices. */
extern _Atomic int bud_watch_state;

/* Finds out, unless it is known, whether the heap is watched. */
bool bud_watch_find_out(void);

/* Whether the heap is watched; the answer never changes. */
static inline bool bud_watch_is_on(void)
{
    return bud_unlikely(
        atomic_load_explicit(&bud_watch_state, memory_order_relaxed) !=
            BUD_WATCH_OFF &&
        bud_watch_find_out());
}

/* The functions below are for a heap that is watched. */

/* A block as bud_alloc_aligned gives it out, announced. NULL and ENOMEM when
 * there is no memory. */
void *bud_watch_alloc(size_t alignment_bytes, size_t size_bytes);

/* The size that was asked for the live block at `address`. */
size_t bud_watch_bytes(const void *address);

/* Says that the block at `address` is being freed; before it can be handed out
 * again. When it is none, the misuse is reported. */
void bud_watch_free(const void *address);

/* Units were committed: nobody may touch them yet. */
void bud_watch_close(const void *start, size_t bytes);

/* Opens closed memory for the allocator itself. */
void bud_watch_open(const void *start, size_t bytes);

/* Hides a pointer of the allocator's that may be the address of a block, which
 * would never be lost with it: what holds it counts as not yet written. */
void bud_watch_hide(const void *pointer);

#endif
