/*
 * From some moment on the system refuses every call that manages memory, as
 * it does to a process at its limit: the allocator works on with what it has
 * and then returns NULL with ENOMEM; it never crashes, and what is freed can
 * be had again.
 */
#include "filter.h"

enum { COUNT = 30000 };

static const int memory_calls[] = {SYS_mmap, SYS_munmap, SYS_mremap,
                                   SYS_madvise, SYS_mprotect};

static void live_on(void *already)
{
    static void *blocks[COUNT];
    struct dice dice = dice_of(5, 5);
    if (already != NULL) {
        free(malloc(100));
        free(malloc(MIB));
    }
    if (!forbid(memory_calls, 5, ENOMEM)) {
        _exit(TRAP_SKIPPED);
    }
    for (size_t i = 0; i < 3 * COUNT; i++) {
        void **place = &blocks[roll_below(&dice, COUNT)];
        const size_t size = roll_size(&dice, 60000);
        errno = 0;
        if (roll_below(&dice, 3) == 0) {
            void *moved = realloc(*place, size);
            EXPECT(moved != NULL || errno == ENOMEM, "errno is %d", errno);
            *place = moved != NULL ? moved : *place;
        } else {
            free(*place);
            *place = malloc(size);
            EXPECT(*place != NULL || errno == ENOMEM, "errno is %d", errno);
        }
        if (*place != NULL) {
            memset(*place, 1, 1);
        }
    }
    for (size_t i = 0; i < COUNT; i++) {
        free(blocks[i]);
    }
    void *again = already != NULL ? malloc(100) : NULL;
    EXPECT(already == NULL || again != NULL, "nothing works afterwards");
    free(again);
}

int main(void)
{
    for (int already = 0; already <= 1; already++) {
        const struct outcome seen =
            observe(live_on, already ? (void *)1 : NULL, 30);
        if (WIFEXITED(seen.status) &&
            WEXITSTATUS(seen.status) == TRAP_SKIPPED) {
            SKIP("this kernel has no seccomp filters");
        }
        EXPECT(ended_well(&seen), "%s: wait status %d%s, said \"%s\"",
               already ? "after a start" : "before the first block",
               seen.status, seen.hung ? ", hung" : "", seen.words);
    }
    return verdict();
}
