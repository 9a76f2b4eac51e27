/*
 * Remote free and drain on weakly ordered memory: are the memory orders of
 * the code enough, and which of them are needed?
 *
 * Models bud_remote_free, bud_queue_mark, bud_queue_announce, bud_queue_pop,
 * bud_span_collect, bud_adopt and bud_remote_close with C11's happens-before.
 * The orders here are the weakest that suffice; a stronger one in the code
 * (such as acq_rel for the fetch_or on a remote word) cannot do harm:
 *
 *   remote words  fetch_or release; emptied with acquire
 *   rsummary      fetch_or acq_rel; exchange acq_rel
 *   queue         load acquire; push CAS release; pop CAS acquire (release
 *                 only for a fork's sake); close CAS release
 *   owner         relaxed, stored under the lock. The code's release and
 *                 acquire are for spans of dead caches, whose adopter resets
 *                 rsummary by a plain store: fork.pml, MUTANT_PUBLISH_FIRST
 *   lock          acquire, release
 *
 * A mutant is named by what is left of the order: MUTANT_MARK_RELEASE has the
 * fetch_or on rsummary as a release only.
 *
 * knows[t] is a set of plain locations: thread t's view holds their latest
 * access. An access makes all others ignorant of the location, and is a data
 * race when its own thread was ignorant. A release store attaches knows[t] to
 * the atomic, an acquire load takes it from there, a read-modify-write carries
 * on what was attached (release sequence). So a plain store that becomes
 * visible late is one that the reader does not know of. A load of owner may
 * return any value not older than one the thread knows of; read-modify-writes
 * return the latest.
 *
 *   DATA + b    contents of block b: the program's, then the next holder's
 *   NEXT        remote_next
 *   BITS        the owner's bitmap
 *   FIRST + w   that word w got its first remote bit: who was told of the word
 *               must find the bit in it
 *
 * Load: three threads write to a block and free it, two blocks of three in
 * the same word; the owner drains, hands collected blocks out again (writes to
 * them), ends and abandons the span; another thread adopts it and goes on.
 *
 * Asserted: no data race on these; who is told of a word finds its bit; at the
 * end every block has been collected; a thread that sees the queue closed and
 * rereads the owner sees another one.
 *
 * With RECLAIM a thread that has freed visits the first owner's queue, once:
 *
 *   LISTS       set_aside, purged, and whether the queue is open. Relaxed (the
 *               release of their stores is for a fork), so who holds the queue
 *               must know of the latest store, as of a plain one
 *   held        acquire, release
 *   words       load acquire: the purge is a write to every block, which must
 *               come after their last users' and before their next ones'
 *
 * Abstracts: a queue that is loaded is loaded at its latest value, for an old
 * one makes the CAS fail, or is CLOSED and makes the thread look again; one
 * span, so remote_next is 0.
 */
#define DATA  0
#define NEXT  3
#define BITS  4
#define FIRST 5
#define LISTS 7

#define QUEUE_A  0
#define QUEUE_D  1
#define SUMMARY  2
#define REMOTE   3              /* two words */
#define LOCK     5
#define HELD     6
#define ATOMICS  7

#define A 0                     /* the first owner */
#define D 1                     /* the adopter; 2 .. 4 only free */
#define NONE   2
#define CLOSED 9
#define NOT_QUEUED 8            /* found on a side list */
#define THREADS 5

byte knows[THREADS];
byte attached[ATOMICS];
byte summary;
byte remote[2];
byte queue[2];
byte collected;
bool locked;
#ifdef RECLAIM
bool held;                      /* the queue of A */
bool aside;                     /* the span is on this side list of A */
bool purged;                    /* or on this one */
#define HAS_NEWS (queue[A] == 1 || purged)
#else
#define HAS_NEWS (queue[A] == 1)
#endif

/* owner's values in modification order: A, NONE, D, NONE. */
byte owners = 1;                /* how many have been stored */
byte owner_seen[THREADS];       /* index of the oldest that t may still load */
byte owner_attached[ATOMICS];

#define OWNER(i) ((i) == 0 -> A : ((i) == 2 -> D : NONE))
#define LATEST (owners - 1)

inline touch(place)
{
    knows[0] = knows[0] & ~(1 << (place));
    knows[1] = knows[1] & ~(1 << (place));
    knows[2] = knows[2] & ~(1 << (place));
    knows[3] = knows[3] & ~(1 << (place));
    knows[4] = knows[4] & ~(1 << (place));
    attached[0] = attached[0] & ~(1 << (place));
    attached[1] = attached[1] & ~(1 << (place));
    attached[2] = attached[2] & ~(1 << (place));
    attached[3] = attached[3] & ~(1 << (place));
    attached[4] = attached[4] & ~(1 << (place));
    attached[5] = attached[5] & ~(1 << (place));
    attached[6] = attached[6] & ~(1 << (place));
    knows[me] = knows[me] | (1 << (place))
}

