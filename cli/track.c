/* The priority of one job over the time it waits. */
#include "cli/track.h"

#include "sim/explain.h"

#include <stdlib.h>
#include <string.h>

#define LOOKS 400 /* while it waits */

typedef struct {
    Track *track;
    uint32_t job, task;
} Watch;

void track_free(Track *self)
{
    if (!self)
        return;
    g_free(self->job);
    g_array_unref(self->points);
    g_free(self);
}

static Sim *new_sim(const Scenario *scenario)
{
    SimOptions options;
    Sim *sim;

    sim_options_init(&options);
    options.epoch = scenario->epoch;
    options.epoch_guessed = scenario->epoch_guessed;
    sim = sim_new(scenario->cluster, &options);
    sim_load(sim, scenario->load);
    return sim;
}

/* "j1" or "j1_3": an exact name counts before a task of an array. */
static bool find_job(const Sim *sim, const char *name, uint32_t *job, uint32_t *task)
{
    const char *bar = strrchr(name, '_');
    g_autofree char *base = bar ? g_strndup(name, (gsize)(bar - name)) : NULL;
    bool found = false;

    *task = COUNT_UNSET;
    for (uint32_t i = 0; i < sim_job_count(sim); i++) {
        const char *id = sim_job(sim, i)->id;

        if (g_str_equal(id, name)) {
            *job = i;
            *task = COUNT_UNSET;
            return true;
        }
        if (base && g_str_equal(id, base)) {
            *job = i;
            *task = (uint32_t)g_ascii_strtoull(bar + 1, NULL, 10);
            found = true;
        }
    }
    return found;
}

/* Its first run; of an array without a task the first of any. */
static const SimRun *first_run(const GPtrArray *runs, uint32_t job, uint32_t task)
{
    for (guint i = 0; i < runs->len; i++) {
        const SimRun *run = g_ptr_array_index(runs, i);

        if (run->job == job && (task == COUNT_UNSET || run->task == task) && run->attempt == 0)
            return run;
    }
    return NULL;
}

static void look(void *self, Sim *sim, Instant now)
{
    const Watch *watch = self;
    PriorityShown shown;
    TrackPoint point;

    if (!sim_priority(sim, watch->job, watch->task, &shown))
        return;
    point = (TrackPoint){now, shown.priority, shown.terms};
    watch->track->nice = shown.nice;
    g_array_append_val(watch->track->points, point);
}

static void look_while_it_waits(const Scenario *scenario, Watch *watch, Instant until)
{
    g_autoptr(Sim) sim = new_sim(scenario);
    const Instant from = watch->track->submit_at + 1;
    const SimAgent agent = {.self = watch, .wake = look};

    sim_agent(sim, &agent);
    for (int i = 0; i <= LOOKS; i++) {
        const Instant at = from + (until - from) * i / LOOKS;

        if (i == 0 || at > from + (until - from) * (i - 1) / LOOKS)
            sim_wake_at(sim, at, watch);
    }
    sim_run(sim, until);
}

static bool take_times(const Sim *sim, Watch *watch, const char *name, GError **error)
{
    Sim *borrowed = (Sim *)(guintptr)sim; /* sim_runs brings its rows up to date */
    g_autoptr(GPtrArray) runs = sim_runs(borrowed);
    const SimRun *run;

    if (!find_job(sim, name, &watch->job, &watch->task))
        return srx_fail(error, SRX_ERROR_INPUT, "--priority: no job '%s' in the scenario", name);
    if (sim_refused(sim, watch->job))
        return srx_fail(error, SRX_ERROR_INPUT, "--priority: job '%s' was refused: %s", name,
                        sim_refused(sim, watch->job));
    run = first_run(runs, watch->job, watch->task);
    if (!run)
        return srx_fail(error, SRX_ERROR_INPUT, "--priority: no task '%s' in the scenario", name);
    watch->track->submit_at = run->submit_at;
    watch->track->eligible_at = run->eligible_at;
    watch->track->start_at = run->start_at;
    return true;
}

Track *track_follow(const Scenario *scenario, const char *job, GError **error)
{
    g_autoptr(Track) track = g_new0(Track, 1);
    g_autoptr(Sim) first = NULL;
    Watch watch = {.track = track};
    Instant until;

    track->job = g_strdup(job);
    track->points = g_array_new(FALSE, FALSE, sizeof(TrackPoint));
    if (scenario->cluster->config.priority.type != PRIORITY_MULTIFACTOR)
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "--priority: expected PriorityType=priority/multifactor, found "
                             "priority/basic, where jobs stand in order of submission");
    first = new_sim(scenario);
    sim_run(first, scenario->horizon);
    if (!take_times(first, &watch, job, error))
        return NULL;
    until = track->start_at == INSTANT_NEVER ? sim_now(first) : track->start_at;
    if (until > track->submit_at)
        look_while_it_waits(scenario, &watch, until);
    if (track->points->len < 2)
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "--priority: job '%s' starts at once: it has no time to wait in", job);
    return g_steal_pointer(&track);
}
