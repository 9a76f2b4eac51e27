/* Random calls of the whole malloc API, compared with a list of the blocks
 * that are out: each holds its own pattern up to the end of what malloc says
 * is usable, none overlaps another, and what the heap says is live is what the
 * list holds. First in one thread, then in several that take over each other's
 * blocks. */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "property.h"
#include "shim/names.h"

#define STEPS 400u
#define MAX_LIVE 256u
#define MAX_SIZE_BITS 21u
#define MAX_LIVE_BYTES (48u << 20)

struct block {
    unsigned char *address;
    size_t bytes; /* as requested */
    size_t usable;
    size_t alignment; /* as requested, 1 for none */
    bool is_plain;    /* from malloc, so that its size may be named */
    unsigned char pattern;
};

static struct block live[MAX_LIVE];
static uint32_t live_count;
static uint64_t live_bytes;

/* ---- contents ---- */

static bool holds(const unsigned char *start, size_t bytes,
                  unsigned char pattern)
{
    return bytes == 0 ||
           (start[0] == pattern && memcmp(start, start + 1, bytes - 1) == 0);
}

static void expect_contents(const struct run *run, const struct block *block,
                            size_t bytes)
{
    run_expect(run, "contents", holds(block->address, bytes, block->pattern),
               true);
}

/* ---- the model ---- */

static void expect_apart(const struct run *run, const struct block *block)
{
    for (uint32_t i = 0; i < live_count; i++) {
        const bool apart = block->address + block->usable <= live[i].address ||
                           live[i].address + live[i].usable <= block->address;
        run_expect(run, "apart from the others", apart, true);
    }
}

/* The address by way of a volatile: a compiler takes for granted what the API
 * promises of it, and would leave out the checks. */
static unsigned char *as_it_is(unsigned char *address)
{
    unsigned char *volatile plain = address;

    return plain;
}

static void add(struct run *run, struct block block)
{
    block.address = as_it_is(block.address);
    run_expect(run, "memory", block.address != NULL, true);
    block.usable = malloc_usable_size(block.address);
    run_expect(run, "usable at least", block.usable >= block.bytes, true);
    run_expect(run, "alignment", (uintptr_t)block.address % block.alignment, 0);
    run_expect(run, "alignment of all", (uintptr_t)block.address % 16u, 0);
    expect_apart(run, &block);
    block.pattern = (unsigned char)run_below(run, 256);
    memset(block.address, block.pattern, block.usable);
    live[live_count++] = block;
    live_bytes += block.usable;
}

static struct block removed(uint32_t chosen)
{
    const struct block block = live[chosen];

    live[chosen] = live[--live_count];
    live_bytes -= block.usable;
    return block;
}

/* ---- calls ---- */

/* Below 2^k for every k alike, so that most blocks are small ones. */
static size_t some_size(struct run *run)
{
    const size_t end = (size_t)1 << run_below(run, MAX_SIZE_BITS + 1u);
    const size_t room =
        live_bytes < MAX_LIVE_BYTES ? MAX_LIVE_BYTES - live_bytes : 1;

    return run_below(run, (uint32_t)(end < room ? end : room));
}

static size_t some_alignment(struct run *run)
{
    return (size_t)1 << run_below(run, run_below(run, 4) == 0 ? 21 : 8);
}

static void allocate(struct run *run)
{
    const size_t bytes = some_size(run);

    add(run, (struct block){.address = malloc(bytes),
                            .bytes = bytes,
                            .alignment = 1,
                            .is_plain = true});
}

static void allocate_zeroed(struct run *run)
{
    const size_t count = 1u + run_below(run, 9);
    const size_t bytes = some_size(run) / count;
    unsigned char *const address = calloc(count, bytes);

    run_expect(run, "zeroed",
               address != NULL && holds(address, count * bytes, 0), true);
    add(run, (struct block){
                 .address = address, .bytes = count * bytes, .alignment = 1});
}

