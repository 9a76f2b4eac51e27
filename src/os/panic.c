#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"
#include "os/syscall.h"

void bud_line_text(struct bud_line *line, const char *text)
{
    /* One byte stays for the newline. */
    while (*text != '\0' && line->length < sizeof line->text - 1) {
        line->text[line->length++] = *text++;
    }
}

static void number(struct bud_line *line, uint64_t value, unsigned base)
{
    char digits[24];
    size_t at = sizeof digits;
    digits[--at] = '\0';
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    bud_line_text(line, digits + at);
}

void bud_line_hex(struct bud_line *line, uintptr_t value)
{
    bud_line_text(line, "0x");
    number(line, value, 16);
}

void bud_line_decimal(struct bud_line *line, uint64_t value)
{
    number(line, value, 10);
}

void bud_os_write(int fd, const char *text, size_t bytes)
{
    size_t written = 0;

    while (written < bytes) {
        const long n =
            bud_syscall(SYS_write, (uintptr_t)fd, (uintptr_t)(text + written),
                        bytes - written, 0, 0, 0);
        if (n <= 0) {
            return;
        }
        written += (size_t)n;
    }
}

void bud_line_write(struct bud_line *line)
{
    line->text[line->length++] = '\n';
    bud_os_write(STDERR_FILENO, line->text, line->length);
    line->length = 0;
}

/* ---- standard error, kept ---- */

/* Programs seldom count up to here, and shells leave it alone. */
enum { KEPT_FD_MIN = 200 };

static int kept_fd = -1;
static struct stat kept_file;

static bool is_kept_file(int fd)
{
    struct stat file;

    return fstat(fd, &file) == 0 && file.st_dev == kept_file.st_dev &&
           file.st_ino == kept_file.st_ino;
}

void bud_os_keep_stderr(void)
{
    const int saved = errno;

    if (kept_fd < 0 && fstat(STDERR_FILENO, &kept_file) == 0) {
        kept_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, KEPT_FD_MIN);
    }
    errno = saved;
}

int bud_os_kept_stderr(void)
{
    if (is_kept_file(STDERR_FILENO)) {
        return STDERR_FILENO;
    }
    return kept_fd >= 0 && is_kept_file(kept_fd) ? kept_fd : -1;
}

_Noreturn void bud_line_abort(struct bud_line *line)
{
    bud_line_write(line);
    abort();
}
