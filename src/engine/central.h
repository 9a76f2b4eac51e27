/* The central lock: around the trees, the regions, abandoned spans and the
 * list of caches. It is held for short, bounded work and never while calling
 * out of the library.
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
