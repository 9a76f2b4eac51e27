/*
 * A correct program in C++: containers, strings, exceptions, objects with
 * alignment, thread_local objects, and each operator new with its delete.
 */
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

struct alignas(128) wide {
    char bytes[300];
};

static thread_local std::vector<std::string> words;

static size_t work(size_t count)
{
    std::map<std::string, std::vector<int>> table;
    for (size_t i = 0; i < count; i++) {
        const std::string key(i % 50, 'k');
        table[key].push_back((int)i);
        words.push_back(key + key);
    }
    std::unique_ptr<wide> aligned(new wide());
    std::unique_ptr<wide[]> several(new wide[5]());
    return table.size() + (size_t)several[4].bytes[299];
}

static bool throws()
{
    try {
        throw std::runtime_error(std::string(1000, 'e'));
    } catch (const std::runtime_error &error) {
        return std::string(error.what()).size() == 1000;
    }
}

int main()
{
    size_t sizes[2] = {0, 0};
    std::thread first([&] { sizes[0] = work(1000); });
    std::thread second([&] { sizes[1] = work(2000); });
    first.join();
    second.join();
    int *numbers = new (std::nothrow) int[10]();
    const bool zero = numbers[9] == 0;
    delete[] numbers;
    return work(100) == 50 && sizes[0] == 50 && sizes[1] == 50 && throws() &&
                   zero
               ? 0
               : 1;
}
