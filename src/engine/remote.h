/* Remote free: a thread frees an object of a span that another one owns.
 *
 * The object's bit goes into the span's remote bitmap, never into the owner's.
 * Who sets the first bit of a word marks the word in remote_summary; who marks
 * the first word pushes the span on the queue of its owner. The owner takes
 * marks only of spans it popped, and bits only of words that were marked. So
 * an object counts as live until the last step of everybody who announces it
 * is done, and a span can only become empty, be retired and change its
 * meaning when no late step is under way. tests/model/ checks this.
 *
 * The owner may end meanwhile: its queue is closed then, and spans whose
 * pushes came late are found by the rule that whoever pops a span of another
 * owner passes it on. */
#ifndef BUD_ENGINE_REMOTE_H
#define BUD_ENGINE_REMOTE_H

#include "engine/cache.h"

/* Frees object `index` of a span that is not the calling thread's. Aborts on a
 * double free. */
void bud_remote_free(struct bud_span *span, uint32_t index);

/* Whether object `index` is known to be free. For a thread that has no right
 * to the bitmap: a true answer is certain, a false one may be late, and a
 * double free is then caught when the owner takes the bit in, unless it has
 * handed the object out again by then. */
bool bud_remote_is_free(const struct bud_span *span, uint32_t index);

/* Takes in what other threads freed in spans of this cache, which is the
 * calling thread's and entered. Returns whether there was something; not, when
 * another thread is just reclaiming from the queue, or in a signal handler that
 * interrupted its thread with a span in hand. */
bool bud_remote_drain(struct bud_cache *cache);

/* Turns the free of an object by its owner, which has just set its bit and not
 * touched the summary, into a remote free: for a signal handler that must keep
 * off the lists. */
void bud_remote_defer(struct bud_span *span, uint32_t index);

/* Closes the queue of a cache whose spans are all abandoned, and passes on
 * what is still in it. */
void bud_remote_close(struct bud_cache *cache);

/* Takes in every remotely freed object of a span, marked or not. For a forked
 * child, where those who would have marked it are gone; the caller owns the
 * span or holds the central lock. */
void bud_remote_repair(struct bud_span *span);

/* In a forked child that could not be repaired a span of a lost thread may be
 * in a living one's queue. Repairing it then leaves the words that are marked,
 * and their marks, so that nobody queues the span a second time or finds it
 * empty before. Changed only while the child has one thread. */
extern bool bud_remote_keeps_marks;

#endif
