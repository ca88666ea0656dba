/* A plan as Slurm is to get it. */
#include "cli/dispatch.h"

#include "cli/dispatch_source.h"
#include "cli/dispatch_sweep.h"
#include "planner/conditional.h"
#include "slurmio/sbatchopts.h"
#include <string.h>

/* ---- outputs ----------------------------------------------------------------------------- */

/* %x is the job's name, which may not be one of a file. */
static char *name_pattern(const char *name)
{
    GString *out;

    if (g_regex_match_simple("^[\\w+,=@][\\w.+,=@-]*$", name, G_REGEX_DOLLAR_ENDONLY, 0))
        return g_strdup("%x");
    out = g_string_new(NULL);
    for (const char *at = name; *at; at++)
        g_string_append_c(out, g_ascii_isalnum(*at) || (*at & 0x80) ? *at : '_');
    return g_string_free(out, FALSE);
}

static void ask_for_output(const WorkflowJob *job, JobSpec *spec)
{
    g_autofree char *name = name_pattern(spec->name);
    g_autofree char *file = g_strdup_printf("%s_%s.log", name, spec->array ? "%A_%a" : "%j");
    g_autofree char *path =
        job->log_dir ? g_build_filename(job->log_dir, file, NULL) : g_strdup(file);

    if (job_spec_rest_find(spec, "--output"))
        return;
    if (job->runs != RUNS_SCRIPT || job->log_dir)
        job_spec_rest_add(spec, "--output", path);
}

static char *absolute(const char *directory, const char *path)
{
    return g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(directory, path, NULL);
}

/* Where its output goes, for who reads it. */
static void note_output(const DispatchChoice *choice, SubmissionJob *job)
{
    const char *chdir = job_spec_rest_find(job->spec, "--chdir");
    const char *output = job_spec_rest_find(job->spec, "--output");
    const char *failure = job_spec_rest_find(job->spec, "--error");
    g_autofree char *work = absolute(choice->directory, chdir ? chdir : "");

    job->log = absolute(work, output             ? output
                              : job->spec->array ? "slurm-%A_%a.out"
                                                 : "slurm-%j.out");
    job->error_log = failure ? absolute(work, failure) : NULL;
}

/* ---- one job ----------------------------------------------------------------------------- */

static JobSpec *spec_of(const PlanJob *planned, const WorkflowJob *job)
{
    JobSpec *spec = job_spec_copy(planned->spec);

    g_free(spec->name);
    spec->name = g_strdup(job->name);
    g_clear_pointer(&spec->script_args, g_strfreev); /* they are in the script */
    if (job->work_dir && !job_spec_rest_find(spec, "--chdir"))
        job_spec_rest_add(spec, "--chdir", job->work_dir);
    return spec;
}

static Instant clock_time(const Plan *plan, Instant instant)
{
    return instant == INSTANT_NEVER ? INSTANT_NEVER : plan->epoch + instant;
}

static void take_handling(const WorkflowJob *job, SubmissionJob *out)
{
    out->singleton = job->singleton;
    out->retry = job->retry;
    out->retry_delay = job->retry_delay;
    out->retry_on = g_strdup(job->retry_on);
    out->requeue_max = job->requeue_max;
    out->done_when = g_strdup(job->done_when);
    out->on_failure = g_strdup(job->on_failure);
}

static bool fill_job(const Plan *plan, uint32_t index, const DispatchChoice *choice,
                     SubmissionJob *out, GError **error)
{
    const WorkflowJob *job = &plan->workflow->jobs[index];
    const PlanJob *planned = &plan->jobs[index];
    g_auto(DispatchSource) source = {0};

    out->name = g_strdup(job->name);
    out->spec = spec_of(planned, job);
    if (!dispatch_source_init(&source, job, error) ||
        !dispatch_source_requeue(&source, job, out->spec, error))
        return false;
    ask_for_output(job, out->spec);
    source.script.guard_seconds = choice->guard_seconds;
    out->script = jobscript_text(&source.script, error);
    if (!out->script)
        return false;
    note_output(choice, out);
    take_handling(job, out);
    out->staged = plan->strategy == STRATEGY_STAGED && job->n_after > 0;
    out->predicted_start = clock_time(plan, planned->start_at);
    out->predicted_end = clock_time(plan, planned->end_at);
    return true;
}

/* ---- who waits for whom ------------------------------------------------------------------ */

static bool waits_for(const WorkflowJob *job, uint32_t other)
{
    for (uint32_t i = 0; i < job->n_after; i++)
        if (job->after[i].job == other)
            return true;
    return false;
}

typedef struct {
    const Plan *plan;
    const bool *conditional;
    const uint32_t *order; /* [n_jobs] of the plan's */
    uint32_t *place;       /* [n_jobs] of the submission's, by the plan's index */
    Submission *out;
} Edges;

