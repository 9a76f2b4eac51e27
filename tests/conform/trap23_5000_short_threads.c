/*
 * 5,000 threads, each short, some of whose blocks outlive them and are freed
 * by others: their heaps are reused, and memory does not grow.
 */
#include <pthread.h>

#include "trap.h"

enum { THREADS = 5000, AT_ONCE = 8, KEPT = 16 };

static void *live(void *places)
{
    void *blocks[256];
    for (size_t i = 0; i < 256; i++) {
        blocks[i] = malloc(i * 3 + 1);
        memset(blocks[i], 1, i * 3 + 1);
    }
    for (size_t i = 0; i < 256; i++) {
        free(blocks[i]);
    }
    void **kept = (void **)places;
    for (size_t i = 0; i < KEPT; i++) {
        kept[i] = malloc(i * 700 + 1);
        memset(kept[i], 2, i * 700 + 1);
    }
    return NULL;
}

static void run_some(void)
{
    static void *kept[AT_ONCE][KEPT];
    pthread_t threads[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
        REQUIRE(pthread_create(&threads[i], NULL, live, kept[i]) == 0,
                "no thread");
    }
    for (int i = 0; i < AT_ONCE; i++) {
        pthread_join(threads[i], NULL);
        for (int k = 0; k < KEPT; k++) {
            free(kept[i][k]);
        }
    }
}

int main(void)
{
    size_t early = 0;
    for (int i = 0; i < THREADS; i += AT_ONCE) {
        if (i == 800) {
            early = rss_bytes();
        }
        run_some();
    }
    const size_t late = rss_bytes();
    EXPECT(late < early + 8 * MIB, "%zu KiB after 800 threads, %zu after %d",
           early / KIB, late / KIB, THREADS);
    EXPECT(late < 100 * MIB, "%zu MiB in all", late / MIB);
    return verdict();
}
