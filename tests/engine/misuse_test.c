/* What is said of every address that is no live block, before the end. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/alloc.h"
#include "engine/misuse.h"
#include "engine/region.h"
#include "engine/trim.h"

static const size_t MIB = 1u << 20;

/* What is done to an address, and with what the line must begin and end. */
static void free_it(void *address)
{
    bud_free(address);
}

static void resize_it(void *address)
{
    bud_resize(address, 100);
}

static void ask_its_size(void *address)
{
    bud_usable_bytes(address);
}

struct kinds {
    const char *of_freed[3]; /* what free, realloc, usable size say */
    const char *of_invalid[3];
};

static const struct kinds kinds = {
    {"double free of", "realloc of freed", "usable size of freed"},
    {"invalid free of", "realloc of", "usable size of"},
};

static void expect_refused(void *address, const char *const *kind,
                           const char *detail)
{
    static void (*const acts[])(void *) = {free_it, resize_it, ask_its_size};
    char words[200];

    for (int i = 0; i < 3; i++) {
        snprintf(words, sizeof words, "buddymalloc: %s 0x%llx (%s)\n", kind[i],
                 (unsigned long long)(uintptr_t)address, detail);
        child_expect_abort(acts[i], address, words);
    }
}

static void a_freed_object_is_named_with_its_class(void)
{
    void *const object = bud_alloc(40);

    bud_alloc(40);
    bud_free(object);
    expect_refused(object, kinds.of_freed, "size class 48");
}

static void a_pointer_into_a_block_is_named_with_its_distance(void)
{
    char *const object = bud_alloc(40);

    expect_refused(object + 8, kinds.of_invalid,
                   "interior pointer, 8 bytes into a block, size class 48");
    expect_refused(object + 1, kinds.of_invalid,
                   "interior pointer, 1 bytes into a block, size class 48");
}

static void a_pointer_into_a_later_unit_of_a_span_is_one_into_a_block(void)
{
    char *const object = bud_alloc(32768);

    for (int i = 1; i < 4; i++) {
        bud_alloc(32768);
    }
    expect_refused(object + 3 * 32768 + 16, kinds.of_invalid,
                   "interior pointer, 16 bytes into a block, size class 32768");
}

static void the_end_of_a_span_that_no_object_has_is_named(void)
{
    char *const object = bud_alloc(48);
    const uint32_t objects = bud_size_class_objects(bud_size_class_for(48));

    expect_refused(object + 48 * objects, kinds.of_invalid,
                   "unused end of a span, size class 48");
}

static void a_pointer_into_a_large_block_is_named_with_its_distance(void)
{
    char *const block = bud_alloc(MIB);

    expect_refused(block + 16, kinds.of_invalid,
                   "interior pointer, 16 bytes into a large block");
    expect_refused(block + 5 * BUD_UNIT_BYTES, kinds.of_invalid,
                   "interior pointer, 327680 bytes into a large block");
}

static void a_freed_large_block_is_named(void)
{
    char *const block = bud_alloc(MIB);

    bud_free(block);
    expect_refused(block, kinds.of_freed, "large block");
    expect_refused(block + 32, kinds.of_invalid, "large block");
}

static void an_object_of_a_span_that_went_back_is_named(void)
{
    char *const object = bud_alloc(40);

    bud_free(object);
    bud_trim();
    expect_refused(object, kinds.of_freed, "all blocks around it are free");
}

/* Its unit, not the first of its span, once was a large block. */
static void an_object_in_a_former_large_block_is_a_freed_object(void)
{
    enum { COUNT = 64 };
    void *blocks[COUNT];

    for (int i = 0; i < COUNT; i++) {
        blocks[i] = bud_alloc(BUD_CLASS_MAX_BYTES + 1);
    }
    for (int i = 0; i < COUNT; i++) {
        bud_free(blocks[i]);
    }
    for (int i = 0; i < COUNT; i++) {
        blocks[i] = bud_alloc(BUD_CLASS_MAX_BYTES);
    }
    for (int i = 0; i < COUNT; i++) {
        bud_free(blocks[i]);
    }
    bud_trim();
    for (int i = 0; i < COUNT; i++) {
        expect_refused(blocks[i], kinds.of_freed,
                       "all blocks around it are free");
    }
}

static void memory_that_was_never_a_block_is_named(void)
{
    bud_alloc(1);
    const struct bud_region *const region = &bud_regions[0];

    expect_refused(bud_region_address(region, region->committed_units - 1),
                   kinds.of_invalid, "never allocated");
    expect_refused(bud_region_address(region, region->units - 1) + 16,
                   kinds.of_invalid, "never allocated");
    /* The unit that the caches lie in. */
    expect_refused(bud_region_address(region, 0), kinds.of_invalid,
                   "never allocated");
}

