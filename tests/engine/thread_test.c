/* How a thread gets a cache, and what becomes of it. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <errno.h>
#include <pthread.h>

#include "engine/alloc.h"
#include "engine/region.h"
#include "engine/thread.h"
#include "engine/trim.h"
#include "os/os.h"

static uint32_t count_caches(void)
{
    uint32_t count = 0;

    for (const struct bud_cache *cache = bud_thread_caches(); cache != NULL;
         cache = cache->next) {
        count++;
    }
    return count;
}

/* ---- the beginning ---- */

static void a_thread_has_no_cache_before_it_allocates(void)
{
    EXPECT(bud_cache_mine == &bud_cache_none);
    bud_free(NULL);
    EXPECT_EQUAL(bud_usable_bytes(NULL), 0);
    EXPECT(bud_cache_mine == &bud_cache_none);
    EXPECT(bud_thread_caches() == NULL);
    bud_free(bud_alloc(1));
    EXPECT(bud_cache_mine != &bud_cache_none);
    EXPECT(bud_thread_caches() == bud_cache_mine);
    EXPECT_EQUAL(bud_cache_mine->life, BUD_CACHE_ALIVE);
    EXPECT(bud_cache_mine->has_exit_hook);
}

static void any_first_request_makes_a_cache(void)
{
    EXPECT_EQUAL(bud_usable_bytes(bud_alloc(30000)), 30 * 1024);
    EXPECT(bud_cache_mine != &bud_cache_none);
}

static void allocate(void *unused)
{
    (void)unused;
    void *const block = bud_alloc(16);

    EXPECT(block != NULL);
    bud_free(block);
}

static void without_memory_a_thread_has_no_cache(void)
{
    door_limit_address_space(1);
    door_refuse(1, UINT64_MAX, ENOMEM);
    EXPECT(bud_thread_begin() == NULL);
    EXPECT(bud_cache_mine == &bud_cache_none);
    door_open();
    EXPECT(bud_thread_begin() != NULL);
    EXPECT(bud_cache_mine != &bud_cache_none);
}

static void caches_lie_side_by_side_in_units_of_their_own(void)
{
    const uint32_t count =
        3 * (uint32_t)(BUD_UNIT_BYTES / sizeof(struct bud_cache));

    for (uint32_t i = 0; i < count; i++) {
        EXPECT(bud_thread_begin() != NULL);
    }
    EXPECT_EQUAL(count_caches(), count);
    EXPECT_EQUAL(bud_region_used_units_locked(), 3);
    for (struct bud_cache *cache = bud_thread_caches(); cache != NULL;
         cache = cache->next) {
        EXPECT_EQUAL((uintptr_t)cache % 64u, 0);
    }
    heap_expect_consistent();
}

/* ---- the fork handlers ---- */

int __real_pthread_atfork(void (*before)(void), void (*parent)(void),
                          void (*child)(void));
int __wrap_pthread_atfork(void (*before)(void), void (*parent)(void),
                          void (*child)(void));

static int refusals = 2; /* at load, and with the first cache */
static int registrations;

int __wrap_pthread_atfork(void (*before)(void), void (*parent)(void),
                          void (*child)(void))
{
    if (refusals > 0) {
        refusals--;
        return ENOMEM;
    }
    registrations++;
    return __real_pthread_atfork(before, parent, child);
}

static void what_libc_refuses_is_asked_for_again_with_the_next_cache(void)
{
    EXPECT_EQUAL(refusals, 1);
    bud_free(bud_alloc(1));
    EXPECT_EQUAL(refusals, 0);
    EXPECT_EQUAL(registrations, 0);
    child_in_thread(allocate, NULL);
    EXPECT_EQUAL(registrations, 1);
    child_in_thread(allocate, NULL);
    EXPECT_EQUAL(registrations, 1);
}

/* ---- the end ---- */

