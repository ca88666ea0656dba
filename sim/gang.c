/* Gang scheduling: which of the jobs that share cores run, and whose turn is next. Each partition
 * has a list of its jobs and an active row of those whose cores do not overlap; jobs of higher
 * tiers cast shadows on the rows of lower ones.
 * Source: Slurm gang.c; reference 9.8. */
#include "sim/core.h"

typedef enum { ROW_NONE, ROW_ACTIVE, ROW_FILLER } RowState;

typedef struct {
    SimJob *job;
    RowState row;
    bool suspended;
} GangJob;

typedef struct {
    GPtrArray *jobs;    /* GangJob *, in turn order, owned */
    GPtrArray *shadows; /* SimJob * of higher tiers, in the order they were cast */
    GPtrArray *active;  /* SimJob * in the active row, shadows first */
} GangPart;

struct Gang {
    GangPart *parts; /* by partition */
    uint32_t n_parts;
    bool enabled;
};

Gang *gang_new(Sim *sim)
{
    Gang *self = g_new0(Gang, 1);

    self->n_parts = sim->cluster->n_partitions;
    self->enabled = sim->cluster->config.preempt_mode & PREEMPT_GANG;
    self->parts = g_new0(GangPart, self->n_parts + 1);
    for (uint32_t i = 0; i < self->n_parts; i++) {
        self->parts[i].jobs = g_ptr_array_new_with_free_func(g_free);
        self->parts[i].shadows = g_ptr_array_new();
        self->parts[i].active = g_ptr_array_new();
    }
    return self;
}

void gang_free(Gang *self)
{
    if (!self)
        return;
    for (uint32_t i = 0; i < self->n_parts; i++) {
        g_ptr_array_unref(self->parts[i].jobs);
        g_ptr_array_unref(self->parts[i].shadows);
        g_ptr_array_unref(self->parts[i].active);
    }
    g_free(self->parts);
    g_free(self);
}

/* Do two jobs hold a core in common? Whole nodes count under select/linear. */
static bool overlap(const Sim *sim, const SimJob *a, const SimJob *b)
{
    const uint32_t words = sim->world->core_words;
    uint32_t i = 0;
    uint32_t k = 0;

    if (!nodeset_overlaps(a->alloc->nodes, b->alloc->nodes))
        return false;
    if (sim->cluster->config.select == SELECT_LINEAR)
        return true;
    while (i < a->alloc->n_shares && k < b->alloc->n_shares) {
        const uint32_t x = a->alloc->shares[i].node;
        const uint32_t y = b->alloc->shares[k].node;

        for (uint32_t w = 0; x == y && w < words; w++) {
            if (a->alloc->cores[i * words + w] & b->alloc->cores[k * words + w])
                return true;
        }
        i += x <= y;
        k += y <= x;
    }
    return false;
}

static bool fits(const Sim *sim, const GangPart *part, const SimJob *job)
{
    for (guint i = 0; i < part->active->len; i++) {
        if (overlap(sim, g_ptr_array_index(part->active, i), job))
            return false;
    }
    return true;
}

static uint16_t tier(const Sim *sim, uint32_t partition)
{
    return sim->cluster->partitions[partition].priority_tier;
}

static void cast_shadow(Sim *sim, SimJob *job)
{
    for (uint32_t i = 0; i < sim->gang->n_parts; i++) {
        if (tier(sim, i) < tier(sim, job->partition))
            g_ptr_array_add(sim->gang->parts[i].shadows, job);
    }
}

static void clear_shadow(Sim *sim, SimJob *job)
{
    for (uint32_t i = 0; i < sim->gang->n_parts; i++)
        g_ptr_array_remove(sim->gang->parts[i].shadows, job);
}

static void suspend(Sim *sim, GangJob *entry)
{
    if (entry->suspended)
        return;
    entry->suspended = true;
    life_suspend(sim, entry->job, true);
    clear_shadow(sim, entry->job);
}

static void resume(Sim *sim, GangJob *entry)
{
    if (!entry->suspended)
        return;
    entry->suspended = false;
    life_resume(sim, entry->job, true);
}

static void start_row(GangPart *part)
{
    g_ptr_array_set_size(part->active, 0);
    for (guint i = 0; i < part->shadows->len; i++)
        g_ptr_array_add(part->active, g_ptr_array_index(part->shadows, i));
}

/* Those in the row keep their place if their cores are still theirs, else they are suspended. */
static void keep_row(Sim *sim, GangPart *part, RowState row)
{
    for (guint i = 0; i < part->jobs->len; i++) {
        GangJob *entry = g_ptr_array_index(part->jobs, i);

        if (entry->row != row)
            continue;
        if (fits(sim, part, entry->job)) {
            g_ptr_array_add(part->active, entry->job);
        } else {
            entry->row = ROW_NONE;
            suspend(sim, entry);
        }
    }
}

