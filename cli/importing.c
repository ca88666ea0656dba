/* A trace and what is to be its cluster. */
#include "cli/importing.h"

#include "cli/messages.h"

void importing_options(ImportSettings *self, Options *out)
{
    const GOptionEntry entries[] = {
        {"slurm-conf", 0, 0, G_OPTION_ARG_FILENAME, &self->slurm_conf,
         "the cluster's slurm.conf; what it includes, gres.conf and topology.conf are read beside "
         "it",
         "FILE"},
        {"nodes", 0, 0, G_OPTION_ARG_FILENAME, &self->nodes,
         "instead of it: so many nodes alike, with so many CPUs and, where it is to count, so much "
         "memory each: 120x2, 16x64x256G",
         "NxCPUS[xMEM]"},
        {"accounting", 0, 0, G_OPTION_ARG_FILENAME, &self->accounting,
         "accounts, users, QoS: a sacctmgr dump, tables or commands; default: those in the trace, "
         "with one share each",
         "FILE"},
        {"gres-conf", 0, 0, G_OPTION_ARG_FILENAME, &self->gres_conf,
         "devices, where the file is not beside slurm.conf", "FILE"},
        {"topology-conf", 0, 0, G_OPTION_ARG_FILENAME, &self->topology_conf, "switches, likewise",
         "FILE"},
        {"usage", 0, 0, G_OPTION_ARG_FILENAME, &self->usage,
         "what was used before the trace begins, from sshare -a -l -P", "FILE"},
        {"start", 0, 0, G_OPTION_ARG_FILENAME, &self->start,
         "calendar time of second 0; default: the first submission, or the trace's UnixStartTime",
         "TIME"},
        {"jobs", 0, 0, G_OPTION_ARG_INT, &self->jobs, "only the first N jobs", "N"},
        OPTIONS_END,
    };

    options_add(out, "Traces", entries);
}

bool importing_given(const ImportSettings *self)
{
    return self->slurm_conf || self->nodes || self->accounting || self->gres_conf ||
           self->topology_conf || self->usage || self->start || self->jobs;
}

bool importing_sources(const ImportSettings *self, const char *trace, const char *version,
                       ImportSources *out, GError **error)
{
    SlurmVersion checked;

    if (!self->slurm_conf == !self->nodes)
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected --slurm-conf=FILE or --nodes=NxCPUS with a trace, found %s",
                        self->nodes ? "both" : "neither");
    if (self->nodes && (self->gres_conf || self->topology_conf))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--gres-conf and --topology-conf: expected --slurm-conf with them");
    if (self->jobs < 0)
        return srx_fail(error, SRX_ERROR_USAGE, "--jobs: expected a number above 0, found %d",
                        self->jobs);
    if (version && !version_parse(version, &checked))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--slurm-version: expected a Slurm release such as 22.05 or 24.11, "
                        "found '%s'",
                        version);
    *out = (ImportSources){.trace = trace,
                           .slurm_conf = self->slurm_conf,
                           .nodes = self->nodes,
                           .accounting = self->accounting,
                           .gres_conf = self->gres_conf,
                           .topology_conf = self->topology_conf,
                           .usage = self->usage,
                           .version = version,
                           .start = self->start,
                           .jobs = self->jobs > 0 ? (uint32_t)self->jobs : UINT32_MAX};
    return true;
}

/* Every guess is told, not only with --verbose: it moves the result. */
bool importing_write(const Session *session, const ImportSources *sources, const char *directory,
                     ImportCounts *out, GError **error)
{
    Session talking = *session;
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) cause = NULL;
    const bool written = import_write(sources, directory, out, diags, &cause);

    talking.verbose = !session->quiet;
    messages_print(&talking, diags);
    if (written)
        return true;
    if (cause)
        g_propagate_error(error, g_steal_pointer(&cause));
    else if (diags_check(diags, sources->trace, error))
        srx_fail(error, SRX_ERROR_INPUT, "%s: could not be read", sources->trace);
    return false;
}

static Scenario *read_back(const ImportSources *sources, const char *directory, GError **error)
{
    g_autoptr(Diags) told = diags_new(); /* by the import */
    Scenario *scenario = scenario_load(directory, sources->version, told);

    if (!scenario && diags_check(told, sources->trace, error))
        srx_fail(error, SRX_ERROR_INPUT, "%s: could not be read", sources->trace);
    return scenario;
}

Scenario *importing_scenario(const Session *session, const ImportSources *sources, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autofree char *directory = g_dir_make_tmp("srx-import-XXXXXX", &cause);
    Scenario *scenario = NULL;
    ImportCounts counts;

    if (!directory)
        return srx_fail_null(error, SRX_ERROR_FAILED, "a temporary directory: %s", cause->message);
    if (importing_write(session, sources, directory, &counts, error))
        scenario = read_back(sources, directory, error);
    import_remove(directory);
    return scenario;
}
