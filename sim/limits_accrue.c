/* Limits: how many pending jobs may gain age. Only the job's own QoS counts, then associations from
 * its own up to the first that limits it. Reference 2.3. */
#include "sim/limit_rule.h"

typedef struct {
    uint32_t limit; /* the one in force; LIMIT_NONE */
    uint32_t used;
} Accrual;

static uint32_t tasks_of(const SimJob *job)
{
    const bool meta = job->array && job->task == COUNT_UNSET;

    return meta ? MAX(job->array->n_tasks - job->array->next, 1) : 1;
}

/* Until 24.05 the first limit found held; since then the lowest of one QoS or association. */
static void consider(const Limits *self, Accrual *accrual, uint32_t limit, uint32_t used)
{
    const bool better = accrual->limit == LIMIT_NONE ||
                        (self->cluster->version >= SLURM_24_05 && limit < accrual->limit);

    if (limit != LIMIT_NONE && better)
        *accrual = (Accrual){limit, used};
}

static Accrual in_force(const Limits *self, const SimJob *job)
{
    const Assoc *assocs = self->cluster->assocs;
    Accrual accrual = {LIMIT_NONE, 0};

    if (job->qos != INDEX_NONE) {
        const Qos *qos = &self->qos[job->qos];

        consider(self, &accrual, qos->grp_jobs_accrue, self->by_qos[job->qos].accruing);
        consider(self, &accrual, qos->max_jobs_accrue_pa,
                 limit_account_tally(self, job->qos, job)->accruing);
        consider(self, &accrual, qos->max_jobs_accrue_pu,
                 limit_user_tally(self, job->qos, job)->accruing);
    }
    for (uint32_t i = job->assoc; i != INDEX_NONE && accrual.limit == LIMIT_NONE;
         i = assocs[i].parent) {
        consider(self, &accrual, assocs[i].grp_jobs_accrue, self->assocs[i].accruing);
        if (i == job->assoc)
            consider(self, &accrual, assocs[i].max_jobs_accrue, self->assocs[i].accruing);
    }
    return accrual;
}

uint32_t limits_accrue_slots(const Limits *self, const SimJob *job)
{
    if (!self->enforced || job->assoc == INDEX_NONE)
        return UINT32_MAX;

    const Accrual accrual = in_force(self, job);

    if (accrual.limit == LIMIT_NONE)
        return UINT32_MAX;
    return accrual.limit > accrual.used ? accrual.limit - accrual.used : 0;
}

static void move(uint32_t *count, uint32_t tasks, bool less)
{
    *count = less ? *count - MIN(*count, tasks) : *count + tasks;
}

static void move_all(Limits *self, const SimJob *job, bool less)
{
    const uint32_t tasks = tasks_of(job);

    if (!self->enforced || job->assoc == INDEX_NONE || job->accrue_at == INSTANT_NONE ||
        (self->cluster->config.priority.flags & PRIORITY_ACCRUE_ALWAYS))
        return;
    if (job->qos != INDEX_NONE) {
        move(&self->by_qos[job->qos].accruing, tasks, less);
        move(&limit_account_tally(self, job->qos, job)->accruing, tasks, less);
        move(&limit_user_tally(self, job->qos, job)->accruing, tasks, less);
    }
    for (uint32_t i = job->assoc; i != INDEX_NONE; i = self->cluster->assocs[i].parent)
        move(&self->assocs[i].accruing, tasks, less);
}

void limits_add_accrue(Limits *self, SimJob *job)
{
    move_all(self, job, false);
}

void limits_remove_accrue(Limits *self, SimJob *job)
{
    move_all(self, job, true);
}