static void short_lived_threads_share_one_cache(void)
{
    for (int i = 0; i < 200; i++) {
        child_in_thread(allocate, NULL);
    }
    EXPECT_EQUAL(count_caches(), 1);
    EXPECT_EQUAL(bud_thread_caches()->life, BUD_CACHE_UNUSED);
    EXPECT(bud_thread_caches()->queue == BUD_QUEUE_CLOSED);
    /* The caches' unit, and the empty span that each leaves to the next. */
    EXPECT_EQUAL(bud_region_used_units_locked(), 2);
    EXPECT_EQUAL(bud_span_created_count(), 1);
    bud_trim();
    EXPECT_EQUAL(bud_region_used_units_locked(), 1);
    heap_expect_no_block();
}

static void *kept;

static void keep_block(void *unused)
{
    (void)unused;
    kept = bud_alloc(16);
}

static void blocks_outlive_their_thread(void)
{
    child_in_thread(keep_block, NULL);
    struct block block = block_fill(kept, 16);
    child_in_thread(allocate, NULL);
    heap_expect_consistent();
    block_free(&block);
    heap_expect_no_block();
}

/* ---- thread-specific data that allocates and frees at the end ---- */

static pthread_key_t late_key;
static unsigned late_calls;

/* The first byte of the block says how often it wants to come back. */
static void allocate_late(void *block)
{
    const unsigned char rounds = *(unsigned char *)block;

    late_calls++;
    bud_free(block);
    unsigned char *const next = bud_alloc(16);
    *next = (unsigned char)(rounds - 1u);
    if (rounds > 1) {
        pthread_setspecific(late_key, next);
    } else {
        bud_free(next);
    }
}

static void set_late(void *unused)
{
    (void)unused;
    unsigned char *const block = bud_alloc(16);

    *block = 2;
    pthread_setspecific(late_key, block);
}

static void destructors_may_allocate_and_free_after_the_cache_was_left(void)
{
    bud_free(bud_alloc(1)); /* makes the engine's key the first */
    EXPECT(pthread_key_create(&late_key, allocate_late) == 0);
    for (int i = 0; i < 20; i++) {
        child_in_thread(set_late, NULL);
    }
    EXPECT_EQUAL(late_calls, 20 * 2);
    EXPECT_EQUAL(count_caches(), 2);
    heap_expect_no_block();
}

/* ---- when libc has no key left ---- */

static void use_up_all_keys(void)
{
    pthread_key_t key;

    while (pthread_key_create(&key, NULL) == 0) {
    }
}

static void without_a_key_a_thread_allocates_all_the_same(void)
{
    use_up_all_keys();
    struct block block = block_new(100);
    EXPECT(!bud_cache_mine->has_exit_hook);
    for (int i = 0; i < 1000; i++) {
        bud_alloc(32768); /* asks for the hook again and again */
    }
    EXPECT(!bud_cache_mine->has_exit_hook);
    child_in_thread(allocate, NULL);
    EXPECT_EQUAL(count_caches(), 2);
    block_free(&block);
    heap_expect_consistent();
}

static void a_thread_frees_what_another_without_a_hook_left(void)
{
    use_up_all_keys();
    bud_alloc(1);
    child_in_thread(keep_block, NULL);
    EXPECT(kept != NULL);
    bud_free(kept); /* remotely, to a cache that nobody drains */
    EXPECT_EQUAL(heap_live_bytes(), 16);
    heap_expect_consistent();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_thread_has_no_cache_before_it_allocates),
        TEST(any_first_request_makes_a_cache),
        TEST(without_memory_a_thread_has_no_cache),
        TEST(caches_lie_side_by_side_in_units_of_their_own),
        TEST(what_libc_refuses_is_asked_for_again_with_the_next_cache),
        TEST(short_lived_threads_share_one_cache),
        TEST(blocks_outlive_their_thread),
        TEST(destructors_may_allocate_and_free_after_the_cache_was_left),
        TEST(without_a_key_a_thread_allocates_all_the_same),
        TEST(a_thread_frees_what_another_without_a_hook_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
