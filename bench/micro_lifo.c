/* Allocate and free at once, and short stacks of blocks freed in reverse: the
 * best case of every allocator, and the commonest one in real programs.
 * Usage: micro_lifo [SCALE] */
#include "micro.h"

#define DEPTH 24u

int main(int argc, char **argv)
{
    const double scale = micro_argument(argc, argv, 1, 1.0);
    const uint64_t rounds = (uint64_t)(1.6e6 * scale);
    void *stack[DEPTH];

    for (uint64_t round = 0; round < rounds; round++) {
        for (unsigned i = 0; i < DEPTH; i++) {
            const size_t size = 16 + (i & 7u) * 32;
            micro_release(micro_allocate(size), size);
        }
        for (unsigned i = 0; i < DEPTH; i++) {
            stack[i] = micro_allocate(16 + (i & 7u) * 32);
        }
        for (unsigned i = DEPTH; i-- > 0;) {
            micro_release(stack[i], 16 + (i & 7u) * 32);
        }
    }
    return 0;
}
