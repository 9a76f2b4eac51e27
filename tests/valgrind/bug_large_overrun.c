/* Writes past a large block, and into one that realloc cut down. */
#include <stdlib.h>

int main(void)
{
    volatile char *block = malloc(300001);
    block[300001] = 1;
    block = realloc((void *)block, 200001);
    block[200001] = 1;
    free((void *)block);
    return 0;
}