static void *aligned(struct run *run, size_t alignment, size_t bytes)
{
    const size_t at_least_pointer =
        alignment < sizeof(void *) ? sizeof(void *) : alignment;
    void *result = run;

    switch (run_below(run, 3)) {
    case 0:
        return aligned_alloc(alignment, bytes);
    case 1:
        return memalign(alignment, bytes);
    default:
        run_expect(run, "posix_memalign",
                   (uint64_t)posix_memalign(&result, at_least_pointer, bytes),
                   0);
        return result;
    }
}

static void allocate_aligned(struct run *run)
{
    const size_t alignment = some_alignment(run);
    const size_t bytes = some_size(run);

    add(run, (struct block){.address = aligned(run, alignment, bytes),
                            .bytes = bytes,
                            .alignment = alignment});
}

static void allocate_pages(struct run *run)
{
    const size_t bytes = some_size(run) / 4;
    const bool whole = run_below(run, 2) == 0;

    add(run,
        (struct block){.address = whole ? pvalloc(bytes) : valloc(bytes),
                       .bytes = whole ? (bytes + 4095u) / 4096u * 4096u : bytes,
                       .alignment = 4096});
}

static void release(struct run *run)
{
    const struct block block = removed(run_below(run, live_count));

    expect_contents(run, &block, block.usable);
    run_expect(run, "usable as before", malloc_usable_size(block.address),
               block.usable);
    errno = 4711;
    switch (run_below(run, 3)) {
    case 0:
        free_aligned_sized(block.address, block.alignment, block.bytes);
        break;
    case 1:
        if (block.is_plain) {
            free_sized(block.address, block.bytes);
            break;
        }
        /* fall through */
    default:
        free(block.address);
    }
    run_expect(run, "errno after free", (uint64_t)errno, 4711);
}

static void resize(struct run *run)
{
    struct block block = removed(run_below(run, live_count));
    const size_t count = 1u + run_below(run, 5);
    const size_t bytes = (1u + some_size(run) / count) * count;

    expect_contents(run, &block, block.usable);
    block.address = run_below(run, 2) == 0
                        ? realloc(block.address, bytes)
                        : reallocarray(block.address, count, bytes / count);
    run_expect(run, "memory", block.address != NULL, true);
    expect_contents(run, &block, bytes < block.usable ? bytes : block.usable);
    block.bytes = bytes;
    block.alignment = 1;
    block.is_plain = false;
    add(run, block);
}

/* Calls that must fail and change nothing. */
static void ask_for_too_much(struct run *run)
{
    /* Volatile, since compilers warn of sizes that they see are too large. */
    const volatile size_t huge = SIZE_MAX - run_below(run, 100000);
    void *untouched = run;

    errno = 0;
    run_expect(run, "malloc of too much", malloc(huge) == NULL, true);
    run_expect(run, "errno", (uint64_t)errno, ENOMEM);
    run_expect(run, "calloc of too much", calloc(huge / 2, 3) == NULL, true);
    run_expect(run, "memalign of too much", memalign(4096, huge) == NULL, true);
    run_expect(run, "posix_memalign of too much",
               (uint64_t)posix_memalign(&untouched, 64, huge), ENOMEM);
    run_expect(run, "posix_memalign of 3",
               (uint64_t)posix_memalign(&untouched, 3, 8), EINVAL);
    run_expect(run, "result of posix_memalign", untouched == run, true);
    if (live_count > 0) {
        const struct block *const block = &live[run_below(run, live_count)];
        errno = 0;
        run_expect(run, "realloc of too much",
                   realloc(block->address, huge) == NULL, true);
        run_expect(run, "errno", (uint64_t)errno, ENOMEM);
        expect_contents(run, block, block->usable);
    }
}

static void give_all_back(struct run *run)
{
    while (live_count > 0) {
        if (run_below(run, 8) == 0) {
            const struct block block = removed(live_count - 1);
            run_expect(run, "realloc to nothing",
                       realloc(block.address, 0) == NULL, true);
            continue;
        }
        release(run);
    }
}

/* ---- one thread ---- */

static void expect_conserved(const struct run *run)
{
    const struct mallinfo2 info = mallinfo2();

    run_expect(run, "live bytes", info.uordblks + info.hblkhd, live_bytes);
}

