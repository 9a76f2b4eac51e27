/* Three heaps, from a kibibyte of our own memory to a gibibyte that is not
 * there: cc embed_example.c -lbuddy */
#include <buddy.h>
#include <inttypes.h>
#include <stdio.h>

/* 1 KiB in blocks of 16 bytes, over an array. */
static _Alignas(4096) unsigned char memory[1024];
BUDDY_HEAP(small, sizeof(memory), 4);

/* 1 MiB in blocks of 64 bytes, and 1 GiB in pages, at addresses of a device:
 * nothing is ever read or written there. */
BUDDY_HEAP(middle, 1u << 20, 6);
BUDDY_HEAP(large, 1u << 30, 12);

static void print_free(const char *name, const struct buddy *heap)
{
    const struct buddy_stats stats = buddy_get_stats(heap);

    printf("%s: %zu of %zu bytes free, at most %zu at once\n", name,
           stats.free_bytes, stats.size_bytes, stats.largest_free_bytes);
}

static void give_back(struct buddy *heap, uintptr_t block, size_t size_bytes)
{
    static const char *const answers[] = {"ok", "not live", "interior",
                                          "wrong size", "outside"};

    printf("%#" PRIxPTR " of %zu bytes: %s\n", block, size_bytes,
           answers[buddy_deallocate(heap, block, size_bytes, 16)]);
}

int main(void)
{
    if (small_init((uintptr_t)memory) != BUDDY_OK ||
        middle_init(0x80000000u) != BUDDY_OK ||
        large_init(0x40000000u) != BUDDY_OK) {
        return 1;
    }

    unsigned char *text = (unsigned char *)buddy_allocate(&small, 100, 16);
    text[99] = 1;
    print_free("small", &small);

    const uintptr_t page = buddy_allocate(&large, 4096, 4096);
    const uintptr_t huge_page = buddy_allocate(&large, 2u << 20, 2u << 20);
    printf("%#" PRIxPTR " and %#" PRIxPTR "\n", page, huge_page);
    print_free("large", &large);

    /* A mistake is answered, and nothing is lost. */
    const uintptr_t block = buddy_allocate(&middle, 100, 16);
    give_back(&middle, block, 200);
    give_back(&middle, block + 64u, 100);
    give_back(&middle, block, 100);
    give_back(&middle, block, 100);
    give_back(&middle, 0, 100);
    print_free("middle", &middle);
    return 0;
}
