/* Slurm's host lists: "n[1-3,07],login,r[1-2]c[0-7]" and back. */
#pragma once

#include "base/error.h"
#include <stdint.h>

#define HOSTLIST_MAX 1000000 /* names one expression may stand for */

/**
 * hostlist_expand - every name an expression stands for, in its order, several brackets multiplied
 * (the last one runs fastest), zero padding kept, duplicates kept.
 *
 * Returns: (transfer full) strings, or NULL: unbalanced brackets, an empty or descending range,
 * more than HOSTLIST_MAX names.
 */
GPtrArray *hostlist_expand(const char *text, GError **error);

/**
 * hostlist_compress - the shortest usual spelling of @names, as scontrol show hostlistsorted does:
 * {"n1","n2","n3","x"} gives "n[1-3],x". Sorted naturally, duplicates dropped.
 *
 * Returns: (transfer full)
 */
char *hostlist_compress(const char *const *names, size_t n);