static void step(struct run *run)
{
    const uint32_t choice = run_below(run, 100);

    if (choice == 0) {
        malloc_trim(0);
    } else if (choice < 3) {
        ask_for_too_much(run);
    } else if (live_count == MAX_LIVE || (choice < 45 && live_count > 0)) {
        release(run);
    } else if (choice < 60 && live_count > 0) {
        resize(run);
    } else if (choice < 70) {
        allocate_zeroed(run);
    } else if (choice < 80) {
        allocate_aligned(run);
    } else if (choice < 82) {
        allocate_pages(run);
    } else {
        allocate(run);
    }
    if (run->step % 50 == 0) {
        expect_conserved(run);
    }
}

static void one_thread(struct run *run)
{
    for (run->step = 1; run->step <= STEPS; run->step++) {
        step(run);
    }
    give_all_back(run);
    expect_conserved(run);
}

/* ---- several threads ---- */

enum { THREADS = 3, PLACES = 128, THREAD_STEPS = 3000, PARCEL_BITS = 17 };

/* The head of a block that can be handed over. */
struct parcel {
    size_t bytes;
    unsigned char pattern;
};

static struct parcel *_Atomic places[PLACES];

static struct parcel *packed(struct run *run)
{
    const size_t bytes = sizeof(struct parcel) +
                         run_below(run, 1u << run_below(run, PARCEL_BITS));
    struct parcel *const parcel = malloc(bytes);

    run_expect(run, "memory", parcel != NULL, true);
    parcel->bytes = bytes;
    parcel->pattern = (unsigned char)run_below(run, 256);
    memset(parcel + 1, parcel->pattern, bytes - sizeof *parcel);
    return parcel;
}

static void expect_whole(const struct run *run, const struct parcel *parcel)
{
    run_expect(run, "contents of a parcel",
               holds((const unsigned char *)(parcel + 1),
                     parcel->bytes - sizeof *parcel, parcel->pattern),
               true);
}

static struct parcel *repacked(struct run *run, struct parcel *parcel)
{
    const size_t bytes = sizeof(struct parcel) +
                         run_below(run, 1u << run_below(run, PARCEL_BITS));

    expect_whole(run, parcel);
    parcel = realloc(parcel, bytes);
    run_expect(run, "memory", parcel != NULL, true);
    if (parcel->bytes > bytes) {
        parcel->bytes = bytes;
    }
    expect_whole(run, parcel);
    return parcel;
}

static void *exchange(void *argument)
{
    struct run *const run = argument;

    for (run->step = 1; run->step <= THREAD_STEPS; run->step++) {
        struct parcel *parcel =
            atomic_exchange(&places[run_below(run, PLACES)], packed(run));
        if (parcel != NULL && run_below(run, 4) == 0) {
            parcel = repacked(run, parcel);
            parcel = atomic_exchange(&places[run_below(run, PLACES)], parcel);
        }
        if (parcel != NULL) {
            expect_whole(run, parcel);
            free(parcel);
        }
    }
    return NULL;
}

static void several_threads(const struct run *run)
{
    pthread_t threads[THREADS];
    struct run runs[THREADS];

    for (uint64_t i = 0; i < THREADS; i++) {
        runs[i] = *run;
        runs[i].random += i << 32;
        run_expect(
            run, "thread",
            (uint64_t)pthread_create(&threads[i], NULL, exchange, &runs[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < PLACES; i++) {
        struct parcel *const parcel = atomic_exchange(&places[i], NULL);
        if (parcel != NULL) {
            expect_whole(run, parcel);
            free(parcel);
        }
    }
    expect_conserved(run);
}

int main(int argc, char **argv)
{
    struct run run = run_of(argc, argv, 30);

    for (uint64_t round = 0; round < run.rounds; round++) {
        run_begin_round(&run, round);
        one_thread(&run);
    }
    printf("ok malloc_agrees_with_the_model_on_random_calls\n");
    for (uint64_t round = 0; round < run.rounds; round++) {
        run_begin_round(&run, round);
        several_threads(&run);
    }
    printf("ok malloc_keeps_the_blocks_that_threads_exchange\n");
    return 0;
}
