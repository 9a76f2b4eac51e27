/* Writes before a block that starts at a page. */
#include <stdlib.h>

int main(void)
{
    volatile char *block = aligned_alloc(4096, 100);
    block[-1] = 1;
    free((void *)block);
    return 0;
}
