/* A running cluster -> a scenario directory. */
#include "slurmio/snapshot.h"

#include "sim/version.h"
#include "slurmio/aliases.h"
#include "slurmio/liveconf.h"
#include "slurmio/livequeue.h"

#include <errno.h>
#include <string.h>

typedef struct {
    char *name, *text;
} File;

struct Snapshot {
    GArray *files; /* File */
};

typedef struct {
    Runner *runner;
    const SnapshotOptions *options;
    Diags *diags;
    Snapshot *snapshot;
    Aliases *aliases;
    LiveConfig *config;
    char *partitions, *nodes, *licenses, *reservations, *jobs, *names;
} Taker;

#define ASK(self, error, ...)                                                                      \
    runner_run((self)->runner, (const char *const[]){__VA_ARGS__, NULL}, (error))

static void file_clear(void *data)
{
    File *file = data;

    g_free(file->name);
    g_free(file->text);
}

static void G_GNUC_PRINTF(2, 3) warn(Taker *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list values;

    va_start(values, format);
    text = g_strdup_vprintf(format, values);
    va_end(values);
    diags_add(self->diags, DIAG_WARNING, "", 0, 0, NULL, "%s", text);
}

static void add_file(Taker *self, const char *name, char *text)
{
    const File file = {g_strdup(name), text};

    g_array_append_val(self->snapshot->files, file);
}

/* ---- what slurmctld tells ---- */

static bool ask_controller(Taker *self, GError **error)
{
    static const char names[] = RUNNER_RECORD "%A" RUNNER_UNIT "%j";
    g_autofree char *config = ASK(self, error, "scontrol", "show", "config");

    if (!config)
        return false;
    self->config = live_config_parse(config);
    if (live_config_taken_at(self->config) == 0)
        return srx_fail(error, SRX_ERROR_SLURM,
                        "scontrol show config: expected 'Configuration data as of ...' and seconds "
                        "since 1970, found another answer");
    return (self->names = ASK(self, error, "squeue", "-h", "-a", "-o", names)) &&
           (self->jobs = ASK(self, error, "scontrol", "-a", "-o", "show", "job")) &&
           (self->partitions = ASK(self, error, "scontrol", "-a", "-o", "show", "partition")) &&
           (self->nodes = ASK(self, error, "scontrol", "-a", "-o", "show", "node")) &&
           (self->reservations = ASK(self, error, "scontrol", "-o", "show", "reservation"));
}

static void ask_licenses(Taker *self)
{
    g_autoptr(GError) error = NULL;

    self->licenses = ASK(self, &error, "scontrol", "-o", "show", "licenses");
    if (!self->licenses)
        warn(self, "licences as configured, without those of other servers (%s)", error->message);
}

static void add_topology(Taker *self)
{
    const char *plugin = live_config_get(self->config, "TopologyPlugin");
    g_autoptr(GError) error = NULL;
    g_autofree char *switches = NULL;
    char *text;

    if (!plugin || !strstr(plugin, "tree"))
        return;
    switches = ASK(self, &error, "scontrol", "-o", "show", "topology");
    text = switches ? live_conf_topology(switches) : NULL;
    if (text)
        add_file(self, "topology.conf", text);
    else
        warn(self, "no switches could be read: the forecast places jobs as if all nodes were "
                   "equally near");
}

static void add_cluster(Taker *self)
{
    const LiveTables tables = {self->partitions, self->nodes, self->licenses};

    add_file(self, "slurm.conf", live_conf_text(self->config, &tables, self->aliases));
    add_file(self, "nodes.txt", live_conf_states(self->nodes));
    add_topology(self);
}

static void add_queue(Taker *self)
{
    const char *requeue = live_config_get(self->config, "JobRequeue");
    const LiveTexts texts = {
        .jobs = self->jobs,
        .names = self->names,
        .reservations = self->reservations,
        .now = live_config_taken_at(self->config),
        .rules = {.default_memory = live_config_has_default_memory(self->config, self->partitions),
                  .requeue = !requeue || !g_str_equal(requeue, "0")},
    };

    add_file(self, "jobs.json", live_queue_json(&texts, self->aliases, self->diags));
}

