/* Random takes, frees and merges on spans of any number of objects, compared
 * after every step with an array that says which objects are free. */
#include <string.h>

#include "core/check.h"
#include "core/slab.h"
#include "property.h"

#define STEPS 400u
#define MAX_OBJECTS (64u * BUD_SLAB_WORDS)

static uint64_t bits[BUD_SLAB_WORDS];
static uint8_t is_free[MAX_OBJECTS];
static uint32_t objects;

/* The free objects of a word, and how many objects it has. */
struct word {
    uint32_t free, size;
};

static struct word look(uint32_t word)
{
    struct word found = {0, 0};
    for (uint32_t i = 64u * word; i < 64u * word + 64u && i < objects; i++) {
        found.free += is_free[i];
        found.size++;
    }
    return found;
}

static void compare(const struct run *run)
{
    for (uint32_t i = 0; i < objects; i++) {
        run_expect(run, "is free",
                   bud_bits_test(bits[bud_bits_word_of(i)], bud_bits_bit_of(i)),
                   is_free[i]);
    }
    run_expect(run, "check", bud_check_slab(bits, objects), BUD_CHECK_OK);
}

static void take(struct run *run)
{
    const uint32_t word = run_below(run, bud_slab_words(objects));
    const uint32_t is_used_up = look(word).free == 0;
    run_expect(run, "is used up", bud_slab_is_used_up(bits[word]), is_used_up);
    if (is_used_up != 0) {
        return;
    }
    uint32_t lowest = 64u * word;
    while (is_free[lowest] == 0) {
        lowest++;
    }
    run_expect(run, "take", bud_slab_take(&bits[word]), lowest % 64u);
    is_free[lowest] = 0;
}

static uint32_t give_to_model(uint32_t index)
{
    const struct word before = look(index / 64u);
    if (is_free[index] != 0) {
        return BUD_SLAB_WAS_FREE;
    }
    is_free[index] = 1;
    return before.free + 1u == before.size ? BUD_SLAB_WORD_IS_FULL
                                           : BUD_SLAB_GIVEN;
}

static void give(struct run *run)
{
    const uint32_t index = run_below(run, objects);
    run_expect(run, "give", bud_slab_give(bits, objects, index),
               give_to_model(index));
}

static void merge(struct run *run)
{
    const uint32_t word = run_below(run, bud_slab_words(objects));
    uint64_t more = 0;
    uint64_t already = 0;
    for (uint32_t i = 64u * word; i < 64u * word + 64u && i < objects; i++) {
        if (run_below(run, 4) == 0) {
            more |= (uint64_t)1 << i % 64u;
            already |= (uint64_t)is_free[i] << i % 64u;
            is_free[i] = 1;
        }
    }
    run_expect(run, "merge", bud_slab_merge(&bits[word], more), already);
}

static void step(struct run *run)
{
    const uint32_t choice = run_below(run, 16);
    if (choice == 0) {
        merge(run);
    } else if (choice < 9) {
        take(run);
    } else {
        give(run);
    }
    compare(run);
}

int main(int argc, char **argv)
{
    struct run run = run_of(argc, argv, 300);
    for (uint64_t round = 0; round < run.rounds; round++) {
        run_begin_round(&run, round);
        objects = 1u + run_magnitude(&run, MAX_OBJECTS);
        bud_slab_init(bits, objects);
        memset(is_free, 1, sizeof is_free);
        compare(&run);
        for (run.step = 1; run.step <= STEPS; run.step++) {
            step(&run);
        }
    }
    printf("ok slab_agrees_with_the_model_on_random_operations\n");
    return 0;
}
