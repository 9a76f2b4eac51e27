/*
 * With BUDDYMALLOC=check a stray write into the allocator's own records, which
 * lie far from every block, ends the program with a message that names the
 * record: while it works, when it trims, and at the latest when it exits.
 * Nothing is said of a program that leaves them alone.
 */
#include <malloc.h>

#include "misuse.h"

/* Where the records of the first region begin, with the tree: memory of the
 * program, and behind it more reserved address space than anybody else has. */
static char *records(void)
{
    char line[512];
    char *before = NULL;
    char *before_end = NULL;
    FILE *maps = fopen("/proc/self/maps", "r");
    REQUIRE(maps != NULL, "no /proc/self/maps");
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end;
        char rights[5];
        REQUIRE(sscanf(line, "%lx-%lx %4s", &start, &end, rights) == 3,
                "what is \"%s\"", line);
        if (before_end == (char *)start && strcmp(rights, "---p") == 0 &&
            end - start > 1024 * MIB) {
            fclose(maps);
            return before;
        }
        before = strcmp(rights, "rw-p") == 0 ? (char *)start : NULL;
        before_end = before == NULL ? NULL : (char *)end;
    }
    REQUIRE(0, "no region in /proc/self/maps");
    return NULL;
}

/* Byte 1 is the root of the tree, byte 3 its upper half, which a small program
 * never uses and which ordinary work does not look at. */
static void write_into_byte(size_t number)
{
    free(opaque(malloc(100)));
    records()[number] = 77;
}

static void work(void)
{
    for (int i = 0; i < 1000; i++) {
        free(opaque(malloc(100000)));
    }
}

static int act(const char *mode)
{
    if (strcmp(mode, "well") == 0) {
        free(opaque(malloc(100)));
        work();
        malloc_trim(0);
        return 0;
    }
    if (strcmp(mode, "work") == 0) {
        write_into_byte(1);
        work();
        _exit(0);
    }
    write_into_byte(3);
    if (strcmp(mode, "trim") == 0) {
        malloc_trim(0);
        _exit(0);
    }
    return 0;
}

static void start_in(void *mode)
{
    start_again((const char *)mode);
}

static void expect_found(const char *mode)
{
    const struct outcome seen = observe(start_in, (void *)mode, 20);
    EXPECT(aborted(&seen) &&
               matches(seen.words,
                       "^buddymalloc: damaged tree at 0x[0-9a-f]+ \\(region 0, "
                       "node [0-9]+ of units [0-9]+ to [0-9]+ says [0-9]+"
                       "[^()]*\\)\n$"),
           "%s: %s, said \"%s\"", mode, end_of(&seen), on_one_line(&seen));
}

int main(int count, char **arguments)
{
    if (library_under_test() == NULL) {
        SKIP("the C library has no such option");
    }
    if (count > 1) {
        return act(arguments[1]);
    }
    setenv("BUDDYMALLOC", "check", 1);
    const struct outcome seen = observe(start_in, (void *)"well", 20);
    EXPECT(ended_well(&seen) && seen.words[0] == '\0', "%s, said \"%s\"",
           end_of(&seen), on_one_line(&seen));
    expect_found("work");
    expect_found("trim");
    expect_found("exit");
    return verdict();
}
