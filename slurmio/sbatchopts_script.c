/* The #SBATCH lines of a script, read as sbatch reads them. Source: Slurm 24.05 sbatch/opt.c
 * (get_argument, _opt_batch_script) and sbatch.c. */
#include "slurmio/sbatchopts.h"

#include "slurmio/sbatchopts_read.h"

#include <string.h>

typedef struct {
    const char *file;
    Diags *diags;
    GArray *words;      /* OptionWord */
    GPtrArray *strings; /* what the words point to */
    int line;
    bool ok;
    bool told_foreign;
} ScriptReader;

static void complain(ScriptReader *self, const char *source, size_t offset, const char *text)
{
    glong column = g_utf8_validate(source, (gssize)offset, NULL)
                       ? g_utf8_strlen(source, (gssize)offset)
                       : (glong)offset;

    diags_add(self->diags, DIAG_ERROR, self->file, self->line, (int)column + 1, source, "%s", text);
    self->ok = false;
}

/* Unquotes one word from *@at on; false when a quote is not closed. @word is empty when only a
 * comment or empty quotes were left. */
static bool read_word(const char **at, GString *word, char *quote)
{
    bool escaped = false;

    *quote = '\0';
    for (; **at && (*quote || !g_ascii_isspace(**at)); (*at)++) {
        char c = **at;

        if (escaped) {
            escaped = false;
        } else if (c == '\\') {
            escaped = (*at)[1] != ' ';
            if (escaped)
                continue;
            c = *++*at; /* the blank itself */
        } else if (*quote && c == *quote) {
            *quote = '\0';
            continue;
        } else if (!*quote && (c == '"' || c == '\'')) {
            *quote = c;
            continue;
        } else if (!*quote && c == '#') {
            break; /* the rest is a comment, even without a blank before */
        }
        g_string_append_c(word, c);
    }
    return *quote == '\0';
}

static void keep_word(ScriptReader *self, const char *text, const char *source, size_t offset)
{
    OptionWord word = {.line = self->line, .source = source};

    word.text = g_strdup(text);
    word.column = (int)g_utf8_pointer_to_offset(source, source + offset) + 1;
    if (!g_utf8_validate(source, -1, NULL))
        word.column = (int)offset + 1;
    g_ptr_array_add(self->strings, (gpointer)(guintptr)word.text);
    g_array_append_val(self->words, word);
}

/* "hetjob" (once "packjob") as the first word of a directive. */
static bool is_separator(const char *at)
{
    size_t length = !g_ascii_strncasecmp(at, "packjob", 7)  ? 7
                    : !g_ascii_strncasecmp(at, "hetjob", 6) ? 6
                                                            : 0;

    return length && (!at[length] || g_ascii_isspace(at[length]));
}

static void read_directive(ScriptReader *self, const char *source, size_t start)
{
    const char *at = source + start;
    g_autoptr(GString) word = g_string_new(NULL);

    for (bool first = true;; first = false) {
        size_t offset;
        char quote;

        while (g_ascii_isspace(*at))
            at++;
        offset = (size_t)(at - source);
        if (first && is_separator(at)) {
            complain(self, source, offset,
                     "expected one job, found components of a heterogeneous job, which srx does "
                     "not simulate; give each its own script");
            return;
        }
        if (*at == ':') {
            complain(self, source, offset, "expected an option, found ':'");
            return;
        }
        g_string_truncate(word, 0);
        if (!read_word(&at, word, &quote)) {
            complain(self, source, offset, "expected a closing quote, found the end of the line");
            return;
        }
        if (!word->len)
            return;
        keep_word(self, word->str, source, offset);
    }
}

/* Other systems' directives: sbatch translates them, srx says that it does not. */
static void note_foreign(ScriptReader *self, const char *source)
{
    if (self->told_foreign || (strncmp(source, "#PBS", 4) != 0 && strncmp(source, "#BSUB", 5) != 0))
        return;
    diags_add(self->diags, DIAG_WARNING, self->file, self->line, 1, source,
              "lines of other batch systems are not read, though sbatch does so; write #SBATCH");
    self->told_foreign = true;
}

/* False at the first command, behind which nothing counts. */
static bool read_line(ScriptReader *self, const char *source)
{
    const char *at = source;

    if (g_str_has_prefix(source, "#SBATCH")) {
        read_directive(self, source, strlen("#SBATCH"));
        return true;
    }
    if (g_str_has_prefix(source, "#SLURM")) {
        diags_add(self->diags, DIAG_WARNING, self->file, self->line, 1, source,
                  "sbatch still reads #SLURM, its name before 2010; write #SBATCH");
        read_directive(self, source, strlen("#SLURM"));
        return true;
    }
    note_foreign(self, source);
    while (g_ascii_isspace(*at))
        at++;
    return !*at || *at == '#';
}

/* What sbatch refuses before it looks at any line. */
static const char *refusal(const char *text)
{
    if (!*text)
        return "expected a batch script, found an empty file";
    if (!text[strspn(text, " \t\r\n\v\f")])
        return "expected a batch script, found nothing but blanks";
    if (!g_str_has_prefix(text, "#!"))
        return "expected a first line that begins with #! and names the interpreter, such as "
               "#!/bin/bash";
    if (strstr(text, "\r\n"))
        return "expected line ends as on Unix, found those of DOS (\\r\\n); convert it with "
               "dos2unix";
    return NULL;
}

static void say_refusal(const char *text, const char *file, Diags *diags)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", 2);

    diags_add(diags, DIAG_ERROR, file, 1, 1, lines[0], "%s", refusal(text));
}

bool sbatchopts_script(const char *text, const char *file, JobSpec *spec, Diags *diags)
{
    g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(OptionWord));
    g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
    ScriptReader reader = {.file = file, .diags = diags, .words = words, .strings = strings};
    g_autoptr(JobSpec) unused = job_spec_new();
    OptionWords all = {.file = file};
    const char *at = text;

    if (refusal(text)) {
        say_refusal(text, file, diags);
        return false;
    }
    reader.ok = true;
    while (*at) {
        size_t length = strcspn(at, "\n");
        char *source = g_strndup(at, length);

        g_ptr_array_add(strings, source);
        reader.line++;
        if (!read_line(&reader, source))
            break;
        at += length + (at[length] == '\n');
    }
    all.words = (const OptionWord *)(const void *)words->data;
    all.n = words->len;
    return option_words_take(&all, reader.ok ? spec : unused, diags) && reader.ok;
}

bool sbatchopts_script_load(const char *path, JobSpec *spec, Diags *diags)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;

    if (!g_file_get_contents(path, &text, &length, &error)) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "%s", error->message);
        return false;
    }
    if (strlen(text) != length) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL,
                  "expected a text, found a NUL byte, which Slurm refuses in a script");
        return false;
    }
    return sbatchopts_script(text, path, spec, diags);
}
