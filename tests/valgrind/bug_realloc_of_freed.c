/* Resizes a block that is free. */
#include <stdlib.h>

int main(void)
{
    void *volatile block = malloc(41);
    free(block);
    block = realloc(block, 100);
    return 0;
}
