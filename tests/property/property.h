/* What every property program shares: numbers that a seed decides, and a
 * failure that says how to see it again.
 *
 *     PROGRAM [SEED [ROUNDS]]
 *
 * Without a seed it takes the clock's and prints it. */
#ifndef BUD_TESTS_PROPERTY_H
#define BUD_TESTS_PROPERTY_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The run of a program: its seed, and where it has got to. */
struct run {
    const char *program;
    uint64_t seed;
    uint64_t rounds;
    uint64_t random;
    uint64_t round, step;
};

static inline uint64_t run_number(const char *text)
{
    char *end;
    const uint64_t number = strtoull(text, &end, 0);
    if (*text == '\0' || *end != '\0') {
        fprintf(stderr, "not a number: %s\n", text);
        exit(2);
    }
    return number;
}

static inline struct run run_of(int argc, char **argv, uint64_t rounds)
{
    struct run run = {.program = argv[0], .rounds = rounds};
    run.seed = argc > 1 ? run_number(argv[1]) : (uint64_t)time(NULL);
    run.rounds = argc > 2 ? run_number(argv[2]) : rounds;
    printf("# %s %" PRIu64 " %" PRIu64 "\n", run.program, run.seed, run.rounds);
    return run;
}

/* Every round starts from its own number, so that a round can be repeated
 * without those before it: its seed is the run's plus the round. */
static inline void run_begin_round(struct run *run, uint64_t round)
{
    run->round = round;
    run->step = 0;
    run->random = (run->seed + round) * 0x9e3779b97f4a7c15u + 1u;
}

static inline uint64_t run_random(struct run *run)
{
    uint64_t word = run->random += 0x9e3779b97f4a7c15u;
    word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9u;
    word = (word ^ word >> 27) * 0x94d049bb133111ebu;
    return word ^ word >> 31;
}

static inline uint32_t run_below(struct run *run, uint32_t end)
{
    return (uint32_t)(run_random(run) % end);
}

/* A size: every magnitude up to end is as likely as any other. */
static inline uint32_t run_magnitude(struct run *run, uint32_t end)
{
    uint32_t top = end;
    while (top > 1u && run_below(run, 4) != 0) {
        top = (top + 1u) / 2u;
    }
    return run_below(run, top);
}

/* Ends the program when got is not what the model says. */
static inline void run_expect(const struct run *run, const char *what,
                              uint64_t got, uint64_t expected)
{
    if (got == expected) {
        return;
    }
    printf("not ok %s: got %#" PRIx64 ", the model says %#" PRIx64 "\n", what,
           got, expected);
    printf("#   in step %" PRIu64 " of round %" PRIu64 "; replay: %s %" PRIu64
           " 1\n",
           run->step, run->round, run->program, run->seed + run->round);
    exit(1);
}

#endif
