/* Random requests of any size and alignment on heaps of any size, start and
 * order, compared with a list of the blocks that are out. The memory is real:
 * each block keeps its own pattern until it goes back, so that an overlap
 * shows even if the model were wrong. */
#include <string.h>

#include "buddy.h"
#include "property.h"

#define STEPS 300u
#define MAX_BYTES (1u << 16)
#define MAX_LIVE 512u

struct block {
    uintptr_t address;
    size_t size_bytes, alignment_bytes; /* as requested */
    size_t block_bytes;                 /* as handed out */
};

static _Alignas(1 << 16) uint8_t memory[2 * MAX_BYTES];
static uint8_t metadata[4 * MAX_BYTES];
static struct buddy heap;
static struct block live[MAX_LIVE];
static uint32_t live_count;

/* The heap as the model knows it. */
static uintptr_t start;
static size_t size_bytes, smallest_bytes;

static uint8_t pattern_of(uintptr_t address)
{
    return (uint8_t)(address >> 4 ^ address >> 11 ^ 0x5a);
}

static size_t power_above(size_t bytes)
{
    size_t power = 1;
    while (power < bytes) {
        power *= 2u;
    }
    return power;
}

static size_t block_for(size_t bytes)
{
    const size_t power = power_above(bytes);
    return power < smallest_bytes ? smallest_bytes : power;
}

static uint32_t range_is_free(size_t distance, size_t bytes)
{
    if (distance > size_bytes || bytes > size_bytes - distance) {
        return 0;
    }
    for (uint32_t i = 0; i < live_count; i++) {
        const size_t other = live[i].address - start;
        if (distance < other + live[i].block_bytes &&
            other < distance + bytes) {
            return 0;
        }
    }
    return 1;
}

/* The lowest wholly free span of a power of two bytes, or the end. */
static size_t lowest_free(size_t bytes)
{
    size_t distance = 0;
    while (distance < size_bytes && !range_is_free(distance, bytes)) {
        distance += bytes;
    }
    return distance;
}

/* Where the block must lie, or 0. */
static uintptr_t expected_address(size_t bytes, size_t alignment)
{
    const size_t block = block_for(bytes);
    const size_t first = (alignment - start % alignment) % alignment;
    size_t distance = first;
    if (first % block != 0) {
        return 0;
    }
    if (alignment <= block) {
        distance = lowest_free(block);
    } else if (alignment <= power_above(size_bytes)) {
        distance += lowest_free(alignment);
    }
    return range_is_free(distance, block) ? start + distance : 0;
}

static void fill(const struct block *block)
{
    memset(&memory[block->address - (uintptr_t)memory],
           pattern_of(block->address), block->block_bytes);
}

static void expect_pattern(const struct run *run, const struct block *block)
{
    const uint8_t *byte = &memory[block->address - (uintptr_t)memory];
    for (size_t i = 0; i < block->block_bytes; i++) {
        run_expect(run, "content", byte[i], pattern_of(block->address));
    }
}

static void allocate(struct run *run)
{
    const uint32_t wanted = run_magnitude(run, MAX_BYTES);
    const uint32_t bits = run_below(run, 4) == 0 ? 20 : 6;
    struct block block = {
        .size_bytes = wanted,
        .alignment_bytes = (size_t)1 << run_below(run, bits),
        .block_bytes = block_for(wanted),
    };
    block.address =
        buddy_allocate(&heap, block.size_bytes, block.alignment_bytes);
    run_expect(run, "allocate", block.address,
               expected_address(block.size_bytes, block.alignment_bytes));
    if (block.address != 0) {
        run_expect(run, "alignment", block.address % block.alignment_bytes, 0);
        fill(&block);
        live[live_count] = block;
        live_count++;
    }
}