/* ---- what slurmdbd tells ---- */

static bool has_accounting(const Taker *self)
{
    const char *type = live_config_get(self->config, "AccountingStorageType");

    return type && strstr(type, "slurmdbd");
}

/* NULL with a warning that says what is lost. */
static char *ask_accounting(Taker *self)
{
    static const char columns[] =
        "format=cluster,account,user,partition,parentname,share,priority,grptres,grpjobs,grpsubmit,"
        "grpwall,grptresmins,grptresrunmins,maxjobs,maxsubmit,maxtres,maxtrespernode,maxwall,"
        "maxtresmins,qos,defaultqos";
    const char *name = live_config_get(self->config, "ClusterName");
    g_autofree char *where = g_strdup_printf("cluster=%s", name ? name : "");
    g_autoptr(GError) error = NULL;
    g_autofree char *qos = ASK(self, &error, "sacctmgr", "-P", "show", "qos");
    g_autofree char *assocs =
        qos ? ASK(self, &error, "sacctmgr", "-P", "show", "assoc", where, columns) : NULL;
    g_autofree char *users = assocs ? ASK(self, &error, "sacctmgr", "-P", "show", "user") : NULL;
    g_autofree char *told_assocs = assocs ? alias_columns(self->aliases, assocs) : NULL;
    g_autofree char *told_users = users ? alias_columns(self->aliases, users) : NULL;

    if (users)
        return g_strconcat(qos, told_assocs, told_users, NULL);
    warn(self,
         "accounting could not be read: the forecast knows no QoS, no limits and no fair share, "
         "so jobs may start later than it says (%s)",
         error->message);
    return NULL;
}

static void add_usage(Taker *self)
{
    const char *priority = live_config_get(self->config, "PriorityType");
    g_autoptr(GError) error = NULL;
    g_autofree char *usage = NULL;

    if (!priority || !strstr(priority, "multifactor"))
        return;
    usage = ASK(self, &error, "sshare", "-a", "-l", "-P");
    if (usage)
        add_file(self, "usage.txt", alias_columns(self->aliases, usage));
    else
        warn(self, "usage could not be read: fair share counts as if nobody had used anything (%s)",
             error->message);
}

/* An association's name in Cluster is the cluster's real one. */
static void add_accounting(Taker *self)
{
    const char *name = live_config_get(self->config, "ClusterName");
    g_autofree char *text = NULL;

    if (!has_accounting(self)) {
        warn(self, "this cluster keeps no accounting (AccountingStorageType): the forecast knows "
                   "no QoS, no limits and no fair share");
        return;
    }
    text = ask_accounting(self);
    if (!text)
        return;
    if (aliases_active(self->aliases) && name) {
        g_autofree char *row = g_strdup_printf("\n%s|", name);
        g_auto(GStrv) parts = g_strsplit(text, row, -1);

        add_file(self, "accounting.txt", g_strjoinv("\ncluster|", parts));
    } else {
        add_file(self, "accounting.txt", g_steal_pointer(&text));
    }
    add_usage(self);
}

/* ---- the whole ---- */

static void warn_of_what_is_hidden(Taker *self)
{
    static const struct {
        const char *word, *lost;
    } hidden[] = {
        {"jobs", "other people's jobs are hidden: the forecast takes the nodes that they use, and "
                 "their places in the queue, for free"},
        {"nodes", "nodes are hidden: the forecast knows only those that this user may see"},
        {"partitions", "partitions are hidden: the forecast knows only those that this user may "
                       "see"},
        {"reservations", "reservations of others are hidden: the forecast takes their nodes for "
                         "free"},
        {"usage", "other people's usage is hidden: fair share counts without it"},
        {"accounts", "other accounts are hidden: fair share counts without them"},
        {"users", "other users are hidden: fair share counts without them"},
    };
    const char *private_data = live_config_get(self->config, "PrivateData");
    g_auto(GStrv) words = g_strsplit(private_data ? private_data : "", ",", -1);

    for (size_t i = 0; i < G_N_ELEMENTS(hidden); i++)
        if (g_strv_contains((const char *const *)words, hidden[i].word))
            warn(self, "PrivateData=%s: unless this user is an operator, %s", hidden[i].word,
                 hidden[i].lost);
}

