/* A program without any library: it begins at _start, drives heaps of 1 KiB,
 * 1 MiB and 1 GiB and one that ends with the address space, and exits with 0
 * or the number of the line that found a wrong answer. */
#include <buddy.h>

#if defined(__x86_64__)
__asm__(".globl _start\n_start: call run\n"
        "mov %eax, %edi\nmov $60, %eax\nsyscall\n");
#elif defined(__i386__)
__asm__(".globl _start\n_start: call run\n"
        "mov %eax, %ebx\nmov $1, %eax\nint $0x80\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start: bl run\nmov x8, #93\nsvc #0\n");
#else
#error "no way to exit from here is known for this processor"
#endif

#define EXPECT(condition)                                                      \
    if (!(condition)) {                                                        \
        return __LINE__ % 255 + 1;                                             \
    }

BUDDY_HEAP(small, 1u << 10, 4);
BUDDY_HEAP(middle, 1u << 20, 4);
BUDDY_HEAP(large, 1u << 30, 12);
BUDDY_HEAP(top, 3u << 12, 12);

int run(void);

/* Fills a heap with blocks of two sizes, checks each bad call once, empties
 * it, and expects it whole again. */
static int drive(struct buddy *heap, uintptr_t start, size_t size_bytes,
                 size_t block_bytes)
{
    const size_t count = size_bytes / block_bytes;

    for (size_t i = 0; i < count; i++) {
        EXPECT(buddy_allocate(heap, block_bytes, 16) ==
               start + i * block_bytes);
    }
    EXPECT(buddy_allocate(heap, 1, 1) == 0);
    EXPECT(buddy_deallocate(heap, start + 1u, block_bytes, 1) ==
           BUDDY_INTERIOR);
    EXPECT(buddy_deallocate(heap, start, 2u * block_bytes, 1) ==
           BUDDY_WRONG_SIZE);
    EXPECT(buddy_deallocate(heap, start - 1u, block_bytes, 1) == BUDDY_OUTSIDE);
    for (size_t i = 0; i < count; i++) {
        const uintptr_t block = start + (i * 7u % count) * block_bytes;
        EXPECT(buddy_deallocate(heap, block, block_bytes, 16) == BUDDY_OK);
        EXPECT(buddy_deallocate(heap, block, block_bytes, 16) ==
               BUDDY_NOT_LIVE);
    }
    EXPECT(buddy_allocate(heap, size_bytes, 4096) == start);
    EXPECT(buddy_deallocate(heap, start, size_bytes, 4096) == BUDDY_OK);
    return 0;
}

static int drive_top(void)
{
    const uintptr_t start = UINTPTR_MAX - 3u * 4096u + 1u;

    EXPECT(top_init(start + 4096u) == BUDDY_BAD_SIZE);
    EXPECT(top_init(start) == BUDDY_OK);
    EXPECT(buddy_allocate(&top, 4096, 8192) != 0);
    EXPECT(buddy_allocate(&top, 4096, 4096) != 0);
    EXPECT(buddy_allocate(&top, 4096, 4096) == start + 2u * 4096u);
    EXPECT(buddy_allocate(&top, 1, 1) == 0);
    EXPECT(buddy_deallocate(&top, UINTPTR_MAX, 1, 1) == BUDDY_INTERIOR);
    EXPECT(buddy_deallocate(&top, 0, 1, 1) == BUDDY_OUTSIDE);
    return 0;
}

int run(void)
{
    EXPECT(small_init(0x1000) == BUDDY_OK);
    EXPECT(middle_init(0x80000000u) == BUDDY_OK);
    EXPECT(large_init(0x40000000u) == BUDDY_OK);
    const int small_failed = drive(&small, 0x1000, 1u << 10, 16);
    const int middle_failed = drive(&middle, 0x80000000u, 1u << 20, 64);
    const int large_failed = drive(&large, 0x40000000u, 1u << 30, 1u << 16);

    return small_failed    ? small_failed
           : middle_failed ? middle_failed
           : large_failed  ? large_failed
                           : drive_top();
}
