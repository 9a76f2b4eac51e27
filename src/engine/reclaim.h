/* What happens to spans whose owner sleeps: it allocated them, other threads
 * freed every object, and only the owner could give them back, but it waits
 * for a request, or in a system call, perhaps for hours.
 *
 * So when much has been freed since the owner last looked, the thread that
 * frees takes the owner's queue in hand and gives back the pages of the spans
 * whose objects are all free. Who popped a span, still marked, is the only one
 * who may take its objects in, so they cannot be handed out meanwhile. The span
 * then waits in the `purged` list for its owner, who finds it empty. */
#ifndef BUD_ENGINE_RECLAIM_H
#define BUD_ENGINE_RECLAIM_H

#include "engine/cache.h"

/* Notes that a word's last object was freed remotely, and with it `bytes` of
 * its owner's; reclaims when that makes it due. */
void bud_reclaim_note(struct bud_cache *owner, uint64_t bytes);

/* Notes that the owner of this cache has taken in what others freed. */
void bud_reclaim_note_noticed(struct bud_cache *cache);

#endif
