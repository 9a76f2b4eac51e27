/* Decides by what malloc left in a fresh block and in one that was used. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
    char *used = malloc(64);
    memset(used, 1, 64);
    free(used);
    volatile char *block = malloc(64);
    if (block[5] == 3) {
        puts("three");
    }
    free((void *)block);
    return 0;
}
