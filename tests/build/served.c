/*
 * Allocates in the ways that C has. With an argument it then frees a block
 * twice: the library that served it says so and aborts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments)
{
    void *aligned = NULL;
    char *line = NULL;
    size_t line_bytes = 0;

    if (posix_memalign(&aligned, 4096, 10000) != 0 ||
        getline(&line, &line_bytes, stdin) >= 0) {
        return 1;
    }
    memset(aligned, 1, 10000);
    free(aligned);
    free(line);
    char *const text = realloc(strdup(arguments[0]), 100000);
    free(text);
    if (count > 1) {
        free(text);
    }
    return 0;
}
