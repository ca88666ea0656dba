/* Where a job's output goes: sbatch's patterns with what they stand for. */
#include "slurmio/logpath.h"

#include "base/hostlist.h"

#include <string.h>

/* What sbatch writes for a %a outside of an array. */
#define NO_TASK "4294967294"

static char *number(uint32_t value, int width)
{
    return value == COUNT_UNSET ? g_strdup(NO_TASK) : g_strdup_printf("%0*u", width, value);
}

/* What "%3j" and the like stand for; NULL: nothing that sbatch knows. */
static char *meaning(char letter, int width, const LogNames *names)
{
    switch (letter) {
    case 'A':
        return number(names->id, width);
    case 'J':
    case 'j':
        return number(names->task_id, width);
    case 'a':
        return number(names->task, width);
    case 'b':
        return number(names->task == COUNT_UNSET ? 0 : names->task % 10, width);
    case 't':
    case 'n':
        return number(0, width);
    case 's':
        return g_strdup("batch");
    case 'u':
        return g_strdup(names->user);
    case 'x':
        return g_strdup(names->name);
    case 'N':
        return g_strdup(names->node ? names->node : "");
    case '%':
        return g_strdup("%");
    default:
        return NULL;
    }
}

char *log_path_fill(const char *pattern, const LogNames *names)
{
    GString *out = g_string_new(NULL);

    if (strchr(pattern, '\\')) { /* a backslash: nothing is filled in, and they go */
        for (const char *at = pattern; *at; at++)
            if (*at != '\\')
                g_string_append_c(out, *at);
        return g_string_free(out, FALSE);
    }
    for (const char *at = pattern; *at; at++) {
        size_t digits = *at == '%' ? strspn(at + 1, "0123456789") : 0;
        int width = (int)MIN(g_ascii_strtoull(at + 1, NULL, 10), 10);
        g_autofree char *text = *at == '%' && at[1 + digits]
                                    ? meaning(at[1 + digits], digits ? width : 0, names)
                                    : NULL;

        if (text) {
            g_string_append(out, text);
            at += 1 + digits;
        } else {
            g_string_append_c(out, *at);
        }
    }
    return g_string_free(out, FALSE);
}

/* --chdir is not simulated, so it is among the rest. */
static const char *directory_of(const JobSpec *spec)
{
    const char *found = NULL;

    for (char **word = spec->rest; word && *word; word++)
        if (g_str_has_prefix(*word, "--chdir="))
            found = *word + strlen("--chdir=");
    return found;
}

static const char *nodes_of(const RunAttempt *attempt, uint32_t task)
{
    for (guint i = 0; task != COUNT_UNSET && attempt->tasks && i < attempt->tasks->len; i++)
        if (g_array_index(attempt->tasks, RunTask, i).task == task)
            return g_array_index(attempt->tasks, RunTask, i).nodes;
    return attempt->nodes;
}

char *log_path(const Run *run, uint32_t job, uint32_t task, bool errors)
{
    const SubmissionJob *wanted = &run->submission->jobs[job];
    const RunAttempt *attempt = run_state_attempt(run->state, job);
    const char *pattern = errors && wanted->error_log ? wanted->error_log : wanted->log;
    const char *directory = directory_of(wanted->spec);
    const char *user = run->submission->user;
    g_autoptr(GPtrArray) hosts = NULL;
    g_autofree char *path = NULL;
    LogNames names;

    if (!pattern || !attempt || attempt->id == 0)
        return NULL;
    if (nodes_of(attempt, task))
        hosts = hostlist_expand(nodes_of(attempt, task), NULL);
    names = (LogNames){.name = wanted->name,
                       .user = user ? user : g_get_user_name(),
                       .node = hosts && hosts->len ? hosts->pdata[0] : NULL,
                       .id = attempt->id,
                       .task = task,
                       .task_id = attempt->id};
    path = log_path_fill(pattern, &names);
    if (g_path_is_absolute(path) || !directory)
        return g_steal_pointer(&path);
    return g_build_filename(directory, path, NULL);
}
