/* The machine: simulates slurmctld over a Cluster. Single-threaded, deterministic, cheap to make:
 * same Cluster, options and submissions give the same bytes. It calls its agents, never up. */
#pragma once

#include "sim/cluster.h"
#include "sim/load.h"

typedef struct Sim Sim;

typedef struct {
    int64_t epoch;      /* [s since 1970 UTC] calendar time of second 0 */
    bool epoch_guessed; /* nobody said so: backfill rounds by the recorder's clock instead */
    Instant begin_at;   /* first second simulated (negative when jobs ran before second 0) */
    Span epilog;        /* [s] how long a node stays COMPLETING after its job's end; 1 */
    Span phase;         /* [s] slurmctld came up so long before begin_at; -1: as recorded */
    bool no_shortcuts;  /* everything the long, obvious way: slow, and the same results */
    bool explain;       /* keep reasons and priorities over time (costs memory) */
} SimOptions;

void sim_options_init(SimOptions *self);

/** One run of a job: a requeued job has several, an array one per task. */
typedef struct {
    uint32_t job;                   /* index as sim_submit returned it */
    uint32_t task;                  /* array index, or COUNT_UNSET */
    uint32_t attempt;               /* 0, 1, ... */
    uint32_t slurm_id;              /* the job id slurmctld would have given */
    Instant submit_at, eligible_at; /* INSTANT_NEVER when it never became eligible */
    Instant start_at, end_at;       /* INSTANT_NEVER when it did not start, or did not end */
    JobState state;
    uint32_t partition; /* index */
    uint32_t qos;       /* index, or INDEX_NONE */
    uint32_t limit;     /* [min] in force at the end */
    uint32_t cpus;      /* allocated */
    Span suspended;     /* [s] */
    uint32_t priority;
    double billing;     /* billable TRES while it ran */
    char *nodes;        /* host list, NULL when it did not start */
    const char *reason; /* of a pending run: "Resources", "Priority", ...; static text */
} SimRun;

/* Told about everything an agent may react to. */
typedef struct {
    void *self;
    void (*wake)(void *self, Sim *sim, Instant now); /* asked for with sim_wake_at */
    void (*changed)(void *self, Sim *sim, const SimRun *run, Instant now); /* started or ended */
} SimAgent;

Sim *sim_new(const Cluster *cluster, const SimOptions *options);
void sim_free(Sim *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sim, sim_free)

/** sim_load - schedules every submission and command of @load, which must outlive the Sim. The
 * index of a job in load->jobs plus what sim_load returns is its job index. */
uint32_t sim_load(Sim *self, const Load *load);

/**
 * sim_submit - sbatch now. @job must outlive the Sim; its `after` may name any job submitted
 * before under the same load or by sim_submit.
 *
 * Returns: the job's index; a refused job has one too (see sim_refused).
 */
uint32_t sim_submit(Sim *self, const LoadJob *job);

/* What a command of a load came to. */
typedef struct {
    const LoadCommand *command;
    Instant at;
    int status;    /* its exit status: 0, or 1 when Slurm refused */
    char *message; /* Slurm's, or what of it is not simulated; NULL: nothing to say */
} SimCommand;

/** sim_commands - those given so far, in order; valid until the Sim runs on. */
const GPtrArray *sim_commands(const Sim *self); /* SimCommand * */

/** sim_command - a scontrol or scancel command line now. False with Slurm's message if it fails. */
bool sim_command(Sim *self, char *const *argv, GError **error);

/** sim_agent - @agent is copied; NULL callbacks are allowed. */
void sim_agent(Sim *self, const SimAgent *agent);
void sim_wake_at(Sim *self, Instant at, void *agent_self);

Instant sim_now(const Sim *self);
const Cluster *sim_cluster(const Sim *self);

/** sim_run - until nothing is left to happen or @until is past; INSTANT_NEVER for no bound.
 * Jobs that can never start do not keep it running: it ends when no running job, submission,
 * command or timer can change anything any more. */
void sim_run(Sim *self, Instant until);

/** sim_refused - what sbatch would have said to a job, or NULL when it was accepted. */
const char *sim_refused(const Sim *self, uint32_t job);
uint32_t sim_job_count(const Sim *self);
const LoadJob *sim_job(const Sim *self, uint32_t job);

/** sim_runs - every run so far by (start, submit, slurm_id): ended, running, then pending ones.
 * Returns: (transfer container) GPtrArray of const SimRun *, valid until the Sim runs on. */
GPtrArray *sim_runs(Sim *self);

/** sim_decisions - statistics for benchmarks: main passes, backfill cycles, placement tests. */
typedef struct {
    uint64_t events, main_passes, backfill_cycles, placements;
} SimStatistics;
SimStatistics sim_statistics(const Sim *self);
