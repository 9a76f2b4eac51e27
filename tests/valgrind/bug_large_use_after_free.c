/* Reads a large block, cleared by calloc, that is free. */
#include <stdlib.h>

int main(void)
{
    volatile char *block = calloc(1, 200000);
    if (block[199999] != 0) {
        return 1;
    }
    free((void *)block);
    return block[100000] == 77 ? 1 : 0;
}
