/* A scenario directory -> Cluster, Load, and what scenario.yaml says. */
#include "slurmio/scenario.h"

#include "base/yaml.h"
#include "sim/calendar.h"
#include "slurmio/jsonfile.h"
#include "slurmio/sacct.h"
#include "slurmio/sacctmgr.h"
#include "slurmio/scenario_jobs.h"
#include "slurmio/scenario_nodes.h"
#include "slurmio/scenario_usage.h"
#include "slurmio/slurmconf.h"
#include "slurmio/swf.h"

#include <math.h>
#include <string.h>

#define DEFAULT_EPOCH INT64_C(1767225600) /* 2026-01-01T00:00:00 UTC */

typedef struct {
    Scenario *scenario;
    Diags *diags;
    SlurmVersion version;
    const char *jobs_file; /* "jobs.json"; NULL */
} ScenarioReader;

void scenario_free(Scenario *self)
{
    if (!self)
        return;
    g_free(self->directory);
    g_free(self->jobs_file);
    g_free(self->name);
    g_free(self->shows);
    g_free(self->user);
    g_free(self->account);
    g_free(self->expect);
    cluster_free(self->cluster);
    load_free(self->load);
    g_free(self);
}

/* ---- scenario.yaml ---- */

static char *path_of(const ScenarioReader *self, const char *file)
{
    return g_build_filename(self->scenario->directory, file, NULL);
}

/* The path of a file that is there, else NULL. */
static char *existing(const ScenarioReader *self, const char *file)
{
    g_autofree char *path = path_of(self, file);

    return g_file_test(path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&path) : NULL;
}

/* "90" seconds, or a duration with units. */
static void read_seconds(ScenarioReader *self, const YamlNode *node, const char *key, Instant *out)
{
    const char *text = node ? yaml_text(node) : NULL;
    char *end = NULL;
    double number;
    Span span;

    if (!node)
        return;
    number = text ? g_ascii_strtod(text, &end) : 0;
    if (text && end != text && !*end && number > -1e12 && number < 1e12)
        *out = (Instant)floor(number);
    else if (text && duration_parse(text, &span, NULL))
        *out = span;
    else
        yaml_say(node, self->diags, DIAG_ERROR,
                 "%s: expected seconds such as 3600, or a duration such as 90m or 2h, found '%s'",
                 key, text ? text : "a list");
}

/* Calendar time, in UTC. */
static void read_start(ScenarioReader *self, const YamlNode *node)
{
    const char *text = node ? yaml_text(node) : NULL;
    g_autofree char *plain = g_strdup(text ? text : "");
    Instant at;

    if (!node)
        return;
    if (g_str_has_suffix(plain, "Z"))
        plain[strlen(plain) - 1] = '\0';
    if (g_ascii_isdigit(*plain) && strchr(plain, '-') && calendar_parse(plain, 0, 0, &at, NULL)) {
        self->scenario->epoch = at;
        self->scenario->epoch_guessed = false;
        return;
    }
    yaml_say(node, self->diags, DIAG_ERROR,
             "start: expected a time such as 2026-01-20T12:30:00 (UTC), found '%s'",
             text ? text : "a list");
}

static void read_version(ScenarioReader *self, const YamlNode *node)
{
    const char *text = node ? yaml_text(node) : NULL;

    if (node && (!text || !version_parse(text, &self->version)))
        yaml_say(node, self->diags, DIAG_ERROR,
                 "slurm_version: expected a version such as 24.05, found '%s'",
                 text ? text : "a list");
}

static void read_expect(ScenarioReader *self, const YamlNode *node)
{
    json_t *value;
    char *text;

    if (!node)
        return;
    value = json_from_yaml(node, true);
    text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    self->scenario->expect = g_strdup(text);
    free(text);
    json_decref(value);
}