inline access(place)
{
    assert(knows[me] & (1 << (place)));
    touch(place)
}

inline acquire(atom)
{
    knows[me] = knows[me] | attached[atom];
    owner_seen[me] = (owner_attached[atom] > owner_seen[me] ->
                      owner_attached[atom] : owner_seen[me])
}

inline release(atom)
{
    attached[atom] = attached[atom] | knows[me];
    owner_attached[atom] = (owner_seen[me] > owner_attached[atom] ->
                            owner_seen[me] : owner_attached[atom])
}

inline lock()
{
    atomic {
        !locked ->
        locked = true;
#ifndef MUTANT_LOCK_RELAXED
        acquire(LOCK)
#else
        skip
#endif
    }
}

inline unlock()
{
    d_step {
#ifndef MUTANT_UNLOCK_RELAXED
        release(LOCK);
#endif
        locked = false
    }
}

/* Any value that coherence lets the thread still see: o is its index. */
inline load_owner()
{
    atomic {
        o = owner_seen[me];
        do
        :: o < LATEST -> o++
        :: break
        od;
        owner_seen[me] = o
    }
}

inline store_owner()
{
    d_step {
        assert(owner_seen[me] == LATEST);
        owners++;
        owner_seen[me] = LATEST
    }
}

inline collect()
{
    d_step {
        sum = summary;
        summary = 0;
#ifndef MUTANT_TAKE_MARKS_RELEASE
        acquire(SUMMARY);
#endif
#ifndef MUTANT_TAKE_MARKS_ACQUIRE
        release(SUMMARY);
#endif
    };
    w = 0;
    do
    :: w == 2 -> break
    :: else ->
       d_step {
           if
           :: sum & (1 << w) ->
              assert(knows[me] & (1 << (FIRST + w)));
              taken = remote[w];
              remote[w] = 0;
#ifndef MUTANT_TAKE_BITS_RELAXED
              acquire(REMOTE + w);
#endif
              access(BITS);
              assert((collected & taken) == 0);
              collected = collected | taken;
              /* handed out again at once: the next holder writes */
              if
              :: taken & 1 -> access(DATA)
              :: else
              fi;
              if
              :: taken & 2 -> access(DATA + 1)
              :: else
              fi;
              if
              :: taken & 4 -> access(DATA + 2)
              :: else
              fi;
              taken = 0
           :: else
           fi;
           w++
       }
    od;
    sum = 0;
    w = 0
}

inline announce()
{
    do
    :: load_owner();
       if
       :: OWNER(o) == NONE ->
          lock();
          assert(owner_seen[me] == LATEST);
          if
          :: OWNER(LATEST) == NONE ->
             collect();
             unlock();
             break
          :: else -> unlock()
          fi
       :: else ->
          q = OWNER(o);
          seen = o;
          d_step {
              h = queue[q];
#ifndef MUTANT_QUEUE_LOAD_RELAXED
              acquire(QUEUE_A + q);
#endif
              assert(h != CLOSED || owner_seen[me] != seen)
          };
          if
          :: h == CLOSED
          :: else ->
             d_step { access(NEXT) };
             d_step {
                 if
                 :: queue[q] == h ->
                    queue[q] = 1;
#ifndef MUTANT_PUSH_RELAXED
                    release(QUEUE_A + q);
#endif
                    h = CLOSED
                 :: else
                 fi
             };
             if
             :: h == CLOSED -> break
             :: else
             fi
          fi
       fi
    od;
    o = 0; q = 0; h = 0; seen = 0
}

inline remote_free(word, mask)
{
    d_step {
        h = remote[word];
        remote[word] = remote[word] | mask;
        if
        :: h == 0 -> touch(FIRST + word)
        :: else
        fi;
#ifndef MUTANT_PUT_BIT_RELAXED
        release(REMOTE + word);
#endif
    };
    if
    :: h == 0 ->
       d_step {
           h = summary;
           summary = summary | (1 << word);
#ifndef MUTANT_MARK_RELEASE
           acquire(SUMMARY);
#endif
#ifndef MUTANT_MARK_ACQUIRE
           release(SUMMARY);
#endif
       };
       if
       :: h == 0 -> announce()
       :: else -> h = 0
       fi
    :: else -> h = 0
    fi
}

#ifdef RECLAIM
/* bud_queue_hold, when nobody else holds the queue */
inline hold()
{
    atomic {
        !held ->
        held = true;
#ifndef MUTANT_HOLD_RELAXED
        acquire(HELD)
#else
        skip
#endif
    }
}

inline let_go()
{
    d_step {
#ifndef MUTANT_LET_GO_RELAXED
        release(HELD);
#endif
        held = false
    }
}

