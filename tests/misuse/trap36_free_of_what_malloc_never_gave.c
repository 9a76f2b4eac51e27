/*
 * Pointers that no allocation ever returned: to the stack, to globals, to
 * code, to other mappings, to addresses where nothing is, and to parts of
 * our own range that were never handed out.
 */
#include "misuse.h"

static char global[64] __attribute__((aligned(16)));
static const char constant[64] __attribute__((aligned(16))) = "constant";

static void of_the_stack(void)
{
    char here[64] __attribute__((aligned(16)));
    free(misused(here));
}

static void of_a_global(void)
{
    free(misused(global));
}

static void of_a_misaligned_global(void)
{
    free(misused(global + 3));
}

static void of_a_constant(void)
{
    free(misused((void *)constant));
}

static void of_code(void)
{
    free(misused((void *)of_code));
}

static void of_a_mapping(void)
{
    free(misused(mmap(NULL, MIB, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)));
}

static void of_a_hole(void)
{
    char *p =
        (char *)mmap(NULL, MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(p, MIB);
    free(misused(p + 4096));
}

static void of_address_16(void)
{
    free(misused((void *)16));
}

static void of_address_1(void)
{
    free(misused((void *)1));
}

static void of_the_last_address(void)
{
    free(misused((void *)UINTPTR_MAX));
}

static void of_the_last_aligned_address(void)
{
    free(misused((void *)(UINTPTR_MAX - 15)));
}

static void of_a_kernel_address(void)
{
    free(misused((void *)0xffff888000000000ul));
}

static void of_no_canonical_address(void)
{
    free(misused((void *)0x4141414141414140ul));
}

static void before_any_allocation(void)
{
    free(misused(&global));
}

static void of_the_thread_area(void)
{
    static __thread char local[64] __attribute__((aligned(16)));
    free(misused(local));
}

static const struct misuse cases[] = {
    {"the stack", of_the_stack, INVALID_FREE, NOT_OURS},
    {"a global", of_a_global, INVALID_FREE, NOT_OURS},
    {"a misaligned global", of_a_misaligned_global, INVALID_FREE, NOT_OURS},
    {"a constant", of_a_constant, INVALID_FREE, NOT_OURS},
    {"code", of_code, INVALID_FREE, NOT_OURS},
    {"a mapping of the program", of_a_mapping, INVALID_FREE, NOT_OURS},
    {"a hole", of_a_hole, INVALID_FREE, NOT_OURS},
    {"address 16", of_address_16, INVALID_FREE, NOT_OURS},
    {"address 1", of_address_1, INVALID_FREE, NOT_OURS},
    {"the last address", of_the_last_address, INVALID_FREE, NOT_OURS},
    {"the last aligned address", of_the_last_aligned_address, INVALID_FREE,
     NOT_OURS},
    {"a kernel address", of_a_kernel_address, INVALID_FREE, NOT_OURS},
    {"no canonical address", of_no_canonical_address, INVALID_FREE, NOT_OURS},
    {"before any allocation", before_any_allocation, INVALID_FREE, NOT_OURS},
    {"the thread area", of_the_thread_area, INVALID_FREE, NOT_OURS},
};

int main(void)
{
    return RUN_MISUSES(cases);
}
