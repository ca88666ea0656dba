/* A workflow: jobs, what they ask for, what they wait for. Checked: every name known, no cycle.
 * Read from srunx YAML (workflow_yaml.h) or from sbatch scripts; knows no cluster. */
#pragma once

#include "base/diag.h"
#include "planner/graph.h"
#include "sim/job.h"

/* How long a job runs, as its author says: all [s]; p50 == p90 for a plain duration. */
typedef struct {
    bool given;
    Span p50, p90;
} RuntimeGuess;

typedef enum {
    DEPEND_AFTER,
    DEPEND_AFTERANY,
    DEPEND_AFTEROK,
    DEPEND_AFTERNOTOK,
    DEPEND_AFTERCORR
} DependType;

const char *depend_type_name(DependType type); /* "afterok" */

typedef struct {
    DependType type;
    uint32_t job;   /* index into Workflow.jobs */
    uint32_t delay; /* [min] after:job+delay */
} WorkflowEdge;

typedef enum { RUNS_COMMAND, RUNS_SHELL, RUNS_SCRIPT } RunsWhat;

typedef struct {
    char *runtime; /* "pyxis", "apptainer" or "singularity" */
    char *image;
    char *import; /* file or name it is imported as first; NULL. See planner/imports.h */
    char **mounts;
    char *workdir;
    bool nv, rocm, cleanenv, fakeroot, writable_tmpfs;
    char *overlay;
    char **env;   /* "K=V" */
    char **flags; /* pyxis: the other --container-* options as written */
} Container;

typedef struct {
    char *name;    /* unique; as it will be called in Slurm */
    char *base;    /* its name in the file, without what tells a sweep's cells apart; NULL: name */
    JobSpec *spec; /* what sbatch will be asked for, dependency excepted */
    WorkflowEdge *after;
    uint32_t n_after;
    RuntimeGuess runtime;
    RunsWhat runs;
    char **command;     /* RUNS_COMMAND: argv; RUNS_SHELL: one text; RUNS_SCRIPT: path, arguments */
    char **script_vars; /* "K=V" for a script that is a template; NULL */
    char **env;         /* "K=V" */
    char *conda, *venv;
    Container *container;     /* NULL */
    char **setup, **teardown; /* shell lines */
    char *work_dir, *log_dir, *template_path, *srun_args, *launch_prefix;
    char **exports;                           /* "key=value" as planned for dependents */
    char *done_when, *on_failure;             /* texts for the submitter */
    char *retry_on;                           /* "TIMEOUT:time=x1.5,max=2;NODE_FAIL:max=3" */
    uint32_t retry, retry_delay, requeue_max; /* retry_delay in [s] */
    bool singleton;    /* one of its name at a time: --dependency=singleton */
    uint32_t cell;     /* of the sweep, COUNT_UNSET without one */
    char **partitions; /* candidates the user allows; NULL: any */
    char *file;        /* where it was defined */
    int line, column;
} WorkflowJob;

typedef struct {
    char *name;
    WorkflowJob *jobs; /* in the file's order; sweep cells one after the other */
    uint32_t n_jobs;
    uint32_t n_cells;      /* of the sweep; 1 without one */
    uint32_t max_parallel; /* of the sweep's cells, 0 = all */
    bool fail_fast;        /* a cell that fails ends the others */
} Workflow;

void workflow_free(Workflow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Workflow, workflow_free)

void workflow_job_clear(WorkflowJob *self);
void container_free(Container *self);

/** workflow_graph - who waits for whom, whatever for. Returns: (transfer full) */
Graph *workflow_graph(const Workflow *self);

/** workflow_order - indices of all jobs so that each follows what it waits for, file order kept
 * where free. Returns: (transfer full) n_jobs entries. */
uint32_t *workflow_order(const Workflow *self);
