/* Members of a struct as members of a JSON object: one table says what is written and what is read
 * back, so that the two cannot drift apart. */
#pragma once

#include "base/error.h"
#include <jansson.h>
#include <stddef.h>

typedef enum {
    FIELD_TEXT,    /* char *; NULL is null, and absent may be NULL */
    FIELD_NAME,    /* char *, never null */
    FIELD_WORDS,   /* char **; NULL is null */
    FIELD_INSTANT, /* int64_t [s]; INSTANT_NEVER is null */
    FIELD_COUNT,   /* uint32_t */
    FIELD_MAYBE,   /* uint32_t; COUNT_UNSET is null */
    FIELD_MINUTES, /* uint32_t [min], in JSON [s]; MINUTES_UNLIMITED is null */
    FIELD_REAL,    /* double */
    FIELD_BOOL,    /* bool */
    FIELD_CHOICE   /* an enum, by its names */
} FieldKind;

typedef struct {
    const char *key;
    size_t offset;
    FieldKind kind;
    const char *(*name)(int value); /* of FIELD_CHOICE */
    int n_names;
} JsonField;

#define JSON_FIELD(type, member, key, kind)                                                        \
    {                                                                                              \
        key, offsetof(type, member), kind, NULL, 0                                                 \
    }
#define JSON_CHOICE(type, member, key, name, n)                                                    \
    {                                                                                              \
        key, offsetof(type, member), FIELD_CHOICE, name, n                                         \
    }

/** jsonfield_write - adds every field of @base to @object, in the order of the table. */
void jsonfield_write(json_t *object, const void *base, const JsonField *fields, size_t n);

/**
 * jsonfield_read - fills @base from @object; what is there already is not freed.
 * @where: for messages: "plan.json: jobs[3]"
 *
 * Fails on a missing key (but FIELD_TEXT, FIELD_WORDS, which are NULL then) and a wrong type. What
 * was read by then stays in @base and is the caller's to free.
 */
bool jsonfield_read(const json_t *object, void *base, const JsonField *fields, size_t n,
                    const char *where, GError **error);

/** json_words - a list of strings; NULL is null. */
json_t *json_words(char *const *words);

/** jsonfield_kind - "a number": what a value is, for messages. */
const char *jsonfield_kind(const json_t *value);