static void fill_row(Sim *sim, GangPart *part)
{
    for (guint i = 0; i < part->jobs->len; i++) {
        GangJob *entry = g_ptr_array_index(part->jobs, i);

        if (entry->row != ROW_NONE || !fits(sim, part, entry->job))
            continue;
        g_ptr_array_add(part->active, entry->job);
        cast_shadow(sim, entry->job);
        entry->row = ROW_FILLER;
        resume(sim, entry);
    }
}

static void update_row(Sim *sim, GangPart *part)
{
    start_row(part);
    keep_row(sim, part, ROW_ACTIVE);
    keep_row(sim, part, ROW_FILLER);
    fill_row(sim, part);
}

/* Highest tiers first, so that their shadows stand when lower rows are made. */
static void update_all(Sim *sim)
{
    g_autofree bool *done = g_new0(bool, sim->gang->n_parts + 1);

    for (uint32_t turn = 0; turn < sim->gang->n_parts; turn++) {
        uint32_t best = INDEX_NONE;

        for (uint32_t i = 0; i < sim->gang->n_parts; i++) {
            if (!done[i] && (best == INDEX_NONE || tier(sim, i) > tier(sim, best)))
                best = i;
        }
        done[best] = true;
        update_row(sim, &sim->gang->parts[best]);
    }
}

void gang_started(Sim *sim, SimJob *job)
{
    GangPart *part;
    GangJob *entry;

    if (!sim->gang->enabled)
        return;
    part = &sim->gang->parts[job->partition];
    entry = g_new0(GangJob, 1);
    entry->job = job;
    g_ptr_array_add(part->jobs, entry);
    start_row(part);
    for (guint i = 0; i + 1 < part->jobs->len; i++) {
        const GangJob *other = g_ptr_array_index(part->jobs, i);

        if (other->row != ROW_NONE)
            g_ptr_array_add(part->active, other->job);
    }
    if (fits(sim, part, job)) {
        entry->row = ROW_ACTIVE;
        cast_shadow(sim, job);
    } else {
        suspend(sim, entry);
    }
    update_all(sim);
}

void gang_ended(Sim *sim, SimJob *job)
{
    GangPart *part;

    if (!sim->gang->enabled)
        return;
    part = &sim->gang->parts[job->partition];
    clear_shadow(sim, job);
    for (guint i = 0; i < part->jobs->len; i++) {
        if (((const GangJob *)g_ptr_array_index(part->jobs, i))->job != job)
            continue;
        g_ptr_array_remove_index(part->jobs, i);
        break;
    }
    update_all(sim);
}

/* Who has had a slice goes to the end of the list; the row is made anew in list order. */
static void rotate(Sim *sim, GangPart *part)
{
    g_autoptr(GPtrArray) behind = g_ptr_array_new();
    guint kept = 0;

    for (guint i = 0; i < part->jobs->len; i++) {
        GangJob *entry = g_ptr_array_index(part->jobs, i);
        const RowState was = entry->row;

        entry->row = ROW_NONE;
        if (was == ROW_ACTIVE)
            g_ptr_array_add(behind, entry);
        else
            part->jobs->pdata[kept++] = entry;
    }
    for (guint i = 0; i < behind->len; i++)
        part->jobs->pdata[kept++] = g_ptr_array_index(behind, i);
    start_row(part);
    for (guint i = 0; i < part->jobs->len; i++) {
        GangJob *entry = g_ptr_array_index(part->jobs, i);

        if (!fits(sim, part, entry->job))
            continue;
        g_ptr_array_add(part->active, entry->job);
        entry->row = ROW_ACTIVE;
    }
    for (guint i = 0; i < part->jobs->len; i++) {
        GangJob *entry = g_ptr_array_index(part->jobs, i);

        if (entry->row == ROW_NONE)
            suspend(sim, entry);
    }
    for (guint i = 0; i < part->jobs->len; i++) {
        GangJob *entry = g_ptr_array_index(part->jobs, i);

        if (entry->row == ROW_ACTIVE && entry->suspended) {
            resume(sim, entry);
            cast_shadow(sim, entry->job);
        }
    }
}

void gang_slice(Sim *sim)
{
    for (uint32_t i = 0; i < sim->gang->n_parts; i++) {
        GangPart *part = &sim->gang->parts[i];

        if (part->active->len < part->jobs->len + part->shadows->len)
            rotate(sim, part);
    }
}
