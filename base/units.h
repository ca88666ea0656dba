/* Time and size, as Slurm writes them and as people do. Knows no job and no clock. */
#pragma once

#include "base/error.h"
#include <stdint.h>

typedef int64_t Instant; /* [s] since second 0 of a scenario, or since the epoch: the caller's */
typedef int64_t Span;    /* [s] */

#define INSTANT_NEVER  INT64_MAX
#define SECONDS_A_DAY  86400
#define MINUTES_A_YEAR (365 * 24 * 60) /* what Slurm plans with where a limit is unlimited */

/* Time limits are whole minutes, as in Slurm. */
#define MINUTES_UNSET     UINT32_C(0xfffffffe)
#define MINUTES_UNLIMITED UINT32_C(0xffffffff)

/**
 * minutes_parse - a time limit in Slurm's spellings.
 * @text: "30" (minutes), "30:00", "1:30:00", "1-12", "1-12:30", "1-12:30:00", "UNLIMITED",
 *        "INFINITE", "-1"; seconds are rounded up to a minute, as Slurm does
 * @out:  [min] 1.., or MINUTES_UNLIMITED; 0 is accepted here (callers refuse it)
 *
 * Source: Slurm 24.05 time_str2mins.
 */
bool minutes_parse(const char *text, uint32_t *out, GError **error);

/** span_parse - the same spellings to seconds; "UNLIMITED" gives INSTANT_NEVER. */
bool span_parse(const char *text, Span *out, GError **error);

/**
 * duration_parse - how people write a duration: "90s", "10m", "1h30m", "2d", "1.5h", and Slurm's
 * spellings; a bare number is minutes, as everywhere in Slurm.
 * @out: [s] >= 0
 */
bool duration_parse(const char *text, Span *out, GError **error);

/** minutes_format - "1-02:30:00", "UNLIMITED" or "N/A" as squeue prints. Returns: (transfer full)
 */
char *minutes_format(uint32_t minutes);

/** span_format - "d-hh:mm:ss", "hh:mm:ss" or "mm:ss" as squeue prints. Returns: (transfer full) */
char *span_format(Span span);

/** span_words - for prose and narrow columns: "45s", "1h05m", "2d03h". Returns: (transfer full) */
char *span_words(Span span);

/**
 * memory_parse - an amount of memory.
 * @text: "4000", "4000M", "16G", "16GB", "1.5T", "512K"; powers of 1024, default MiB
 * @out:  [MiB], rounded up
 */
bool memory_parse(const char *text, uint64_t *out, GError **error);

/** memory_format - "16G", "4000M": the largest unit that is exact. Returns: (transfer full) */
char *memory_format(uint64_t mebibytes);

/**
 * count_parse - a count with an optional suffix k, m, g, t, p (powers of 1024): "500", "2K".
 * "UNLIMITED", "INFINITE" and "-1" give UINT64_MAX.
 */
bool count_parse(const char *text, uint64_t *out, GError **error);

/** natural_compare - n2 before n10: how slurmctld sorts its nodes. */
int natural_compare(const char *a, const char *b);

/** nearest_word - the entry of @words (@n of them) closest to @word by edit distance, for "did you
 * mean"; NULL when none is near. Case does not count. */
const char *nearest_word(const char *word, const char *const *words, size_t n);
