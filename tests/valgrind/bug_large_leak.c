/* Loses the first block it asks for, a large one. */
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static void lose(void)
{
    char *volatile lost = malloc(1000000);
    memset(lost, 1, 1000000);
    lost = NULL;
}

int main(void)
{
    lose();
    /* No copy of the address stays in a register or on the stack. */
    char cleared[4096];
    memset(cleared, 0, sizeof cleared);
    __asm__ volatile("" : : "r"(cleared) : "memory");
    return 0;
}
