/* Spans without an owner: what threads leave behind that end, or that did not
 * come along through a fork. The central lock owns them. */
#ifndef BUD_ENGINE_ABANDON_H
#define BUD_ENGINE_ABANDON_H

#include "engine/cache.h"

/* Leaves a span that is in no list of its owner to whoever wants it. */
void bud_abandon_locked(struct bud_span *span);

/* Makes an abandoned span, or one of a dead cache, the calling thread's and
 * links it. Returns false when it has (got) a living owner. */
bool bud_adopt(struct bud_span *span, struct bud_cache *cache);

/* Whether some abandoned span of the class is offered for adoption. */
bool bud_abandoned_has(uint32_t class);

/* The first of them, or NULL; `owned_next` leads to the others. */
struct bud_span *bud_abandoned_first_locked(uint32_t class);

/* Gives back the empty spans among those that are offered for adoption. */
void bud_abandoned_trim_locked(void);

/* Adopts some abandoned span of the class. Returns false when there is none. */
bool bud_adopt_any(uint32_t class, struct bud_cache *cache);

/* Gives a span without an owner back when it is empty, and offers it for
 * adoption when it has a free object. */
void bud_abandoned_settle_locked(struct bud_span *span);

/* Takes in the marked remote frees of a span that has no owner and gives it
 * back when it is empty. Returns false, and does nothing, when it has one. */
bool bud_abandoned_collect(struct bud_span *span);

/* Frees an object of a span that has no owner, for a thread without a cache.
 * Returns false, and does nothing, when it has one. */
bool bud_abandoned_free(struct bud_span *span, uint32_t index);

#endif
