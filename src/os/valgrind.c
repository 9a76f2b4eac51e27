#include "os/valgrind.h"

#include <stdint.h>

enum {
    MALLOCLIKE_BLOCK = 0x1301,
    FREELIKE_BLOCK = 0x1302,
    /* memcheck's own; 'M' and 'C' stand in the upper half. */
    MAKE_MEM_NOACCESS = 0x4d430000,
    MAKE_MEM_UNDEFINED = 0x4d430001,
    MAKE_MEM_DEFINED = 0x4d430002,
};

/* Makes a request; returns 0 when nobody answers. The first instructions turn
 * a register all the way round, the last one stands for the request: a pointer
 * to its words is in rax or x4, the answer comes in rdx or x3. */
static uintptr_t ask(uintptr_t request, const void *at, size_t bytes)
{
    /* MALLOCLIKE_BLOCK has a width of red zones and a flag in the next two. */
    const volatile uintptr_t words[6] = {request, (uintptr_t)at, bytes};
#if defined(__x86_64__) && defined(__LP64__) && !defined(NVALGRIND)
    uintptr_t answer = 0;

    __asm__ volatile("rolq $3, %%rdi\n\t"
                     "rolq $13, %%rdi\n\t"
                     "rolq $61, %%rdi\n\t"
                     "rolq $51, %%rdi\n\t"
                     "xchgq %%rbx, %%rbx"
                     : "+d"(answer)
                     : "a"(words)
                     : "cc", "memory");
    return answer;
#elif defined(__aarch64__) && defined(__LP64__) && !defined(NVALGRIND)
    register uintptr_t answer __asm__("x3") = 0;
    register const volatile uintptr_t *first __asm__("x4") = words;

    __asm__ volatile("ror x12, x12, #3\n\t"
                     "ror x12, x12, #13\n\t"
                     "ror x12, x12, #51\n\t"
                     "ror x12, x12, #61\n\t"
                     "orr x10, x10, x10"
                     : "+r"(answer)
                     : "r"(first)
                     : "cc", "memory");
    return answer;
#else
    (void)words;
    return 0;
#endif
}

/* Of all tools only memcheck answers this, with -1. */
bool bud_valgrind_watches(void)
{
    const char byte = 0;

    return ask(MAKE_MEM_DEFINED, &byte, sizeof byte) != 0;
}

void bud_valgrind_allocated(const void *block, size_t bytes)
{
    ask(MALLOCLIKE_BLOCK, block, bytes);
}

/* The second word is the width of the red zone here. */
void bud_valgrind_freed(const void *block)
{
    ask(FREELIKE_BLOCK, block, 0);
}

void bud_valgrind_close(const void *start, size_t bytes)
{
    ask(MAKE_MEM_NOACCESS, start, bytes);
}

void bud_valgrind_undefine(const void *start, size_t bytes)
{
    ask(MAKE_MEM_UNDEFINED, start, bytes);
}

void bud_valgrind_define(const void *start, size_t bytes)
{
    ask(MAKE_MEM_DEFINED, start, bytes);
}
