/* What a pass would do, done in place and taken back. */
#include "sim/tentative.h"

typedef enum { CHANGE_START, CHANGE_END, CHANGE_LIFT } ChangeKind;

typedef struct {
    ChangeKind kind;
    SimJob *job;
    SimJob before;
    guint position; /* in Sim.running, of what ended or was lifted */
    bool split;     /* the record was made by it */
} Change;

struct Tentative {
    GArray *changes;
    RowTable **rows; /* from before the first change, as packing them anew is not undone by taking
                        a job out again; NULL */
};

Tentative *tentative_new(void)
{
    Tentative *self = g_new0(Tentative, 1);

    self->changes = g_array_new(FALSE, FALSE, sizeof(Change));
    return self;
}

void tentative_free(Tentative *self)
{
    if (!self)
        return;
    g_assert(self->changes->len == 0 && !self->rows);
    g_array_unref(self->changes);
    g_free(self);
}

guint tentative_length(const Tentative *self)
{
    return self->changes->len;
}

/* ---- doing ---- */

void tentative_open(Tentative *self, const Sim *sim)
{
    if (!self->rows)
        self->rows = world_copy_rows(sim->world);
}

static Change *add_change(Tentative *self, ChangeKind kind, SimJob *job)
{
    const Change change = {.kind = kind, .job = job, .before = *job};

    g_array_append_val(self->changes, change);
    return &g_array_index(self->changes, Change, self->changes->len - 1);
}

SimJob *tentative_start(Tentative *self, Sim *sim, SimJob *job, Allocation *alloc)
{
    const guint known = sim->records->len;
    const SimJob before = *job;
    SimJob *task = record_split(sim, job);
    Change *change = add_change(self, CHANGE_START, task);

    change->split = sim->records->len > known;
    if (!change->split)
        change->before = before; /* not yet a task */
    task->partition = job->partition;
    task->priority = job->priority;
    task->alloc = NULL;
    task->tres_alloc = NULL;
    life_occupy(sim, task, alloc, sim->now);
    return task;
}

static void leave(Change *change, Sim *sim)
{
    SimJob *job = change->job;

    g_ptr_array_find(sim->running, job, &change->position);
    g_ptr_array_remove_index(sim->running, change->position);
    world_release(sim->world, job);
    limits_end(sim->limits, job, sim->now);
    if (job->array)
        job->array->running--;
}

void tentative_end(Tentative *self, Sim *sim, SimJob *job)
{
    Change *change = add_change(self, CHANGE_END, job);

    leave(change, sim);
    world_completing(sim->world, job->alloc, true);
    job->state = JOB_PREEMPTED;
}

void tentative_lift(Tentative *self, Sim *sim, SimJob *job)
{
    Change *change = add_change(self, CHANGE_LIFT, job);

    leave(change, sim);
    license_return(sim, job);
    job->state = JOB_PENDING;
    job->alloc = NULL;
    job->tres_alloc = NULL;
    job->suspended_at = INSTANT_NONE;
    record_make_pending(sim, job);
}

/* ---- undoing ---- */

static void forget_split(Sim *sim, SimJob *task)
{
    SimArray *array = task->array;

    g_assert(g_ptr_array_index(sim->records, sim->records->len - 1) == task);
    g_hash_table_remove(sim->by_id, GUINT_TO_POINTER(task->id));
    g_ptr_array_remove(array->records, task);
    sim->next_id--;
    array->next--;
    g_ptr_array_remove_index(sim->records, sim->records->len - 1); /* frees it */
}

static void undo_start(Change *change, Sim *sim)
{
    SimJob *job = change->job;
    const bool was_meta = !change->split && job->task != change->before.task;

    leave(change, sim);
    limits_unstart(sim->limits, job);
    license_return(sim, job);
    g_clear_pointer(&job->alloc, allocation_free);
    g_clear_pointer(&job->tres_alloc, g_free);
    if (change->split) {
        forget_split(sim, job);
        return;
    }
    if (was_meta)
        job->array->next--;
    *job = change->before;
    record_make_pending(sim, job);
}

/* The limits count the whole limit again; what has run of it goes off at the next decay pass. */
static void enter_again(Change *change, Sim *sim)
{
    SimJob *job = change->job;
    const bool counted = change->before.counted;

    *job = change->before;
    job->counted = false;
    world_take(sim->world, job);
    if (counted)
        limits_start(sim->limits, job, sim->now);
    if (job->array)
        job->array->running++;
    g_ptr_array_insert(sim->running, (gint)change->position, job);
}

static void undo(Change *change, Sim *sim)
{
    SimJob *job = change->job;

    switch (change->kind) {
    case CHANGE_START:
        undo_start(change, sim);
        break;
    case CHANGE_END:
        world_completing(sim->world, job->alloc, false);
        enter_again(change, sim);
        break;
    case CHANGE_LIFT:
        record_leave_pending(sim, job);
        enter_again(change, sim);
        license_take(sim, job);
        break;
    }
}

void tentative_undo(Tentative *self, Sim *sim, guint length)
{
    while (self->changes->len > length) {
        undo(&g_array_index(self->changes, Change, self->changes->len - 1), sim);
        g_array_set_size(self->changes, self->changes->len - 1);
    }
    if (length == 0 && self->rows)
        world_restore_rows(sim->world, g_steal_pointer(&self->rows));
}

void tentative_keep_rows(Tentative *self, const Sim *sim)
{
    g_assert(self->changes->len == 0);
    world_drop_rows(sim->world, g_steal_pointer(&self->rows));
}
