/* Writes one byte past a block of 41 bytes, and reads one before it. */
#include <stdlib.h>

int main(void)
{
    volatile char *block = malloc(41);
    block[41] = 1;
    const char before = block[-1];
    free((void *)block);
    return before == 77 ? 1 : 0;
}
