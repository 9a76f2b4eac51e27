/* In builds for tests a call that breaks a precondition of the core stops
 * there, whoever makes it; one that just keeps it passes. */
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/address.h"
#include "core/bits.h"
#include "core/check.h"
#include "core/node.h"
#include "core/size_class.h"
#include "core/slab.h"
#include "core/tree.h"
#include "core/units.h"

#include "cmocka_prelude.h"

/* Calls one function of the core with a number: at most `last` is allowed. */
struct call {
    const char *name;
    void (*make)(uint64_t number);
    uint64_t first;
    uint64_t last;
};

static uint8_t node[16];
static uint64_t bits[BUD_SLAB_WORDS];

static struct bud_tree tree_of_height(uint32_t height)
{
    const struct bud_tree tree = {.node = node, .leaves = 8, .height = height};
    return tree;
}

static void test_bit(uint64_t number)
{
    (void)bud_bits_test(1, (uint32_t)number);
}

static void set_bit(uint64_t number)
{
    (void)bud_bits_set(1, (uint32_t)number);
}

static void clear_bit(uint64_t number)
{
    (void)bud_bits_clear(1, (uint32_t)number);
}

static void lower_bits(uint64_t number)
{
    (void)bud_bits_lower(1, (uint32_t)number);
}

static void number_of_bit(uint64_t number)
{
    (void)bud_bits_number(0, (uint32_t)number);
}

static void number_in_word(uint64_t number)
{
    (void)bud_bits_number((uint32_t)number, 0);
}

static void lowest_bit(uint64_t number)
{
    (void)bud_bits_lowest(number);
}

static void words_of(uint64_t number)
{
    (void)bud_slab_words((uint32_t)number);
}

static void word_of_100(uint64_t number)
{
    (void)bud_slab_full_word(100, (uint32_t)number);
}

static void init_slab(uint64_t number)
{
    bud_slab_init(bits, (uint32_t)number);
}

static void take_object(uint64_t number)
{
    (void)bud_slab_take(&number);
}

static void give_one_of_100(uint64_t number)
{
    (void)bud_slab_give(bits, 100, (uint32_t)number);
}

static void class_for(uint64_t number)
{
    (void)bud_size_class_for((uint32_t)number);
}

static void bytes_of_class(uint64_t number)
{
    (void)bud_size_class_bytes((uint32_t)number);
}

static void units_of_class(uint64_t number)
{
    (void)bud_size_class_units((uint32_t)number);
}

static void steps_of_bytes(uint64_t number)
{
    (void)bud_size_class_steps((uint32_t)number);
}

static void coarse_steps_of_bytes(uint64_t number)
{
    (void)bud_size_class_coarse_steps((uint32_t)number);
}

static void objects_of_class(uint64_t number)
{
    (void)bud_size_class_objects((uint32_t)number);
}

static void reciprocal_of_class(uint64_t number)
{
    (void)bud_size_class_reciprocal((uint32_t)number);
}

static void index_by_reciprocal(uint64_t number)
{
    (void)bud_size_class_index(1, number);
}

static void unit_at(uint64_t number)
{
    (void)bud_units_of_offset(number);
}

static void bytes_of_units(uint64_t number)
{
    (void)bud_units_to_bytes(number);
}

static void byte_of_unit(uint64_t number)
{
    (void)bud_units_span_offset((uint32_t)number, 0);
}

static void byte_inside_unit(uint64_t number)
{
    (void)bud_units_span_offset(0, (uint32_t)number);
}

static void address_of_unit_1(uint64_t number)
{
    (void)bud_units_address(number, 1);
}

static void way_to_multiple(uint64_t number)
{
    (void)bud_units_to_multiple(1, number);
}

static void round_up(uint64_t number)
{
    (void)bud_units_round_up(1, number);
}

static void round_down(uint64_t number)
{
    (void)bud_units_round_down(1, number);
}

static void offset_of_object(uint64_t number)
{
    (void)bud_units_object_offset((uint32_t)number, 65536);
}

static void offset_of_word(uint64_t number)
{
    (void)bud_units_word_offset((uint32_t)number, 16);
}

static void offset_of_word_of_size(uint64_t number)
{
    (void)bud_units_word_offset(1, (uint32_t)number);
}

