/* One file of any kind, read and judged. */
#include "cli/lint.h"

#include "planner/workflow_yaml.h"
#include "slurmio/sacctmgr.h"
#include "slurmio/sbatchopts.h"
#include "slurmio/scenario.h"
#include "slurmio/slurmconf.h"

#include <string.h>

static char *count_of(uint32_t n, const char *noun)
{
    return g_strdup_printf("%u %s%s", n, noun, n == 1 ? "" : "s");
}

static char *lint_workflow(const char *path, Diags *diags)
{
    const WorkflowOptions options = {.readers = {sbatchopts_parse, sbatchopts_script_load}};
    g_autoptr(Workflow) workflow = workflow_yaml_load(path, &options, diags);

    return workflow ? count_of(workflow->n_jobs, "job") : NULL;
}

static char *lint_script(const char *path, Diags *diags)
{
    g_autoptr(JobSpec) spec = job_spec_new();
    g_auto(GStrv) options = NULL;

    if (!sbatchopts_script_load(path, spec, diags))
        return NULL;
    options = sbatchopts_argv(spec);
    return count_of(g_strv_length(options), "option");
}

static char *lint_slurm_conf(const char *path, Diags *diags)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_VERSION_DEFAULT);
    g_autofree char *nodes = NULL, *partitions = NULL;

    if (!slurmconf_load(path, cluster, diags) || !cluster_finish(cluster, diags))
        return NULL;
    nodes = count_of(cluster->n_nodes, "node");
    partitions = count_of(cluster->n_partitions, "partition");
    return g_strdup_printf("%s, %s", nodes, partitions);
}

/* gres.conf and topology.conf mean nothing without their slurm.conf. */
static char *lint_beside(const char *path, Diags *diags)
{
    g_autofree char *directory = g_path_get_dirname(path);
    g_autofree char *conf = g_build_filename(directory, "slurm.conf", NULL);

    if (g_file_test(conf, G_FILE_TEST_EXISTS))
        return lint_slurm_conf(conf, diags);
    diags_add(diags, DIAG_ERROR, path, 0, 0, NULL,
              "expected a slurm.conf beside it, with which it is read, found none");
    return NULL;
}

static char *lint_accounting(const char *path, Diags *diags)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_VERSION_DEFAULT);
    g_autofree char *users = NULL, *qos = NULL;

    if (!sacctmgr_load(path, cluster, diags))
        return NULL;
    users = count_of(cluster->n_users, "user");
    qos = g_strdup_printf("%u QoS", cluster->n_qos);
    return g_strdup_printf("%s, %s", users, qos);
}

static char *lint_scenario(const char *path, Diags *diags)
{
    bool is_directory = g_file_test(path, G_FILE_TEST_IS_DIR);
    g_autofree char *directory = is_directory ? g_strdup(path) : g_path_get_dirname(path);
    g_autoptr(Scenario) scenario = scenario_load(directory, NULL, diags);
    g_autofree char *nodes = NULL, *jobs = NULL;

    if (!scenario)
        return NULL;
    nodes = count_of(scenario->cluster->n_nodes, "node");
    jobs = count_of(scenario->load->jobs->len, "job");
    return g_strdup_printf("%s, %s", nodes, jobs);
}

static char *lint_sacct(const char *path, Diags *diags)
{
    diags_add(diags, DIAG_ERROR, path, 0, 0, NULL,
              "expected a workflow, a job script, a slurm.conf, accounting data or a scenario, "
              "found job records of sacct, which this version does not read");
    return NULL;
}

static char *lint_unknown(const char *path, Diags *diags)
{
    diags_add(diags, DIAG_ERROR, path, 0, 0, NULL,
              "expected a workflow, a job script, a slurm.conf, accounting data or a scenario, "
              "found none of their marks");
    return NULL;
}

static char *lint_as(FileKind kind, const char *path, Diags *diags)
{
    switch (kind) {
    case FILE_WORKFLOW:
        return lint_workflow(path, diags);
    case FILE_SCRIPT:
        return lint_script(path, diags);
    case FILE_SLURM_CONF:
        return lint_slurm_conf(path, diags);
    case FILE_BESIDE:
        return lint_beside(path, diags);
    case FILE_ACCOUNTING:
        return lint_accounting(path, diags);
    case FILE_SCENARIO:
        return lint_scenario(path, diags);
    case FILE_SACCT:
        return lint_sacct(path, diags);
    case FILE_UNKNOWN:
        break;
    }
    return lint_unknown(path, diags);
}

/* Without the path, which a Diag tells itself. */
static const char *reason_of(const GError *cause, const char *path)
{
    g_autofree char *prefix = g_strdup_printf("%s: ", path);

    return g_str_has_prefix(cause->message, prefix) ? cause->message + strlen(prefix)
                                                    : cause->message;
}

void lint_file(const char *path, Diags *diags, FileKind *kind, char **summary)
{
    g_autoptr(GError) cause = NULL;
    size_t errors = diags_count(diags, DIAG_ERROR);

    *kind = FILE_UNKNOWN;
    *summary = NULL;
    if (!file_kind_probe(path, kind, &cause)) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "%s", reason_of(cause, path));
        return;
    }
    *summary = lint_as(*kind, path, diags);
    if (!*summary && diags_count(diags, DIAG_ERROR) == errors)
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "could not be read");
}