static void deallocate(struct run *run)
{
    const uint32_t chosen = run_below(run, live_count);
    const struct block block = live[chosen];
    expect_pattern(run, &block);
    run_expect(run, "deallocate",
               buddy_deallocate(&heap, block.address, block.size_bytes,
                                block.alignment_bytes),
               BUDDY_OK);
    live_count--;
    live[chosen] = live[live_count];
}

static enum buddy_result expected_refusal(uintptr_t address, size_t bytes)
{
    if (address < start || address >= start + size_bytes) {
        return BUDDY_OUTSIDE;
    }
    for (uint32_t i = 0; i < live_count; i++) {
        if (address - live[i].address >= live[i].block_bytes) {
            continue;
        }
        if (address != live[i].address) {
            return BUDDY_INTERIOR;
        }
        return block_for(bytes) == live[i].block_bytes ? BUDDY_OK
                                                       : BUDDY_WRONG_SIZE;
    }
    return BUDDY_NOT_LIVE;
}

/* A call that is wrong nearly always; it is made when it is. */
static void deallocate_wrongly(struct run *run)
{
    uintptr_t address = start - 100u + run_below(run, MAX_BYTES + 200u);
    if (live_count > 0 && run_below(run, 2) == 0) {
        address = live[run_below(run, live_count)].address;
    }
    const size_t bytes = run_magnitude(run, MAX_BYTES);
    const enum buddy_result expected = expected_refusal(address, bytes);
    if (expected != BUDDY_OK) {
        run_expect(run, "refusal", buddy_deallocate(&heap, address, bytes, 1),
                   expected);
    }
}

/* The free lists of all orders hold what the blocks leave, without two
 * halves of one block. */
static void compare_views(const struct run *run)
{
    size_t free_bytes = 0, blocks = 0, largest = 0;
    for (unsigned order = 0; order < 20; order++) {
        const size_t bytes = (size_t)1 << order;
        uintptr_t p = buddy_walk_free(&heap, order, 0);
        for (; p != 0; p = buddy_walk_free(&heap, order, p)) {
            const size_t parent = (p - start) & ~(2u * bytes - 1u);
            run_expect(run, "walk", range_is_free(p - start, bytes), 1);
            run_expect(run, "merged", range_is_free(parent, 2u * bytes), 0);
            free_bytes += bytes;
            blocks++;
            largest = bytes;
        }
    }
    const struct buddy_stats stats = buddy_get_stats(&heap);
    for (uint32_t i = 0; i < live_count; i++) {
        free_bytes += live[i].block_bytes;
    }
    run_expect(run, "conservation", free_bytes, size_bytes);
    run_expect(run, "blocks", stats.free_blocks, blocks);
    run_expect(run, "largest", stats.largest_free_bytes, largest);
    run_expect(run, "size", stats.size_bytes, size_bytes);
}

static void begin(struct run *run)
{
    const unsigned order = run_below(run, 14);
    smallest_bytes = (size_t)1 << order;
    const size_t given = smallest_bytes + run_below(run, MAX_BYTES);
    start = (uintptr_t)memory + 4096u * (1u + run_below(run, 11));
    size_bytes = given / smallest_bytes * smallest_bytes;
    live_count = 0;
    memset(metadata, (int)run_below(run, 256), sizeof metadata);
    run_expect(run, "init",
               buddy_init(&heap, metadata, buddy_metadata_bytes(given, order),
                          start, given, order),
               BUDDY_OK);
}

int main(int argc, char **argv)
{
    struct run run = run_of(argc, argv, 200);
    for (uint64_t round = 0; round < run.rounds; round++) {
        run_begin_round(&run, round);
        begin(&run);
        for (run.step = 1; run.step <= STEPS; run.step++) {
            const uint32_t choice = run_below(&run, 8);
            if (choice == 0) {
                deallocate_wrongly(&run);
            } else if (choice < 5 || live_count == 0) {
                allocate(&run);
            } else {
                deallocate(&run);
            }
            compare_views(&run);
        }
    }
    printf("ok heap_agrees_with_the_model_on_random_requests\n");
    return 0;
}
