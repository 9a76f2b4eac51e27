/*
 * Fork while other threads are anywhere in malloc and free: what the child
 * must mend so that no freed block and no announcement is lost to it.
 *
 * Models bud_central_hold_for_fork, after_fork_in_child, repair_all, bury,
 * bud_remote_repair, the adoption of a dead cache's span, and all of
 * protocol.inc under them, with the memory orders named there.
 *
 *   busy[h]   cache: busy, the span that its thread has in hand as a
 *             non-owner or has popped. Stored before the fetch_or, the CAS
 *             that pops or the store to the side list, which are releases and
 *             so make it visible first; reset (release) when the hand is
 *             empty. What the holder of a queue does to it and to its lists
 *             is a release each time, so the child sees it in that order.
 *   DEAD(h)   cache: life, set before the child can free anything.
 *
 * The forking thread holds the central lock, so nobody else is in a critical
 * section; a thread without a cache, which has no busy, frees under the lock,
 * and so does a signal handler that finds it in use.
 * The child's memory is a consistent cut: each other thread is frozen between
 * two of its steps. It ends there, and what only it knew is gone.
 *
 * after_fork_in_child, alone in its process, hence one step here: lets go of
 * every queue; empties the own one and its side lists; then collects, marked
 * or not, every word of each span that is own or abandoned and is in the queue
 * of a dead cache or some dead thread's busy; and of each that is marked if a
 * queue was held, for who held it may have been moving what was queued.
 * A span that is empty then is retired. Spans of a dead cache are adopted by
 * the first free into them: all words are collected and rsummary is zeroed
 * before the owner is stored (release).
 *
 * Load: the forker and two threads that are frozen; then in the child the
 * forker and a thread with a new cache. It starts from each kind of place a
 * span can be: own, foreign, abandoned, or announced in the queue of a cache
 * that does not own it any more. FREES frees and ALLOCS allocations in all.
 *
 * Asserted: as in abandon.pml, in the child too; nobody pushes to a dead
 * cache; when the child's threads have ended, every block whose free took
 * effect before or after the fork is free in a span of the tree or the
 * abandoned list, or will be once its dead owner's span is adopted. Blocks in
 * the hands of a frozen thread stay live.
 *
 * With RECLAIM one of the lost threads may visit the forker's queue, or
 * another thread that of one of them.
 *
 * With INSIDE it is a signal handler that forks, and what it interrupted goes
 * on in the child: a section of the lock, an adoption if there is one to be
 * done. Nothing is mended then, only the queues of dead caches are closed; so
 * what was announced to nobody may stay in the remote bitmap, but nothing is
 * handed out twice. What the forker's queue has for a dead cache is dropped;
 * and since it may hold a span that another adopts, adopting one leaves the
 * words that are marked, and their marks.
 *
 * With WAITING it is a signal handler that forks and has interrupted its
 * thread on the way into a section of the lock, or out of one: an adoption, if
 * the span has no owner, else any free. The handler waits for the lock like
 * everybody else, for it is not its thread that has it (lock.pml), and the
 * child is mended; what was interrupted goes on there.
 *
 * Abstracts: one span, whose lists are those of protocol.inc.
 */
#define FORK
/* The forker's, two victims', the child's new thread's. */
#define HEAPS 4
#define SPANS 1
#ifndef FREES
#define FREES 3
#endif
#ifndef ALLOCS
#define ALLOCS 1
#endif
#define DEAD(h) (forked && ((h) == 2 || (h) == 3))
#ifdef INSIDE
#define MAY_PASS_TO_DEAD true
#else
#define MAY_PASS_TO_DEAD false
#endif

bool forked;
byte busy[HEAPS + 1];           /* span + 1 */

#include "protocol.inc"

byte frees = FREES;
byte allocs = ALLOCS;
byte stopped;

#if defined(INSIDE) && !defined(MUTANT_MARKS_FORGOTTEN)
#define KEPT(s) rsummary[s]
#else
#define KEPT(s) 0
#endif
#ifdef MUTANT_MARKED_TAKEN
#define IS_KEPT(s, mark) false
#else
#define IS_KEPT(s, mark) (KEPT(s) & mark)
#endif

