/* The only door to Slurm: runs its commands, here or behind a prefix such as ssh, or replays what
 * they once printed. Knows how a command is run, not what any of them prints. */
#pragma once

#include "base/process.h"

#define RUNNER_UNIT   "\x1f" /* between fields that we ask for: no name holds it */
#define RUNNER_RECORD "\x1e" /* before a row that we ask for */

typedef struct Runner Runner;

/**
 * runner_new - a door to the Slurm of this machine, or of the one that @via reaches.
 * @via: "ssh login1": words as in a shell; the command is appended, quoted for the shell over
 *       there, which must have env. NULL: this machine
 *
 * Commands run without what shapes their output (SLURM_*, SQUEUE_*, SACCT_*, ... but SLURM_CONF and
 * SLURM_JWT), in the C locale, times as seconds since 1970, lists of array tasks in full, for 30 s
 * at most. A command that Slurm does not answer in time is run once more.
 * Fails with SRX_ERROR_USAGE when @via is no list of words.
 */
Runner *runner_new(const char *via, GError **error);

/** runner_replay - answers from the file at @path, as runner_save wrote it. */
Runner *runner_replay(const char *path, GError **error);
void runner_free(Runner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Runner, runner_free)

/**
 * runner_run - what a command that changes nothing prints on its stdout.
 *
 * Fails with SRX_ERROR_SLURM: there is no such command, it failed, it did not answer. The message
 * says which command, what it said and what to do.
 * Returns: (transfer full)
 */
char *runner_run(Runner *self, const char *const *argv, GError **error);

/**
 * runner_change - runs a command that changes something, once: who asks must find out what became
 * of it before asking again.
 * @added: "K=V", put into the environment, which is the user's as change_environment leaves it:
 *         sbatch hands it on to the job; NULL
 * @input: on its stdin; NULL: nothing
 * @out:   what came of it, be it good or bad; timed_out after 90 s, as sbatch itself waits for a
 *         slurmctld that does not answer
 *
 * Fails with SRX_ERROR_SLURM when there is no such command.
 */
bool runner_change(Runner *self, const char *const *argv, char *const *added, const char *input,
                   ProcessResult *out, GError **error);

/** runner_complain - fails with what came of @argv, as runner_run would say it. */
bool runner_complain(const Runner *self, const char *const *argv, const ProcessResult *result,
                     GError **error);

/** runner_keep_open - commands of runner_change keep @descriptor open for as long as they run: a
 * lock is theirs too, then. 0: none */
void runner_keep_open(Runner *self, int descriptor);

/** runner_save - every command that was run and what came of it, as JSON: for replay in tests and
 * for reports. */
char *runner_save(const Runner *self);
