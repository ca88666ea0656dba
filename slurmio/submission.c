/* What is handed to Slurm: jobs with their scripts, what they ask for and whom they wait for. */
#include "slurmio/submission.h"

#include <string.h>

static const char *const edge_types[] = {"after", "afterany", "afterok", "afternotok", "aftercorr"};

Submission *submission_new(uint32_t n_jobs)
{
    Submission *self = g_new0(Submission, 1);

    self->jobs = g_new0(SubmissionJob, n_jobs);
    self->n_jobs = n_jobs;
    for (uint32_t i = 0; i < n_jobs; i++) {
        self->jobs[i].predicted_start = INSTANT_NEVER;
        self->jobs[i].predicted_end = INSTANT_NEVER;
    }
    return self;
}

static void job_clear(SubmissionJob *self)
{
    g_free(self->name);
    job_spec_free(self->spec);
    g_free(self->script);
    g_strfreev(self->environment);
    for (uint32_t i = 0; i < self->n_after; i++)
        g_free(self->after[i].type);
    g_free(self->after);
    g_free(self->retry_on);
    g_free(self->done_when);
    g_free(self->on_failure);
    g_free(self->log);
    g_free(self->error_log);
}

void submission_free(Submission *self)
{
    if (!self)
        return;
    for (uint32_t i = 0; i < self->n_jobs; i++)
        job_clear(&self->jobs[i]);
    g_free(self->jobs);
    g_free(self->name);
    g_free(self->user);
    g_free(self);
}

void submission_edge(Submission *self, uint32_t job, const char *type, uint32_t of, uint32_t delay)
{
    SubmissionJob *waits = &self->jobs[job];

    waits->after = g_renew(SubmissionEdge, waits->after, waits->n_after + 1);
    waits->after[waits->n_after++] =
        (SubmissionEdge){.type = g_strdup(type), .job = of, .delay = delay};
}

uint32_t submission_find(const Submission *self, const char *name)
{
    for (uint32_t i = 0; i < self->n_jobs; i++)
        if (g_str_equal(self->jobs[i].name, name))
            return i;
    return COUNT_UNSET;
}

uint32_t submission_staged(const Submission *self)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < self->n_jobs; i++)
        n += self->jobs[i].staged ? 1 : 0;
    return n;
}

/* ---- whether it can be submitted ---- */

static bool is_edge_type(const char *type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(edge_types); i++)
        if (type && g_str_equal(type, edge_types[i]))
            return true;
    return false;
}

static bool has_control(const char *text)
{
    for (const char *at = text; *at; at++)
        if ((guchar)*at < ' ' || *at == 0x7f)
            return true;
    return false;
}

static bool check_edges(const Submission *self, uint32_t index, GError **error)
{
    const SubmissionJob *job = &self->jobs[index];

    for (uint32_t i = 0; i < job->n_after; i++) {
        const SubmissionEdge *edge = &job->after[i];

        if (!is_edge_type(edge->type))
            return srx_fail(error, SRX_ERROR_INPUT,
                            "job '%s': expected a dependency such as afterok, found '%s'",
                            job->name, edge->type ? edge->type : "");
        if (edge->job >= index)
            return srx_fail(error, SRX_ERROR_INPUT,
                            "job '%s': expected it behind all it waits for, found it before "
                            "job %u",
                            job->name, edge->job);
        if (!job->staged && self->jobs[edge->job].staged)
            return srx_fail(error, SRX_ERROR_INPUT,
                            "job '%s': expected it staged, as it waits for '%s', which is",
                            job->name, self->jobs[edge->job].name);
        if (edge->delay && !g_str_equal(edge->type, "after"))
            return srx_fail(error, SRX_ERROR_INPUT,
                            "job '%s': Slurm has delays only with 'after', found '%s' with %u min",
                            job->name, edge->type, edge->delay);
    }
    return true;
}

