/* Buffers that grow: many strings by a few bytes at a time, vectors by
 * doubling, one log by 4 KiB steps to 64 MiB. What counts is growth in
 * place and, where a block must move, moving its pages instead of its bytes.
 * Usage: micro_realloc [SCALE] */
#include "micro.h"

#define STRINGS 256u

/* A buffer of 64-bit words, word i being its index with the seed mixed in. */
struct buffer {
    uint64_t *words;
    size_t count;
    uint64_t seed;
};

static void grow(struct buffer *buffer, size_t count)
{
    uint64_t *words = realloc(buffer->words, count * sizeof *words);
    if (words == NULL) {
        micro_fail("realloc returned NULL");
    }
    if (buffer->count > 0 &&
        (words[0] != buffer->seed ||
         words[buffer->count - 1] != (buffer->seed ^ (buffer->count - 1)))) {
        micro_fail("realloc lost content");
    }
    for (size_t i = buffer->count; i < count; i++) {
        words[i] = buffer->seed ^ i;
    }
    buffer->words = words;
    buffer->count = count;
}

static void finish(struct buffer *buffer)
{
    for (size_t i = 0; i < buffer->count; i++) {
        if (buffer->words[i] != (buffer->seed ^ i)) {
            micro_fail("a grown buffer lost content");
        }
    }
    free(buffer->words);
    *buffer = (struct buffer){NULL, 0, buffer->seed + 1};
}

static void grow_strings(uint64_t rounds)
{
    static struct buffer strings[STRINGS];
    uint64_t random_state = 88172645463325252u;
    for (uint64_t round = 0; round < rounds; round++) {
        const uint64_t random = micro_random(&random_state);
        struct buffer *string = &strings[random % STRINGS];
        if (string->count > 500) {
            finish(string);
        }
        grow(string, string->count + 1 + (random >> 32) % 8);
    }
    for (size_t i = 0; i < STRINGS; i++) {
        finish(&strings[i]);
    }
}

static void grow_vectors(uint64_t rounds)
{
    for (uint64_t round = 0; round < rounds; round++) {
        struct buffer vector = {NULL, 0, round};
        for (size_t count = 8; count <= (size_t)1 << 17; count *= 2) {
            grow(&vector, count);
        }
        finish(&vector);
    }
}

static void grow_log(size_t bytes)
{
    struct buffer log = {NULL, 0, 7};
    for (size_t count = 512; count * sizeof *log.words <= bytes; count += 512) {
        grow(&log, count);
    }
    finish(&log);
}

int main(int argc, char **argv)
{
    const double scale = micro_argument(argc, argv, 1, 1.0);
    grow_strings((uint64_t)(10e6 * scale));
    grow_vectors((uint64_t)(1200 * scale) + 1);
    grow_log((size_t)((double)(64u << 20) * (scale < 1 ? scale : 1)));
    return 0;
}
