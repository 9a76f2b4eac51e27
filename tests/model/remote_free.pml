/*
 * Remote free against retiring and reuse, with owners that stay.
 *
 * Models bud_remote_free, bud_remote_defer, bud_queue_mark, bud_queue_announce,
 * bud_queue_pop, bud_remote_drain, bud_span_collect and
 * bud_span_destroy_locked on the fields named in protocol.inc, with the memory
 * orders named there.
 *
 * Load: SPANS spans of three blocks in two words, all of one cache at first
 * and all live; another cache that may own, and two threads that only free.
 * The owners allocate, free, drain, retire empty spans and take retired ones
 * again; everybody frees any live block. Together they perform ALLOCS
 * allocations and FREES frees in every order.
 *
 * Asserted: no block is handed out while it is held or on its way back; a
 * span goes to the tree only when all its blocks are in bits and no remote
 * free will touch its header again; when everybody rests and the queues are
 * drained, no remote bit and no summary bit is left behind; no deadlock; a
 * retry of the push never waits for another thread.
 *
 * Abstracts: size classes (a span keeps its geometry), the lock, lists.
 */
#ifndef SPANS
#define SPANS 1
#endif
#define HEAPS 4
#define THREADS 4
#ifndef FREES
#define FREES 4
#endif
#ifndef ALLOCS
#define ALLOCS 2
#endif
#include "protocol.inc"

byte frees = FREES;
byte allocs = ALLOCS;
byte resting;
bool defers = SPANS == 1;       /* a signal handler's free, once */

proctype Owner(byte me)
{
    byte a, q, s, w, b, old, olds, sum;
    bool rests;

    do
    :: atomic { !rests && frees > 0 && ANY_LIVE -> frees--; pick_live() };
       free_block(s, w, b);
       s = 0; w = 0; b = 0
    :: atomic { !rests && allocs > 0 && HAS_BIT(me) ->
                allocs--; take_block(me) }
    :: !rests && allocs > 0 && !HAS_BIT(me) && WITHOUT_OWNER(FREE) ->
       take_span()
    :: queue[me] != 0 -> drain()
    /* bud_remote_defer, between two steps of the owner; in the middle of one
     * it does what a Freer does */
    :: atomic { !rests && defers && frees > 0 && ANY_LIVE ->
                defers = false; frees--; pick_live() };
       if
       :: owner[s] == me ->
#ifdef MUTANT_DEFER_MARKS
          d_step {
              bits[w] = bits[w] | b;
              freed[w] = freed[w] | b;
              touching[s] = touching[s] + 1
          };
          mark(s, w)
#else
          put_and_mark(s, w, b)
#endif
       :: else -> free_block(s, w, b)
       fi;
       s = 0; w = 0; b = 0
    :: atomic { !rests -> rests = true; resting++ }
    :: resting == THREADS && queue[me] == 0 -> break
    od
}

proctype Freer(byte me)
{
    byte a, q, s, w, b, old, olds, sum;

    do
    :: atomic { frees > 0 && ANY_LIVE -> frees--; pick_live() };
       free_block(s, w, b);
       s = 0; w = 0; b = 0
    :: break
    od;
    resting++
}

init {
    atomic {
        owner[0] = 1;
        live[0] = 3;
        live[1] = 1;
#if SPANS > 1
        owner[1] = 1;
        live[2] = 2;
        live[3] = 1;
        bits[2] = 1;
        freed[2] = 1;
#endif
        run Owner(1);
        run Owner(2);
        run Freer(3);
        run Freer(4)
    }
    (_nr_pr == 1);
    assert(queue[1] == 0 && queue[2] == 0);
    assert(rsummary[0] == 0 && !remote[0] && !remote[1]);
#if SPANS > 1
    assert(rsummary[1] == 0 && !remote[2] && !remote[3])
#endif
}
