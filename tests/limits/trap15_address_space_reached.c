/*
 * The limit of address space is reached: NULL with ENOMEM, everything that
 * was allocated is intact, and after freeing a part allocation works again,
 * for small and for large blocks, and in a thread that waited meanwhile.
 */
#include <pthread.h>

#include "trap.h"

enum { MOST = 1 << 21 };

static void **blocks;

static size_t fill_up(size_t size)
{
    size_t count = 0;
    for (;;) {
        errno = 0;
        void *block = malloc(size);
        if (block == NULL) {
            EXPECT(errno == ENOMEM, "errno is %d", errno);
            return count;
        }
        REQUIRE(count < MOST, "no limit is reached with blocks of %zu", size);
        const size_t known = size < 256 ? size : 256;
        fill(block, known, count);
        blocks[count++] = block;
    }
}

static pthread_barrier_t freed;

static void *allocate_a_little(void *size)
{
    pthread_barrier_wait(&freed);
    void *block = malloc((size_t)(uintptr_t)size);
    if (block != NULL) {
        memset(block, 1, (size_t)(uintptr_t)size);
    }
    free(block);
    return block;
}

static void check_size(size_t size)
{
    const size_t count = fill_up(size);
    EXPECT(count * size > 50 * MIB, "only %zu MiB of 400 in blocks of %zu",
           count * size / MIB, size);
    /* Requests beyond what is left fail, and change nothing. */
    for (size_t i = 0; i < 100 && i < count; i++) {
        void *larger = realloc(blocks[i], 300 * MIB);
        EXPECT(larger == NULL && errno == ENOMEM, "a realloc succeeds");
    }
    const size_t known = size < 256 ? size : 256;
    for (size_t i = 0; i < count; i++) {
        EXPECT(first_damage(blocks[i], known, i) == known, "block %zu", i);
    }
    for (size_t i = 0; i < count; i += 2) {
        free(blocks[i]);
        blocks[i] = NULL;
    }
    size_t again = 0;
    for (size_t i = 0; i < count; i += 2) {
        blocks[i] = malloc(size);
        again += blocks[i] != NULL;
    }
    EXPECT(again >= count / 2 * 9 / 10, "%zu of %zu blocks of %zu again", again,
           count / 2, size);
    for (size_t i = 0; i < count; i++) {
        free(blocks[i]);
    }
}

static int work(void)
{
    blocks =
        (void **)mmap(NULL, (MOST + 1) * sizeof *blocks, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(blocks != MAP_FAILED, "no room for the list");
    pthread_t thread;
    pthread_attr_t small_stack;
    pthread_barrier_init(&freed, NULL, 2);
    pthread_attr_init(&small_stack);
    pthread_attr_setstacksize(&small_stack, 128 * KIB);
    REQUIRE(pthread_create(&thread, &small_stack, allocate_a_little,
                           (void *)5000) == 0,
            "no thread");
    const size_t sizes[] = {200, 3000, 40000, MIB, 20 * MIB};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        check_size(sizes[i]);
    }
    void *got = NULL;
    pthread_barrier_wait(&freed);
    pthread_join(thread, &got);
    EXPECT(got != NULL, "no memory in a thread");
    return verdict();
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (count > 1) {
        return work();
    }
    expect_good_end_within(400 * MIB);
    return verdict();
}