/* bud_remote_repair */
inline collect_all_words(s)
{
    if
    :: !IS_KEPT(s, 1) ->
       bits[FIRST(s)] = bits[FIRST(s)] | remote[FIRST(s)];
       remote[FIRST(s)] = 0
    :: else
    fi;
    if
    :: !IS_KEPT(s, 2) ->
       bits[FIRST(s) + 1] = bits[FIRST(s) + 1] | remote[FIRST(s) + 1];
       remote[FIRST(s) + 1] = 0
    :: else
    fi;
    rsummary[s] = KEPT(s);
    touching[s] = (rsummary[s] != 0 -> touching[s] : 0)
}

inline adopt_dead(s)
{
#ifdef MUTANT_PUBLISH_FIRST
    take_lock();
    a = owner[s];
    if
    :: DEAD(a) ->
       owner[s] = me;
       d_step { collect_all_words(s) }
    :: else
    fi;
    drop_lock()
#else
    atomic {
        !locked ->
        if
        :: DEAD(owner[s]) ->
#ifdef MUTANT_ADOPT_SUMMARY_ONLY
           if
           :: rsummary[s] != 0 -> collect_all_words(s)
           :: else
           fi;
#else
           collect_all_words(s);
#endif
           owner[s] = me
        :: else
        fi
    }
#endif
}

#ifdef MUTANT_NO_BUSY
#define IN_HAND(s) false
#else
#define IN_HAND(s) (busy[2] == s + 1 || busy[3] == s + 1)
#endif
#ifdef MUTANT_DEAD_QUEUES_FORGOTTEN
#define QUEUED(s) (queue[1] == s + 1)
#else
#define QUEUED(s) (queue[1] == s + 1 || queue[2] == s + 1 || queue[3] == s + 1)
#endif
#ifdef RECLAIM
#define LISTS(s) ((queue[1] == s + 1 -> 1 : 0) + \
                  (side[ASIDE(1)] == s + 1 -> 1 : 0) + \
                  (side[PURGED(1)] == s + 1 -> 1 : 0))
#define SET_ASIDE(s) (side[ASIDE(1)] == s + 1 || side[PURGED(1)] == s + 1 || \
                      side[PURGED(2)] == s + 1)
#ifdef MUTANT_MOVED_FORGOTTEN
#define MOVED(s) false
#else
#define MOVED(s) (rsummary[s] != 0 && \
                  (seen_held[1] || seen_held[2] || seen_held[3]))
#endif
#else
#define SET_ASIDE(s) false
#define MOVED(s) false
#endif
#ifdef MUTANT_MEND_OWN_ONLY
#define MINE(s) (owner[s] == me)
#else
#define MINE(s) (owner[s] == me || owner[s] == NONE)
#endif

#if defined(INSIDE) && !defined(MUTANT_MEND_INSIDE)
#define IS_MENDED false
#else
#define IS_MENDED true
#endif

inline fork_child()
{
    /* Those that were under way in dead threads will never be done. */
    touching[0] = (rsummary[0] != 0 -> 1 : 0);
    purging[0] = false;
#ifdef RECLAIM
    assert(LISTS(0) <= 1);
#endif
    if
    :: IS_MENDED && MINE(0) &&
       (IN_HAND(0) || QUEUED(0) || SET_ASIDE(0) || MOVED(0)) ->
       collect_all_words(0);
#ifndef MUTANT_MEND_KEEPS_EMPTY
       if
       :: FULL(0) -> leave_to_tree(0)
       :: else
       fi
#endif
    :: else
    fi;
    queue[2] = CLOSED;
    queue[3] = CLOSED;
    if
    :: IS_MENDED ->
#ifdef RECLAIM
       side[ASIDE(me)] = 0;
       side[PURGED(me)] = 0;
#endif
       queue[me] = 0
    :: else
    fi;
#ifdef RECLAIM
    side[ASIDE(2)] = 0;
    side[PURGED(2)] = 0;
#ifndef MUTANT_HELD_FOREVER
    held[1] = false;
    held[2] = false;
    held[3] = false;
#endif
#endif
    skip
}

