/* Words of a command line -> JobSpec, each word with its place. Private to slurmio/sbatchopts*.c.
 */
#pragma once

#include "base/diag.h"
#include "sim/job.h"

typedef struct {
    const char *text;
    const char *source; /* the line it stands in, or NULL */
    int line, column;   /* 0 when unknown */
} OptionWord;

typedef struct {
    const OptionWord *words;
    size_t n;
    const char *file;
} OptionWords;

/**
 * option_words_read - reads options into @spec up to "--" or the first word that is none.
 * @rest_at: where that is; n when all were options
 *
 * Returns: false when a word was wrong (all of them are told); @spec is then half set.
 */
bool option_words_read(const OptionWords *words, JobSpec *spec, size_t *rest_at, Diags *diags);

/**
 * option_words_take - reads words that must all be options. Every wrong word is told; @spec changes
 * only when all were right.
 */
bool option_words_take(const OptionWords *words, JobSpec *spec, Diags *diags);

/** option_words_say - a message at a word's place. */
void option_words_say(const OptionWords *words, size_t index, DiagLevel level, const char *text,
                      Diags *diags);
