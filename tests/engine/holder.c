#include "holder.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "child.h"
#include "engine/central.h"

static _Atomic bool is_at_work, has_visitor;
static pthread_t thread;

static void *work_until_one_has_come(void *unused)
{
    EXPECT(bud_central_enter());
    is_at_work = true;
    while (!has_visitor) {
        usleep(100);
    }
    usleep(20000);
    is_at_work = false;
    bud_central_leave();
    return unused;
}

void holder_begin(void)
{
    EXPECT(pthread_create(&thread, NULL, work_until_one_has_come, NULL) == 0);
    while (!is_at_work) {
        usleep(100);
    }
}

void holder_note_visitor(void)
{
    has_visitor = true;
}

bool holder_has_visitor(void)
{
    return has_visitor;
}

bool holder_is_at_work(void)
{
    return is_at_work;
}

void holder_end(void)
{
    EXPECT(pthread_join(thread, NULL) == 0);
}
