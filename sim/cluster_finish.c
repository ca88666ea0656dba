/* Seals a cluster: names become indices, limits are inherited, sums are made. */
#include "sim/cluster_finish.h"

#include <string.h>

static void finish_qos(Cluster *self, Diags *diags)
{
    self->max_qos_priority = 0;
    for (uint32_t i = 0; i < self->n_qos; i++) {
        Qos *qos = &self->qos[i];

        qos->preempts = g_new0(uint8_t, self->n_qos);
        self->max_qos_priority = MAX(self->max_qos_priority, qos->priority);
        for (char **name = qos->preempt; name && *name; name++) {
            const uint32_t victim = cluster_find_qos(self, *name);

            if (victim != INDEX_NONE)
                qos->preempts[victim] = 1;
            else
                diags_add(diags, DIAG_WARNING, "accounting", 0, 0, NULL,
                          "QOS %s: Preempt: no QOS is called '%s'", qos->name, *name);
        }
    }
}

/* slurmctld goes on without the weights when it cannot read them. */
static void finish_weights(Cluster *self, Diags *diags)
{
    PriorityParameters *priority = &self->config.priority;
    g_autoptr(GError) error = NULL;

    if (!priority->weight_tres_text || !*priority->weight_tres_text)
        return;
    if (!tres_weights_parse(self, priority->weight_tres_text, priority->weight_tres, &error))
        diags_add(diags, DIAG_WARNING, "slurm.conf", 0, 0, NULL,
                  "PriorityWeightTRES: %s; no TRES counts for priority", error->message);
}

bool cluster_finish(Cluster *self, Diags *diags)
{
    bool fine;

    cluster_finish_nodes(self);
    fine = cluster_finish_switches(self, diags);
    finish_qos(self, diags);
    fine = cluster_finish_assocs(self, diags) && fine;
    finish_weights(self, diags);
    return cluster_finish_partitions(self, diags) && fine;
}
