/* sbatch's command line for a job of a submission, and what sbatch answers. */
#include "slurmio/submitline.h"

#include "slurmio/sbatchopts.h"

#include <string.h>

#define COMMENT "--comment="

static void add_condition(GString *out, const char *condition)
{
    if (*condition)
        g_string_append_printf(out, "%s%s", out->len ? "," : "", condition);
}

static void add_edge(GString *out, const SubmissionEdge *edge, const char *id)
{
    g_string_append_printf(out, "%s%s:%s", out->len ? "," : "", edge->type, id);
    if (edge->delay)
        g_string_append_printf(out, "+%u", edge->delay);
}

char *submit_dependency(const SubmissionJob *job, const char *const *ids)
{
    GString *out = g_string_new(NULL);

    add_condition(out, job->spec->dependency ? job->spec->dependency : "");
    for (uint32_t i = 0; i < job->n_after; i++)
        if (ids[job->after[i].job])
            add_edge(out, &job->after[i], ids[job->after[i].job]);
    if (job->singleton)
        add_condition(out, "singleton");
    return g_string_free(out, out->len == 0);
}

/* What a retry changes, read into what the job asks for, so that "--mem" replaces a
 * "--mem-per-cpu" as it would on one command line. */
static void take_change(JobSpec *spec, const char *change)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(Diags) diags = diags_new();

    if (change && g_shell_parse_argv(change, NULL, &words, NULL))
        sbatchopts_parse(words, spec, "", 0, diags);
}

static char *comment_of(const char *mark, const char *own)
{
    return own && *own ? g_strdup_printf(COMMENT "%s %s", mark, own)
                       : g_strconcat(COMMENT, mark, NULL);
}

char **submit_words(const SubmissionJob *job, const char *dependency, const char *mark,
                    const char *change, bool held)
{
    g_autoptr(JobSpec) spec = job_spec_copy(job->spec);
    g_auto(GStrv) options = NULL;
    GPtrArray *out = g_ptr_array_new();
    const char *own = NULL;

    take_change(spec, change);
    g_free(spec->dependency);
    spec->dependency = g_strdup(dependency);
    g_free(spec->name);
    spec->name = g_strdup(job->name);
    spec->hold = spec->hold || held;
    options = sbatchopts_argv(spec);
    g_ptr_array_add(out, g_strdup("sbatch"));
    g_ptr_array_add(out, g_strdup("--parsable"));
    for (char **option = options; *option; option++) {
        if (g_str_has_prefix(*option, COMMENT))
            own = *option + strlen(COMMENT);
        else if (!g_str_equal(*option, "--parsable"))
            g_ptr_array_add(out, g_strdup(*option));
    }
    g_ptr_array_add(out, comment_of(mark, own));
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(out, FALSE);
}

/* ---- answers ---- */

static bool read_id(const char *text, uint32_t *id)
{
    char *end;
    guint64 number;

    if (!g_ascii_isdigit(*text))
        return false;
    number = g_ascii_strtoull(text, &end, 10);
    if (number == 0 || number >= UINT32_MAX || (*end && *end != ';'))
        return false;
    *id = (uint32_t)number;
    return true;
}

bool submit_answer(const char *printed, uint32_t *id)
{
    static const char long_form[] = "Submitted batch job ";
    g_autofree char *text = g_strstrip(g_strdup(printed));
    const char *line = strrchr(text, '\n');
    const char *said = strstr(text, long_form);
    g_autofree char *word = NULL;

    if (read_id(line ? line + 1 : text, id))
        return true;
    if (!said)
        return false;
    said += strlen(long_form);
    word = g_strndup(said, strcspn(said, " \n"));
    return read_id(word, id);
}

bool submit_may_be_in(const char *message, int status)
{
    static const char *const words[] = {"contact",   "timed out",    "ero Bytes",
                                        "onnection", "temporarily",  "standby",
                                        "ommunicat", "send failure", "retrying"};

    if (status >= 128)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(message, words[i]))
            return true;
    return false;
}
