/* Spans that an ended thread left: who takes them over, who frees into them. */
#include "child.h"
#include "heap.h"

#include <stdatomic.h>

#include "engine/abandon.h"
#include "engine/alloc.h"
#include "engine/central.h"
#include "engine/region.h"
#include "engine/stats.h"
#include "engine/thread.h"

enum { COUNT = 10 };

static void *objects[COUNT];

static struct bud_span *span_of(const void *address)
{
    const struct bud_region *const region = bud_region_of((uintptr_t)address);

    return &region->spans[((uintptr_t)address - region->base) / BUD_UNIT_BYTES];
}

static void allocate(void *bytes)
{
    for (int i = 0; i < COUNT; i++) {
        objects[i] = bud_alloc(*(size_t *)bytes);
        EXPECT(objects[i] != NULL);
    }
}

/* Ten objects whose owner has ended. */
static struct bud_span *leave(size_t bytes)
{
    child_in_thread(allocate, &bytes);
    struct bud_span *const span = span_of(objects[0]);
    EXPECT(span->owner == NULL);
    return span;
}

static void free_all(void *unused)
{
    (void)unused;
    for (int i = 0; i < COUNT; i++) {
        bud_free(objects[i]);
    }
}

static void free_but_one(void *unused)
{
    (void)unused;
    for (int i = 1; i < COUNT; i++) {
        bud_free(objects[i]);
    }
}

static void what_an_ended_thread_left_stays_allocated(void)
{
    leave(100);
    heap_expect_consistent();
    EXPECT_EQUAL(heap_live_bytes(), COUNT * 112);
}

static void empty_spans_of_an_ended_thread_go_back(void)
{
    struct bud_span *const span = leave(100);

    child_in_thread(free_all, NULL);
    EXPECT_EQUAL(span->kind, BUD_SPAN_FREED);
    heap_expect_no_block();
}

static void who_frees_into_an_abandoned_span_adopts_it(void)
{
    struct bud_span *const span = leave(100);

    bud_alloc(16); /* now there is a cache */
    bud_free(objects[3]);
    EXPECT(span->owner == bud_cache_mine);
    EXPECT_EQUAL(heap_live_bytes(), (COUNT - 1) * 112 + 16);
    heap_expect_consistent();
    EXPECT(bud_alloc(100) == objects[3]);
}

static void who_has_no_cache_frees_without_adopting(void)
{
    struct bud_span *const span = leave(100);

    child_in_thread(free_but_one, NULL);
    EXPECT(span->owner == NULL);
    EXPECT_EQUAL(heap_live_bytes(), 112);
    heap_expect_consistent();
    bud_free(objects[0]);
    EXPECT_EQUAL(span->kind, BUD_SPAN_FREED);
    heap_expect_no_block();
}

static void who_needs_a_span_adopts_one_of_the_class(void)
{
    struct bud_span *const span = leave(100);
    const uint64_t created = bud_span_created_count();

    EXPECT(bud_alloc(200) != NULL); /* another class */
    EXPECT(span->owner == NULL);
    const void *const object = bud_alloc(100);
    EXPECT(span_of(object) == span);
    EXPECT(span->owner == bud_cache_mine);
    EXPECT_EQUAL(bud_span_created_count(), created + 1);
    heap_expect_consistent();
}

static void a_full_abandoned_span_is_adopted_and_passed_over(void)
{
    const size_t bytes = 1024;
    const uint32_t per_span = bud_size_class_objects(bud_size_class_for(1024));

    struct bud_span *const span = leave(bytes);
    struct bud_cache *const cache = bud_thread_begin();
    for (uint32_t i = COUNT; i < per_span; i++) {
        EXPECT(span_of(bud_alloc(bytes)) - span_of(bud_alloc(16)) != 0);
    }
    EXPECT(span->owner == cache);
    const char *const next = bud_alloc(bytes);
    EXPECT((size_t)(next - bud_span_start(span)) >= per_span * bytes ||
           next < bud_span_start(span));
    heap_expect_consistent();
}

static void the_list_of_a_class_gives_up_any_of_its_spans(void)
{
    struct bud_span *spans[3];
    struct bud_cache *const cache = bud_thread_begin();

    for (int i = 0; i < 3; i++) {
        spans[i] = bud_span_create(7, cache);
        bud_slab_take(&spans[i]->bits[0]);
        EXPECT(bud_central_enter());
        bud_abandon_locked(spans[i]);
        bud_central_leave();
    }
    EXPECT(bud_adopt(spans[1], cache)); /* from the middle */
    EXPECT(bud_adopt(spans[0], cache)); /* the last */
    EXPECT(bud_adopt_any(7, cache));    /* the first */
    EXPECT(!bud_adopt_any(7, cache));
    for (int i = 0; i < 3; i++) {
        EXPECT(spans[i]->owner == cache);
    }
    heap_expect_consistent();
}

static void a_span_with_a_living_owner_is_not_adopted_nor_freed_into(void)
{
    void *const object = bud_alloc(16);
    struct bud_span *const span = span_of(object);

    EXPECT(!bud_adopt(span, bud_cache_mine));
    EXPECT(!bud_abandoned_free(span, 0));
    EXPECT(!bud_abandoned_collect(span));
    EXPECT_EQUAL(heap_live_bytes(), 16);
    heap_expect_consistent();
}

static void marks_of_an_abandoned_span_are_taken_in_by_who_made_them(void)
{
    struct bud_span *const span = leave(100);

    atomic_store(&bud_span_remote(span)->words[0], 1u << 4);
    atomic_store(&span->remote_summary, 1);
    EXPECT(bud_abandoned_collect(span));
    EXPECT_EQUAL(bud_span_remote(span)->words[0], 0);
    EXPECT_EQUAL(bud_bits_test(span->bits[0], 4), 1);
    atomic_store(&bud_span_remote(span)->words[0], 0x3ef);
    atomic_store(&span->remote_summary, 1);
    EXPECT(bud_abandoned_collect(span));
    EXPECT_EQUAL(span->kind, BUD_SPAN_FREED);
    heap_expect_no_block();
}

static void free_first_twice(void *unused)
{
    (void)unused;
    bud_free(objects[0]);
    bud_free(objects[0]);
}

static void free_first_twice_without_looking(void *span)
{
    bud_abandoned_free(span, 0);
    bud_abandoned_free(span, 0);
}

static void a_double_free_in_an_abandoned_span_aborts(void)
{
    struct bud_span *const span = leave(100);
    const char *const words = "buddymalloc: double free of 0x";

    child_expect_abort(free_first_twice, NULL, words);
    child_expect_abort(free_first_twice_without_looking, span, words);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(what_an_ended_thread_left_stays_allocated),
        TEST(empty_spans_of_an_ended_thread_go_back),
        TEST(who_frees_into_an_abandoned_span_adopts_it),
        TEST(who_has_no_cache_frees_without_adopting),
        TEST(who_needs_a_span_adopts_one_of_the_class),
        TEST(a_full_abandoned_span_is_adopted_and_passed_over),
        TEST(the_list_of_a_class_gives_up_any_of_its_spans),
        TEST(a_span_with_a_living_owner_is_not_adopted_nor_freed_into),
        TEST(marks_of_an_abandoned_span_are_taken_in_by_who_made_them),
        TEST(a_double_free_in_an_abandoned_span_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
