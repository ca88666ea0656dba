/* srx explain [JOB] */
#include "cli/clock.h"
#include "cli/explained.h"
#include "cli/inputs.h"
#include "cli/messages.h"
#include "cli/schedule.h"
#include "cli/when.h"

typedef struct {
    gboolean json, parsable;
    char *cluster, *slurm_version, *at;
} Settings;

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    const GOptionEntry cluster[] = {
        {"cluster", 0, 0, G_OPTION_ARG_FILENAME, &self->cluster,
         "a scenario directory (slurm.conf, accounting.txt, jobs.json, ...), or live (default)",
         "DIR|live"},
        {"at", 0, 0, G_OPTION_ARG_FILENAME, &self->at,
         "the time of the scenario to look at: seconds (3600) or a duration (90m, 1-12:00:00); "
         "default: the scenario's now",
         "T"},
        {"slurm-version", 0, 0, G_OPTION_ARG_FILENAME, &self->slurm_version,
         "the Slurm to imitate: 22.05, 23.11, 24.05, 24.11, 25.05; default: what scenario.yaml "
         "says, else 24.05",
         "VERSION"},
        OPTIONS_END,
    };
    const GOptionEntry output[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &self->json, "JSON, schema srx/explain/1", NULL},
        {"parsable", 'P', 0, G_OPTION_ARG_NONE, &self->parsable,
         "one line a waiting job with its priority by factor, fields between bars", NULL},
        OPTIONS_END,
    };

    options_add(out, "Cluster and time", cluster);
    options_add(out, "Output", output);
}

static bool read_at(const Settings *self, Instant now, Instant *out, GError **error)
{
    g_autoptr(GError) cause = NULL;

    *out = now;
    if (!self->at || instant_parse(self->at, out, &cause))
        return true;
    return srx_fail(error, SRX_ERROR_USAGE, "--at: %s", cause->message);
}

/* ---- which job is meant ------------------------------------------------------------------ */

/* By the scenario's name or Slurm's id, with or without a task. */
static bool is_meant(const Sim *sim, uint32_t job, uint32_t task, uint32_t slurm_id,
                     const char *wanted)
{
    const char *id = sim_job(sim, job)->id;
    g_autofree char *number = g_strdup_printf("%u", slurm_id);
    g_autofree char *named = g_strdup_printf("%s_%u", id, task);

    return g_str_equal(wanted, id) || g_str_equal(wanted, number) ||
           (task != COUNT_UNSET && g_str_equal(wanted, named));
}

/* A task that still waits with others of its array stands for "all of them". */
static bool waits_in_array(const GPtrArray *runs, const Sim *sim, uint32_t job, const char *wanted)
{
    for (guint i = 0; i < runs->len; i++) {
        const SimRun *run = g_ptr_array_index(runs, i);

        if (run->job == job && run->start_at == INSTANT_NEVER && run->state == JOB_PENDING &&
            is_meant(sim, run->job, run->task, run->slurm_id, wanted))
            return true;
    }
    return false;
}

static GPtrArray *explanations_of(const Sim *sim, const GPtrArray *all, const GPtrArray *runs,
                                  const char *wanted)
{
    GPtrArray *out = g_ptr_array_new();

    for (guint i = 0; i < all->len; i++) {
        Explanation *one = g_ptr_array_index(all, i);

        if (!wanted || is_meant(sim, one->job, one->task, one->slurm_id, wanted) ||
            (one->task == COUNT_UNSET && waits_in_array(runs, sim, one->job, wanted)))
            g_ptr_array_add(out, one);
    }
    return out;
}

static GPtrArray *runs_of(const Sim *sim, const GPtrArray *all, const char *wanted)
{
    GPtrArray *out = g_ptr_array_new();

    for (guint i = 0; wanted && i < all->len; i++) {
        SimRun *run = g_ptr_array_index(all, i);

        if (run->state != JOB_PENDING && is_meant(sim, run->job, run->task, run->slurm_id, wanted))
            g_ptr_array_add(out, run);
    }
    return out;
}

static const char *nearest_job(const Sim *sim, const char *wanted)
{
    const uint32_t n = sim_job_count(sim);
    g_autofree const char **names = g_new0(const char *, n + 1);

    for (uint32_t i = 0; i < n; i++)
        names[i] = sim_job(sim, i)->id;
    return nearest_word(wanted, names, n);
}

