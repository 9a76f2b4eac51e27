/* What bench/instructions counts: pairs of malloc and free of one size, which
 * find what they need. Another block of the size stays live, so that no free
 * empties a word of the bitmap.
 *
 *     instructions BYTES PAIRS
 */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: instructions BYTES PAIRS\n");
        return 2;
    }
    const size_t bytes = strtoul(argv[1], NULL, 10);
    const unsigned long pairs = strtoul(argv[2], NULL, 10);
    void *const kept = malloc(bytes);

    for (unsigned long i = 0; i < pairs; i++) {
        free(malloc(bytes));
    }
    free(kept);
    return kept == NULL;
}