static void read_keys(ScenarioReader *self, const YamlNode *root)
{
    Scenario *scenario = self->scenario;
    YamlMap *map = yaml_map_begin(root, "a scenario", self->diags);

    yaml_map_string(map, "name", &scenario->name);
    yaml_map_string(map, "shows", &scenario->shows);
    yaml_map_string(map, "user", &scenario->user);
    yaml_map_string(map, "account", &scenario->account);
    read_start(self, yaml_map_get(map, "start"));
    read_seconds(self, yaml_map_get(map, "now"), "now", &scenario->now);
    read_seconds(self, yaml_map_get(map, "horizon"), "horizon", &scenario->horizon);
    read_version(self, yaml_map_get(map, "slurm_version"));
    read_expect(self, yaml_map_get(map, "expect"));
    yaml_map_end(map);
}

static void read_description(ScenarioReader *self)
{
    g_autofree char *path = existing(self, "scenario.yaml");
    g_autoptr(YamlDocument) document = path ? yaml_load(path, self->diags) : NULL;

    if (document && !yaml_is_null(yaml_root(document)))
        read_keys(self, yaml_root(document));
}

/* ---- the cluster ---- */

static void read_accounting(ScenarioReader *self)
{
    static const char *const files[] = {"accounting.txt", "sacctmgr.cfg"};

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = existing(self, files[i]);

        if (path)
            sacctmgr_load(path, self->scenario->cluster, self->diags);
    }
}

static void read_state(ScenarioReader *self)
{
    g_autofree char *usage = existing(self, "usage.txt");
    g_autofree char *nodes = existing(self, "nodes.txt");

    if (usage && self->scenario->cluster->config.has_accounting)
        scenario_usage_load(usage, self->scenario->cluster, self->diags);
    else if (usage)
        diags_add(self->diags, DIAG_WARNING, usage, 0, 0, NULL,
                  "without accounting.txt nobody has usage: not read");
    if (nodes)
        scenario_nodes_load(nodes, self->scenario->cluster, self->diags);
}

static void read_cluster(ScenarioReader *self)
{
    g_autofree char *path = path_of(self, "slurm.conf");

    self->scenario->cluster = cluster_new(self->version);
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        diags_add(self->diags, DIAG_ERROR, path, 0, 0, NULL,
                  "expected the cluster's slurm.conf here, found no such file");
        return;
    }
    if (!slurmconf_load(path, self->scenario->cluster, self->diags))
        return;
    read_accounting(self);
    read_state(self);
    if (diags_count(self->diags, DIAG_ERROR) == 0)
        cluster_finish(self->scenario->cluster, self->diags);
}

/* ---- the load ---- */

/* Whose jobs those are that do not say: the planner's user, the first of the accounting. */
static const char *default_user(const Scenario *scenario)
{
    if (scenario->user)
        return scenario->user;
    for (uint32_t i = 0; i < scenario->cluster->n_users; i++)
        if (strcmp(scenario->cluster->users[i].name, "root") != 0)
            return scenario->cluster->users[i].name;
    return "user";
}

static Load *load_trace(ScenarioReader *self, const char *path)
{
    g_autoptr(Swf) swf = swf_load(path, self->diags);

    if (swf && self->scenario->epoch_guessed && swf->started_at) {
        self->scenario->epoch = swf->started_at;
        self->scenario->epoch_guessed = false;
    }
    return swf ? swf_to_load(swf) : NULL;
}

static Load *load_records(ScenarioReader *self, const char *path)
{
    Scenario *scenario = self->scenario;
    int64_t epoch = scenario->epoch_guessed ? SACCT_FIRST_SUBMISSION : scenario->epoch;
    Load *load;

    if (diags_count(self->diags, DIAG_ERROR) > 0)
        return NULL; /* what it asks for is settled by a whole cluster */
    load = sacct_load(path, scenario->cluster, &epoch, self->diags);
    if (!load)
        return NULL;
    scenario->epoch = epoch;
    scenario->epoch_guessed = false;
    return load;
}

