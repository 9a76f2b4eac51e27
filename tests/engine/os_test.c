/* What the door to the kernel and libc promises in os.h. */
#include "child.h"
#include "door.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "os/os.h"

enum { PAGES = 16 };

/* ---- memory ---- */

static char *committed_pages(void)
{
    char *const start = bud_os_reserve(PAGES * bud_os_page_bytes());

    EXPECT(start != NULL);
    EXPECT(bud_os_commit(start, PAGES * bud_os_page_bytes()));
    return start;
}

static void the_page_is_the_machines(void)
{
    EXPECT_EQUAL(bud_os_page_bytes(), sysconf(_SC_PAGESIZE));
}

static void write_to(void *address)
{
    *(volatile char *)address = 1;
}

static void reserved_pages_are_not_to_be_touched_until_committed(void)
{
    const size_t page = bud_os_page_bytes();
    char *const start = bud_os_reserve(PAGES * page);

    EXPECT(bud_os_commit(start, page));
    EXPECT_EQUAL(*start, 0);
    write_to(start);
    EXPECT(child_observe(write_to, start + page).status != 0);
    bud_os_unreserve(start, PAGES * page);
    EXPECT(child_observe(write_to, start).status != 0);
}

static void purged_and_renewed_pages_read_as_zero(void)
{
    const size_t page = bud_os_page_bytes();
    char *const start = committed_pages();

    memset(start, 1, PAGES * page);
    EXPECT(bud_os_purge(start, page));
    EXPECT(bud_os_renew(start + page, page));
    EXPECT_EQUAL(start[0], 0);
    EXPECT_EQUAL(start[page], 0);
    EXPECT_EQUAL(start[2 * page], 1);
    memset(start, 2, PAGES * page);
}

static void moved_pages_are_here_and_no_longer_there(void)
{
    const size_t page = bud_os_page_bytes();
    char *const start = committed_pages();

    memset(start, 1, 4 * page);
    if (bud_os_move(start + 8 * page, start, 4 * page) != BUD_OS_MOVED) {
        return; /* an old kernel */
    }
    for (size_t i = 0; i < 4 * page; i++) {
        EXPECT(start[i] == 0 && start[8 * page + i] == 1);
    }
    memset(start, 2, PAGES * page);
}

static void what_the_kernel_refuses_is_answered_with_false_or_null(void)
{
    const size_t page = bud_os_page_bytes();
    char *const start = committed_pages();

    errno = 4711;
    *start = 1;
    EXPECT(bud_os_reserve((size_t)1 << 62) == NULL);
    door_refuse(1, UINT64_MAX, EPERM);
    EXPECT(bud_os_reserve(page) == NULL);
    EXPECT(!bud_os_commit(start, page));
    EXPECT(!bud_os_purge(start, page));
    EXPECT(!bud_os_renew(start, page));
    EXPECT(bud_os_move(start + page, start, page) != BUD_OS_MOVED);
    EXPECT_EQUAL(bud_os_address_limit(), UINT64_MAX);
    EXPECT_EQUAL(bud_os_clock_ms(), 0);
    bud_os_keep_small_pages(start, page);
    EXPECT_EQUAL(*start, 1);
    EXPECT_EQUAL(errno, 4711);
}

