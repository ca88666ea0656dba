/* What every test includes: cmocka needs these before it, in this order. */
#pragma once

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* A call that must succeed: prints the error's message otherwise. */
#define assert_ok(call, error)                                                                     \
    do {                                                                                           \
        if (!(call))                                                                               \
            fail_msg("%s: %s", #call, (error) ? (error)->message : "no message");                  \
    } while (0)
