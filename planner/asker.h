/* Who asks for what: one job of a workflow, held against partitions and QoS. Each rule answers
 * NULL, or the reason in words, naming the limit and its value. */
#pragma once

#include "planner/problem.h"
#include "sim/request.h"

typedef struct {
    const Problem *problem;
    const Cluster *cluster;    /* problem->cluster */
    const JobSpec *spec;       /* with the account it will be submitted under */
    const JobRequest *request; /* counts made whole */
    uint32_t user;             /* index; INDEX_NONE: unknown to accounting */
} Asker;

/** asker_assoc - the association it runs under in a partition; INDEX_NONE. */
uint32_t asker_assoc(const Asker *self, uint32_t partition);

/* access.c: may it use them at all? States, groups, accounts, QoS lists. (transfer full) */
char *asker_no_access(const Asker *self, uint32_t partition, uint32_t qos);

/* bounds.c: sizes and times against the partition, then limits of QoS and associations where
 * AccountingStorageEnforce has limits. @limit: [min] in force. (transfer full) */
char *asker_over_bounds(const Asker *self, uint32_t partition, uint32_t qos, uint32_t limit);

/* bounds.c: the lowest MaxWall that Slurm would fill in for a job without a time limit [min];
 * MINUTES_UNLIMITED when there is none or limits are not enforced. */
uint32_t asker_max_wall(const Asker *self, uint32_t partition, uint32_t qos);

/* fit.c: would its nodes ever do, were they empty? Down and drained ones do not count.
 * O(nodes of the partition). (transfer full) */
char *asker_does_not_fit(const Asker *self, uint32_t partition);
