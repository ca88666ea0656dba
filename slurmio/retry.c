/* Whether a job that failed is tried again, and what it asks for then. */
#include "slurmio/retry.h"

#include "slurmio/sbatchopts.h"

#include <math.h>
#include <string.h>

/* A rule of retry_on; texts borrowed from nobody: all NULL or owned. */
typedef struct {
    char *time, *mem; /* "x1.5" or an amount; NULL */
    uint32_t most;
} Rule;

static void rule_clear(Rule *self)
{
    g_free(self->time);
    g_free(self->mem);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rule, rule_clear)

void retry_clear(Retry *self)
{
    g_clear_pointer(&self->why, g_free);
    g_clear_pointer(&self->change, g_free);
}

bool retry_worked(const char *state)
{
    return g_str_equal(state, "COMPLETED");
}

/* ---- rules ---- */

/* "time=x1.5,mem=x2,max=2" */
static void read_rule(const char *text, Rule *out)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    out->most = 1;
    for (char **word = words; *word; word++) {
        if (g_str_has_prefix(*word, "time="))
            out->time = g_strdup(*word + strlen("time="));
        else if (g_str_has_prefix(*word, "mem="))
            out->mem = g_strdup(*word + strlen("mem="));
        else if (g_str_has_prefix(*word, "max="))
            out->most = (uint32_t)g_ascii_strtoull(*word + strlen("max="), NULL, 10);
    }
}

/* That of @state in "TIMEOUT:time=x1.5,max=2;NODE_FAIL:max=3". */
static bool find_rule(const char *rules, const char *state, Rule *out)
{
    g_auto(GStrv) parts = g_strsplit(rules ? rules : "", ";", -1);

    for (char **part = parts; *part; part++) {
        const char *colon = strchr(*part, ':');

        if (colon && strlen(state) == (size_t)(colon - *part) && g_str_has_prefix(*part, state)) {
            read_rule(colon + 1, out);
            return true;
        }
    }
    return false;
}

static bool is_failure(const char *state)
{
    static const char *const states[] = {"FAILED",    "TIMEOUT",   "OUT_OF_MEMORY",
                                         "NODE_FAIL", "PREEMPTED", "BOOT_FAIL"};

    for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
        if (g_str_equal(state, states[i]))
            return true;
    return false;
}

static uint32_t ended_in(const RunJob *job, const char *state)
{
    uint32_t count = 0;

    for (guint i = 0; i < job->attempts->len; i++)
        count += g_strcmp0(g_array_index(job->attempts, RunAttempt, i).state, state) == 0;
    return count;
}

/* ---- what is asked for ---- */

/* "x1.5" of @now, rounded up. */
static uint64_t scaled(const char *factor, uint64_t now)
{
    return (uint64_t)ceil(g_ascii_strtod(factor + 1, NULL) * (double)now - 1e-9);
}

static void change_time(const char *text, JobSpec *spec)
{
    bool limited = spec->time_limit != MINUTES_UNSET && spec->time_limit != MINUTES_UNLIMITED;
    Span span;

    if (*text == 'x' && limited)
        spec->time_limit = (uint32_t)MIN(scaled(text, spec->time_limit), MINUTES_A_YEAR);
    else if (*text != 'x' && duration_parse(text, &span, NULL))
        spec->time_limit = (uint32_t)CLAMP((span + 59) / 60, 1, MINUTES_A_YEAR);
}

static void change_memory(const char *text, JobSpec *spec)
{
    uint64_t *const kinds[] = {&spec->mem, &spec->mem_per_cpu, &spec->mem_per_gpu};
    uint64_t amount;

    if (*text == 'x') {
        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
            if (*kinds[i] != UINT64_MAX && *kinds[i] != 0)
                *kinds[i] = scaled(text, *kinds[i]);
    } else if (memory_parse(text, &amount, NULL)) {
        spec->mem_per_cpu = UINT64_MAX;
        spec->mem_per_gpu = UINT64_MAX;
        spec->mem = amount;
    }
}

/* "3,7": the tasks that failed; NULL when it is no array, or none is known to have. */
static char *failed_tasks(const RunAttempt *attempt)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; attempt->tasks && i < attempt->tasks->len; i++) {
        const RunTask *task = &g_array_index(attempt->tasks, RunTask, i);

        if (task->state && !retry_worked(task->state))
            g_string_append_printf(out, "%s%u", out->len ? "," : "", task->task);
    }
    return g_string_free(out, out->len == 0);
}

static void change_array(const RunAttempt *attempt, JobSpec *spec)
{
    g_autofree char *tasks = spec->array ? failed_tasks(attempt) : NULL;
    const char *throttle = spec->array ? strchr(spec->array, '%') : NULL;
    char *changed;

    if (!tasks)
        return;
    changed = g_strconcat(tasks, throttle, NULL);
    g_free(spec->array);
    spec->array = changed;
}

/* The options of @spec that @base has not. */
static char *difference(const JobSpec *base, const JobSpec *spec)
{
    g_auto(GStrv) before = sbatchopts_argv(base);
    g_auto(GStrv) after = sbatchopts_argv(spec);
    GString *out = g_string_new(NULL);

    for (char **word = after; *word; word++) {
        g_autofree char *quoted = g_shell_quote(*word);
        bool plain = strspn(*word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                   "-=,.:%_") == strlen(*word);

        if (!g_strv_contains((const char *const *)before, *word))
            g_string_append_printf(out, "%s%s", out->len ? " " : "", plain ? *word : quoted);
    }
    return g_string_free(out, out->len == 0);
}

JobSpec *retry_spec(const SubmissionJob *job, const char *change)
{
    JobSpec *spec = job_spec_copy(job->spec);
    g_auto(GStrv) words = NULL;
    g_autoptr(Diags) diags = diags_new();

    if (change && g_shell_parse_argv(change, NULL, &words, NULL))
        sbatchopts_parse(words, spec, "", 0, diags);
    return spec;
}

bool retry_decide(const SubmissionJob *job, const RunJob *state, Retry *out)
{
    const RunAttempt *last;
    g_auto(Rule) rule = {0};
    g_autoptr(JobSpec) spec = NULL;
    uint32_t done, most;

    if (state->attempts->len == 0)
        return false;
    last = &g_array_index(state->attempts, RunAttempt, state->attempts->len - 1);
    if (!last->state || last->cancelled || retry_worked(last->state))
        return false;
    done = ended_in(state, last->state);
    most = 0;
    if (find_rule(job->retry_on, last->state, &rule) && done <= rule.most) {
        most = rule.most;
    } else if (is_failure(last->state) && state->retries < job->retry) {
        done = state->retries + 1;
        most = job->retry;
    }
    if (most == 0)
        return false;
    spec = retry_spec(job, state->change);
    if (rule.time)
        change_time(rule.time, spec);
    if (rule.mem)
        change_memory(rule.mem, spec);
    change_array(last, spec);
    *out = (Retry){.why = g_strdup_printf("%s, retry %u of %u", last->state, done, most),
                   .change = difference(job->spec, spec)};
    return true;
}
