/* One plan, simulated once. */
#include "planner/trial.h"

#include "planner/background.h"
#include "planner/conditional.h"
#include "planner/player.h"

#define FIRST_STRETCH 600 /* [s] simulated before looking whether it is over */
#define LONGEST       ((Span)20 * 366 * SECONDS_A_DAY) /* nothing that ends takes longer */

struct Trial {
    const Problem *problem;
    const Candidates *candidates;
    Load *background;
    bool *conditional;
};

Trial *trial_new(const Problem *problem, const Candidates *candidates)
{
    Trial *self = g_new0(Trial, 1);

    self->problem = problem;
    self->candidates = candidates;
    self->background = background_load(problem);
    self->conditional = workflow_conditional(problem->workflow);
    return self;
}

void trial_free(Trial *self)
{
    if (!self)
        return;
    load_free(self->background);
    g_free(self->conditional);
    g_free(self);
}

const bool *trial_conditional(const Trial *self)
{
    return self->conditional;
}

static const Candidate *chosen(const Trial *self, const Assignment *assignment, uint32_t job)
{
    const JobClass *class = &self->candidates->classes[self->candidates->class_of[job]];

    return &class->candidates[assignment->choice[job]];
}

/* The prefix keeps the workflow's names apart from those of other people's jobs. */
static LoadJob *make_job(const Trial *self, const Assignment *assignment, uint32_t index)
{
    const WorkflowJob *own = &self->problem->workflow->jobs[index];
    const Candidate *candidate = chosen(self, assignment, index);
    g_autofree char *id = g_strconcat("workflow:", own->name, NULL);
    LoadJob *job = load_job_new(id);

    job_spec_free(job->spec);
    job->spec = job_spec_copy(own->spec);
    candidate_apply(candidate, self->problem, job->spec);
    job->user = g_strdup(self->problem->user);
    job->submit_at = self->problem->now;
    job->truth.runtime = assignment->p90 ? candidate->runtime_p90 : candidate->runtime;
    job->runtime_known = true;
    if (own->singleton) {
        job->after = g_new0(LoadAfter, 1);
        job->after[job->n_after++].type = g_strdup("singleton");
    }
    return job;
}

static GPtrArray *make_jobs(const Trial *self, const Assignment *assignment)
{
    GPtrArray *jobs = g_ptr_array_new();

    for (uint32_t i = 0; i < self->problem->workflow->n_jobs; i++)
        g_ptr_array_add(jobs, make_job(self, assignment, i));
    return jobs;
}

static void free_jobs(GPtrArray *jobs)
{
    for (guint i = 0; i < jobs->len; i++)
        load_job_free(g_ptr_array_index(jobs, i));
    g_ptr_array_unref(jobs);
}

typedef enum { ALL_OVER, GIVEN_UP, STOPPED } SimulationEnd;

/* In growing stretches: a queue of others that lasts for weeks is not simulated to its end when
 * the workflow is over tonight. */
static SimulationEnd simulate(Sim *sim, const Player *player, const Problem *problem,
                              const Leash *leash)
{
    const Instant now = problem->now;
    const Instant last = MIN(leash->until, now + LONGEST);
    Instant until = now + FIRST_STRETCH;

    for (;;) {
        until = MIN(until, last);
        sim_run(sim, until);
        if (player_is_done(player) || sim_now(sim) < until)
            return ALL_OVER;
        if (until == last)
            return until == leash->until ? GIVEN_UP : ALL_OVER;
        if (leash->may_stop && problem->stop && problem->stop(problem->stop_self))
            return STOPPED;
        until += MAX(FIRST_STRETCH, (until - now) / 16);
    }
}

static Instant later(Instant a, Instant b)
{
    return a == INSTANT_NEVER || b == INSTANT_NEVER ? INSTANT_NEVER : MAX(a, b);
}

static double run_cost(const Cluster *cluster, const SimRun *run)
{
    const double factor = run->qos == INDEX_NONE ? 1 : cluster->qos[run->qos].usage_factor;

    if (run->start_at == INSTANT_NEVER || run->end_at == INSTANT_NEVER)
        return 0;
    return run->billing * (double)(run->end_at - run->start_at) / 3600 * factor;
}

/* Of an array: first start and last end, and what went wrong if anything did. */
static void add_run(JobForecast *job, const SimRun *run)
{
    const bool first = job->submit_at == INSTANT_NEVER;

    job->submit_at = MIN(job->submit_at, run->submit_at);
    job->eligible_at = MIN(job->eligible_at, run->eligible_at);
    job->start_at = MIN(job->start_at, run->start_at);
    job->end_at = first ? run->end_at : later(job->end_at, run->end_at);
    if (first || run->state != JOB_COMPLETED) {
        job->state = run->state;
        job->partition = run->partition;
        job->priority = run->priority;
        job->reason = run->end_at == INSTANT_NEVER ? run->reason : NULL;
    }
    job->cpus = MAX(job->cpus, run->cpus);
}

