/*
 * flags: -Wl,-z,initfirst
 *
 * Frees, in a constructor that runs before every other one, a pointer that
 * the allocator never gave out: LOADER_BLOCK=name takes a string that the
 * dynamic loader made with its own minimal malloc, =stack an address on the
 * stack.  Afterwards allocation must still work; the process ends with 0.
 */
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The C library does not know its environment yet. */
static const char *value_of(const char *name, char **environment)
{
    const size_t length = strlen(name);
    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, name, length) == 0) {
            return *environment + length;
        }
    }
    return NULL;
}

static void *of_the_loader(void)
{
    for (struct link_map *map = _r_debug.r_map; map != NULL;
         map = map->l_next) {
        if (strstr(map->l_name, "libc.so") != NULL) {
            return map->l_name;
        }
    }
    return NULL;
}

__attribute__((constructor)) static void start(int count, char **arguments,
                                               char **environment)
{
    char on_the_stack[64] __attribute__((aligned(16))) = {0};
    const char *what = value_of("LOADER_BLOCK=", environment);
    void *p = on_the_stack;
    (void)count;
    (void)arguments;
    if (what == NULL) {
        return;
    }
    if (strcmp(what, "name") == 0) {
        p = of_the_loader();
    }
    __asm__ volatile("" : "+r"(p) : : "memory");
    free(p);
    char *block = malloc(100);
    if (block == NULL) {
        _exit(2);
    }
    memset(block, 1, 100);
    free(block);
    _exit(p == NULL ? 3 : 0);
}
