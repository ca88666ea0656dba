/* The guard of a batch script: shell that ends what is left of a job when its work has ended, so
 * that a thread nobody waits for does not hold nodes until the time limit. For bash 4 and later,
 * Linux. */
#pragma once

#include "base/units.h"

/** guard_functions - the functions that the two lines below call; to stand before them. */
const char *guard_functions(void);

/**
 * guard_begin - the line before the command, after stdout and stderr are what they will be.
 * @done_when: a regular expression (PCRE) for the line that ends the work; NULL: none
 * @seconds:   [s] how long processes may live after that line, or after the command has ended
 *
 * The line is looked for in what stdout and stderr are, when these are files. Then, @seconds later,
 * every process of the script's process group but the script gets SIGTERM, and 10 s (or @seconds,
 * if that is less) after that SIGKILL. The script must lead its group, as under Slurm.
 * Returns: (transfer full)
 */
char *guard_begin(const char *done_when, uint32_t seconds);

/**
 * guard_end - the line after the command, with its status in $?; gives the job's: 0 when the guard
 * ended it after its line, else the command's own.
 */
const char *guard_end(void);
