/*
 * flags: @LIBRARY@
 *
 * A set-user-id program that is linked against the library ignores the
 * environment: a bad option is named on stderr in an ordinary process, and
 * not looked at in a privileged one.
 */
#include <sys/auxv.h>
#include <sys/stat.h>

#include "trap.h"

#define NOBODY 65534

static char copy[] = "/tmp/trap07_setuid_XXXXXX";

/* What the copy ends with: 0 in an ordinary process, 0 as a privileged one,
 * 3 when the system did not make it privileged. */
static int use(const char *expected)
{
    const int is_secure = getauxval(AT_SECURE) != 0;
    for (size_t i = 0; i < 1000; i++) {
        free(malloc(i * 100));
    }
    return is_secure == (strcmp(expected, "privileged") == 0) ? 0 : 3;
}

static void become(void *expected)
{
    unsetenv("LD_PRELOAD");
    setenv("BUDDYMALLOC", "no_such_option:1", 1);
    execl(copy, copy, (const char *)expected, (char *)NULL);
    _exit(4);
}

static void copy_program(mode_t mode)
{
    static char buffer[1 << 16];
    const int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    const int to = open(copy, O_WRONLY | O_TRUNC | O_CLOEXEC);
    ssize_t got;
    while ((got = read(from, buffer, sizeof buffer)) > 0) {
        REQUIRE(write(to, buffer, (size_t)got) == got, "cannot copy");
    }
    REQUIRE(fchown(to, NOBODY, NOBODY) == 0 && fchmod(to, mode) == 0,
            "cannot give the copy away");
    close(from);
    close(to);
}

int main(int count, char **arguments)
{
    if (count > 1) {
        return use(arguments[1]);
    }
    if (library_under_test() == NULL) {
        SKIP("the C library has no such options");
    }
    if (geteuid() != 0) {
        SKIP("only root can make a set-user-id program of another user");
    }
    close(mkostemp(copy, O_CLOEXEC));
    copy_program(0755);
    struct outcome seen = observe(become, (void *)"ordinary", 20);
    EXPECT(ended_well(&seen), "ordinary: status %d", seen.status);
    EXPECT(strstr(seen.words, "no_such_option") != NULL,
           "an ordinary process does not name a bad option: \"%s\"",
           seen.words);
    copy_program(04755);
    seen = observe(become, (void *)"privileged", 20);
    unlink(copy);
    if (WIFEXITED(seen.status) && WEXITSTATUS(seen.status) == 3) {
        SKIP("this file system does not honour set-user-id");
    }
    EXPECT(ended_well(&seen), "privileged: status %d, said \"%s\"", seen.status,
           seen.words);
    EXPECT(seen.words[0] == '\0', "a privileged process says \"%s\"",
           seen.words);
    return verdict();
}