/* The loads of the two words, at their latest values. */
inline is_all_freed()
{
    d_step {
        h = (remote[0] == 3);
#ifndef MUTANT_VISIT_BITS_RELAXED
        acquire(REMOTE);
#endif
    };
    d_step {
        h = h && remote[1] == 4;
#ifndef MUTANT_VISIT_BITS_RELAXED
        acquire(REMOTE + 1);
#endif
    }
}

/* bud_reclaim_note: what is in the queue of A. */
inline visit()
{
    hold();
    d_step {
        access(LISTS);
        h = queue[A];
        if
        :: h == 1 ->
           queue[A] = 0;
#ifndef MUTANT_SET_ASIDE_RELAXED
           acquire(QUEUE_A);
#endif
        :: else
        fi
    };
    if
    :: h == 1 ->
       d_step { access(LISTS); aside = true };
       d_step { access(LISTS); access(NEXT); aside = false };
       load_owner();
       if
       :: OWNER(o) == A ->
          is_all_freed();
          if
          :: h ->
             /* madvise, as a write to all of it */
             d_step { access(DATA); access(DATA + 1); access(DATA + 2) };
             d_step { access(NEXT); access(LISTS); purged = true }
          :: else -> announce()
          fi
       :: announce() /* another owner, or an old value of a word */
       fi
    :: else
    fi;
    h = 0;
    o = 0;
    let_go()
}
#endif

inline drain(own)
{
    do
    :: d_step {
           h = queue[own];
#ifdef RECLAIM
           if
           :: own == A -> access(LISTS)
           :: else
           fi;
           if
           :: own == A && purged -> purged = false; h = NOT_QUEUED
           :: else
           fi;
#endif
           if
           :: h == 1 ->
              queue[own] = 0;
#ifndef MUTANT_POP_RELAXED
              acquire(QUEUE_A + own);
#endif
           :: else
           fi
       };
       if
       :: h != 1 && h != NOT_QUEUED -> break
       :: else
       fi;
       d_step { access(NEXT) };
       load_owner();
       if
       :: OWNER(o) == own -> collect()
       :: else -> announce()
       fi
    od;
    h = 0;
    o = 0
}

/* Leaves the span to nobody and closes the queue. */
inline leave(own)
{
    lock();
    store_owner();
    unlock();
#ifdef RECLAIM
    if
    :: own == A -> hold()
    :: else
    fi;
#endif
    do
    :: drain(own);
       d_step {
           if
           :: queue[own] == 0 ->
#ifdef RECLAIM
              /* or a visitor may see it open, and open it again */
              if
              :: own == A -> access(LISTS)
              :: else
              fi;
#endif
              queue[own] = CLOSED;
#ifndef MUTANT_CLOSE_RELAXED
              release(QUEUE_A + own);
#endif
              h = CLOSED
           :: else
           fi
       };
       if
       :: h == CLOSED -> break
       :: else
       fi
    od;
#ifdef RECLAIM
    if
    :: own == A -> let_go()
    :: else
    fi;
#endif
    h = 0
}

proctype Freer(byte me; byte b; byte word)
{
    byte o, q, h, sum, w, taken, seen;

    d_step { access(DATA + b) };
    remote_free(word, 1 << b);
#ifdef RECLAIM
    if
    :: b == 0 -> visit()
    :: skip
    fi
#endif
}

proctype First()
{
    byte me = A, o, q, h, sum, w, taken, seen;

    do
    :: HAS_NEWS ->
#ifdef RECLAIM
       hold();
#endif
       drain(A);
#ifdef RECLAIM
       let_go()
#endif
    :: break
    od;
    leave(A)
}

proctype Adopter()
{
    byte me = D, o, q, h, sum, w, taken, seen;

    do
    :: owners == 2 ->
       lock();
       d_step { access(BITS) };
       store_owner();
       unlock();
       break
    od;
    do
    :: queue[D] == 1 -> drain(D)
    :: break
    od;
    leave(D)
}

init {
    atomic {
        /* The owner handed the blocks to the threads that free them. */
        knows[A] = (1 << BITS) | (1 << NEXT) | (1 << LISTS);
        knows[2] = 1 << DATA;
        knows[3] = 1 << (DATA + 1);
        knows[4] = 1 << (DATA + 2);
        attached[SUMMARY] = 1 << NEXT;
        attached[HELD] = 1 << LISTS;
        run First();
        run Adopter();
        run Freer(2, 0, 0);
        run Freer(3, 1, 0);
        run Freer(4, 2, 1)
    }
    (_nr_pr == 1);
    assert(collected == 7 && summary == 0 && !remote[0] && !remote[1]);
#ifdef RECLAIM
    assert(!held && !aside && !purged)
#endif
}
