/* Members of a struct as members of a JSON object. */
#include "planner/jsonfield.h"

#include "base/units.h"

#define UNSET UINT32_MAX

const char *jsonfield_kind(const json_t *value)
{
    if (!value)
        return "nothing";
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        return "null";
    }
    return "something else";
}

json_t *json_words(char *const *words)
{
    json_t *list;

    if (!words)
        return json_null();
    list = json_array();
    for (char *const *word = words; *word; word++)
        json_array_append_new(list, json_string(*word));
    return list;
}

static const void *member(const void *base, const JsonField *field)
{
    return (const char *)base + field->offset;
}

static json_t *text_value(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *value_of(const void *at, const JsonField *field)
{
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_NAME:
        return text_value(*(char *const *)at);
    case FIELD_WORDS:
        return json_words(*(char **const *)at);
    case FIELD_INSTANT: {
        const Instant instant = *(const Instant *)at;

        return instant == INSTANT_NEVER ? json_null() : json_integer(instant);
    }
    case FIELD_COUNT:
        return json_integer(*(const uint32_t *)at);
    case FIELD_MAYBE: {
        const uint32_t count = *(const uint32_t *)at;

        return count == UNSET ? json_null() : json_integer(count);
    }
    case FIELD_MINUTES: {
        const uint32_t minutes = *(const uint32_t *)at;

        return minutes == MINUTES_UNLIMITED ? json_null() : json_integer((json_int_t)minutes * 60);
    }
    case FIELD_REAL:
        return json_real(*(const double *)at);
    case FIELD_BOOL:
        return json_boolean(*(const bool *)at);
    case FIELD_CHOICE:
        return json_string(field->name(*(const int *)at));
    }
    return json_null();
}

void jsonfield_write(json_t *object, const void *base, const JsonField *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        json_object_set_new(object, fields[i].key, value_of(member(base, &fields[i]), &fields[i]));
}

static bool expected(const char *what, const json_t *value, const char *where,
                     const JsonField *field, GError **error)
{
    return srx_fail(error, SRX_ERROR_INPUT, "%s.%s: expected %s, found %s", where, field->key, what,
                    jsonfield_kind(value));
}

static bool read_words(const json_t *value, char ***out, const char *where, const JsonField *field,
                       GError **error)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

    if (!value || json_is_null(value))
        return true;
    if (!json_is_array(value))
        return expected("a list of texts", value, where, field, error);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *word = json_array_get(value, i);

        if (!json_is_string(word))
            return expected("a list of texts", word, where, field, error);
        g_ptr_array_add(words, g_strdup(json_string_value(word)));
    }
    g_ptr_array_add(words, NULL);
    g_ptr_array_set_free_func(words, NULL);
    *out = (char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
    return true;
}

static bool read_count(const json_t *value, uint32_t *out, const char *where,
                       const JsonField *field, GError **error)
{
    const json_int_t most =
        field->kind == FIELD_MINUTES ? (json_int_t)60 * UINT32_MAX : (json_int_t)UINT32_MAX;
    json_int_t number;

    if (json_is_null(value) && field->kind != FIELD_COUNT) {
        *out = UNSET; /* MINUTES_UNLIMITED and COUNT_UNSET are the same */
        return true;
    }
    if (!json_is_integer(value))
        return expected("a whole number", value, where, field, error);
    number = json_integer_value(value);
    if (number < 0 || number > most)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "%s.%s: expected 0 to %" JSON_INTEGER_FORMAT
                        ", found %" JSON_INTEGER_FORMAT,
                        where, field->key, most, number);
    *out = (uint32_t)(field->kind == FIELD_MINUTES ? number / 60 : number);
    return true;
}

static bool read_choice(const json_t *value, int *out, const char *where, const JsonField *field,
                        GError **error)
{
    if (!json_is_string(value))
        return expected("a text", value, where, field, error);
    for (int i = 0; i < field->n_names; i++) {
        if (strcmp(field->name(i), json_string_value(value)) == 0) {
            *out = i;
            return true;
        }
    }
    return srx_fail(error, SRX_ERROR_INPUT, "%s.%s: expected a word such as '%s', found '%s'",
                    where, field->key, field->name(0), json_string_value(value));
}

static bool read_text(const json_t *value, char **out, const char *where, const JsonField *field,
                      GError **error)
{
    if (field->kind == FIELD_TEXT && (!value || json_is_null(value)))
        return true;
    if (!json_is_string(value))
        return expected("a text", value, where, field, error);
    *out = g_strdup(json_string_value(value));
    return true;
}

static bool read_instant(const json_t *value, Instant *out, const char *where,
                         const JsonField *field, GError **error)
{
    if (!json_is_null(value) && !json_is_integer(value))
        return expected("a whole number of seconds or null", value, where, field, error);
    *out = json_is_null(value) ? INSTANT_NEVER : json_integer_value(value);
    return true;
}

static bool read_field(const json_t *value, void *at, const char *where, const JsonField *field,
                       GError **error)
{
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_NAME:
        return read_text(value, at, where, field, error);
    case FIELD_WORDS:
        return read_words(value, at, where, field, error);
    case FIELD_INSTANT:
        return read_instant(value, at, where, field, error);
    case FIELD_COUNT:
    case FIELD_MAYBE:
    case FIELD_MINUTES:
        return read_count(value, at, where, field, error);
    case FIELD_REAL:
        if (!json_is_number(value))
            return expected("a number", value, where, field, error);
        *(double *)at = json_number_value(value);
        return true;
    case FIELD_BOOL:
        if (!json_is_boolean(value))
            return expected("true or false", value, where, field, error);
        *(bool *)at = json_is_true(value);
        return true;
    case FIELD_CHOICE:
        return read_choice(value, at, where, field, error);
    }
    return false;
}

bool jsonfield_read(const json_t *object, void *base, const JsonField *fields, size_t n,
                    const char *where, GError **error)
{
    if (!json_is_object(object))
        return srx_fail(error, SRX_ERROR_INPUT, "%s: expected an object, found %s", where,
                        jsonfield_kind(object));
    for (size_t i = 0; i < n; i++) {
        if (!read_field(json_object_get(object, fields[i].key), (char *)base + fields[i].offset,
                        where, &fields[i], error))
            return false;
    }
    return true;
}
