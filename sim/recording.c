/* What a real Slurm did with a scenario: every run it made. */
#include "sim/recording.h"

void recorded_run_free(RecordedRun *self)
{
    if (!self)
        return;
    g_free(self->nodes);
    g_free(self->partition);
    g_free(self);
}

static void free_run(void *data)
{
    recorded_run_free(data);
}

Recording *recording_new(void)
{
    Recording *self = g_new0(Recording, 1);

    self->runs = g_ptr_array_new_with_free_func(free_run);
    return self;
}

void recording_free(Recording *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->runs);
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
