/* Words of a command line -> JobSpec, as getopt_long and sbatch read them. */
#include "slurmio/sbatchopts_read.h"

#include "slurmio/sbatchopts_table.h"
#include "slurmio/sbatchopts_value.h"

#include <string.h>

typedef struct {
    const OptionWords *words;
    JobSpec *spec;
    Diags *diags;
    GPtrArray *rest;     /* of spec->rest, what was there included */
    size_t at;           /* the word being read */
    bool ok;             /* no word was wrong so far */
    size_t exclusive_at; /* words of these options + 1, 0 when not met */
    size_t oversubscribe_at;
} Reader;

void option_words_say(const OptionWords *words, size_t index, DiagLevel level, const char *text,
                      Diags *diags)
{
    const OptionWord nowhere = {"", NULL, 0, 0};
    const OptionWord *word = words->n ? &words->words[MIN(index, words->n - 1)] : &nowhere;

    diags_add(diags, level, words->file, word->line, word->column, word->source, "%s", text);
}

static void G_GNUC_PRINTF(3, 4) complain(Reader *self, size_t at, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list values;

    va_start(values, format);
    text = g_strdup_vprintf(format, values);
    va_end(values);
    option_words_say(self->words, at, DIAG_ERROR, text, self->diags);
    self->ok = false;
}

#define AT(type) G_STRUCT_MEMBER(type, spec, option->field)

static bool set_text(JobSpec *spec, const SbatchOption *option, const char *value, GError **error)
{
    if (option->check && !option->check(value, error))
        return false;
    g_free(AT(char *));
    AT(char *) = g_strdup(value);
    return true;
}

static bool carry(Reader *self, const SbatchOption *option, const char *value, GError **error)
{
    if (value && option->check && !option->check(value, error))
        return false;
    if (option->matters) {
        g_autofree char *text =
            g_strdup_printf("--%s goes to sbatch as it is, but is not simulated", option->name);

        option_words_say(self->words, self->at, DIAG_WARNING, text, self->diags);
    }
    g_ptr_array_add(self->rest, value ? g_strdup_printf("--%s=%s", option->name, value)
                                      : g_strdup_printf("--%s", option->name));
    return true;
}

static bool set_special(Reader *self, const SbatchOption *option, const char *value, GError **error)
{
    g_autofree char *note = NULL;

    if (!option->set(self->spec, value, &note, error))
        return false;
    if (note)
        option_words_say(self->words, self->at, DIAG_WARNING, note, self->diags);
    if (option->set == exclusive_set)
        self->exclusive_at = self->at + 1;
    if (option->set == oversubscribe_set)
        self->oversubscribe_at = self->at + 1;
    return true;
}

static bool take_value(Reader *self, const SbatchOption *option, const char *value, GError **error)
{
    JobSpec *spec = self->spec;

    switch (option->take) {
    case TAKE_CARRIED:
        return carry(self, option, value, error);
    case TAKE_TEXT:
        return set_text(spec, option, value, error);
    case TAKE_POSITIVE:
        return number_parse(value, 1, &AT(uint32_t), error);
    case TAKE_COUNT:
        return number_parse(value, 0, &AT(uint32_t), error);
    case TAKE_MINUTES:
        return limit_parse(value, &AT(uint32_t), error);
    case TAKE_MEMORY:
        return megabytes_parse(value, &AT(uint64_t), error);
    case TAKE_FLAG:
        AT(bool) = true;
        return true;
    case TAKE_SPECIAL:
        return set_special(self, option, value, error);
    case TAKE_NOTHING:
        break;
    }
    return srx_fail(error, SRX_ERROR_INPUT, "with it sbatch prints something and submits nothing");
}

/* What its user may have meant by a value that is none. */
static const char *mend(const Reader *self, size_t at, const char *value)
{
    const char *word = self->words->words[at].text;

    if (g_strcmp0(value, "=") == 0)
        return "; write it without blanks around '='";
    if (word[1] != '-' && word[2] && sbatch_option_find(word + 1, strcspn(word + 1, "="), NULL))
        return "; long options have two hyphens";
    return "";
}

static void take(Reader *self, size_t at, const SbatchOption *option, const char *value)
{
    g_autoptr(GError) error = NULL;

    if (!take_value(self, option, value, &error))
        complain(self, at, "--%s: %s%s", option->name, error->message, mend(self, at, value));
}

/* The value an option needs when none is glued to it: the next word. */
static void take_next(Reader *self, const SbatchOption *option)
{
    size_t at = self->at;

    if (at + 1 >= self->words->n) {
        complain(self, at, "--%s: expected a value, found none", option->name);
        return;
    }
    self->at++;
    take(self, at, option, self->words->words[self->at].text);
}

static void read_long(Reader *self, const char *name)
{
    const char *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    g_autoptr(GError) error = NULL;
    const SbatchOption *option = sbatch_option_find(name, length, &error);

    if (!option)
        complain(self, self->at, "%s", error->message);
    else if (equals && option->argument == ARGUMENT_NONE)
        complain(self, self->at, "--%s: expected no value, found '%s'", option->name, equals + 1);
    else if (equals)
        take(self, self->at, option, equals + 1);
    else if (option->argument == ARGUMENT_REQUIRED)
        take_next(self, option);
    else
        take(self, self->at, option, NULL);
}

