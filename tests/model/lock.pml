/*
 * The lock, a futex mutex: the central one, and that of each cache's queue.
 *
 * Models bud_lock_acquire, whose first step alone is bud_lock_try_acquire, and
 * bud_lock_release on `state`: 0 free, 1 held,
 * 2 held and perhaps waited for. Taking it is a compare-and-exchange 0 -> 1
 * (acquire), else exchange(2) (acquire) until that returns 0, with
 * futex_wait(state, 2) between; dropping it is exchange(0) (release), and
 * futex_wake(1) when that returned 2.
 *
 * The kernel compares and goes to sleep in one step, and wakes any one
 * sleeper; once per run it also wakes a sleeper for no reason.
 *
 * Asserted: at most one holder; nobody sleeps for ever (an end with a sleeper
 * is a deadlock); the lock ends free.
 *
 * Abstracts: spinning before the wait, signals, fairness. A child of fork
 * inherits a held lock whose sleepers do not exist there: its wake finds
 * nobody, which is the case of state 2 without sleepers here.
 */
#define THREADS 3
#ifndef ROUNDS
#define ROUNDS 3
#endif

byte state;
bool sleeps[THREADS];
byte holders;
bool woken_for_nothing;

inline futex_wait(expected)
{
    atomic {
        if
#ifndef MUTANT_WAIT_WITHOUT_COMPARE
        :: state != expected
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

#ifdef MUTANT_WAITS_AS_ONE
#define CONTENDED 1
#else
#define CONTENDED 2
#endif

inline lock()
{
#ifdef MUTANT_LOAD_THEN_STORE
    seen = state;
    if
    :: seen == 0 -> state = 1
    :: else
    fi;
#else
    d_step { seen = state; state = (seen == 0 -> 1 : seen) };
#endif
    if
    :: seen == 0
    :: else ->
       do
#ifdef MUTANT_TAKES_AS_ONE
       :: d_step { seen = state; state = (seen == 0 -> 1 : 2) };
#else
       :: d_step { seen = state; state = CONTENDED };
#endif
          if
          :: seen == 0 -> break
          :: else -> futex_wait(CONTENDED)
          fi
       od
    fi;
    seen = 0
}

inline unlock()
{
    d_step { seen = state; state = 0 };
    if
#ifdef MUTANT_NO_WAKE
    :: skip
#else
    :: seen == 2 -> futex_wake()
    :: else
#endif
    fi;
    seen = 0
}

proctype Thread(byte me)
{
    byte seen, rounds;

    do
    :: rounds == ROUNDS -> break
    :: else ->
       lock();
       d_step { holders++; assert(holders == 1) };
       holders--;
       unlock();
       rounds++
    od
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
    atomic {
        for (holders : 0 .. THREADS - 1) {
            run Thread(holders)
        }
        holders = 0;
        run Kernel()
    }
    (_nr_pr == 1);
    assert(state == 0)
}
