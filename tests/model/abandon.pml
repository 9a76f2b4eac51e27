/*
 * Thread exit, abandonment and adoption of spans, and reuse of a heap by a
 * later thread, while others free into the spans remotely.
 *
 * Models what remote_free.pml does, and bud_adopt, bud_abandoned_collect,
 * bud_abandoned_free, bud_trim, open_cache_locked and the end of a thread
 * (leave_spans, bud_remote_close), on the fields named in protocol.inc, with
 * the memory orders named there. A thread that ends gives every owned span to
 * the tree or to NONE under the lock; then it passes on what is in its queue
 * until it can close it empty, by compare-and-exchange (acq_rel). A new thread
 * reopens the queue under the lock (release).
 *
 * With RECLAIM also the visit of a freeing thread to another's queue
 * (bud_reclaim_note, visit): it holds the queue, moves what is in it to a side
 * list (bud_queue_set_aside), takes a span from there and, when every object's
 * remote bit is set (loads acquire), gives the pages back and puts the span on
 * the list of purged ones (bud_queue_add_purged); any other it announces again.
 * The marks stay, and with them the right to the span, so nobody else can take
 * the bits in and allocate; and no bit leaves the remote bitmap.
 *
 * Load: HEAPS caches for three threads, so that one thread takes over a cache
 * that another has left. Each allocates, frees, drains, adopts and ends; after
 * that it may free once more, without a cache. ALLOCS allocations and FREES
 * frees in all, in every order.
 *
 * Asserted: as in remote_free.pml; and when all threads have ended, every
 * span is in the tree or abandoned, no abandoned span is empty (it could never
 * be found again) unless its thread left it so, to be adopted, none has a
 * remote or a summary bit, every block is either held by the program or free.
 * A closed cache owns no span, so a push that sees CLOSED and rereads the
 * owner never waits.
 *
 * With RECLAIM: no block of a span that is being purged is handed out, and
 * the span does not go to the tree.
 *
 * Abstracts: size classes, the lists of owned and abandoned spans, the lock,
 * when a thread visits.
 */
#define HEAPS 2
#ifndef SPANS
#define SPANS 1
#endif
#ifndef FREES
#define FREES 3
#endif
#ifndef ALLOCS
#define ALLOCS 1
#endif
#include "protocol.inc"

byte frees = FREES;
byte allocs = ALLOCS;

proctype Thread(byte me)
{
    byte a, q, s, w, b, old, olds, sum;

    if
    :: me == 0 -> attach()
    :: else
    fi;
    do
    :: atomic { frees > 0 && ANY_LIVE -> frees--; pick_live() };
       free_block(s, w, b);
       s = 0; w = 0; b = 0
    :: atomic { allocs > 0 && HAS_BIT(me) -> allocs--; take_block(me) }
    :: allocs > 0 && !HAS_BIT(me) &&
       (WITHOUT_OWNER(FREE) || WITHOUT_OWNER(NONE)) -> take_span()
    :: HAS_NEWS(me) -> drain()
    :: trim(0)
#ifdef RECLAIM
    :: visits > 0 && queue[1] != 0 && queue[1] != CLOSED && me != 1 ->
       visit(1)
#endif
    :: break
    od;
    detach();
    free_after_exit()
}

#define SETTLED(s) \
    assert(owner[s] == FREE || owner[s] == NONE); \
    assert(rsummary[s] == 0 && touching[s] == 0); \
    assert(remote[FIRST(s)] == 0 && remote[FIRST(s) + 1] == 0); \
    assert((bits[FIRST(s)] ^ live[FIRST(s)]) == MASK(0)); \
    assert((bits[FIRST(s) + 1] ^ live[FIRST(s) + 1]) == MASK(1)); \
    assert((owner[s] == FREE || kept[s]) == FULL(s))

init {
    atomic {
        owner[0] = 1;
        live[0] = 3;
        live[1] = 1;
#if SPANS > 1
#ifdef RECLAIM
        owner[1] = 1;           /* two spans can meet in one queue */
#else
        owner[1] = 2;
#endif
        bits[2] = 2;
        freed[2] = 2;
        live[2] = 1;
        live[3] = 1;
#endif
        run Thread(1);
        run Thread(2);
        run Thread(0)
    }
    (_nr_pr == 1);
    SETTLED(0);
#if SPANS > 1
    SETTLED(1);
#endif
}
