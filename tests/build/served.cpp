/*
 * Allocates in the ways that C++ has, and catches std::bad_alloc. With an
 * argument it then deletes an object twice: the library that served it says so
 * and aborts.
 */
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

/* Seen by all: an allocation that nobody sees may be left out. */
char *volatile seen;

struct alignas(256) aligned {
    char bytes[256];
};

int main(int count, char **)
{
    std::map<int, std::string> texts;
    for (int i = 0; i < 1000; i++) {
        texts[i] = std::string(static_cast<size_t>(i), 'x');
    }
    texts.clear();
    const std::vector<aligned> objects(10);
    if (reinterpret_cast<size_t>(&objects[1]) % sizeof(aligned) != 0) {
        return 1;
    }
    try {
        seen = new char[static_cast<size_t>(-1) / 4];
        return 1;
    } catch (const std::bad_alloc &) {
    }
    seen = new char[24];
    delete[] seen;
    if (count > 1) {
        delete[] seen;
    }
    return 0;
}
