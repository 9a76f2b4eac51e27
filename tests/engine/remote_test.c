/* Objects freed by another thread than the owner's. */
#include "child.h"
#include "heap.h"

#include <pthread.h>
#include <stdatomic.h>

#include "engine/alloc.h"
#include "engine/region.h"
#include "engine/remote.h"
#include "engine/thread.h"

enum { OBJECTS_OF_16 = 4096 };

static struct bud_span *span_of(const void *address)
{
    const struct bud_region *const region = bud_region_of((uintptr_t)address);

    return &region->spans[((uintptr_t)address - region->base) / BUD_UNIT_BYTES];
}

static void free_it(void *address)
{
    bud_free(address);
}

/* A thread that has a cache of its own when it frees. */
static void allocate_and_free_it(void *address)
{
    void *const own = bud_alloc(2000);

    bud_free(address);
    bud_free(own);
}

/* ---- one object ---- */

static void an_object_freed_elsewhere_comes_back_to_its_owner(void)
{
    char *const first = bud_alloc(16);

    for (uint32_t i = 1; i < OBJECTS_OF_16; i++) {
        bud_alloc(16);
    }
    child_in_thread(allocate_and_free_it, first + 16 * 77);
    EXPECT(bud_remote_is_free(span_of(first), 77));
    EXPECT_EQUAL(span_of(first)->bits[1], 0);
    EXPECT(bud_alloc(16) == first + 16 * 77);
    EXPECT(!bud_remote_is_free(span_of(first), 77));
    heap_expect_consistent();
}

static void a_span_is_announced_once_for_all_its_objects(void)
{
    char *const first = bud_alloc(16);

    for (uint32_t i = 1; i < 200; i++) {
        bud_alloc(16);
    }
    child_in_thread(free_it, first);
    child_in_thread(free_it, first + 16);
    child_in_thread(free_it, first + 16 * 150);
    struct bud_span *const span = span_of(first);
    EXPECT(bud_cache_mine->queue == span);
    EXPECT(bud_span_cold(span)->remote_next == NULL);
    EXPECT_EQUAL(span->remote_summary, 1 + (1 << 2));
    bud_remote_drain(bud_cache_mine);
    EXPECT(bud_cache_mine->queue == NULL);
    EXPECT_EQUAL(span->remote_summary, 0);
    EXPECT_EQUAL(heap_live_bytes(), 16 * 197);
    heap_expect_consistent();
}

static void spans_wait_in_a_queue(void)
{
    char *const first = bud_alloc(16);
    char *const second = bud_alloc(64);
    char *const third = bud_alloc(1024);

    child_in_thread(free_it, first);
    child_in_thread(free_it, second);
    child_in_thread(free_it, third);
    heap_expect_no_block();
    bud_remote_drain(bud_cache_mine);
    EXPECT(bud_cache_mine->queue == NULL);
    heap_expect_no_block();
}

static void free_a_span_of_16(void *start)
{
    for (uint32_t i = 0; i < OBJECTS_OF_16; i++) {
        bud_free((char *)start + 16 * i);
    }
}

static void spans_that_the_drain_finds_empty_go_back(void)
{
    char *starts[3];

    for (uint32_t i = 0; i < 3 * OBJECTS_OF_16; i++) {
        char *const object = bud_alloc(16);
        if (i % OBJECTS_OF_16 == 0) {
            starts[i / OBJECTS_OF_16] = object;
        }
    }
    const uint64_t used = bud_region_used_units_locked();
    for (int i = 0; i < 2; i++) {
        child_in_thread(free_a_span_of_16, starts[i]);
    }
    bud_remote_drain(bud_cache_mine);
    EXPECT_EQUAL(bud_region_used_units_locked(), used - 1); /* one is kept */
    EXPECT_EQUAL(heap_live_bytes(), 16 * OBJECTS_OF_16);
    heap_expect_consistent();
}

/* ---- double frees ---- */

static void free_twice_elsewhere(void *address)
{
    child_in_thread(free_it, address);
    child_in_thread(free_it, address);
}

static void free_here_then_elsewhere(void *address)
{
    bud_free(address);
    child_in_thread(free_it, address);
}

static void free_elsewhere_then_here(void *address)
{
    child_in_thread(free_it, address);
    bud_free(address);
    bud_remote_drain(bud_cache_mine);
}

static void mark_twice(void *address)
{
    struct bud_span *const span = span_of(address);
    const uint32_t index =
        (uint32_t)(((char *)address - bud_span_start(span)) / span->size_bytes);

    /* As a free whose first look was too early. */
    atomic_fetch_or(&bud_span_remote(span)->words[bud_bits_word_of(index)],
                    bud_bits_set(0, bud_bits_bit_of(index)));
    bud_remote_free(span, index);
}