static void add_description(Taker *self)
{
    const char *version = live_config_get(self->config, "SLURM_VERSION");
    g_autofree char *start = live_time(live_config_taken_at(self->config));
    GString *text = g_string_new("name: snapshot\n");
    SlurmVersion known;

    g_string_append_printf(text, "start: %s\nnow: 0\n", start);
    if (version && version_parse(version, &known))
        g_string_append_printf(text, "slurm_version: \"%s\"\n", version);
    else
        warn(self, "Slurm %s is none that srx knows: simulated as the default",
             version ? version : "of an unknown version");
    if (self->options->user)
        g_string_append_printf(text, "user: \"%s\"\n",
                               alias_of(self->aliases, ALIAS_USER, self->options->user));
    add_file(self, "scenario.yaml", g_string_free(text, FALSE));
}

static void taker_clear(Taker *self)
{
    aliases_free(self->aliases);
    live_config_free(self->config);
    g_free(self->partitions);
    g_free(self->nodes);
    g_free(self->licenses);
    g_free(self->reservations);
    g_free(self->jobs);
    g_free(self->names);
}

Snapshot *snapshot_take(Runner *runner, const SnapshotOptions *options, Diags *diags,
                        GError **error)
{
    g_autoptr(Snapshot) snapshot = g_new0(Snapshot, 1);
    Taker taker = {.runner = runner, .options = options, .diags = diags, .snapshot = snapshot};
    bool answered;

    snapshot->files = g_array_new(FALSE, FALSE, sizeof(File));
    g_array_set_clear_func(snapshot->files, file_clear);
    taker.aliases = aliases_new(options->anonymize);
    answered = ask_controller(&taker, error);
    if (answered) {
        ask_licenses(&taker);
        warn_of_what_is_hidden(&taker);
        add_accounting(&taker); /* first: aliases count in its order */
        add_cluster(&taker);
        add_queue(&taker);
        add_description(&taker);
    }
    taker_clear(&taker);
    return answered ? g_steal_pointer(&snapshot) : NULL;
}

void snapshot_free(Snapshot *self)
{
    if (!self)
        return;
    g_array_unref(self->files);
    g_free(self);
}

const char *snapshot_text(const Snapshot *self, const char *file)
{
    for (guint i = 0; i < self->files->len; i++)
        if (g_str_equal(g_array_index(self->files, File, i).name, file))
            return g_array_index(self->files, File, i).text;
    return NULL;
}

static bool is_empty(const char *directory)
{
    g_autoptr(GDir) open = g_dir_open(directory, 0, NULL);

    return open && !g_dir_read_name(open);
}

bool snapshot_save(const Snapshot *self, const char *directory, GError **error)
{
    if (g_file_test(directory, G_FILE_TEST_EXISTS) && !is_empty(directory))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "%s: expected a directory that is empty or not yet there", directory);
    if (g_mkdir_with_parents(directory, 0755) != 0)
        return srx_fail(error, SRX_ERROR_FAILED, "%s: cannot be made: %s", directory,
                        g_strerror(errno));
    for (guint i = 0; i < self->files->len; i++) {
        const File *file = &g_array_index(self->files, File, i);
        g_autofree char *path = g_build_filename(directory, file->name, NULL);
        g_autoptr(GError) cause = NULL;

        if (!g_file_set_contents(path, file->text, -1, &cause))
            return srx_fail(error, SRX_ERROR_FAILED, "%s: cannot be written: %s", path,
                            cause->message);
    }
    return true;
}
