/*
 * A program that started under another malloc opens our library with dlopen
 * when threads already run and another library has taken most of the surplus
 * of static thread-local storage; both heaps then work side by side.
 */
#include <pthread.h>

#include "trap.h"

static void *(*our_malloc)(size_t);
static void (*our_free)(void *);
static int opened;

static void *churn(void *seed)
{
    void *blocks[100] = {0};
    while (!__atomic_load_n(&opened, __ATOMIC_ACQUIRE)) {
        free(malloc(100));
    }
    struct dice dice = dice_of((uint64_t)(uintptr_t)seed, 0);
    for (int i = 0; i < 20000; i++) {
        const size_t which = roll_below(&dice, 100);
        const size_t size = roll_size(&dice, 100000);
        our_free(blocks[which]);
        blocks[which] = our_malloc(size);
        REQUIRE(blocks[which] != NULL, "no memory");
        memset(blocks[which], 1, size);
        free(malloc(size));
    }
    for (int i = 0; i < 100; i++) {
        our_free(blocks[i]);
    }
    return NULL;
}

static void open_late(const char *path)
{
    pthread_t threads[4];
    for (uintptr_t i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, churn, (void *)(i + 1));
    }
    char tls[4096];
    beside("static_tls.so", tls, sizeof tls);
    REQUIRE(dlopen(tls, RTLD_NOW) != NULL, "%s", dlerror());
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(library != NULL, "%s", dlerror());
    our_malloc = (void *(*)(size_t))dlsym(library, "malloc");
    our_free = (void (*)(void *))dlsym(library, "free");
    REQUIRE(our_malloc != NULL && our_free != NULL, "no malloc in %s", path);
    REQUIRE(our_malloc != malloc, "the program already runs under %s", path);
    __atomic_store_n(&opened, 1, __ATOMIC_RELEASE);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    dlclose(library);
    free(malloc(1000));
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (library_under_test() == NULL) {
        SKIP("no library to open late");
    }
    if (count == 1) {
        unsetenv("LD_PRELOAD");
        start_again("without");
    }
    open_late(library_under_test());
    return verdict();
}
