/* A curve drawn in one line of characters. */
#pragma once

#include "cli/terminal.h"

/**
 * spark_text - @n values as bars of eighths of a line, the highest at @most (> 0); '.', ':', '|'
 * and '#' where the terminal has no UTF-8. More values than @columns are averaged.
 *
 * Returns: (transfer full)
 */
char *spark_text(const double *values, size_t n, double most, int columns,
                 const Terminal *terminal);
