/* sbatch options <-> JobSpec: an argument vector or a command line, and back. */
#include "slurmio/sbatchopts.h"

#include "slurmio/sbatchopts_read.h"
#include "slurmio/sbatchopts_table.h"

#include <string.h>

static GArray *words_new(char *const *argv, int line)
{
    GArray *words = g_array_new(FALSE, FALSE, sizeof(OptionWord));

    for (size_t i = 0; argv[i]; i++) {
        const OptionWord word = {.text = argv[i], .line = line};

        g_array_append_val(words, word);
    }
    return words;
}

static const OptionWord *words_data(const GArray *words)
{
    return (const OptionWord *)(const void *)words->data;
}

bool sbatchopts_parse(char *const *argv, JobSpec *spec, const char *file, int line, Diags *diags)
{
    g_autoptr(GArray) words = words_new(argv, line);
    const OptionWords all = {words_data(words), words->len, file};

    return option_words_take(&all, spec, diags);
}

#define AT(type) (*(type const *)((const char *)spec + option->field))

static char *format_number(const char *name, uint32_t number)
{
    return number == COUNT_UNSET ? NULL : g_strdup_printf("--%s=%u", name, number);
}

static char *format_minutes(const char *name, uint32_t minutes)
{
    if (minutes == MINUTES_UNLIMITED)
        return g_strdup_printf("--%s=UNLIMITED", name);
    return minutes == MINUTES_UNSET ? NULL : g_strdup_printf("--%s=%u", name, minutes);
}

/* sbatch knows no unit above T. */
static char *format_memory(const char *name, uint64_t amount)
{
    static const char units[] = "MGT";
    size_t unit = 0;

    if (amount == UINT64_MAX)
        return NULL;
    while (amount && amount % 1024 == 0 && units[unit + 1]) {
        amount /= 1024;
        unit++;
    }
    return g_strdup_printf("--%s=%" G_GUINT64_FORMAT "%c", name, amount, units[unit]);
}

/* An option as one argument, NULL when @spec does not ask for it. */
static char *format_option(const SbatchOption *option, const JobSpec *spec)
{
    switch (option->take) {
    case TAKE_TEXT:
        return AT(char *) ? g_strdup_printf("--%s=%s", option->name, AT(char *)) : NULL;
    case TAKE_POSITIVE:
    case TAKE_COUNT:
        return format_number(option->name, AT(uint32_t));
    case TAKE_MINUTES:
        return format_minutes(option->name, AT(uint32_t));
    case TAKE_MEMORY:
        return format_memory(option->name, AT(uint64_t));
    case TAKE_FLAG:
        return AT(bool) ? g_strdup_printf("--%s", option->name) : NULL;
    case TAKE_SPECIAL:
        return option->format(spec);
    case TAKE_CARRIED:
    case TAKE_NOTHING:
        break;
    }
    return NULL;
}

char **sbatchopts_argv(const JobSpec *spec)
{
    GPtrArray *argv = g_ptr_array_new();
    size_t n;
    const SbatchOption *options = sbatch_options(&n);

    for (size_t i = 0; i < n; i++) {
        char *argument = options[i].alias ? NULL : format_option(&options[i], spec);

        if (argument)
            g_ptr_array_add(argv, argument);
    }
    for (size_t i = 0; spec->rest && spec->rest[i]; i++)
        g_ptr_array_add(argv, g_strdup(spec->rest[i]));
    g_ptr_array_add(argv, NULL);
    return (char **)g_ptr_array_free(argv, FALSE);
}

/* Words of a line that Slurm kept: it joins arguments by blanks and quotes nothing, while people
 * who write such lines do quote. */
static char **split_line(const char *line)
{
    char **argv = NULL;
    g_auto(GStrv) words = NULL;
    GPtrArray *kept;

    if (g_shell_parse_argv(line, NULL, &argv, NULL))
        return argv;
    words = g_strsplit_set(line, " \t\n\r", -1);
    kept = g_ptr_array_new();
    for (size_t i = 0; words[i]; i++)
        if (*words[i])
            g_ptr_array_add(kept, g_strdup(words[i]));
    g_ptr_array_add(kept, NULL);
    return (char **)g_ptr_array_free(kept, FALSE);
}

static bool is_program(const char *word, const char *program)
{
    g_autofree char *base = word ? g_path_get_basename(word) : NULL;

    return base && !strcmp(base, program);
}

static char **find_wrap(const JobSpec *spec)
{
    for (size_t i = 0; spec->rest && spec->rest[i]; i++)
        if (g_str_has_prefix(spec->rest[i], "--wrap="))
            return &spec->rest[i];
    return NULL;
}

/* What follows the options: the rest of an unquoted --wrap, or a script and its arguments. */
static void keep_script(JobSpec *spec, char **left, char **script)
{
    char **wrap = find_wrap(spec);

    *script = NULL;
    if (!left[0])
        return;
    if (wrap) {
        g_autofree char *more = g_strjoinv(" ", left);
        g_autofree char *before = *wrap;

        *wrap = g_strconcat(before, " ", more, NULL);
        return;
    }
    *script = g_strdup(left[0]);
    g_strfreev(spec->script_args);
    spec->script_args = left[1] ? g_strdupv(left + 1) : NULL;
}

bool sbatchopts_line(const char *line, JobSpec *spec, char **script, Diags *diags)
{
    g_auto(GStrv) argv = split_line(line);
    g_autoptr(GArray) words = words_new(argv, 0);
    g_autoptr(JobSpec) read = job_spec_copy(spec);
    OptionWords all = {words_data(words), words->len, ""};
    JobSpec before;
    size_t at;

    if (!is_program(argv[0], "sbatch")) {
        diags_add(diags, DIAG_ERROR, "", 0, 0, line, "expected 'sbatch ...', found '%s'", line);
        return false;
    }
    all.words++;
    all.n--;
    if (!option_words_read(&all, read, &at, diags))
        return false;
    keep_script(read, argv + 1 + at, script);
    before = *spec;
    *spec = *read;
    *read = before;
    return true;
}