static bool check_array(const SubmissionJob *job, GError **error)
{
    g_autoptr(GArray) tasks = NULL;
    g_autoptr(GError) cause = NULL;
    uint32_t throttle;

    if (!job->spec->array || job_array_parse(job->spec->array, &tasks, &throttle, &cause))
        return true;
    return srx_fail(error, SRX_ERROR_INPUT, "job '%s': --array: %s", job->name, cause->message);
}

/* Commas combine dependencies, which "?" (any of them) does not allow. */
static bool check_dependency(const SubmissionJob *job, GError **error)
{
    const char *own = job->spec->dependency;

    if (own && strchr(own, '?') && (job->n_after || job->singleton))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "job '%s': expected its own --dependency without '?', as it also waits "
                        "for jobs of the workflow, found '%s'",
                        job->name, own);
    return true;
}

static bool check_job(const Submission *self, uint32_t index, GError **error)
{
    const SubmissionJob *job = &self->jobs[index];

    if (!job->name || !*job->name)
        return srx_fail(error, SRX_ERROR_INPUT, "job %u: expected a name, found none", index);
    if (has_control(job->name))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "job %u: expected a name without control characters, which Slurm does not "
                        "keep",
                        index);
    if (!job->spec)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "job '%s': expected what it asks for, found nothing", job->name);
    if (!job->script || !g_str_has_prefix(job->script, "#!"))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "job '%s': expected a script that begins with '#!', as sbatch wants it",
                        job->name);
    return check_array(job, error) && check_dependency(job, error) &&
           check_edges(self, index, error);
}

bool submission_check(const Submission *self, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    if (self->n_jobs == 0)
        return srx_fail(error, SRX_ERROR_INPUT, "expected jobs to submit, found none");
    for (uint32_t i = 0; i < self->n_jobs; i++) {
        if (!check_job(self, i, error))
            return false;
        if (!g_hash_table_add(seen, self->jobs[i].name))
            return srx_fail(error, SRX_ERROR_INPUT, "expected unique names, found two jobs '%s'",
                            self->jobs[i].name);
    }
    return true;
}

/* ---- parts of it ---- */

static void job_copy(SubmissionJob *out, const SubmissionJob *from)
{
    *out = *from;
    out->name = g_strdup(from->name);
    out->spec = from->spec ? job_spec_copy(from->spec) : NULL;
    out->script = g_strdup(from->script);
    out->environment = g_strdupv(from->environment);
    out->after = NULL;
    out->n_after = 0;
    out->retry_on = g_strdup(from->retry_on);
    out->done_when = g_strdup(from->done_when);
    out->on_failure = g_strdup(from->on_failure);
    out->log = g_strdup(from->log);
    out->error_log = g_strdup(from->error_log);
}

Submission *submission_select(const Submission *self, const bool *kept)
{
    g_autofree uint32_t *place = g_new0(uint32_t, self->n_jobs + 1);
    uint32_t n = 0;
    Submission *out;

    for (uint32_t i = 0; i < self->n_jobs; i++)
        place[i] = kept[i] ? n++ : COUNT_UNSET;
    out = submission_new(n);
    out->name = g_strdup(self->name);
    out->user = g_strdup(self->user);
    for (uint32_t i = 0; i < self->n_jobs; i++) {
        const SubmissionJob *job = &self->jobs[i];

        if (!kept[i])
            continue;
        job_copy(&out->jobs[place[i]], job);
        for (uint32_t k = 0; k < job->n_after; k++)
            if (kept[job->after[k].job])
                submission_edge(out, place[i], job->after[k].type, place[job->after[k].job],
                                job->after[k].delay);
    }
    return out;
}

void submission_from(const Submission *self, uint32_t from, bool *kept)
{
    kept[from] = true;
    for (uint32_t i = from + 1; i < self->n_jobs; i++)
        for (uint32_t k = 0; k < self->jobs[i].n_after; k++)
            if (kept[self->jobs[i].after[k].job])
                kept[i] = true;
}
