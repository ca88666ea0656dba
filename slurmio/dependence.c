/* What a job of a run waits for, as of the journal. */
#include "slurmio/dependence.h"

#include "slurmio/retry.h"

enum { SECONDS_A_MINUTE = 60 };

/* Nothing will ever come of the attempts so far, and no further one is announced. */
bool dependence_settled(const Run *run, uint32_t job)
{
    const RunJob *state = &run->state->jobs[job];
    const RunAttempt *last = run_state_attempt(run->state, job);
    g_auto(Retry) retry = {0};

    if (!last)
        return run->state->cancelled ||
               (run->state->released && !run->submission->jobs[job].staged);
    if (state->retries >= state->attempts->len && !run->state->cancelled)
        return false;
    if (last->state)
        return run->state->cancelled || last->cancelled ||
               !retry_decide(&run->submission->jobs[job], state, &retry);
    return last->refused || (last->cancelled && last->id == 0);
}

/* "afterok" of a job that was cancelled without ever having been submitted is never met, and
 * "afterany" is. */
static Dependence edge_fate(const Run *run, const SubmissionEdge *edge, Instant now)
{
    const RunAttempt *last = run_state_attempt(run->state, edge->job);
    bool settled = dependence_settled(run, edge->job), worked;

    if (g_str_equal(edge->type, "after")) {
        Instant from = last ? MIN(last->started_at, last->ended_at) : INSTANT_NEVER;

        if (from == INSTANT_NEVER)
            return settled ? DEPENDENCE_MET : DEPENDENCE_OPEN;
        return from + (Instant)edge->delay * SECONDS_A_MINUTE <= now ? DEPENDENCE_MET
                                                                     : DEPENDENCE_OPEN;
    }
    if (!settled)
        return DEPENDENCE_OPEN;
    worked = last && last->state && retry_worked(last->state);
    if (g_str_equal(edge->type, "afterany"))
        return DEPENDENCE_MET;
    return worked != g_str_equal(edge->type, "afternotok") ? DEPENDENCE_MET : DEPENDENCE_NEVER;
}

Dependence dependence_of(const Run *run, uint32_t job, Instant now, uint32_t *of)
{
    const SubmissionJob *wanted = &run->submission->jobs[job];
    Dependence all = DEPENDENCE_MET;

    for (uint32_t i = 0; i < wanted->n_after; i++) {
        Dependence fate = edge_fate(run, &wanted->after[i], now);

        if (fate == DEPENDENCE_NEVER) {
            *of = wanted->after[i].job;
            return fate;
        }
        if (fate == DEPENDENCE_OPEN)
            all = fate;
    }
    return all;
}

static void add_word(GString *out, const char *word)
{
    g_string_append_printf(out, "%s%s", out->len ? "," : "", word);
}

char *dependence_text(const Run *run, uint32_t job)
{
    const SubmissionJob *wanted = &run->submission->jobs[job];
    GString *out = g_string_new(NULL);

    for (uint32_t i = 0; i < wanted->n_after; i++) {
        const SubmissionEdge *edge = &wanted->after[i];
        const RunAttempt *last = run_state_attempt(run->state, edge->job);

        if (!last || last->id == 0 || last->state)
            continue;
        g_string_append_printf(out, "%s%s:%u", out->len ? "," : "", edge->type, last->id);
        if (edge->delay)
            g_string_append_printf(out, "+%u", edge->delay);
    }
    if (wanted->singleton)
        add_word(out, "singleton");
    if (wanted->spec->dependency)
        add_word(out, wanted->spec->dependency);
    return g_string_free(out, out->len == 0);
}

bool dependence_update(Runner *runner, const Run *run, uint32_t job, GError **error)
{
    const RunAttempt *last = run_state_attempt(run->state, job);
    g_autofree char *text = dependence_text(run, job);
    g_autofree char *id = last ? g_strdup_printf("JobId=%u", last->id) : NULL;
    g_autofree char *setting = g_strconcat("Dependency=", text ? text : "", NULL);
    const char *const argv[] = {"scontrol", "update", id, setting, NULL};
    g_auto(ProcessResult) result = {0};

    if (!last || last->id == 0 || last->state || last->started_at != INSTANT_NEVER)
        return true;
    if (!runner_change(runner, argv, NULL, NULL, &result, error))
        return false;
    return (!result.timed_out && result.status == 0) ||
           runner_complain(runner, argv, &result, error);
}