static void entry_of_size(uint64_t number)
{
    (void)bud_units_entry_of(1, number);
}

static void tail_of_64(uint64_t number)
{
    (void)bud_address_of_tail(0, 64, number);
}

static void tail_at(uint64_t number)
{
    (void)bud_address_of_tail(number, 64, 8);
}

static void table_at(uint64_t number)
{
    (void)bud_address_table_end(number, 1, 1, 4096);
}

static void table_of_entries(uint64_t number)
{
    (void)bud_address_table_end(0, number, 1, 4096);
}

static void table_of_entry_size(uint64_t number)
{
    (void)bud_address_table_end(0, 1, number, 4096);
}

static void table_of_pages(uint64_t number)
{
    (void)bud_address_table_end(0, 1, 1, number);
}

static void arena_at(uint64_t number)
{
    (void)bud_address_arena_base(number, 1, 4096);
}

static void arena_aligned(uint64_t number)
{
    (void)bud_address_arena_base(0, 1, number);
}

static void end_of_arena_aligned(uint64_t number)
{
    (void)bud_address_arena_end(1, number, 4096);
}

static void end_of_arena_of(uint64_t number)
{
    (void)bud_address_arena_end(1, 4096, number);
}

static void order_for(uint64_t number)
{
    (void)bud_tree_order_for((uint32_t)number);
}

static void node_at(uint64_t number)
{
    const struct bud_tree tree = tree_of_height(3);
    (void)bud_node_of(&tree, (uint32_t)number, 0);
}

static void node_of_order(uint64_t number)
{
    const struct bud_tree tree = tree_of_height(3);
    (void)bud_node_of(&tree, 0, (uint32_t)number);
}

static void offset_of_node(uint64_t number)
{
    const struct bud_tree tree = tree_of_height(3);
    (void)bud_node_offset(&tree, (uint32_t)number, 1);
}

static void half_of_node(uint64_t number)
{
    (void)bud_node_half((uint32_t)number, 1);
}

static void which_half(uint64_t number)
{
    (void)bud_node_half(1, (uint32_t)number);
}

static void units_of_order(uint64_t number)
{
    (void)bud_node_units((uint32_t)number);
}

static void allocate_in_height(uint64_t number)
{
    struct bud_tree tree = tree_of_height((uint32_t)number);
    (void)bud_tree_alloc(&tree, 0);
}

static void next_free_in_height(uint64_t number)
{
    const struct bud_tree tree = tree_of_height((uint32_t)number);
    uint32_t order = 0;
    (void)bud_tree_next_free(&tree, 8, &order);
}

static void check_node_in_height(uint64_t number)
{
    const struct bud_tree tree = tree_of_height((uint32_t)number);
    (void)bud_check_node(&tree, 1);
}

static void check_slab(uint64_t number)
{
    (void)bud_check_slab(bits, (uint32_t)number);
}

