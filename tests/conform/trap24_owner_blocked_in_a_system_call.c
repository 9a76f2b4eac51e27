/*
 * Twelve threads one after the other make 24 MB of blocks, give them away and
 * then wait in read() for ever, while the main thread frees the blocks: what
 * the sleeping owners had must serve others, or go back to the system.
 */
#include <pthread.h>

#include "trap.h"

enum { OWNERS = 12, BLOCKS = 100000, SIZE = 240 };

static void *blocks[BLOCKS];
static int wait_here[2];
static pthread_barrier_t made;

static void *make_and_wait(void *unused)
{
    (void)unused;
    char byte;
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(SIZE);
        memset(blocks[i], 1, SIZE);
    }
    pthread_barrier_wait(&made);
    return read(wait_here[0], &byte, 1) == 0 ? NULL : NULL;
}

int main(void)
{
    pthread_t owners[OWNERS];
    REQUIRE(pipe(wait_here) == 0, "no pipe");
    pthread_barrier_init(&made, NULL, 2);
    for (int i = 0; i < OWNERS; i++) {
        REQUIRE(pthread_create(&owners[i], NULL, make_and_wait, NULL) == 0,
                "no thread");
        pthread_barrier_wait(&made);
        for (int k = 0; k < BLOCKS; k++) {
            free(blocks[k]);
        }
    }
    /* 288 MB went through, at most 24 were live at a time. */
    const size_t resident = wait_for_rss(120 * MIB, 4000);
    EXPECT(resident <= 120 * MIB, "%zu MiB stay with owners that sleep",
           resident / MIB);
    close(wait_here[1]);
    for (int i = 0; i < OWNERS; i++) {
        pthread_join(owners[i], NULL);
    }
    return verdict();
}