/* "-Hs", "-t15", "-t 15": letters until one takes the remainder of the word. */
static void read_letters(Reader *self, const char *letters)
{
    for (const char *at = letters; *at; at++) {
        const SbatchOption *option = sbatch_option_letter(*at);

        if (!option) {
            complain(self, self->at, "expected letters of sbatch's options, found '-%s'%s", letters,
                     mend(self, self->at, NULL));
            return;
        }
        if (option->argument == ARGUMENT_NONE) {
            take(self, self->at, option, NULL);
            continue;
        }
        if (at[1])
            take(self, self->at, option, at + 1);
        else if (option->argument == ARGUMENT_OPTIONAL)
            take(self, self->at, option, NULL);
        else
            take_next(self, option);
        return;
    }
}

static bool is_set(uint64_t amount)
{
    return amount != UINT64_MAX;
}

/* Pairs that sbatch does not take together, wherever each was given. */
static const char *conflict(const JobSpec *spec)
{
    if (is_set(spec->mem) + is_set(spec->mem_per_cpu) + is_set(spec->mem_per_gpu) > 1)
        return "expected only one of --mem, --mem-per-cpu and --mem-per-gpu";
    if (spec->cpus_per_task != COUNT_UNSET && spec->cpus_per_gpu != COUNT_UNSET)
        return "expected only one of --cpus-per-task and --cpus-per-gpu";
    if (spec->ntasks_per_gpu != COUNT_UNSET &&
        (spec->tres_per_task || spec->gpus_per_task || spec->gpus_per_socket ||
         spec->ntasks_per_node != COUNT_UNSET))
        return "expected --ntasks-per-gpu without --tres-per-task, --gpus-per-task, "
               "--gpus-per-socket and --ntasks-per-node";
    if (spec->ntasks_per_core != COUNT_UNSET && spec->threads_per_core != COUNT_UNSET &&
        spec->threads_per_core < spec->ntasks_per_core)
        return "expected --ntasks-per-core to be at most --threads-per-core";
    return NULL;
}

static void check_together(Reader *self)
{
    const char *text = conflict(self->spec);

    if (text)
        complain(self, 0, "%s, as sbatch does", text);
    if (self->exclusive_at && self->oversubscribe_at)
        complain(self, MAX(self->exclusive_at, self->oversubscribe_at) - 1,
                 "expected only one of --exclusive and --oversubscribe, as sbatch does");
}

/* Nothing was carried: none instead of an empty list. */
static void keep_rest(Reader *self)
{
    g_free(self->spec->rest);
    self->spec->rest = NULL;
    if (self->rest->len) {
        g_ptr_array_add(self->rest, NULL);
        self->spec->rest = (char **)g_ptr_array_free(g_steal_pointer(&self->rest), FALSE);
    } else {
        g_ptr_array_unref(g_steal_pointer(&self->rest));
    }
}

bool option_words_read(const OptionWords *words, JobSpec *spec, size_t *rest_at, Diags *diags)
{
    Reader reader = {.words = words, .spec = spec, .diags = diags, .ok = true};

    reader.rest = g_ptr_array_new();
    for (size_t i = 0; spec->rest && spec->rest[i]; i++)
        g_ptr_array_add(reader.rest, spec->rest[i]);
    for (; reader.at < words->n; reader.at++) {
        const char *text = words->words[reader.at].text;

        if (text[0] != '-' || !text[1])
            break;
        if (!strcmp(text, "--")) {
            reader.at++;
            break;
        }
        if (text[1] == '-')
            read_long(&reader, text + 2);
        else
            read_letters(&reader, text + 1);
    }
    keep_rest(&reader);
    *rest_at = MIN(reader.at, words->n);
    if (reader.ok)
        check_together(&reader);
    return reader.ok;
}

static void say_stray(const OptionWords *words, size_t at, Diags *diags)
{
    const char *word = words->words[at].text;
    const char *mend = "";
    g_autofree char *text = NULL;

    if (g_str_has_prefix(word, "\342\200\223") || g_str_has_prefix(word, "\342\200\224"))
        mend = "; it begins with a dash, write two hyphens";
    else if (at && !strcmp(words->words[at - 1].text, "="))
        mend = "; write options without blanks around '='";
    text = g_strdup_printf("expected an option, found '%s'%s", word, mend);
    option_words_say(words, at, DIAG_ERROR, text, diags);
}

bool option_words_take(const OptionWords *words, JobSpec *spec, Diags *diags)
{
    g_autoptr(JobSpec) read = job_spec_copy(spec);
    OptionWords left = *words;
    size_t stray;
    bool ok = option_words_read(&left, read, &stray, diags);

    /* sbatch gives up at the first stray word; its user wants to hear of the rest as well. */
    while (stray < left.n) {
        say_stray(&left, stray, diags);
        while (stray < left.n && (left.words[stray].text[0] != '-' || !left.words[stray].text[1]))
            stray++;
        left.words += stray;
        left.n -= stray;
        option_words_read(&left, read, &stray, diags);
        ok = false;
    }
    if (ok) {
        JobSpec before = *spec;

        *spec = *read;
        *read = before;
    }
    return ok;
}
