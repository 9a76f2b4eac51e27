/* Threads and forks: how a thread gets a cache and what becomes of it. */
#ifndef BUD_ENGINE_THREAD_H
#define BUD_ENGINE_THREAD_H

#include "engine/cache.h"

/* Gives the calling thread a cache. NULL when there is no memory. */
struct bud_cache *bud_thread_begin(void);

/* Sees to it that the cache is given back when the thread ends; called again
 * until libc grants it. */
void bud_thread_ensure_exit_hook(struct bud_cache *cache);

/* The list of all caches ever made. */
struct bud_cache *bud_thread_caches(void);

#endif
