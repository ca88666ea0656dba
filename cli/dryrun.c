/* What srx would hand to Slurm, as a script for a shell. */
#include "cli/dryrun.h"

#include "slurmio/submitline.h"

#include <string.h>

#define DEPENDENCY "--dependency="

/* A line that the script does not hold. */
static char *end_of(const char *script)
{
    char *end = g_strdup("END");

    while (strstr(script, end)) {
        char *longer = g_strconcat(end, "_", NULL);

        g_free(end);
        end = longer;
    }
    return end;
}

/* $job0 must be read by the shell; all else in a dependency is Slurm's own. */
static char *quoted(const char *word)
{
    if (!g_str_has_prefix(word, DEPENDENCY) || !strchr(word, '$'))
        return g_shell_quote(word);
    return g_strdup_printf("\"%s\"", word);
}

static void add_job(GString *out, const Submission *submission, uint32_t index,
                    const char *const *ids)
{
    const SubmissionJob *job = &submission->jobs[index];
    g_autofree char *dependency = submit_dependency(job, ids);
    g_autofree char *mark = g_strdup_printf("srx:RUN:%u:0", index);
    bool held = job->n_after == 0 && !job->spec->hold;
    g_auto(GStrv) words = submit_words(job, dependency, mark, NULL, held);
    g_autofree char *end = end_of(job->script);
    bool whole = g_str_has_suffix(job->script, "\n");

    g_string_append_printf(out, "job%u=$(", index);
    for (char **setting = job->environment; setting && *setting; setting++) {
        g_autofree char *word = g_shell_quote(*setting);

        g_string_append_printf(out, "%s%s ", setting == job->environment ? "env " : "", word);
    }
    for (char **word = words; *word; word++) {
        g_autofree char *text = quoted(*word);

        g_string_append_printf(out, "%s%s", word == words ? "" : " ", word == words ? *word : text);
    }
    g_string_append_printf(out, " <<'%s'\n%s%s%s\n)\n\n", end, job->script, whole ? "" : "\n", end);
}

char *dryrun_text(const Submission *submission)
{
    GString *out = g_string_new("#!/bin/bash\n# What srx submit runs; RUN stands for the name "
                                "that the run will have.\n\n");
    uint32_t n = submission->n_jobs;
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    for (uint32_t i = 0; i < n; i++)
        g_ptr_array_add(ids, g_strdup_printf("$job%u", i));
    for (uint32_t i = 0; i < n; i++)
        add_job(out, submission, i, (const char *const *)ids->pdata);
    g_string_append(out, "scontrol release");
    for (uint32_t i = 0; i < n; i++)
        if (submission->jobs[i].n_after == 0 && !submission->jobs[i].spec->hold)
            g_string_append_printf(out, " $job%u", i);
    g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}