inline act()
{
    do
    :: atomic { frees > 0 && ANY_LIVE -> frees--; pick_live() };
       free_block(s, w, b);
       s = 0; w = 0; b = 0
    :: atomic { allocs > 0 && HAS_BIT(me) -> allocs--; take_block(me) }
    :: allocs > 0 && !HAS_BIT(me) &&
       (WITHOUT_OWNER(FREE) || WITHOUT_OWNER(NONE)) -> take_span()
    :: HAS_NEWS(me) -> drain()
#ifdef RECLAIM
    :: visits > 0 && queue[1] != 0 && queue[1] != CLOSED && me != 1 ->
       visit(1)
    :: !forked && visits > 0 && queue[2] != 0 && queue[2] != CLOSED &&
       me != 2 ->
       visit(2)
#endif
    :: break
    od
}

proctype Victim(byte me)
{
    byte a, q, s, w, b, old, olds, sum, word;

    {
        act();
        detach();
        free_after_exit()
    } unless {
        forked
    };
    d_step {
        me = 0; a = 0; q = 0; s = 0; w = 0; b = 0;
        old = 0; olds = 0; sum = 0; word = 0;
        stopped++
    }
}

proctype Child(byte me)
{
    byte a, q, s, w, b, old, olds, sum, word;

    act();
    detach();
    free_after_exit()
}

#ifdef MUTANT_WAITS_AS_HOLDER
#define MAY_FORK true
#else
#define MAY_FORK !locked
#endif

/* bud_central_hold_for_fork by who does not hold the lock, and the child. */
inline fork_outside()
{
    atomic { MAY_FORK -> forked = true };
    atomic {
        stopped == 2 ->
        fork_child();
        run Child(4)
    }
}

#ifdef WAITING
/* A free with a fork somewhere in it. */
inline free_and_fork()
{
    if
    :: owner[s] == NONE -> fork_outside(); adopt(s)
    :: owner[s] == NONE -> adopt(s); fork_outside()
    :: else -> fork_outside()
    fi;
    free_block(s, w, b);
    s = 0;
    w = 0;
    b = 0
}
#endif

proctype Forker(byte me)
{
    byte a, q, s, w, b, old, olds, sum, word;
#ifdef INSIDE
    bool adopts;
#endif

    act();
#ifdef INSIDE
    atomic {
        !locked ->
        locked = true;
        adopts = (owner[0] == NONE);
        forked = true
    };
    atomic {
        stopped == 2 ->
        fork_child();
        run Child(4)
    };
    d_step {
        if
        :: adopts -> assert(owner[0] == NONE); owner[0] = me; kept[0] = false
        :: else
        fi;
        adopts = false;
        locked = false
    };
#elif defined(WAITING)
    if
    :: atomic { frees > 0 && ANY_LIVE -> frees--; pick_live() };
       free_and_fork()
    :: fork_outside()
    fi;
#else
    fork_outside();
#endif
    act();
    detach()
}

init {
    atomic {
        live[0] = 3;
        live[1] = 1;
        if
        :: owner[0] = 1
        :: owner[0] = 2
        :: owner[0] = NONE
        :: owner[0] = 1; queue[2] = 1
        :: owner[0] = NONE; queue[2] = 1
        :: owner[0] = 2; queue[1] = 1
        fi;
        if
        :: queue[1] == 1 || queue[2] == 1 ->
           live[0] = 2;
           freed[0] = 1;
           remote[0] = 1;
           rsummary[0] = 1;
           touching[0] = 1;
#if ALLOCS > 0 || defined(RECLAIM)
           if
           :: live[1] = 0; /* one more free, and the span can be purged, or
                            * retired and made anew */
              freed[1] = 1;
              remote[1] = 1;
              rsummary[0] = 3
           :: skip
           fi
#endif
        :: else
        fi;
        run Victim(2);
        run Victim(3);
        run Forker(1)
    }
    (_nr_pr == 1);
    if
    :: DEAD(owner[0]) ->
       assert((bits[0] | remote[0]) == freed[0]);
       assert((bits[1] | remote[1]) == freed[1])
#ifdef INSIDE
    :: owner[0] == FREE || owner[0] == NONE ->
       assert((bits[0] | remote[0]) == freed[0]);
       assert((bits[1] | remote[1]) == freed[1])
#endif
    :: else ->
       assert(owner[0] == FREE || owner[0] == NONE);
       assert(rsummary[0] == 0 && touching[0] == 0);
       assert(remote[0] == 0 && remote[1] == 0);
       assert(bits[0] == freed[0] && bits[1] == freed[1]);
       assert((owner[0] == FREE || kept[0]) == FULL(0))
    fi
}