static const char foreign_words[] =
    "not from this heap; if another allocator gave it out, "
    "BUDDYMALLOC=foreign:ignore leaves it alone";

static void memory_of_others_is_named_with_the_remedy(void)
{
    static char global[32];
    char local[32];

    expect_refused(global, kinds.of_invalid, foreign_words);
    expect_refused(local, kinds.of_invalid, foreign_words);
    bud_alloc(1);
    expect_refused(global, kinds.of_invalid, foreign_words);
    expect_refused((void *)(UINTPTR_MAX - 15), kinds.of_invalid, foreign_words);
    expect_refused((void *)16, kinds.of_invalid, foreign_words);
}

static void memory_of_others_is_left_alone_when_asked(void)
{
    char local[32] = "unharmed";

    bud_alloc(1);
    bud_misuse_ignores_foreign = true;
    bud_free(local);
    bud_free_sized(local, 3, 1);
    EXPECT(bud_resize(local, 100) == NULL);
    EXPECT_EQUAL(bud_usable_bytes(local), 0);
    EXPECT(strcmp(local, "unharmed") == 0);
    const struct bud_region *const region = &bud_regions[0];
    child_expect_abort(free_it, bud_region_address(region, region->units - 1),
                       "never allocated");
}

static void blocks_in_a_further_region_are_refused_as_well(void)
{
    door_limit_address_space(1); /* regions of 16 units */
    char *const first = bud_alloc(10 * BUD_UNIT_BYTES);
    char *const second = bud_alloc(10 * BUD_UNIT_BYTES);
    char *const small = bud_alloc(20000);

    EXPECT(bud_region_of((uintptr_t)second) != bud_region_of((uintptr_t)first));
    expect_refused(second + 64, kinds.of_invalid,
                   "interior pointer, 64 bytes into a large block");
    bud_free(second);
    expect_refused(second, kinds.of_freed, "large block");
    bud_free(small);
    expect_refused(small, kinds.of_freed, "size class 20480");
}

static void free_naming_a_wrong_size(void *address)
{
    bud_free_sized(address, 4000, 1);
}

static void free_naming_a_page_and_more(void *address)
{
    bud_free_sized(address, 100000, 4096);
}

static void a_wrong_size_is_named_with_the_right_one(void)
{
    void *const object = bud_alloc(100);

    child_expect_abort(free_naming_a_wrong_size, object,
                       "(4000 bytes named, the block has 112)\n");
    child_expect_abort(free_naming_a_page_and_more, object,
                       "(100000 bytes named, the block has 112)\n");
    bud_free_sized(object, 100, 1);
}

static void free_aligned_to_nothing(void *address)
{
    bud_free_sized(address, 5, 0);
}

static void free_aligned_to_24(void *address)
{
    bud_free_sized(address, 100, 24);
}

static void an_alignment_that_is_none_is_named(void)
{
    void *const object = bud_alloc(100);

    child_expect_abort(free_aligned_to_nothing, object,
                       "wrong alignment given to free of");
    child_expect_abort(free_aligned_to_24, object,
                       "(24 bytes named, which is no power of two)\n");
    bud_free_sized(object, 100, 1);
}

static void free_twice_naming_a_size(void *address)
{
    bud_free_sized(address, 100, 1);
    bud_free_sized(address, 100, 1);
}

static void free_twice_naming_a_large_size(void *address)
{
    bud_free_sized(address, 100000, 1);
    bud_free_sized(address, 100000, 1);
}

static void a_double_free_that_names_a_size_is_a_double_free(void)
{
    child_expect_abort(free_twice_naming_a_size, bud_alloc(100),
                       "buddymalloc: double free of 0x");
    child_expect_abort(free_twice_naming_a_large_size, bud_alloc(100000),
                       "buddymalloc: double free of 0x");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_freed_object_is_named_with_its_class),
        TEST(a_pointer_into_a_block_is_named_with_its_distance),
        TEST(a_pointer_into_a_later_unit_of_a_span_is_one_into_a_block),
        TEST(the_end_of_a_span_that_no_object_has_is_named),
        TEST(a_pointer_into_a_large_block_is_named_with_its_distance),
        TEST(a_freed_large_block_is_named),
        TEST(an_object_of_a_span_that_went_back_is_named),
        TEST(an_object_in_a_former_large_block_is_a_freed_object),
        TEST(memory_that_was_never_a_block_is_named),
        TEST(memory_of_others_is_named_with_the_remedy),
        TEST(memory_of_others_is_left_alone_when_asked),
        TEST(blocks_in_a_further_region_are_refused_as_well),
        TEST(a_wrong_size_is_named_with_the_right_one),
        TEST(an_alignment_that_is_none_is_named),
        TEST(a_double_free_that_names_a_size_is_a_double_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
