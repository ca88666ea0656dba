/* A JobSpec held against a cluster. */
#include "sim/request.h"

#include "sim/calendar.h"
#include "sim/request_counts.h"
#include "sim/request_gres.h"
#include <string.h>

/* Everything one building needs. */
typedef struct {
    const Cluster *cluster;
    const JobSpec *spec;
    JobRequest *out;
} Builder;

void request_free(JobRequest *self)
{
    if (!self)
        return;
    g_free(self->gres);
    features_clear(&self->features);
    features_clear(&self->prefer);
    nodeset_free(self->feature_nodes);
    nodeset_free(self->prefer_nodes);
    nodeset_free(self->required);
    nodeset_free(self->excluded);
    g_free(self->licenses);
    g_free(self);
}

static const char *check_memory_options(const JobSpec *spec)
{
    int given = (spec->mem != UINT64_MAX) + (spec->mem_per_cpu != UINT64_MAX) +
                (spec->mem_per_gpu != UINT64_MAX);

    return given > 1 ? "--mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive" : NULL;
}

static const char *check_gpu_options(const JobSpec *spec)
{
    if (spec->ntasks_per_gpu != COUNT_UNSET) {
        if (spec->tres_per_task)
            return "--tres-per-task is mutually exclusive with --ntasks-per-gpu and "
                   "SLURM_NTASKS_PER_GPU";
        if (spec->gpus_per_task)
            return "--gpus-per-task is mutually exclusive with --ntasks-per-gpu and "
                   "SLURM_NTASKS_PER_GPU";
        if (spec->gpus_per_socket)
            return "--gpus-per-socket is mutually exclusive with --ntasks-per-gpu and "
                   "SLURM_NTASKS_PER_GPU";
        if (spec->ntasks_per_node != COUNT_UNSET)
            return "--ntasks-per-node is mutually exclusive with --ntasks-per-gpu and "
                   "SLURM_NTASKS_PER_GPU";
    }
    if (spec->cpus_per_gpu != COUNT_UNSET &&
        (spec->cpus_per_task != COUNT_UNSET ||
         request_gres_tasks(spec->tres_per_task) != COUNT_UNSET))
        return "--cpus-per-task, --tres-per-task=cpu:#, and --cpus-per-gpu are mutually exclusive";
    return NULL;
}

static const char *check_options(const JobSpec *spec)
{
    const char *refusal = check_memory_options(spec);

    if (!refusal)
        refusal = check_gpu_options(spec);
    if (!refusal && spec->exclusive != EXCLUSIVE_NO && spec->oversubscribe)
        refusal = "--exclusive and --oversubscribe options are mutually exclusive";
    if (!refusal && spec->ntasks_per_core != COUNT_UNSET && spec->threads_per_core != COUNT_UNSET &&
        spec->threads_per_core < spec->ntasks_per_core)
        refusal = "--ntasks-per-core can not be bigger than --threads-per-core";
    if (!refusal && spec->max_nodes != COUNT_UNSET && spec->min_nodes != COUNT_UNSET &&
        spec->max_nodes > 0 && spec->min_nodes > spec->max_nodes)
        refusal = "invalid number of nodes";
    return refusal;
}

static const char *named_nodes(Builder *self)
{
    if (!self->spec->nodelist)
        return NULL;
    self->out->required = cluster_nodeset(self->cluster, self->spec->nodelist, NULL);
    return self->out->required ? NULL : "Invalid node name specified";
}

static const char *excluded_nodes(Builder *self)
{
    JobRequest *out = self->out;

    if (!self->spec->exclude)
        return NULL;
    out->excluded = cluster_nodeset(self->cluster, self->spec->exclude, NULL);
    if (!out->excluded ||
        (out->required && !out->required_is_pool && nodeset_overlaps(out->required, out->excluded)))
        return "Invalid node name specified";
    return NULL;
}

static bool some_node_has(const Cluster *cluster, const char *feature)
{
    for (uint32_t i = 0; i < cluster->n_nodes; i++) {
        char **features = cluster->nodes[i].features;

        if (features && g_strv_contains((const char *const *)features, feature))
            return true;
    }
    return false;
}

static bool build_features(const Cluster *cluster, const char *text, Features *out, NodeSet **nodes)
{
    if (!text || !*text)
        return true;
    if (!features_parse(text, out))
        return false;
    for (uint32_t i = 0; i < out->n; i++) {
        if (!some_node_has(cluster, out->terms[i].name))
            return false;
    }
    *nodes = nodeset_new(cluster->n_nodes);
    for (uint32_t i = 0; i < cluster->n_nodes; i++) {
        if (features_match(out, cluster->nodes[i].features))
            nodeset_add(*nodes, i);
    }
    return true;
}

