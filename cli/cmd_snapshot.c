/* srx snapshot -o DIR */
#include "cli/command.h"
#include "cli/messages.h"
#include "cli/output.h"
#include "slurmio/snapshot.h"

#include <stdio.h>

typedef struct {
    char *directory, *via, *record, *replay;
    gboolean anonymize;
} Settings;

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &self->directory,
         "write the scenario here; empty, or not yet there", "DIR"},
        {"anonymize", 0, 0, G_OPTION_ARG_NONE, &self->anonymize,
         "users, accounts, jobs, reservations and the cluster get other names; nodes, partitions, "
         "QoS, features and licences keep theirs",
         NULL},
        {"via", 0, 0, G_OPTION_ARG_FILENAME, &self->via,
         "run Slurm's commands behind this one, as 'ssh login1'", "COMMAND"},
        {"record", 0, 0, G_OPTION_ARG_FILENAME, &self->record,
         "also keep what Slurm's commands printed, names and all", "FILE"},
        {"replay", 0, 0, G_OPTION_ARG_FILENAME, &self->replay,
         "take what Slurm's commands printed from such a file and ask no Slurm", "FILE"},
        OPTIONS_END,
    };

    options_add(out, "Snapshot", entries);
}

static bool check_settings(const Settings *self, char *const *operands, GError **error)
{
    if (operands[0])
        return srx_fail(error, SRX_ERROR_USAGE, "expected only options, found '%s'", operands[0]);
    if (!self->directory)
        return srx_fail(error, SRX_ERROR_USAGE, "expected where to write: -o DIR");
    if (self->replay && (self->via || self->record))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--replay asks no Slurm: expected neither --via nor --record beside it");
    return true;
}

static bool keep_record(const Settings *self, const Runner *runner, GError **error)
{
    g_autofree char *text = self->record ? runner_save(runner) : NULL;

    return !text || output_save(self->record, text, error);
}

static bool take(const Session *session, const Settings *self, Runner *runner, GError **error)
{
    /* who is far away may have another name there */
    const SnapshotOptions choice = {.anonymize = self->anonymize,
                                    .user = self->via || self->replay ? NULL : g_get_user_name()};
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) cause = NULL;
    g_autoptr(Snapshot) snapshot = snapshot_take(runner, &choice, diags, &cause);

    messages_print(session, diags);
    if (!keep_record(self, runner, error))
        return false;
    if (!snapshot) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return false;
    }
    if (!snapshot_save(snapshot, self->directory, error))
        return false;
    printf("%s\n", self->directory);
    return true;
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;
    g_autoptr(Runner) runner = NULL;

    if (!check_settings(self, operands, error))
        return false;
    runner = self->replay ? runner_replay(self->replay, error) : runner_new(self->via, error);
    return runner && take(session, self, runner, error);
}

const Command command_snapshot = {
    .name = "snapshot",
    .summary = "the live cluster as a scenario directory",
    .usage = "[OPTION]... -o DIR",
    .examples = "srx snapshot -o now && srx simulate now --summary\n"
                "srx snapshot -o now --via 'ssh login1'\n"
                "srx snapshot -o report --anonymize\n",
    .details = "Asks Slurm (squeue, scontrol, sacctmgr, sshare) and changes nothing there. Every "
               "command takes the directory as --cluster DIR. What could not be read is told, with "
               "what a forecast loses by it. Exit status: 5 when slurmctld is not in reach.",
    .operands = OPERANDS_NONE,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
