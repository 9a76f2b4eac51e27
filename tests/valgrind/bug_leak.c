/* Loses 123 bytes, and keeps 77 that are still reachable. */
#include <stdlib.h>
#include <string.h>

static char *volatile kept;
static char *volatile lost;

__attribute__((noinline)) static void lose(void)
{
    lost = malloc(123);
    memset(lost, 1, 123);
    lost = NULL;
}

int main(void)
{
    kept = malloc(77);
    lose();
    /* No copy of the address stays in a register or on the stack. */
    char cleared[4096];
    memset(cleared, 0, sizeof cleared);
    __asm__ volatile("" : : "r"(cleared) : "memory");
    return 0;
}
