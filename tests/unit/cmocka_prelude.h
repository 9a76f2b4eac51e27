/* cmocka needs these headers before its own, in this order. */
#ifndef BUD_TESTS_CMOCKA_PRELUDE_H
#define BUD_TESTS_CMOCKA_PRELUDE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
