/*
 * Two frees of one block by different threads, in every order: the owner and
 * then another, another and then the owner, two others, one other twice, and
 * after the owner has ended.
 *
 * The threads start before the blocks are made: to start one in between would
 * allocate, perhaps in the place of the block that was just freed.
 */
#include <semaphore.h>

#include "misuse.h"

/* A thread that frees what it is told to, as often as it is told. */
struct worker {
    pthread_t thread;
    sem_t start;
    sem_t done;
    void *to_free;
    int times;
};

static struct worker workers[2];
static size_t size;
static void *keeper;

static void *work(void *argument)
{
    struct worker *worker = (struct worker *)argument;
    for (;;) {
        sem_wait(&worker->start);
        for (int i = 0; i < worker->times; i++) {
            free(opaque(worker->to_free));
        }
        sem_post(&worker->done);
    }
    return NULL;
}

static void *make_it(void *place)
{
    /* A second block keeps the span from becoming empty. */
    keeper = block_of(size);
    *(void **)place = block_of(size);
    return NULL;
}

/* Starts the workers, lets them have a heap of their own, makes a block. */
static void *prepare(void)
{
    void *p = NULL;
    for (int i = 0; i < 2; i++) {
        struct worker *worker = &workers[i];
        sem_init(&worker->start, 0, 0);
        sem_init(&worker->done, 0, 0);
        REQUIRE(pthread_create(&worker->thread, NULL, work, worker) == 0,
                "no thread");
    }
    make_it(&p);
    return misused(p);
}

static void free_by(int which, void *p, int times)
{
    struct worker *worker = &workers[which];
    worker->to_free = p;
    worker->times = times;
    sem_post(&worker->start);
    sem_wait(&worker->done);
}

static void owner_then_other(void)
{
    void *p = prepare();
    free(p);
    free_by(0, p, 1);
}

static void other_then_owner(void)
{
    void *p = prepare();
    free_by(0, p, 1);
    free(opaque(p));
}

/* What the owner does next must not hand the block out twice. */
static void other_then_owner_who_goes_on(void)
{
    enum { MORE = 3000 };
    static void *more[MORE];
    other_then_owner();
    for (size_t i = 0; i < MORE; i++) {
        more[i] = malloc(size);
        for (size_t k = 0; k < i; k++) {
            EXPECT(more[k] != more[i], "%p has two owners", more[i]);
        }
    }
}

static void two_others(void)
{
    void *p = prepare();
    free_by(0, p, 1);
    free_by(1, p, 1);
}

static void one_other_twice(void)
{
    free_by(0, prepare(), 2);
}

static void *free_and_end(void *place)
{
    make_it(place);
    free(*(void **)place);
    return NULL;
}

static void owner_ended(void)
{
    void *p = NULL;
    prepare();
    in_a_thread(make_it, &p);
    free(misused(p));
    free(opaque(p));
}

static void owner_ended_and_two_others(void)
{
    void *p = NULL;
    prepare();
    in_a_thread(make_it, &p);
    free_by(0, misused(p), 1);
    free_by(1, p, 1);
}

static void owner_freed_and_ended(void)
{
    void *p = NULL;
    prepare();
    in_a_thread(free_and_end, &p);
    free(misused(p));
}

static const struct misuse cases[] = {
    {"owner, then another", owner_then_other, DOUBLE_FREE, ANY_DETAIL},
    {"another, then owner", other_then_owner, DOUBLE_FREE, ANY_DETAIL},
    {"another, then owner, who goes on", other_then_owner_who_goes_on,
     DOUBLE_FREE, ANY_DETAIL},
    {"two others", two_others, DOUBLE_FREE, ANY_DETAIL},
    {"one other twice", one_other_twice, DOUBLE_FREE, ANY_DETAIL},
    {"owner ended", owner_ended, DOUBLE_FREE, ANY_DETAIL},
    {"owner ended, two others", owner_ended_and_two_others, DOUBLE_FREE,
     ANY_DETAIL},
    {"owner freed it and ended", owner_freed_and_ended, DOUBLE_FREE,
     ANY_DETAIL},
};

int main(void)
{
    const size_t sizes[] = {16, 40, 1000, 24000, 300000, 5 * MIB};
    int worst = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size = sizes[i];
        say("blocks of %zu bytes", size);
        worst |= RUN_MISUSES(cases);
    }
    return worst;
}
