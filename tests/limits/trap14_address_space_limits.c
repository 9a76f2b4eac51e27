/*
 * A program starts and works under `ulimit -v` of 60 MB and 200 MB, and under
 * `ulimit -d` of 40 MB and 200 MB: half of the limit can be had in small
 * blocks, a third in large ones, and its threads get memory too.
 */
#include <pthread.h>

#include "trap.h"

static size_t budget;

static void use(size_t size)
{
    /* The blocks form a list, so that the test needs no memory itself. */
    void **list = NULL;
    size_t had = 0;
    while (had < budget) {
        void **block = (void **)malloc(size);
        REQUIRE(block != NULL, "no more after %zu KiB of %zu, in blocks of %zu",
                had / KIB, budget / KIB, size);
        memset(block, 1, size);
        *block = list;
        list = block;
        had += size;
    }
    while (list != NULL) {
        void **next = (void **)*list;
        free(list);
        list = next;
    }
}

static void *use_in_a_thread(void *size)
{
    use((size_t)(uintptr_t)size);
    return NULL;
}

static void use_in_threads(size_t limit)
{
    pthread_attr_t small_stack;
    pthread_t threads[4];
    budget = limit / 16;
    pthread_attr_init(&small_stack);
    pthread_attr_setstacksize(&small_stack, 128 * KIB);
    for (uintptr_t i = 0; i < 4; i++) {
        REQUIRE(pthread_create(&threads[i], &small_stack, use_in_a_thread,
                               (void *)(40 + i * 3000)) == 0,
                "no thread");
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* How each start of the program uses its memory. */
enum { TINY, SMALL, MEDIUM, LARGE, THREADS, WAYS };

static int work(size_t limit, int way)
{
    const size_t sizes[WAYS] = {24, 700, 30000, limit / 16, 0};
    budget = way == LARGE ? limit / 3 : limit / 2;
    if (way == THREADS) {
        use_in_threads(limit);
    } else {
        use(sizes[way]);
    }
    return verdict();
}

struct limited {
    int resource;
    size_t kib;
    int way;
};

static void start_limited(void *argument)
{
    const struct limited *limited = (const struct limited *)argument;
    const struct rlimit limit = {limited->kib * KIB, limited->kib * KIB};
    char mode[40];
    snprintf(mode, sizeof mode, "%zu %d", limited->kib, limited->way);
    REQUIRE(setrlimit((__rlimit_resource_t)limited->resource, &limit) == 0,
            "no limit");
    start_again(mode);
}

int main(int count, char **arguments)
{
    struct limited cases[] = {
        {RLIMIT_AS, 60000, 0},
        {RLIMIT_AS, 200000, 0},
        {RLIMIT_DATA, 40000, 0},
        {RLIMIT_DATA, 200000, 0},
    };
    if (count > 1) {
        char *way = arguments[1];
        const size_t kib = strtoul(way, &way, 10);
        return work(kib * KIB, atoi(way));
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (cases[i].way = 0; cases[i].way < WAYS; cases[i].way++) {
            const struct outcome seen = observe(start_limited, &cases[i], 30);
            EXPECT(ended_well(&seen), "%s of %zu KiB, way %d: status %d: %s",
                   cases[i].resource == RLIMIT_AS ? "address space" : "data",
                   cases[i].kib, cases[i].way, seen.status, seen.words);
        }
    }
    return verdict();
}
