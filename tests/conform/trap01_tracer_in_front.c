/*
 * A tracing library in front of ours finds our functions with
 * dlsym(RTLD_NEXT) at the first allocation of the process.
 */
#include "trap.h"

int main(int count, char **arguments)
{
    (void)arguments;
    if (count == 1) {
        preload("tracer.so", 1);
        start_again("preloaded");
    }
    const unsigned long *calls =
        (const unsigned long *)dlsym(RTLD_DEFAULT, "tracer_calls");
    REQUIRE(calls != NULL, "no tracer.so");
    const unsigned long before = *calls;
    for (size_t i = 0; i < 1000; i++) {
        char *p = (char *)malloc(i * 10 + 1);
        REQUIRE(p != NULL, "no memory");
        p = (char *)realloc(p, i * 20 + 1);
        memset(p, 1, i * 20 + 1);
        free(p);
    }
    EXPECT(*calls - before >= 3000, "only %lu calls seen", *calls - before);
    return verdict();
}
