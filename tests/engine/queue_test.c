/* The queue of spans with remote frees, one step at a time. */
#include "child.h"
#include "heap.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "engine/abandon.h"
#include "engine/alloc.h"
#include "engine/central.h"
#include "engine/queue.h"
#include "engine/region.h"
#include "engine/remote.h"
#include "engine/thread.h"

enum { COUNT = 3 };

static struct bud_span *spans[COUNT];

/* The calling thread's cache and spans of it, each with a live object. */
static struct bud_cache *cache_with_spans(void)
{
    struct bud_cache *const cache = bud_thread_begin();

    for (uint32_t i = 0; i < COUNT; i++) {
        spans[i] = bud_span_create(i, cache);
        bud_slab_take(&spans[i]->bits[0]);
        bud_cache_link(cache, spans[i]);
    }
    return cache;
}

static void only_one_at_a_time_holds_a_queue(void)
{
    struct bud_cache *const cache = cache_with_spans();

    EXPECT(bud_queue_hold(cache));
    EXPECT(!bud_queue_hold(cache));
    EXPECT(!bud_remote_drain(cache));
    bud_queue_let_go(cache);
    EXPECT(bud_queue_hold(cache));
}

static void the_first_mark_of_a_span_pushes_it_and_no_other(void)
{
    struct bud_cache *const cache = cache_with_spans();

    EXPECT(!bud_queue_has_news(cache));
    bud_queue_mark(spans[0], 1);
    EXPECT(bud_queue_has_news(cache));
    bud_queue_mark(spans[0], 1 << 3);
    bud_queue_mark(spans[1], 1);
    EXPECT_EQUAL(spans[0]->remote_summary, 1 + (1 << 3));
    EXPECT(cache->queue == spans[1]);
    EXPECT(bud_span_cold(spans[1])->remote_next == spans[0]);
    EXPECT(bud_span_cold(spans[0])->remote_next == NULL);
}

static void what_is_popped_is_named_as_in_hand(void)
{
    struct bud_cache *const cache = cache_with_spans();

    bud_queue_mark(spans[0], 1);
    bud_queue_mark(spans[1], 1);
    EXPECT(bud_queue_pop(cache) == spans[1]);
    EXPECT(cache->busy == spans[1]);
    EXPECT(bud_queue_pop(cache) == spans[0]);
    EXPECT(cache->busy == spans[0]);
    EXPECT(bud_queue_pop(cache) == NULL);
    EXPECT(cache->busy == NULL);
}

static void what_is_set_aside_makes_room_for_news(void)
{
    struct bud_cache *const cache = cache_with_spans();

    bud_queue_mark(spans[0], 1);
    bud_queue_mark(spans[1], 1);
    EXPECT(bud_queue_set_aside(cache));
    EXPECT(cache->queue == NULL);
    bud_queue_mark(spans[2], 1);
    EXPECT(bud_queue_next_set_aside(cache) == spans[1]);
    EXPECT(cache->busy == spans[1]);
    EXPECT(bud_queue_next_set_aside(cache) == spans[0]);
    EXPECT(bud_queue_next_set_aside(cache) == NULL);
    EXPECT(cache->busy == NULL);
    EXPECT(bud_queue_pop(cache) == spans[2]);
}

static void the_owner_pops_from_all_lists(void)
{
    struct bud_cache *const cache = cache_with_spans();

    bud_queue_mark(spans[0], 1);
    EXPECT(bud_queue_set_aside(cache));
    bud_queue_mark(spans[1], 1);
    bud_queue_add_purged(cache, spans[2]);
    EXPECT(bud_queue_has_news(cache));
    EXPECT(bud_queue_pop(cache) == spans[2]);
    EXPECT(bud_queue_pop(cache) == spans[0]);
    EXPECT(bud_queue_pop(cache) == spans[1]);
    EXPECT(bud_queue_pop(cache) == NULL);
    EXPECT(!bud_queue_has_news(cache));
}

static void a_queue_is_closed_only_when_it_is_empty(void)
{
    struct bud_cache *const cache = cache_with_spans();

    bud_queue_mark(spans[0], 1);
    EXPECT(!bud_queue_close(cache));
    EXPECT(bud_queue_pop(cache) == spans[0]);
    EXPECT(bud_queue_close(cache));
    EXPECT(bud_queue_pop(cache) == NULL);
    EXPECT(!bud_queue_set_aside(cache));
}

/* In a forked child: whoever adopts the span will look for itself. */
static void a_span_of_a_dead_cache_is_announced_to_nobody(void)
{
    struct bud_cache *const cache = cache_with_spans();

    EXPECT(bud_queue_close(cache));
    cache->life = BUD_CACHE_DEAD;
    bud_queue_mark(spans[0], 1);
    EXPECT(cache->queue == BUD_QUEUE_CLOSED);
    EXPECT_EQUAL(spans[0]->remote_summary, 1);
}

static _Atomic bool has_announced;

static void *announce(void *span)
{
    bud_queue_mark(span, 1);
    has_announced = true;
    return NULL;
}

/* The owner has closed its queue and is about to abandon the span. */
static void an_announcement_waits_for_the_next_owner(void)
{
    struct bud_cache *const cache = cache_with_spans();
    pthread_t thread;

    bud_cache_unlink(cache, spans[0]);
    EXPECT(bud_queue_close(cache));
    EXPECT(pthread_create(&thread, NULL, announce, spans[0]) == 0);
    usleep(20000);
    EXPECT(!has_announced);
    EXPECT(bud_central_enter());
    bud_abandon_locked(spans[0]);
    bud_central_leave();
    pthread_join(thread, NULL);
    EXPECT_EQUAL(spans[0]->remote_summary, 0);
}

static void mark_span(void *span)
{
    EXPECT(bud_cache_mine == &bud_cache_none);
    bud_queue_mark(span, 2);
    EXPECT(bud_cache_none.busy == NULL);
}

static void a_thread_without_a_cache_may_mark(void)
{
    struct bud_cache *const cache = cache_with_spans();

    child_in_thread(mark_span, spans[0]);
    EXPECT(bud_queue_pop(cache) == spans[0]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(only_one_at_a_time_holds_a_queue),
        TEST(the_first_mark_of_a_span_pushes_it_and_no_other),
        TEST(what_is_popped_is_named_as_in_hand),
        TEST(what_is_set_aside_makes_room_for_news),
        TEST(the_owner_pops_from_all_lists),
        TEST(a_queue_is_closed_only_when_it_is_empty),
        TEST(a_span_of_a_dead_cache_is_announced_to_nobody),
        TEST(an_announcement_waits_for_the_next_owner),
        TEST(a_thread_without_a_cache_may_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