static const char *constraints(Builder *self)
{
    JobRequest *out = self->out;

    if (!build_features(self->cluster, self->spec->constraint, &out->features, &out->feature_nodes))
        return "Invalid feature specification";
    if (!build_features(self->cluster, self->spec->prefer, &out->prefer, &out->prefer_nodes))
        return "Invalid preferred feature specification";
    return NULL;
}

static uint32_t find_license(const Cluster *cluster, const char *name)
{
    for (uint32_t i = 0; i < cluster->n_licenses; i++) {
        if (strcmp(cluster->licenses[i].name, name) == 0)
            return i;
    }
    return INDEX_NONE;
}

static bool add_license(GArray *list, const Cluster *cluster, char *word, uint32_t times)
{
    char *colon = strpbrk(word, ":*");
    LicenseRequest wanted = {.count = times};
    guint64 count;

    if (colon) {
        if (!g_ascii_string_to_unsigned(colon + 1, 10, 0, INT32_MAX, &count, NULL))
            return false;
        wanted.count = (uint32_t)count * times;
        *colon = '\0';
    }
    wanted.license = find_license(cluster, word);
    if (wanted.license == INDEX_NONE)
        return false;
    for (guint i = 0; i < list->len; i++) {
        LicenseRequest *have = &g_array_index(list, LicenseRequest, i);

        if (have->license == wanted.license) {
            have->count += wanted.count;
            return have->count <= cluster->licenses[have->license].total;
        }
    }
    g_array_append_val(list, wanted);
    return wanted.count <= cluster->licenses[wanted.license].total;
}

static const char *licenses(Builder *self)
{
    const JobSpec *spec = self->spec;
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(LicenseRequest));
    g_auto(GStrv) words = g_strsplit_set(spec->licenses ? spec->licenses : "", ",;", 0);
    g_auto(GStrv) per_task = g_strsplit(spec->tres_per_task ? spec->tres_per_task : "", ",", 0);
    bool ok = true;

    for (char **word = words; *word; word++)
        ok = ok && (!**word || add_license(list, self->cluster, g_strstrip(*word), 1));
    for (char **word = per_task; *word; word++) {
        if (!g_str_has_prefix(*word, "license/"))
            continue;
        g_strdelimit(*word, "=", ':');
        ok = ok &&
             add_license(list, self->cluster, *word + strlen("license/"), self->out->num_tasks);
    }
    if (!ok)
        return "Invalid license specification";
    self->out->n_licenses = list->len;
    if (list->len)
        self->out->licenses = (LicenseRequest *)(void *)g_array_free(g_steal_pointer(&list), FALSE);
    return NULL;
}

static const char *switches(Builder *self)
{
    Span most = self->cluster->config.sched.max_switch_wait;
    const char *text = self->spec->switches;
    JobRequest *out = self->out;
    char *end;

    out->switch_wait = most;
    if (!text)
        return NULL;
    out->switches = (uint32_t)g_ascii_strtoull(text, &end, 10);
    if (end == text || (*end && *end != '@'))
        return "Invalid --switches specification";
    if (*end == '@') {
        if (!span_parse(end + 1, &out->switch_wait, NULL))
            return "Invalid --switches specification";
        out->switch_wait = MIN(out->switch_wait, most);
    }
    return NULL;
}

static const char *times(Builder *self, Instant now, int64_t epoch)
{
    const JobSpec *spec = self->spec;
    JobRequest *out = self->out;

    out->begin_at = out->deadline_at = INSTANT_NEVER;
    if (spec->begin && !calendar_parse(spec->begin, now, epoch, &out->begin_at, NULL))
        return "Invalid --begin specification";
    if (!spec->deadline)
        return NULL;
    if (!calendar_parse(spec->deadline, now, epoch, &out->deadline_at, NULL))
        return "Invalid --deadline specification";
    if (spec->begin && out->deadline_at < out->begin_at)
        return "Incompatible begin and deadline time specification";
    return NULL;
}

JobRequest *request_build(const Cluster *cluster, const JobSpec *spec, Instant now, int64_t epoch,
                          char **message)
{
    g_autoptr(JobRequest) out = g_new0(JobRequest, 1);
    Builder self = {.cluster = cluster, .spec = spec, .out = out};
    const char *refusal = check_options(spec);

    if (!refusal)
        refusal = switches(&self);
    if (!refusal)
        refusal = times(&self, now, epoch);
    if (!refusal)
        refusal = named_nodes(&self);
    if (!refusal)
        refusal = request_counts_build(out, cluster, spec);
    if (!refusal)
        refusal = licenses(&self);
    if (!refusal)
        refusal = excluded_nodes(&self);
    if (!refusal)
        refusal = constraints(&self);
    if (refusal) {
        *message = g_strdup(refusal);
        return NULL;
    }
    return g_steal_pointer(&out);
}