static void a_double_free_is_caught_whoever_does_it(void)
{
    void *const object = bud_alloc(48);
    const char *const words = "buddymalloc: double free of 0x";

    child_expect_abort(free_twice_elsewhere, object, words);
    child_expect_abort(free_here_then_elsewhere, object, words);
    child_expect_abort(free_elsewhere_then_here, object, words);
    child_expect_abort(mark_twice, object, words);
    heap_expect_consistent();
}

/* ---- passing on ---- */

static struct bud_span *left_behind;

static void leave_object(void *slot)
{
    *(void **)slot = bud_alloc(16);
    left_behind = span_of(*(void **)slot);
}

/* The span is in the queue of a cache that does not own it (any more). */
static void a_span_popped_by_another_is_passed_to_its_owner(void)
{
    struct bud_cache *const mine = bud_thread_begin();
    void *object;

    child_in_thread(leave_object, &object);
    EXPECT(left_behind->owner == NULL);
    atomic_store(&bud_span_remote(left_behind)->words[0], 1);
    atomic_store(&left_behind->remote_summary, 1);
    bud_span_cold(left_behind)->remote_next = NULL;
    atomic_store(&mine->queue, left_behind);
    bud_remote_drain(mine);
    EXPECT(mine->queue == NULL);
    /* Nobody owns it, so who passed it on took the object in, and gave back
     * the span, which was empty then. */
    EXPECT_EQUAL(left_behind->kind, BUD_SPAN_FREED);
    heap_expect_no_block();
}

static void closing_a_queue_passes_on_what_is_in_it(void)
{
    void *const object = bud_alloc(16);
    struct bud_cache *const mine = bud_cache_mine;

    child_in_thread(free_it, object);
    EXPECT(mine->queue != NULL);
    bud_remote_close(mine);
    EXPECT(mine->queue == BUD_QUEUE_CLOSED);
    EXPECT_EQUAL(heap_live_bytes(), 0);
    bud_remote_drain(mine);
    EXPECT(mine->queue == BUD_QUEUE_CLOSED);
}

static void repair_takes_in_what_nobody_announced(void)
{
    char *const first = bud_alloc(16);

    bud_alloc(16);
    struct bud_span *const span = span_of(first);
    atomic_store(&bud_span_remote(span)->words[0], 3);
    bud_remote_repair(span);
    EXPECT_EQUAL(heap_live_bytes(), 0);
    EXPECT_EQUAL(bud_span_remote(span)->words[0], 0);
}

/* ---- all at once ---- */

enum { THREADS = 4, SLOTS = 512, ROUNDS = 40000 };

static void *_Atomic slots[SLOTS];

/* Every thread puts blocks where others take them from. */
static void *exchange(void *seed)
{
    uint64_t random = (uintptr_t)seed;

    for (int i = 0; i < ROUNDS; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        const size_t bytes = 1 + (random >> 33) % 300;
        char *const block = bud_alloc(bytes);
        EXPECT(block != NULL);
        block[0] = (char)bytes;
        block[bytes - 1] = (char)bytes;
        char *const other =
            atomic_exchange(&slots[(random >> 50) % SLOTS], block);
        if (other != NULL) {
            EXPECT(other[0] != 0 || bud_usable_bytes(other) >= 256);
            bud_free(other);
        }
    }
    return NULL;
}

static void threads_that_free_each_others_blocks_lose_none(void)
{
    pthread_t threads[THREADS];

    for (uintptr_t i = 0; i < THREADS; i++) {
        EXPECT(pthread_create(&threads[i], NULL, exchange, (void *)(i + 1)) ==
               0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    heap_expect_consistent();
    for (int i = 0; i < SLOTS; i++) {
        bud_free(slots[i]);
    }
    heap_expect_no_block();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(an_object_freed_elsewhere_comes_back_to_its_owner),
        TEST(a_span_is_announced_once_for_all_its_objects),
        TEST(spans_wait_in_a_queue),
        TEST(spans_that_the_drain_finds_empty_go_back),
        TEST(a_double_free_is_caught_whoever_does_it),
        TEST(a_span_popped_by_another_is_passed_to_its_owner),
        TEST(closing_a_queue_passes_on_what_is_in_it),
        TEST(repair_takes_in_what_nobody_announced),
        TEST(threads_that_free_each_others_blocks_lose_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
