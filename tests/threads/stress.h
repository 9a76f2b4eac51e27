/*
 * What the stress programs share: a run of some threads until its time is up
 * (BUD_SECONDS, 3 when not said), each with random numbers of its own.
 */
#ifndef BUD_TESTS_STRESS_H
#define BUD_TESTS_STRESS_H

#include <pthread.h>
#include <sched.h>

#include "trap.h"

#define STRESS_THREADS_MAX 32

/* A block that knows its size and what it was filled with. */
struct parcel {
    uint64_t number;
    size_t size;
};

static uint64_t stress_seed;
static double stress_end;
static void (*stress_act)(struct dice *, size_t);

static inline int stress_goes_on(void)
{
    return seconds_now() < stress_end && trap_failures == 0;
}

/* Bytes in front and at the end that are filled: all, when there are few. */
static inline size_t end_bytes(const struct parcel *parcel)
{
    const size_t half = (parcel->size - sizeof *parcel) / 2;
    return half < 128 ? half : 128;
}

static inline void fill_ends(struct parcel *parcel)
{
    const size_t end = end_bytes(parcel);
    fill(parcel + 1, end, parcel->number);
    fill((char *)parcel + parcel->size - end, end, parcel->number + 1);
}

/* A filled block of at least the size of its head. */
static inline struct parcel *pack(struct dice *dice, size_t size)
{
    size = size < sizeof(struct parcel) ? sizeof(struct parcel) : size;
    struct parcel *parcel = (struct parcel *)malloc(size);
    REQUIRE(parcel != NULL, "no memory for %zu bytes", size);
    parcel->number = roll(dice);
    parcel->size = size;
    fill_ends(parcel);
    return parcel;
}

static inline void check_parcel(const struct parcel *parcel)
{
    const size_t end = end_bytes(parcel);
    const char *last = (const char *)parcel + parcel->size - end;
    EXPECT(first_damage(parcel + 1, end, parcel->number) == end,
           "a block of %zu bytes is damaged in front", parcel->size);
    EXPECT(first_damage(last, end, parcel->number + 1) == end,
           "a block of %zu bytes is damaged at its end", parcel->size);
}

static inline void unpack(struct parcel *parcel)
{
    if (parcel != NULL) {
        check_parcel(parcel);
        free(parcel);
    }
}

static inline void *stress_thread(void *number)
{
    const size_t which = (size_t)(uintptr_t)number;
    struct dice dice = dice_of(stress_seed, which);
    stress_act(&dice, which);
    return NULL;
}

/* Runs act(dice, number) in each of `count` threads and waits for them. */
static inline void stress(size_t count, void (*act)(struct dice *, size_t))
{
    pthread_t threads[STRESS_THREADS_MAX];
    stress_act = act;
    for (uintptr_t i = 0; i < count; i++) {
        REQUIRE(pthread_create(&threads[i], NULL, stress_thread, (void *)i) ==
                    0,
                "no thread");
    }
    for (size_t i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
}

static inline void begin_stress(void)
{
    const char *given = getenv("BUD_SECONDS");
    stress_seed = trap_seed();
    stress_end = seconds_now() + (given != NULL ? atof(given) : 3);
}

#endif