static void the_limit_and_the_clock_are_the_kernels(void)
{
    door_limit_address_space(12345678);
    EXPECT_EQUAL(bud_os_address_limit(), 12345678);
    door_set_clock_ms(54321);
    EXPECT_EQUAL(bud_os_clock_ms(), 54321);
    door_set_clock_ms(0);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const uint64_t now_ms =
        (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
    const uint64_t ms = bud_os_clock_ms();
    EXPECT(ms + 50 >= now_ms && ms <= now_ms + 1000);
}

static void every_call_is_counted(void)
{
    const uint64_t before = bud_os_calls();

    bud_os_reserve(bud_os_page_bytes());
    bud_os_clock_ms();
    EXPECT(bud_os_calls() > before);
}

/* ---- the end of a thread ---- */

static void *ended_with;

static void on_exit_of_thread(void *value)
{
    ended_with = value;
}

static void set_twice(void *value)
{
    EXPECT(bud_os_set_thread_exit(on_exit_of_thread, &ended_with));
    EXPECT(bud_os_set_thread_exit(on_exit_of_thread, value));
}

static void a_thread_ends_with_the_last_value_it_set(void)
{
    int value;

    child_in_thread(set_twice, &value);
    EXPECT(ended_with == &value);
}

static void without_a_key_there_is_no_thread_exit(void)
{
    pthread_key_t key;

    while (pthread_key_create(&key, NULL) == 0) {
    }
    EXPECT(!bud_os_set_thread_exit(on_exit_of_thread, &key));
    pthread_key_delete(0);
    EXPECT(!bud_os_set_thread_exit(on_exit_of_thread, &key));
}

/* ---- lines ---- */

static void write_line(void *line)
{
    bud_line_write(line);
}

static void expect_line(struct bud_line *line, const char *words)
{
    const struct outcome seen = child_observe(write_line, line);

    EXPECT_EQUAL(seen.status, 0);
    EXPECT(strcmp(seen.words, words) == 0);
}

static void a_line_has_text_and_numbers(void)
{
    struct bud_line line = {.length = 0};

    bud_line_text(&line, "of ");
    bud_line_hex(&line, 0);
    bud_line_text(&line, " to ");
    bud_line_hex(&line, UINTPTR_MAX);
    bud_line_text(&line, ", ");
    bud_line_decimal(&line, 0);
    bud_line_text(&line, " ");
    bud_line_decimal(&line, UINT64_MAX);
    expect_line(&line,
                "of 0x0 to 0xffffffffffffffff, 0 18446744073709551615\n");
}

static void a_line_that_is_too_long_is_cut(void)
{
    struct bud_line line = {.length = 0};
    char words[257];

    for (int i = 0; i < 100; i++) {
        bud_line_text(&line, "abcdefghij");
    }
    bud_line_decimal(&line, 12345);
    for (int i = 0; i < 255; i++) {
        words[i] = (char)('a' + i % 10);
    }
    words[255] = '\n';
    words[256] = '\0';
    expect_line(&line, words);
}

static void a_line_is_written_in_as_many_pieces_as_it_takes(void)
{
    struct bud_line line = {.length = 0};

    bud_line_text(&line, "piece by piece");
    door_shorten_writes(3);
    expect_line(&line, "piece by piece\n");
    EXPECT_EQUAL(line.length, strlen("piece by piece"));
    door_refuse_all_of(SYS_write, EPIPE);
    expect_line(&line, "");
}

static void a_written_line_is_empty_again(void)
{
    struct bud_line line = {.length = 0};

    bud_line_write(&line);
    EXPECT_EQUAL(line.length, 0);
}

static void abort_with(void *line)
{
    bud_line_abort(line);
}

static void the_last_words_are_said_before_the_end(void)
{
    struct bud_line line = {.length = 0};

    bud_line_text(&line, "that was it");
    child_expect_abort(abort_with, &line, "that was it\n");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(the_page_is_the_machines),
        TEST(reserved_pages_are_not_to_be_touched_until_committed),
        TEST(purged_and_renewed_pages_read_as_zero),
        TEST(moved_pages_are_here_and_no_longer_there),
        TEST(what_the_kernel_refuses_is_answered_with_false_or_null),
        TEST(the_limit_and_the_clock_are_the_kernels),
        TEST(every_call_is_counted),
        TEST(a_thread_ends_with_the_last_value_it_set),
        TEST(without_a_key_there_is_no_thread_exit),
        TEST(a_line_has_text_and_numbers),
        TEST(a_line_that_is_too_long_is_cut),
        TEST(a_line_is_written_in_as_many_pieces_as_it_takes),
        TEST(a_written_line_is_empty_again),
        TEST(the_last_words_are_said_before_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
