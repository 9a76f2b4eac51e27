#include <stdlib.h>

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

void bud_line_write(struct bud_line *line)
{
    line->text[line->length++] = '\n';
    size_t written = 0;
    while (written < line->length) {
        const long n = bud_syscall(SYS_write, 2,
                                   (uintptr_t)(line->text + written),
                                   line->length - written, 0, 0, 0);
        if (n <= 0) {
            return;
        }
        written += (size_t)n;
    }
    line->length = 0;
}

_Noreturn void bud_line_abort(struct bud_line *line)
{
    bud_line_write(line);
    abort();
}
