/*
 * Purge against reuse: pages that go back to the kernel must not be handed
 * out meanwhile, and what is called clean must be zero.
 *
 * Models bud_region_take_locked, bud_region_give_locked, purge_run and the
 * large block's make_zero and give_units on two units: `used` and `dirty` (the
 * tree, and what `idle` and `aged` say of its free units or the run of a used
 * one, under the central lock) and `content`, the memory itself, which only
 * the unit's holder touches and which madvise(MADV_DONTNEED) zeroes in one
 * step. All orders come from the lock.
 *
 * purge_run chooses free dirty units and calls madvise, then marks them
 * clean, all under the lock. give_units may instead purge its own units
 * before it takes the lock to give them back, or have bud_os_renew replace
 * them, which is the same here. make_zero purges, or zeroes by hand, units that
 * were taken dirty, after it has let go of the lock.
 *
 * Asserted: the holder of a unit finds in it what it wrote; a unit handed out
 * as clean is zero (calloc relies on it); everything is given back; no
 * deadlock.
 *
 * Abstracts: the delay, the choice of units, page sizes.
 */
#define UNITS 2
#ifndef ROUNDS
#define ROUNDS 3
#endif

bool locked;
bool used[UNITS];
bool dirty[UNITS];
byte content[UNITS];

inline lock()
{
    atomic { !locked -> locked = true }
}

inline unlock()
{
    locked = false
}

proctype Program(byte me)
{
    byte u, rounds;
    bool cleans;

    do
    :: rounds == ROUNDS -> break
    :: else ->
#ifdef MUTANT_ZERO_BEFORE_TAKE
       if
       :: !used[0] -> content[0] = 0
       :: skip
       fi;
#endif
       lock();
       if
       :: !used[0] -> u = 0
       :: !used[1] -> u = 1
       fi;
       used[u] = true;
       if
       :: !dirty[u] -> assert(content[u] == 0)
       :: else
       fi;
       cleans = dirty[u];
       unlock();
       if
#ifndef MUTANT_ZERO_BEFORE_TAKE
       :: cleans -> content[u] = 0; assert(content[u] == 0)
#endif
       :: skip
       fi;
       cleans = false;
       content[u] = me;
       assert(content[u] == me);
       if
       :: lock();
#ifndef MUTANT_GIVE_AS_CLEAN
          dirty[u] = true;
#endif
          used[u] = false;
          unlock()
       :: /* a large block that purges itself */
#ifndef MUTANT_LARGE_PURGE_AFTER_GIVE
          content[u] = 0;
#endif
          lock();
          dirty[u] = false;
          used[u] = false;
          unlock();
#ifdef MUTANT_LARGE_PURGE_AFTER_GIVE
          content[u] = 0
#endif
       fi;
       u = 0;
       rounds++
    od
}

proctype Purger()
{
    byte u, rounds;

    do
    :: rounds == ROUNDS -> break
    :: else ->
       lock();
       if
       :: !used[0] && dirty[0] -> u = 0
       :: !used[1] && dirty[1] -> u = 1
       :: else -> u = UNITS
       fi;
#ifdef MUTANT_PURGE_AFTER_UNLOCK
       unlock();
#endif
       if
       :: u < UNITS -> content[u] = 0
       :: else
       fi;
#ifdef MUTANT_PURGE_AFTER_UNLOCK
       lock();
#endif
       if
       :: u < UNITS -> dirty[u] = false
       :: else
       fi;
       unlock();
       u = 0;
       rounds++
    od
}

init {
    atomic {
        run Program(1);
        run Program(2);
        run Purger()
    }
    (_nr_pr == 1);
    assert(!locked && !used[0] && !used[1])
}
