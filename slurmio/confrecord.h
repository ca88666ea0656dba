/* The keys of one line (a node, a partition) or of a whole file, and their values by type.
 * A DEFAULT line is a record that others fall back to. What a key does not say leaves @out. */
#pragma once

#include "slurmio/confkeys.h"
#include <stdint.h>

typedef struct ConfRecord ConfRecord;

/** conf_record_new - @defaults may be NULL; it must outlive the record. */
ConfRecord *conf_record_new(const ConfRecord *defaults, Diags *diags);
void conf_record_free(ConfRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConfRecord, conf_record_free)

/** conf_record_take - a copy of @pair; a later pair of the same key replaces an earlier one.
 * Empty values are not kept. @says_twice: a warning for a key given twice. */
void conf_record_take(ConfRecord *self, const ConfPair *pair, bool says_twice);

/** conf_record_take_line - every pair of a line whose key is known in @scope. */
void conf_record_take_line(ConfRecord *self, const ConfLine *line, ConfScope scope);

/** conf_record_merge - a DEFAULT line: what it sets replaces what earlier ones set. Says nothing.
 */
void conf_record_merge(ConfRecord *self, const ConfLine *line, ConfScope scope);

/** conf_record_find - the record's own pair, else the default's, else NULL. Case does not count. */
const ConfPair *conf_record_find(const ConfRecord *self, const char *key);
const ConfPair *conf_record_own(const ConfRecord *self, const char *key);

/** conf_record_say - a message at the place of @key (which must be set). */
void conf_record_say(const ConfRecord *self, const char *key, DiagLevel level, const char *format,
                     ...) G_GNUC_PRINTF(4, 5);

/* Typed values. True when the key is set and its value is of the type, *out is then written; a
 * value of another type is an error at its place. UNLIMITED and INFINITE give the type's maximum.
 * Source of the spellings: Slurm 24.05 parse_value.c. */
bool conf_record_text(const ConfRecord *self, const char *key, char **out);
bool conf_record_words(const ConfRecord *self, const char *key, char ***out); /* comma list */
bool conf_record_bool(const ConfRecord *self, const char *key, bool *out);
bool conf_record_u16(const ConfRecord *self, const char *key, uint16_t *out);
bool conf_record_u32(const ConfRecord *self, const char *key, uint32_t *out);
bool conf_record_u64(const ConfRecord *self, const char *key, uint64_t *out); /* 2K is 2048 */
bool conf_record_minutes(const ConfRecord *self, const char *key, uint32_t *out);

/** conf_record_choice - the position of the value in @words (NULL-terminated), case aside; an
 * unknown word is an error that lists them. */
bool conf_record_choice(const ConfRecord *self, const char *key, const char *const *words,
                        int *out);
