/* Reads a block where it was before realloc, a small one and a large one. */
#include <stdlib.h>
#include <string.h>

int main(void)
{
    volatile char *small = malloc(41);
    memset((void *)small, 1, 41);
    char *moved = realloc((void *)small, 5000);
    const char byte = small[3];
    free(moved);
    return byte == 77 ? 1 : 0;
}
