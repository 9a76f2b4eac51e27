/*
 * Opened with RTLD_DEEPBIND, this library gets its memory from the malloc of
 * the C library whatever is preloaded, and hands it out.
 */
#include <stdlib.h>
#include <string.h>

void *foreign_give(size_t size)
{
    return malloc(size);
}

void foreign_take(void *p)
{
    free(p);
}

char *foreign_copy(const char *text)
{
    return strdup(text);
}