/* One after the other: what runs only when another job fails stays outside of the chain. */
static void chain(const Edges *self)
{
    uint32_t before = INDEX_NONE;

    for (uint32_t i = 0; i < self->plan->n_jobs; i++) {
        const uint32_t index = self->order[i];

        if (self->conditional[index])
            continue;
        if (before != INDEX_NONE && !waits_for(&self->plan->workflow->jobs[index], before))
            submission_edge(self->out, i, "afterany", self->place[before], 0);
        before = index;
    }
}

static void add_edges(const Edges *self)
{
    for (uint32_t i = 0; i < self->plan->n_jobs; i++) {
        const WorkflowJob *job = &self->plan->workflow->jobs[self->order[i]];

        for (uint32_t k = 0; k < job->n_after; k++)
            submission_edge(self->out, i, depend_type_name(job->after[k].type),
                            self->place[job->after[k].job], job->after[k].delay);
    }
    if (self->plan->strategy == STRATEGY_SERIAL)
        chain(self);
}

/* ---- the whole --------------------------------------------------------------------------- */

static Submission *new_submission(const Plan *plan, uint32_t n)
{
    Submission *out = submission_new(n);

    out->name = g_strdup(plan->name);
    out->user = g_strdup(plan->user);
    return out;
}

/* NULL without an error when the array would be too long. */
static Submission *build_array(const Plan *plan, const DispatchChoice *choice, GError **error)
{
    g_autoptr(Submission) out = new_submission(plan, 1);
    const WorkflowJob *first = &plan->workflow->jobs[0];
    SubmissionJob *job = &out->jobs[0];

    job->name = g_strdup(first->base);
    job->spec = spec_of(&plan->jobs[0], first);
    g_free(job->spec->name);
    job->spec->name = g_strdup(first->base);
    job->script = dispatch_sweep_script(plan, choice, job->spec, error);
    if (!job->script)
        return NULL;
    ask_for_output(first, job->spec);
    note_output(choice, job);
    take_handling(first, job);
    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        const Instant start = clock_time(plan, plan->jobs[i].start_at);
        const Instant end = clock_time(plan, plan->jobs[i].end_at);

        job->predicted_start = i ? MIN(job->predicted_start, start) : start;
        job->predicted_end = i ? MAX(job->predicted_end, end) : end;
    }
    return g_steal_pointer(&out);
}

static Submission *build_jobs(const Plan *plan, const DispatchChoice *choice, GError **error)
{
    g_autofree uint32_t *order = workflow_order(plan->workflow);
    g_autofree bool *conditional = workflow_conditional(plan->workflow);
    g_autofree uint32_t *place = g_new0(uint32_t, plan->n_jobs);
    g_autoptr(Submission) out = new_submission(plan, plan->n_jobs);

    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        place[order[i]] = i;
        if (!fill_job(plan, order[i], choice, &out->jobs[i], error)) {
            g_prefix_error(error, "job '%s': ", plan->workflow->jobs[order[i]].name);
            return NULL;
        }
    }
    add_edges(&(Edges){plan, conditional, order, place, out});
    return g_steal_pointer(&out);
}

Submission *dispatch_build(const Plan *plan, const DispatchChoice *choice, GError **error)
{
    g_autoptr(Submission) out = NULL;
    g_autoptr(GError) cause = NULL;

    if (dispatch_sweep_fits(plan, choice))
        out = build_array(plan, choice, &cause);
    if (!out && !cause)
        out = build_jobs(plan, choice, &cause);
    if (!cause && !submission_check(out, &cause))
        g_clear_pointer(&out, submission_free);
    if (cause)
        g_propagate_error(error, g_steal_pointer(&cause));
    return g_steal_pointer(&out);
}

/* ---- at a terminal ----------------------------------------------------------------------- */

/* What srun does not take, or what makes no sense for a shell. */
static bool is_for_batch(const char *option)
{
    static const char *const names[] = {"--array",     "--requeue",      "--no-requeue",
                                        "--output",    "--error",        "--open-mode",
                                        "--signal",    "--hold",         "--kill-on-invalid-dep",
                                        "--input",     "--wrap",         "--parsable",
                                        "--test-only", "--get-user-env", "--export-file",
                                        "--batch",     "--wait",         "--ignore-pbs"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const size_t length = strlen(names[i]);

        if (g_str_has_prefix(option, names[i]) && (!option[length] || option[length] == '='))
            return true;
    }
    return false;
}

char *dispatch_interactive(const Plan *plan, uint32_t index, GError **error)
{
    const WorkflowJob *job = &plan->workflow->jobs[index];
    g_autoptr(JobSpec) spec = spec_of(&plan->jobs[index], job);
    g_auto(GStrv) options = sbatchopts_argv(spec);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    g_auto(DispatchSource) source = {0};
    char *line;

    for (char **option = options; *option; option++)
        if (!is_for_batch(*option))
            g_ptr_array_add(kept, *option);
    g_ptr_array_add(kept, NULL);
    line = dispatch_source_init(&source, job, error)
               ? jobscript_interactive(&source.script, (char *const *)kept->pdata, error)
               : NULL;
    if (!line)
        g_prefix_error(error, "job '%s': ", job->name);
    return line;
}
