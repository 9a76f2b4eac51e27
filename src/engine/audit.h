/* The option `check`: the heap's own records are verified while the program
 * runs, by the proved checker of core/check.h and by what the records say of
 * each other.
 *
 * An audit looks at
 *   trees    of every region, under the central lock
 *   headers  of every span that has an owner or waits for one, and of every
 *            large block: in their place, true to their class, and over units
 *            that are live in the tree as that very run
 *   bitmaps  of the same spans, whoever owns them: no bit past the last
 *            object, no mark past the last word
 *   marks    of idle units, and the figures of units in use and idle
 *   lists    of the calling thread's cache and of abandoned spans
 *
 * It finds nothing wrong in a heap that other threads are changing. What the
 * lock guards it reads under the lock; a header only when it has been
 * published, see check_span; and of the words that an owner changes without a
 * lock, only what is true of every value that they ever have.
 *
 * An audit of the used part is due every so many steps of slow work, more in a
 * larger heap, so that it adds a constant to each step. An audit of everything
 * also reads the nodes over units that were never used. Any damage is named,
 * see damage.h, and the process aborts. */
#ifndef BUD_ENGINE_AUDIT_H
#define BUD_ENGINE_AUDIT_H

#include <stdbool.h>

#include "engine/hint.h"

/* The option. Set before there are threads. */
extern bool bud_audit_is_on;

/* A step of slow work, with the option on. */
void bud_audit_count_step(void);

/* Counts a step of slow work and audits the used part when that is due. For
 * callers without the central lock. */
static inline void bud_audit_step(void)
{
    if (bud_unlikely(bud_audit_is_on)) {
        bud_audit_count_step();
    }
}

/* Audits everything when the option is on. O(leaves of the trees). Nothing
 * that the central lock guards is looked at when the caller is inside it. */
void bud_audit_all(void);

#endif
