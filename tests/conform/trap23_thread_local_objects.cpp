/*
 * thread_local objects of C++ whose destructors free and allocate when the
 * thread ends, in threads that end in each way.
 */
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "trap.h"

static int destroyed;

struct holder {
    std::vector<std::string> words;
    std::unique_ptr<char[]> large{new char[200000]};

    ~holder()
    {
        std::vector<std::string> copy = words;
        large.reset();
        std::unique_ptr<char[]> more(new char[300000]);
        more[0] = 1;
        if (copy.size() == 100 && copy[99] == std::string(99, 'x')) {
            __atomic_add_fetch(&destroyed, 1, __ATOMIC_RELAXED);
        }
    }
};

static thread_local holder held;

static void live()
{
    for (size_t i = 0; i < 100; i++) {
        held.words.push_back(std::string(i, 'x'));
    }
    held.large[0] = 1;
}

static void *live_and_exit(void *)
{
    live();
    pthread_exit(nullptr);
}

int main()
{
    for (int i = 0; i < 200; i++) {
        std::thread first(live);
        std::thread second(live);
        pthread_t third;
        pthread_create(&third, nullptr, live_and_exit, nullptr);
        first.join();
        second.join();
        pthread_join(third, nullptr);
    }
    EXPECT(destroyed == 600, "%d of 600 destructors ran well", destroyed);
    EXPECT(rss_bytes() < 100 * MIB, "%zu MiB", rss_bytes() / MIB);
    return verdict();
}
