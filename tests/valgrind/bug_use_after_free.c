/* Reads and writes a block of 41 bytes that is free. */
#include <stdlib.h>
#include <string.h>

int main(void)
{
    volatile char *block = malloc(41);
    memset((void *)block, 1, 41);
    free((void *)block);
    block[7] = 2;
    return block[3] == 77 ? 1 : 0;
}
