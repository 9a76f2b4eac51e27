/*
 * The lock, a futex mutex: the central one, and that of each cache's queue.
 *
 * Models bud_lock_acquire, whose first step alone is bud_lock_try_acquire, and
 * bud_lock_release on `holder`: 0 free, else NAME of the thread that holds it,
 * plus WAITED_FOR when others perhaps wait. Taking it is a
 * compare-and-exchange 0 -> NAME (acquire). Who finds itself there is turned
 * away. Who finds another adds WAITED_FOR (compare-and-exchange) and calls
 * futex_wait(holder), until a compare-and-exchange 0 -> NAME + WAITED_FOR
 * (acquire) succeeds; dropping it is exchange(0) (release), and futex_wake(1)
 * when that returned WAITED_FOR.
 *
 * The kernel compares and goes to sleep in one step, and wakes any one
 * sleeper; once per run it also wakes a sleeper for no reason. Once per run it
 * interrupts a thread, wherever it is, by a signal handler that takes the lock
 * or, when it is turned away, does without: bud_central_hold_for_fork, or
 * bud_central_enter. The thread stands still meanwhile; its sleep is over.
 *
 * Asserted: at most one holder; a handler is turned away when and only when
 * its thread is the holder, so a fork never comes while another one is inside;
 * nobody sleeps for ever, nor waits for itself (either is a deadlock); the
 * lock ends free.
 *
 * Abstracts: spinning before the wait, fairness. A child of fork inherits a
 * held lock whose sleepers do not exist there: its wake finds nobody, which is
 * the case of WAITED_FOR without sleepers here. The kernel compares the lower
 * half of the name only: two that agree in it are both waited for.
 */
#define THREADS 3
#ifndef ROUNDS
#define ROUNDS 3                /* of all threads together */
#endif

#define WAITED_FOR 1
#define NAME(thread) (2 * (thread) + 2)
#define PROCESS(thread) ((thread) + 1)
#define TAKEN 255

byte holder;
byte rounds = ROUNDS;
bool sleeps[THREADS];
bool woken_for_nothing;
byte interrupted;               /* the process of the thread, or 0 */

/* What only the checker knows. */
byte inside;                    /* who has taken it, by name */

/* What a thread says of itself in a mutant. */
#if defined(MUTANT_SAYS_SO_EARLY) || defined(MUTANT_SAYS_SO_LATE)
bool says_inside[THREADS];
#define SAYS(is_inside) says_inside[me] = is_inside
#define IS_MINE says_inside[me]
#else
#define IS_MINE (seen - seen % 2 == NAME(me))
#endif

inline futex_wait(expected)
{
    atomic {
        if
#ifndef MUTANT_WAIT_WITHOUT_COMPARE
        :: holder != expected
#endif
        :: else ->
           sleeps[me] = true
        fi
    };
    !sleeps[me]
}

inline futex_wake()
{
    atomic {
        if
        :: sleeps[0] -> sleeps[0] = false
        :: sleeps[1] -> sleeps[1] = false
        :: sleeps[2] -> sleeps[2] = false
        :: else
        fi
    }
}

inline store_name(extra)
{
    assert(inside == 0);
    inside = NAME(me);
    holder = NAME(me) + extra;
    seen = TAKEN
}

/* take_if_free */
inline take()
{
#ifdef MUTANT_LOAD_THEN_STORE
    seen = holder;
    if
    :: seen == 0 -> d_step { store_name(0) }
    :: else
    fi
#else
    d_step {
        seen = holder;
        if
        :: seen == 0 -> store_name(0)
        :: else
        fi
    }
#endif
}

#ifdef MUTANT_TAKES_AS_ONE
#define BIT_OF_WHO_WAITED 0
#else
#define BIT_OF_WHO_WAITED WAITED_FOR
#endif

/* acquire_or_wait */
inline wait()
{
    do
    :: seen == TAKEN -> break
    :: seen == 0 ->
       d_step {
           if
           :: holder == 0 -> store_name(BIT_OF_WHO_WAITED)
           :: else -> seen = holder
           fi
       }
#ifndef MUTANT_WAITS_AS_ONE
    :: seen != 0 && seen % 2 == 0 ->
       d_step {
           if
           :: holder == seen -> seen = seen + WAITED_FOR; holder = seen
           :: else -> seen = holder
           fi
       }
    :: seen != TAKEN && seen % 2 == WAITED_FOR ->
#else
    :: seen != 0 && seen != TAKEN ->
#endif
       futex_wait(seen);
       seen = holder
    od
}

/* Leaves TAKEN in `seen` unless the thread holds it already. */
inline lock()
{
    take();
    if
    :: seen == TAKEN
    :: seen != TAKEN && IS_MINE
    :: else -> wait()
    fi
}

inline unlock()
{
    d_step {
        assert(inside == NAME(me));
        inside = 0;
        seen = holder;
        holder = 0
    };
    if
#ifdef MUTANT_NO_WAKE
    :: skip
#else
    :: seen % 2 == WAITED_FOR -> futex_wake()
    :: else
#endif
    fi;
    seen = 0
}

proctype Thread(byte me) provided (interrupted != _pid)
{
    byte seen;

    do
    :: rounds == 0 -> break
    :: atomic { rounds > 0 -> rounds-- };
#ifdef MUTANT_SAYS_SO_EARLY
       SAYS(true);
       take();
       if
       :: seen == TAKEN
       :: else -> wait()
       fi;
       unlock();
       SAYS(false)
#else
       lock();
       assert(seen == TAKEN);
#ifdef MUTANT_SAYS_SO_LATE
       SAYS(true);
       SAYS(false);
#endif
       unlock()
#endif
    od
}

proctype Handler()
{
    byte me, seen;

    if
    :: me = 0
    :: me = 1
    :: me = 2
    fi;
    atomic {
        interrupted = PROCESS(me);
        sleeps[me] = false
    };
    lock();
    if
    :: seen == TAKEN -> unlock()
    :: else -> assert(inside == NAME(me))
    fi;
    interrupted = 0
}

proctype Kernel()
{
    byte me;

    if
    :: atomic { !woken_for_nothing && (sleeps[0] || sleeps[1] || sleeps[2]) ->
                woken_for_nothing = true; futex_wake() }
    :: skip
    fi
}

init {
    byte i;

    atomic {
        for (i : 0 .. THREADS - 1) {
            run Thread(i)
        }
        i = 0;
        run Handler();
        run Kernel()
    }
    (_nr_pr == 1);
    assert(holder == 0)
}