static const struct call calls[] = {
    {"bud_bits_test", test_bit, 0, 63},
    {"bud_bits_set", set_bit, 0, 63},
    {"bud_bits_clear", clear_bit, 0, 63},
    {"bud_bits_lower", lower_bits, 0, 63},
    {"bud_bits_number", number_of_bit, 0, 63},
    {"bud_bits_number", number_in_word, 0, 0x3ffffff},
    {"bud_bits_lowest", lowest_bit, 1, UINT64_MAX},
    {"bud_slab_words", words_of, 1, 4096},
    {"bud_slab_full_word", word_of_100, 0, 1},
    {"bud_slab_init", init_slab, 1, 4096},
    {"bud_slab_take", take_object, 1, UINT64_MAX},
    {"bud_slab_give", give_one_of_100, 0, 99},
    {"bud_size_class_for", class_for, 0, BUD_CLASS_MAX_BYTES},
    {"bud_size_class_bytes", bytes_of_class, 0, BUD_CLASS_COUNT - 1},
    {"bud_size_class_units", units_of_class, 0, BUD_CLASS_COUNT - 1},
    {"bud_size_class_steps", steps_of_bytes, 0, BUD_CLASS_MAX_BYTES},
    {"bud_size_class_coarse_steps", coarse_steps_of_bytes,
     BUD_CLASS_FINE_MAX_BYTES + 1, BUD_CLASS_MAX_BYTES},
    {"bud_size_class_objects", objects_of_class, 0, BUD_CLASS_COUNT - 1},
    {"bud_size_class_reciprocal", reciprocal_of_class, 0, BUD_CLASS_COUNT - 1},
    {"bud_size_class_index", index_by_reciprocal, 0, 0x80000001},
    {"bud_units_of_offset", unit_at, 0, BUD_UNITS_END_BYTES - 1},
    {"bud_units_to_bytes", bytes_of_units, 0, UINT64_C(1) << 32},
    {"bud_units_span_offset", byte_of_unit, 0, 65535},
    {"bud_units_span_offset", byte_inside_unit, 0, BUD_UNIT_BYTES - 1},
    {"bud_units_address", address_of_unit_1, 0, UINT64_MAX - BUD_UNIT_BYTES},
    {"bud_units_to_multiple", way_to_multiple, 1, UINT64_MAX},
    {"bud_units_round_up", round_up, 1, UINT64_MAX},
    {"bud_units_round_down", round_down, 1, UINT64_MAX},
    {"bud_units_object_offset", offset_of_object, 0, 65535},
    {"bud_units_word_offset", offset_of_word, 0, 63},
    {"bud_units_word_offset", offset_of_word_of_size, 0, BUD_UNIT_BYTES},
    {"bud_units_entry_of", entry_of_size, 1, UINT64_MAX},
    {"bud_address_of_tail", tail_of_64, 0, 64},
    {"bud_address_of_tail", tail_at, 0, UINT64_MAX - 64},
    {"bud_address_table_end", table_at, 0, UINT64_C(1) << 60},
    {"bud_address_table_end", table_of_entries, 0, UINT32_MAX},
    {"bud_address_table_end", table_of_entry_size, 0, 65536},
    {"bud_address_table_end", table_of_pages, 1, UINT64_C(1) << 32},
    {"bud_address_arena_base", arena_at, 0, UINT64_MAX - 4097},
    {"bud_address_arena_base", arena_aligned, 1, UINT64_MAX - 1},
    {"bud_address_arena_end", end_of_arena_aligned, 1, UINT64_MAX - 4097},
    {"bud_address_arena_end", end_of_arena_of, 0, UINT64_MAX - 4097},
    {"bud_tree_order_for", order_for, 1, UINT32_C(1) << 30},
    {"bud_node_of", node_at, 0, 7},
    {"bud_node_of", node_of_order, 0, 3},
    {"bud_node_offset", offset_of_node, 4, 7},
    {"bud_node_half", half_of_node, 1, 0x3fffffff},
    {"bud_node_half", which_half, 0, 1},
    {"bud_node_units", units_of_order, 0, 30},
    {"bud_tree_alloc", allocate_in_height, 3, 3},
    {"bud_tree_next_free", next_free_in_height, 3, 3},
    {"bud_check_node", check_node_in_height, 3, 3},
    {"bud_check_slab", check_slab, 1, 4096},
};

/* Makes the call in a child; the signal that ended it, 0 for none. */
static int signal_of(const struct call *call, uint64_t number)
{
    int status = 0;
    const pid_t child = fork();

    if (child == 0) {
        const struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGILL, SIG_DFL);
        signal(SIGTRAP, SIG_DFL);
        call->make(number);
        _exit(0);
    }
    assert_true(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void expect(const struct call *call, uint64_t number, bool allowed)
{
    const int got = signal_of(call, number);
    const bool is_trap = got == SIGILL || got == SIGTRAP;

    if (allowed ? got != 0 : !is_trap) {
        fail_msg("%s of %llu: signal %d", call->name,
                 (unsigned long long)number, got);
    }
}

static void calls_that_break_a_precondition_stop_there(void **state)
{
    (void)state;
#ifndef BUD_CHECKS
    skip();
#endif
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        const struct call *const call = &calls[i];
        expect(call, call->first, true);
        expect(call, call->last, true);
        if (call->first > 0) {
            expect(call, call->first - 1u, false);
        }
        if (call->last < UINT64_MAX) {
            expect(call, call->last + 1u, false);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_that_break_a_precondition_stop_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
