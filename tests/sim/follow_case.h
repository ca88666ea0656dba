/* Jobs on two nodes and what a real Slurm is said to have done with them, for tests of follow
 * mode. */
#pragma once

#include "sim/core.h"
#include "sim/follow.h"
#include "tests/sim/fixture.h"

/* Nodes n1 and n2 of 4 CPUs. */
typedef struct {
    Cluster *cluster;
    Load *load;
    Recording *recording;
    Follow *follow;
    Sim *sim;
} Case;

static inline uint32_t add_job(Case *self, const char *id, Instant submit_at, uint32_t cpus,
                               uint32_t limit)
{
    LoadJob *job = load_job_new(id);

    job->user = g_strdup("u");
    job->submit_at = submit_at;
    job->truth.runtime = 100000;
    job->spec->ntasks = cpus;
    job->spec->time_limit = limit;
    g_ptr_array_add(self->load->jobs, job);
    return self->load->jobs->len - 1;
}

static inline RecordedRun *add_run(Case *self, uint32_t job, Instant start_at, Instant end_at,
                                   const char *nodes)
{
    RecordedRun *run = g_new0(RecordedRun, 1);

    *run = (RecordedRun){.job = job,
                         .task = COUNT_UNSET,
                         .submit_at = start_at,
                         .eligible_at = start_at,
                         .start_at = start_at,
                         .end_at = end_at,
                         .state = JOB_COMPLETED,
                         .nodes = g_strdup(nodes),
                         .limit = MINUTES_UNSET};
    g_ptr_array_add(self->recording->runs, run);
    if (end_at != INSTANT_NEVER)
        self->recording->until = MAX(self->recording->until, end_at);
    return run;
}

static inline void case_new(Case *self)
{
    *self = (Case){.cluster = fixture_cluster(SLURM_24_05, 2, 4),
                   .load = load_new(),
                   .recording = recording_new()};
    for (uint32_t i = 0; i < 2; i++) {
        self->cluster->nodes[i].sockets = self->cluster->nodes[i].threads_per_core = 1;
        self->cluster->nodes[i].cores_per_socket = 4;
    }
    self->cluster->config.select = SELECT_CONS_TRES;
    self->cluster->config.select_set = true;
    self->cluster->config.consume = CONSUME_CORE;
    self->cluster->config.consume_memory = false;
    self->cluster->partitions[0].is_default = true;
    fixture_assoc(self->cluster, "a", NULL, NULL, 1);
    fixture_assoc(self->cluster, "a", "u", NULL, 1);
}

static inline void case_run(Case *self, Instant until)
{
    SimOptions options;

    fixture_finish(self->cluster);
    recording_sort(self->recording);
    sim_options_init(&options);
    self->sim = sim_new(self->cluster, &options);
    self->follow = follow_new(self->recording);
    sim_load(self->sim, self->load);
    follow_attach(self->follow, self->sim);
    sim_run(self->sim, until);
}

static inline void case_clear(Case *self)
{
    sim_free(self->sim);
    follow_free(self->follow);
    recording_free(self->recording);
    load_free(self->load);
    cluster_free(self->cluster);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)
