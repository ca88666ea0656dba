/* What a real Slurm did with a scenario: every run it made. */
#include "sim/recording.h"

void recorded_run_free(RecordedRun *self)
{
    if (!self)
        return;
    g_free(self->nodes);
    g_free(self->partition);
    g_free(self->batch_node);
    g_free(self);
}

static void free_run(void *data)
{
    recorded_run_free(data);
}

static void free_wait(void *data)
{
    RecordedWait *wait = data;

    g_free(wait->reason);
    g_free(wait);
}

Recording *recording_new(void)
{
    Recording *self = g_new0(Recording, 1);

    self->started_at = INSTANT_NEVER;
    self->runs = g_ptr_array_new_with_free_func(free_run);
    self->waits = g_ptr_array_new_with_free_func(free_wait);
    self->lost = g_array_new(FALSE, FALSE, sizeof(LostRun));
    return self;
}

void recording_free(Recording *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->runs);
    g_ptr_array_unref(self->waits);
    g_array_unref(self->lost);
    g_free(self->slurm);
    g_free(self);
}

static int by_start(const void *a, const void *b)
{
    const RecordedRun *x = *(const RecordedRun *const *)a;
    const RecordedRun *y = *(const RecordedRun *const *)b;

    if (x->start_at != y->start_at)
        return x->start_at < y->start_at ? -1 : 1;
    if (x->job != y->job)
        return x->job < y->job ? -1 : 1;
    if (x->task != y->task)
        return x->task < y->task ? -1 : 1;
    return (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

void recording_sort(Recording *self)
{
    g_ptr_array_sort(self->runs, by_start);
}

const LostRun *recording_lost(const Recording *self, uint32_t job)
{
    for (guint i = 0; i < self->lost->len; i++) {
        const LostRun *lost = &g_array_index(self->lost, LostRun, i);

        if (lost->job == job)
            return lost;
    }
    return NULL;
}

const RecordedWait *recording_wait(const Recording *self, uint32_t job, Instant from, Instant until)
{
    for (guint i = self->waits->len; i > 0; i--) {
        const RecordedWait *wait = g_ptr_array_index(self->waits, i - 1);

        if (wait->job == job && wait->at >= from && wait->at <= until)
            return wait;
    }
    return NULL;
}
