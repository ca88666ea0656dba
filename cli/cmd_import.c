/* srx import TRACE -o DIR: a trace of the past becomes a scenario. */
#include "cli/clock.h"
#include "cli/command.h"
#include "cli/importing.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

typedef struct {
    ImportSettings import;
    char *output, *slurm_version;
} Settings;

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    const GOptionEntry output[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output,
         "the scenario's directory, which must not be there yet", "DIR"},
        {"slurm-version", 0, 0, G_OPTION_ARG_FILENAME, &self->slurm_version,
         "the Slurm that ran it, as 22.05 or 24.11; default: 24.05", "VERSION"},
        OPTIONS_END,
    };

    importing_options(&self->import, out);
    options_add(out, "Output", output);
}

static bool make_directory(const char *path, GError **error)
{
    if (g_mkdir(path, 0777) == 0)
        return true;
    if (errno == EEXIST)
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--output: expected a directory that is not there yet, found '%s'", path);
    return srx_fail(error, SRX_ERROR_FAILED, "%s: cannot be made: %s", path, g_strerror(errno));
}

static void report(const char *directory, const ImportCounts *counts)
{
    g_autofree char *span = clock_words(counts->last_at - counts->first_at);

    printf("%s: %u jobs", directory, counts->jobs);
    if (counts->tasks > counts->jobs)
        printf(" (%u with the tasks of arrays)", counts->tasks);
    printf(" of %u user%s", counts->users, counts->users == 1 ? "" : "s");
    if (counts->accounts > 0)
        printf(" in %u account%s", counts->accounts, counts->accounts == 1 ? "" : "s");
    printf(", submitted within %s", span);
    if (counts->commands > 0)
        printf("; %u command%s", counts->commands, counts->commands == 1 ? "" : "s");
    putchar('\n');
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;
    ImportSources sources;
    ImportCounts counts;

    if (!operands[0] || operands[1])
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected one trace (sacct -P, .swf, .swf.gz), found %u",
                        g_strv_length(operands));
    if (!self->output)
        return srx_fail(error, SRX_ERROR_USAGE, "expected --output=DIR for the scenario");
    if (!importing_sources(&self->import, operands[0], self->slurm_version, &sources, error) ||
        !make_directory(self->output, error))
        return false;
    if (!importing_write(session, &sources, self->output, &counts, error)) {
        import_remove(self->output);
        return false;
    }
    report(self->output, &counts);
    return true;
}

const Command command_import = {
    .name = "import",
    .summary = "make a scenario of a trace: sacct records or the Standard Workload Format",
    .usage = "[OPTION]... TRACE -o DIR",
    .examples = "sacct -a -D -X -P -S 2026-01-01 -E 2026-02-01 -o ALL > sacct.txt\n"
                "srx import sacct.txt --slurm-conf /etc/slurm/slurm.conf -o january\n"
                "srx import trace.swf.gz --nodes 120x2 --jobs 10000 -o cluster\n",
    .details =
        "TRACE is what sacct -P prints, with a header and any columns in any order (packed by gzip "
        "or not), or a trace in the Standard Workload Format (.swf, .swf.gz). The more columns "
        "the better: SubmitLine says what was asked for; without it that is guessed from what was "
        "given.\n\n"
        "Everything that had to be guessed, repaired or left out is told, a line a kind; --quiet "
        "leaves only errors. What sacct never holds: reservations, what was changed with "
        "scontrol, the states of nodes, and usage from before (--usage).",
    .operands = OPERANDS_FILES,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
