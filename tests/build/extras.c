/*
 * A library that calls what malloc.h has beyond the C standard, and with
 * PROGRAM a program that uses it but calls none of these functions itself.
 */
#include <malloc.h>
#include <stdlib.h>

void *extras_page(void);
size_t extras_bytes(void *block);

#ifdef PROGRAM
int main(void)
{
    void *const block = malloc(100);

    free(extras_page());
    return block != NULL && extras_bytes(block) >= 100 ? 0 : 1;
}
#else
void *extras_page(void)
{
    return valloc(100);
}

size_t extras_bytes(void *block)
{
    return malloc_usable_size(block);
}
#endif