static gint64 run_key(const SimRun *run)
{
    return (gint64)run->job << 32 | run->task;
}

/* The last attempt of every requeued run; those not in it were never requeued. */
static GHashTable *last_attempts(const GPtrArray *runs)
{
    GHashTable *last = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

    for (guint i = 0; i < runs->len; i++) {
        const SimRun *run = g_ptr_array_index(runs, i);
        const gint64 key = run_key(run);

        if (run->attempt > GPOINTER_TO_UINT(g_hash_table_lookup(last, &key)))
            g_hash_table_insert(last, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(run->attempt));
    }
    return last;
}

static bool is_superseded(GHashTable *last, const SimRun *run)
{
    const gint64 key = run_key(run);

    return run->attempt < GPOINTER_TO_UINT(g_hash_table_lookup(last, &key));
}

static void note_refusals(Outcome *outcome, const Player *player, Sim *sim)
{
    for (guint i = 0; i < player->submitted->len && !outcome->note; i++) {
        const uint32_t job = g_array_index(player->submitted, uint32_t, i);
        const char *refusal = sim_refused(sim, player->first_index + i);

        if (refusal && !player->conditional[job])
            outcome->note = g_strdup_printf("%s is refused at submission: %s",
                                            player->problem->workflow->jobs[job].name, refusal);
    }
}

static void add_detail(OutcomeDetail *detail, uint32_t job, const SimRun *run)
{
    if (job != INDEX_NONE) {
        if (run->nodes) {
            g_free(g_ptr_array_index(detail->nodes, job));
            g_ptr_array_index(detail->nodes, job) = g_strdup(run->nodes);
        }
    } else {
        const OtherRun other = {
            .submit_at = run->submit_at,
            .start_at = run->start_at,
            .end_at = run->end_at,
            .partition = run->partition,
            .priority = run->priority,
        };

        g_array_append_val(detail->others, other);
    }
}

/* In attempts to place a job: looking at a waiting one costs about a fiftieth of that. */
static uint64_t work_of(const Trial *self, const Sim *sim)
{
    const SimStatistics done = sim_statistics(sim);
    const uint64_t jobs = self->problem->workflow->n_jobs + self->background->jobs->len;

    return done.placements + (done.main_passes + done.backfill_cycles) * jobs / 50 + 1;
}

static Outcome *read_outcome(const Trial *self, const Player *player, Sim *sim, SimulationEnd end)
{
    Outcome *outcome = outcome_new(self->problem->workflow->n_jobs);
    g_autoptr(GPtrArray) runs = sim_runs(sim);
    g_autoptr(GHashTable) last = last_attempts(runs);

    outcome->work = work_of(self, sim);
    if (end == GIVEN_UP)
        outcome->given_up_at = sim_now(sim);
    outcome->detail = outcome_detail_new(outcome->n_jobs);
    for (guint i = 0; i < runs->len; i++) {
        const SimRun *run = g_ptr_array_index(runs, i);
        const uint32_t job = player_job_of(player, run->job);

        add_detail(outcome->detail, job, run);
        if (job == INDEX_NONE)
            continue;
        outcome->jobs[job].cost += run_cost(self->problem->cluster, run);
        if (!is_superseded(last, run))
            add_run(&outcome->jobs[job], run);
    }
    note_refusals(outcome, player, sim);
    outcome_sum(outcome, self->problem->workflow, self->conditional, self->problem->now);
    return outcome;
}

Outcome *trial_run(const Trial *self, const Assignment *assignment, const Leash *leash)
{
    GPtrArray *jobs = make_jobs(self, assignment);
    g_autoptr(Player) player =
        player_new(self->problem, assignment->strategy, (LoadJob **)jobs->pdata, self->conditional);
    g_autoptr(Sim) sim = sim_new(self->problem->cluster, &self->problem->sim);
    Outcome *outcome = NULL;
    SimulationEnd end;

    sim_load(sim, self->background);
    player_join(player, sim);
    end = simulate(sim, player, self->problem, leash);
    if (end != STOPPED)
        outcome = read_outcome(self, player, sim, end);
    g_clear_pointer(&sim, sim_free); /* before the jobs it looks at */
    free_jobs(jobs);
    return outcome;
}