static Load *load_from(ScenarioReader *self, const char *path)
{
    if (g_str_has_suffix(path, ".swf") || g_str_has_suffix(path, ".swf.gz"))
        return load_trace(self, path);
    if (g_str_has_suffix(path, "sacct.txt") || g_str_has_suffix(path, "sacct.txt.gz"))
        return load_records(self, path);
    return scenario_jobs_load(path, default_user(self->scenario), self->diags);
}

static void read_load(ScenarioReader *self)
{
    static const char *const files[] = {"jobs.json",    "jobs.yaml", "jobs.yml",    "trace.swf",
                                        "trace.swf.gz", "sacct.txt", "sacct.txt.gz"};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = existing(self, files[i]);

        if (!path)
            continue;
        if (self->jobs_file) {
            diags_add(self->diags, DIAG_ERROR, path, 0, 0, NULL,
                      "expected one file of jobs, found %s beside it; remove one", self->jobs_file);
            return;
        }
        self->jobs_file = files[i];
        self->scenario->jobs_file = g_strdup(path);
        self->scenario->load = load_from(self, path);
    }
    if (!self->jobs_file)
        self->scenario->load = load_new();
}

/* [min] the time a job may run at most, as far as it is known without running slurmctld. */
static uint32_t limit_of(const Cluster *cluster, const JobSpec *spec)
{
    g_auto(GStrv) names = spec->partition ? g_strsplit(spec->partition, ",", 2) : NULL;
    uint32_t index = names && names[0] ? cluster_find_partition(cluster, names[0])
                                       : cluster_default_partition(cluster);
    const Partition *partition = index == INDEX_NONE ? NULL : &cluster->partitions[index];

    if (spec->time_limit != MINUTES_UNSET && spec->time_limit != MINUTES_UNLIMITED)
        return spec->time_limit;
    if (partition && partition->default_time < MINUTES_UNSET)
        return partition->default_time;
    if (partition && partition->max_time < MINUTES_UNSET)
        return partition->max_time;
    return MINUTES_A_YEAR;
}

static void check_running(ScenarioReader *self, const LoadJob *job)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NodeSet) nodes = cluster_nodeset(self->scenario->cluster, job->nodes, &error);
    g_autofree char *path = path_of(self, self->jobs_file);

    if (!nodes)
        diags_add(self->diags, DIAG_ERROR, path, 0, 0, NULL, "job '%s': nodes: %s", job->id,
                  error->message);
}

/* A job without a run time runs as long as it may. */
static void settle_jobs(ScenarioReader *self)
{
    const GPtrArray *jobs = self->scenario->load->jobs;

    for (guint i = 0; i < jobs->len; i++) {
        LoadJob *job = g_ptr_array_index(jobs, i);

        if (!job->runtime_known)
            job->truth.runtime = (Span)limit_of(self->scenario->cluster, job->spec) * 60;
        if (job->started_at != INSTANT_NEVER)
            check_running(self, job);
    }
}

Scenario *scenario_load(const char *directory, const char *version, Diags *diags)
{
    g_autoptr(Scenario) scenario = g_new0(Scenario, 1);
    ScenarioReader reader = {
        .scenario = scenario, .diags = diags, .version = SLURM_VERSION_DEFAULT};

    scenario->directory = g_strdup(directory);
    scenario->epoch = DEFAULT_EPOCH;
    scenario->epoch_guessed = true;
    scenario->horizon = INSTANT_NEVER;
    if (!g_file_test(directory, G_FILE_TEST_IS_DIR)) {
        diags_add(diags, DIAG_ERROR, directory, 0, 0, NULL,
                  "expected a directory with a slurm.conf, found none");
        return NULL;
    }
    read_description(&reader);
    if (version && !version_parse(version, &reader.version))
        diags_add(diags, DIAG_ERROR, "", 0, 0, NULL,
                  "expected a version of Slurm such as 24.05, found '%s'", version);
    read_cluster(&reader);
    read_load(&reader);
    if (diags_count(diags, DIAG_ERROR) > 0 || !scenario->load)
        return NULL;
    settle_jobs(&reader);
    return diags_count(diags, DIAG_ERROR) > 0 ? NULL : g_steal_pointer(&scenario);
}
