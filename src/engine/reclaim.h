/* What happens to spans whose owner sleeps: it allocated them, other threads
 * freed every object, and only the owner could give them back, but it waits
 * for a request, or in a system call, perhaps for hours.
 *
 * So when much has been freed since the owner last looked, the thread that
 * frees takes the owner's queue in hand: it takes the freed objects of each
 * span out of the remote bitmap, gives the pages back if those are all objects
 * of the span, and puts the objects in again. Meanwhile they count as live, so
 * that the owner, should it wake up, cannot hand them out. The span waits in
 * the `purged` list for its owner, who finds it empty. */
#ifndef BUD_ENGINE_RECLAIM_H
#define BUD_ENGINE_RECLAIM_H

#include "engine/cache.h"

/* Notes that a word's last object was freed remotely, and with it `bytes` of
 * its owner's; reclaims when that makes it due. */
void bud_reclaim_note(struct bud_cache *owner, uint64_t bytes);

#endif
