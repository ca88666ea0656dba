/* What differs between versions of Slurm, as data: one row a version. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    SLURM_22_05,
    SLURM_23_02,
    SLURM_23_11,
    SLURM_24_05,
    SLURM_24_11,
    SLURM_25_05,
    SLURM_VERSIONS
} SlurmVersion;

/* Nodes that still clean up, when backfill plans. */
typedef enum {
    COMPLETING_LAST,        /* are chosen last */
    COMPLETING_LATER_ALIKE, /* are chosen last for a start at once, else as any other */
    COMPLETING_ALIKE        /* are chosen as any other */
} CompletingRule;

typedef struct {
    const char *name;
    bool default_multifactor;        /* PriorityType when unset (else basic) */
    bool default_cons_tres;          /* SelectType when unset (else linear) */
    bool accepts_unknown_dependency; /* at submit: afterok on a job nobody knows */
    bool backfill_window_exit;       /* "window_end < start" ends the test of a job */
    /* Seen in the recordings: backfill's thread starts so long before slurmctld counts itself up
     * [s]; a cycle of backfill takes so long beside its tests, and each test [us]. */
    int backfill_head_start, backfill_wake, backfill_test_cost;
    int up_before;   /* [s] slurmctld came up so long before second 0, in most recordings */
    int clock_ahead; /* [s] second 0 so far past midnight in most recordings */
    bool throttle_bounds_plans;  /* no more tasks of an array are planned than its % */
    bool backfill_end_rounds_up; /* planned ends are rounded up to bf_resolution */
    bool backfill_overlap_first; /* plans of others are met before later slots are tried */
    bool will_run_span;          /* the will-run test knows from when to when to look */
    CompletingRule plan_completing;
    bool time_min_full_limit;        /* --time-min: the limit is grown after a backfill start */
    bool run_minutes_decay_per_user; /* MaxTRESRunMinsPU/PA reduced while the job runs */
    bool max_mem_per_cpu_sets_cpt;   /* MaxMemPerCPU raises -c (else the task's CPUs) */
    bool min_cpus_per_core; /* --mincpus counts ... as recorded: 4 CPUs on 22.05, 2 on 24.11 */
    bool exclusive_user_backfills;  /* owner's second job backfills onto its own node */
    bool prefer_sorts;              /* --prefer records sort before plain ones */
    bool suspends_chosen_victims;   /* preempt/qos with SUSPEND: over the first victims that do */
    bool priority_thread_needs_dbd; /* no decay thread without slurmdbd */
} VersionRules;

#define SLURM_VERSION_DEFAULT SLURM_24_05

const VersionRules *version_rules(SlurmVersion version);

/** version_parse - "22.05", "24.11.5", "slurm 23.11.4": the newest row not above it; false for
 * text without a version or one before 20.11. */
bool version_parse(const char *text, SlurmVersion *out);
