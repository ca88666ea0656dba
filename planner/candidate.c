/* The partitions and QoS each job may use, and why not the others. */
#include "planner/candidate.h"

#include "planner/inquiry.h"
#include "planner/jobclass.h"

static void free_rejected(void *self)
{
    rejected_free(self);
}

void candidates_free(Candidates *self)
{
    if (!self)
        return;
    for (uint32_t i = 0; i < self->n_classes; i++) {
        JobClass *class = &self->classes[i];

        for (uint32_t k = 0; k < class->n_candidates; k++)
            g_free(class->candidates[k].partitions);
        g_free(class->candidates);
        g_free(class->jobs);
        g_free(class->baseline_note);
    }
    g_free(self->classes);
    g_free(self->class_of);
    g_clear_pointer(&self->rejected, g_ptr_array_unref);
    g_free(self);
}

char *candidate_label(const Candidate *self, const Cluster *cluster)
{
    if (self->qos == INDEX_NONE)
        return g_strdup(self->partitions);
    return g_strdup_printf("%s/%s", self->partitions, cluster->qos[self->qos].name);
}

void candidate_apply(const Candidate *self, const Problem *problem, JobSpec *spec)
{
    g_free(spec->partition);
    spec->partition = g_strdup(self->partitions);
    if (self->qos != INDEX_NONE) {
        g_free(spec->qos);
        spec->qos = g_strdup(problem->cluster->qos[self->qos].name);
    }
    if (problem->pin_account) {
        g_free(spec->account);
        spec->account = g_strdup(problem->pin_account);
    }
}
/* Jobs refused alike share one row. */
static void gather(GPtrArray *all, GHashTable *known, GPtrArray *of_class)
{
    for (guint i = 0; i < of_class->len; i++) {
        Rejected *rejected = g_ptr_array_index(of_class, i);
        char *key =
            g_strdup_printf("%s\001%s\001%s", rejected->partition ? rejected->partition : "*",
                            rejected->qos ? rejected->qos : "*", rejected->reason);
        Rejected *same = g_hash_table_lookup(known, key);

        if (same) {
            same->n_jobs += rejected->n_jobs;
            rejected_free(rejected);
            g_free(key);
        } else {
            g_hash_table_insert(known, key, rejected);
            g_ptr_array_add(all, rejected);
        }
    }
}

static bool check_pins(const Problem *problem, GError **error)
{
    if (problem->pin_qos && cluster_find_qos(problem->cluster, problem->pin_qos) == INDEX_NONE)
        return srx_fail(error, SRX_ERROR_USAGE, "--qos: the cluster has no QoS '%s'%s",
                        problem->pin_qos,
                        problem->cluster->n_qos == 0 ? " (it has no accounting)" : "");
    if (problem->pin_partition) {
        g_auto(GStrv) names = g_strsplit(problem->pin_partition, ",", -1);

        for (char **name = names; *name; name++) {
            if (cluster_find_partition(problem->cluster, *name) == INDEX_NONE)
                return srx_fail(error, SRX_ERROR_USAGE,
                                "--partition: the cluster has no partition '%s'", *name);
        }
    }
    return true;
}

Candidates *candidates_build(const Problem *problem, GError **error)
{
    g_autoptr(Candidates) self = g_new0(Candidates, 1);
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    self->rejected = g_ptr_array_new_with_free_func(free_rejected);
    if (!check_pins(problem, error))
        return NULL;
    jobclass_group(self, problem->workflow);
    for (uint32_t i = 0; i < self->n_classes; i++) {
        g_autoptr(GPtrArray) rejected = g_ptr_array_new_with_free_func(free_rejected);

        if (!inquiry_run(problem, &self->classes[i], rejected, error))
            return NULL;
        g_ptr_array_set_free_func(rejected, NULL);
        gather(self->rejected, known, rejected);
    }
    return g_steal_pointer(&self);
}
