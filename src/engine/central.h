/* The central lock: around the trees, the regions, abandoned spans and the
 * list of caches, and never while calling out of the library.
 *
 * To take or to give units, to make, retire or adopt a span is bounded work,
 * O(log^2 units), see region.h. So it is not, and others wait, where
 *   - the heap grows: an mmap for a region, an mprotect for units and tables;
 *   - idle units are purged: by a give that makes them too many or that comes
 *     with a tick, and by malloc_trim: a look at all idle bits, an madvise for
 *     each run of them, of any length. A large block that is too much by
 *     itself is purged before, outside;
 *   - malloc_trim gives back the empty spans of its thread and of nobody;
 *   - figures are collected: O(units committed);
 *   - the heap is audited: O(leaves of the trees);
 *   - a process forks, and its child mends the heap.
 *
 * The thread that holds it may come back in two ways. Between the `before`
 * and `after` of a fork, the program's own fork handlers may allocate: that is
 * let in, for the state is whole. From a signal handler that interrupted work
 * under the lock, also that of a fork handler: that is turned away, for it is
 * not. A signal handler whose thread only waits for the lock waits as well. */
#ifndef BUD_ENGINE_CENTRAL_H
#define BUD_ENGINE_CENTRAL_H

#include <stdbool.h>

/* Waits for the lock. Returns false when the calling thread is at work under it
 * already and must do without. */
bool bud_central_enter(void);
void bud_central_leave(void);

/* The fork handlers' way: hold across the fork, in this order. The first waits
 * for whoever is at work, except for what it interrupted itself. */
void bud_central_hold_for_fork(void);
void bud_central_resume_after_fork(void);

#endif