/* Neither waiting nor run: refused, still to come, or unknown. */
static bool refuse_unknown(const Sim *sim, const char *wanted, GError **error)
{
    const char *near = nearest_job(sim, wanted);

    for (uint32_t i = 0; i < sim_job_count(sim); i++) {
        const LoadJob *job = sim_job(sim, i);
        g_autofree char *at = clock_text(job->submit_at);

        if (!g_str_equal(job->id, wanted))
            continue;
        if (sim_refused(sim, i))
            return srx_fail(error, SRX_ERROR_INPUT, "job '%s' was refused at its submission: %s",
                            wanted, sim_refused(sim, i));
        return srx_fail(error, SRX_ERROR_INPUT,
                        "job '%s' is submitted only at %s; --at says when to look", wanted, at);
    }
    if (near)
        return srx_fail(error, SRX_ERROR_INPUT, "no job '%s'; did you mean '%s'?", wanted, near);
    return srx_fail(error, SRX_ERROR_INPUT, "no job '%s' ('srx explain' lists those that wait)",
                    wanted);
}

/* ---- the answer -------------------------------------------------------------------------- */

static void print(const Session *session, const Settings *self, const Explained *explained,
                  bool one_job)
{
    g_autofree char *text = NULL;

    if (self->json)
        explained_json(explained, stdout);
    else if (self->parsable)
        text = explained_parsable(explained);
    else if (one_job)
        text = explained_text(explained, &session->out);
    else
        text = explained_table(explained, &session->out);
    if (text)
        fputs(text, stdout);
}

static bool answer(const Session *session, const Settings *self, Explained *out, const char *wanted,
                   GError **error)
{
    g_autoptr(GPtrArray) all_runs = sim_runs(out->sim);
    g_autoptr(GPtrArray) all = sim_explain(out->sim);
    g_autoptr(GPtrArray) explanations = explanations_of(out->sim, all, all_runs, wanted);
    g_autoptr(GPtrArray) runs = runs_of(out->sim, all_runs, wanted);

    if (wanted && explanations->len == 0 && runs->len == 0)
        return refuse_unknown(out->sim, wanted, error);
    out->explanations = explanations;
    out->runs = runs;
    print(session, self, out, wanted != NULL);
    return true;
}

/* Commands that were refused until now may be why. */
static void print_remarks(const Session *session, const Schedule *schedule)
{
    g_autoptr(Diags) remarks = diags_new();

    schedule_remarks(schedule, remarks);
    messages_print(session, remarks);
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;
    g_autoptr(Scenario) scenario = NULL;
    g_autoptr(Sim) sim = NULL;
    SimOptions sim_options;
    Instant at = 0;

    if (operands[0] && operands[1])
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected one job or none, found %u ('srx help explain')",
                        g_strv_length(operands));
    if (!read_at(self, 0, &at, error))
        return false;
    scenario = inputs_scenario(session, self->cluster, self->slurm_version, error);
    if (!scenario || !read_at(self, scenario->now, &at, error))
        return false;
    sim_options_init(&sim_options);
    sim_options.epoch = scenario->epoch;
    sim_options.epoch_guessed = scenario->epoch_guessed;
    sim = sim_new(scenario->cluster, &sim_options);
    sim_load(sim, scenario->load);
    sim_run(sim, at);
    print_remarks(session, &(Schedule){.scenario = scenario, .sim = sim});
    return answer(session, self, &(Explained){.scenario = scenario, .sim = sim}, operands[0],
                  error);
}

const Command command_explain = {
    .name = "explain",
    .summary = "why a job waits: its reason, its priority by factor, and what it waits for",
    .usage = "[OPTION]... [JOB]",
    .examples = "srx explain --cluster scenarios/campus\n"
                "srx explain j3254 --cluster scenarios/campus --at 10m\n"
                "srx explain --cluster scenarios/campus -P\n",
    .details = "JOB is the scenario's name for it or Slurm's id, with _TASK for one task of an "
               "array; without one every waiting job is listed, the highest priority first.\n\n"
               "Reasons are Slurm's own words. Other jobs' ends are told by their time limits: "
               "nobody in the queue knows more.",
    .operands = OPERANDS_NONE,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
