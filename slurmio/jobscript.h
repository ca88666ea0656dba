/* The batch script of a job. Every value in it is quoted: what a name, an argument or a variable
 * holds reaches the program as it is and does nothing on the way. What the user writes for a shell
 * (setup, teardown, a command that is one text) is there as written. */
#pragma once

#include "base/units.h"
#include "slurmio/jobcontainer.h"

typedef enum {
    JOBSCRIPT_ARGV,  /* command: a program and its arguments */
    JOBSCRIPT_SHELL, /* command: one text for a shell */
    JOBSCRIPT_OWN    /* own: a script of the user's; command: its arguments */
} JobScriptKind;

/* All borrowed; NULL, 0 and false where nothing is asked for. */
typedef struct {
    JobScriptKind kind;
    char *const *command;
    const char *own;  /* text */
    char *const *env; /* "K=V" */
    const char *conda, *venv;
    const JobContainer *container;
    char *const *setup, *const *teardown; /* lines */
    const char *srun_args, *launch_prefix;
    const char *done_when;      /* the line that ends the work, see slurmio/guard.h */
    uint32_t guard_seconds;     /* [s] 0: no guard */
    uint32_t requeue_max;       /* how often it may be requeued; 0: nobody counts */
    const char *requeue_signal; /* what warns of the time limit: "USR2"; NULL: nothing does */
    uint32_t requeue_notice;    /* [s] before the limit */
    const char *task;           /* --array's number of this one of several; NULL */
} JobScript;

/**
 * jobscript_text - the script, for bash 4.
 *
 * It sets variables, activates conda or venv, runs the setup lines (the first failing one ends the
 * job), runs the command by srun, then the teardown lines, and gives the command's status, or the
 * teardown's where the command succeeded. With SRX_LOCAL in its environment it runs the command
 * without srun.
 *
 * With requeue_max it ends at once when it was requeued more often; and when requeue_signal comes,
 * it hands that on to the command, waits up to half the notice for it to end, and has Slurm requeue
 * the job.
 *
 * A script of the user's stays as it is but for lines after its #SBATCH lines: arguments, variables
 * and so on; of requeue_max only the first half is there.
 *
 * Fails with SRX_ERROR_INPUT: srun_args or launch_prefix that are more than words, a container that
 * cannot be run, a script without "#!", with line ends of DOS, or for another interpreter than the
 * lines to be put in can have.
 * Returns: (transfer full)
 */
char *jobscript_text(const JobScript *self, GError **error);

/**
 * jobscript_array - one script for @n tasks: each runs what stands for its number in @tasks[].task.
 * None of them may be JOBSCRIPT_OWN; guard and requeueing are those of the first.
 *
 * Fails as jobscript_text. Returns: (transfer full)
 */
char *jobscript_array(const JobScript *tasks, uint32_t n, GError **error);

/**
 * jobscript_interactive - an srun line that opens a shell where @self would run, all set up.
 * @options: of srun, one argument each
 *
 * Fails as jobscript_text. Returns: (transfer full)
 */
char *jobscript_interactive(const JobScript *self, char *const *options, GError **error);
