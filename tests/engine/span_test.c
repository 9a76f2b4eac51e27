/* Spans: cut into objects, destroyed, remote frees taken in. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <errno.h>
#include <stdatomic.h>

#include "engine/cache.h"
#include "engine/central.h"
#include "engine/region.h"
#include "engine/thread.h"

/* A cache to own the spans; it also computes the table of classes. */
static struct bud_cache *owner(void)
{
    struct bud_cache *const cache = bud_thread_begin();

    EXPECT(cache != NULL);
    return cache;
}

static struct bud_span *create(uint32_t class)
{
    struct bud_cache *const cache =
        bud_cache_mine == &bud_cache_none ? owner() : bud_cache_mine;
    struct bud_span *const span = bud_span_create(class, cache);

    EXPECT(span != NULL);
    EXPECT(span->owner == cache);
    return span;
}

static void destroy(struct bud_span *span)
{
    EXPECT(bud_central_enter());
    bud_span_destroy_locked(span);
    bud_central_leave();
}

static void a_new_span_of_every_class_is_cut_as_its_class_says(void)
{
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        struct bud_span *const span = create(class);
        const uint32_t words = bud_slab_words(span->objects);
        EXPECT(bud_span_is_empty(span));
        EXPECT_EQUAL(heap_free_objects(span), bud_size_class_objects(class));
        EXPECT_EQUAL(span->reciprocal, bud_size_class_reciprocal(class));
        EXPECT_EQUAL(span->summary, bud_slab_full_word(words, 0));
        EXPECT((uintptr_t)bud_span_start(span) % BUD_UNIT_BYTES == 0);
        bud_cache_link(bud_cache_mine, span);
        heap_expect_consistent();
    }
    EXPECT_EQUAL(bud_span_created_count(), BUD_CLASS_COUNT);
}

static void a_destroyed_span_leaves_no_index_in_range(void)
{
    struct bud_span *const span = create(BUD_CLASS_COUNT - 1);
    const uint32_t units = bud_span_cold(span)->units;

    EXPECT(units > 1);
    destroy(span);
    EXPECT(span->owner == NULL);
    EXPECT_EQUAL(span->objects, 0);
    EXPECT_EQUAL(span->reciprocal, 0);
    for (uint32_t i = 0; i < units; i++) {
        EXPECT_EQUAL(span[i].kind, BUD_SPAN_FREED);
        EXPECT_EQUAL(span[i].back, 0);
    }
    heap_expect_consistent();
}

static void a_span_can_be_of_another_class_in_its_next_life(void)
{
    struct bud_span *const first = create(1);

    destroy(first);
    struct bud_span *const second = create(0);
    EXPECT(second == first);
    EXPECT_EQUAL(second->size_bytes, 16);
    EXPECT(bud_span_is_empty(second));
    bud_cache_link(bud_cache_mine, second);
    heap_expect_consistent();
}

static void without_memory_there_is_no_span(void)
{
    owner();
    const uint64_t created = bud_span_created_count();

    door_refuse(1, UINT64_MAX, ENOMEM);
    while (bud_span_create(BUD_CLASS_COUNT - 1, bud_cache_mine) != NULL) {
        EXPECT(bud_span_created_count() < created + 100);
    }
    door_open();
    EXPECT(bud_span_create(BUD_CLASS_COUNT - 1, bud_cache_mine) != NULL);
}

static void a_span_is_empty_until_an_object_is_taken_and_again_after(void)
{
    struct bud_span *const span = create(5);
    const uint32_t last = bud_slab_words(span->objects) - 1u;

    const uint32_t bit = bud_slab_take(&span->bits[last]);
    EXPECT(!bud_span_is_empty(span));
    bud_slab_give(span->bits, span->objects, bud_bits_number(last, bit));
    EXPECT(bud_span_is_empty(span));
}

static void free_remotely(struct bud_span *span, uint32_t index)
{
    atomic_fetch_or(&bud_span_remote(span)->words[bud_bits_word_of(index)],
                    bud_bits_set(0, bud_bits_bit_of(index)));
}

static void collect_takes_in_the_words_it_is_told_and_no_other(void)
{
    struct bud_span *const span = create(0);

    span->summary = 0;
    for (uint32_t word = 0; word < 3; word++) {
        span->bits[word] = 0;
        free_remotely(span, bud_bits_number(word, 7));
    }
    bud_span_collect(span, bud_bits_set(bud_bits_set(0, 0), 2));
    EXPECT_EQUAL(span->bits[0], 1u << 7);
    EXPECT_EQUAL(span->bits[1], 0);
    EXPECT_EQUAL(span->bits[2], 1u << 7);
    EXPECT_EQUAL(span->summary, 5);
    EXPECT_EQUAL(bud_span_remote(span)->words[0], 0);
    EXPECT_EQUAL(bud_span_remote(span)->words[1], 1u << 7);
}

static void collect_of_a_word_without_frees_changes_nothing(void)
{
    struct bud_span *const span = create(0);

    span->summary = 0;
    span->bits[1] = 0;
    bud_span_collect(span, 2);
    EXPECT_EQUAL(span->summary, 0);
    EXPECT_EQUAL(span->bits[1], 0);
}

static void collect_a_free_object(void *span)
{
    free_remotely(span, 130);
    bud_span_collect(span, 4);
}

static void collect_of_an_object_that_is_free_aborts(void)
{
    child_expect_abort(collect_a_free_object, create(0),
                       "buddymalloc: double free of 0x");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_new_span_of_every_class_is_cut_as_its_class_says),
        TEST(a_destroyed_span_leaves_no_index_in_range),
        TEST(a_span_can_be_of_another_class_in_its_next_life),
        TEST(without_memory_there_is_no_span),
        TEST(a_span_is_empty_until_an_object_is_taken_and_again_after),
        TEST(collect_takes_in_the_words_it_is_told_and_no_other),
        TEST(collect_of_a_word_without_frees_changes_nothing),
        TEST(collect_of_an_object_that_is_free_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
