/* CPUs in use and runs that wait, over time. */
#include "cli/loadcurve.h"

/* Adds @amount over [@start, @end) to the means of the parts it covers. */
static void cover(const LoadCurve *self, double *means, double start, double end, double amount)
{
    const double from = MAX(start - (double)self->from, 0);
    const double to = MIN(end - (double)self->from, self->step * self->n);

    if (from >= to)
        return;
    for (guint i = (guint)(from / self->step); i < self->n && i * self->step < to; i++) {
        const double left = MAX(from, i * self->step);
        const double right = MIN(to, (i + 1) * self->step);

        means[i] += amount * MAX(right - left, 0) / self->step;
    }
}

static double end_of(Instant at)
{
    return at == INSTANT_NEVER ? 1e15 : (double)at;
}

static void add_run(const LoadCurve *self, const TimelineRun *run)
{
    if (run->start_at != INSTANT_NEVER)
        cover(self, self->cpus, (double)run->start_at, end_of(run->end_at), run->cpus);
    if (run->eligible_at != INSTANT_NEVER)
        cover(self, self->queue, (double)run->eligible_at, end_of(run->start_at), 1);
}

void loadcurve_of(LoadCurve *self, const Timeline *timeline, Instant from, Instant to, guint parts)
{
    const guint n = (guint)MIN((Instant)parts, MAX(to - from, 1));

    *self = (LoadCurve){.from = from, .n = n, .step = (double)MAX(to - from, 1) / n};
    self->cpus = g_new0(double, n);
    self->queue = g_new0(double, n);
    for (guint i = 0; i < timeline->runs->len; i++)
        add_run(self, g_ptr_array_index(timeline->runs, i));
    for (guint i = 0; i < n; i++) {
        self->most_cpus = MAX(self->most_cpus, self->cpus[i]);
        self->most_queue = MAX(self->most_queue, self->queue[i]);
    }
}

void loadcurve_clear(LoadCurve *self)
{
    g_clear_pointer(&self->cpus, g_free);
    g_clear_pointer(&self->queue, g_free);
}

static gint by_value(gconstpointer a, gconstpointer b)
{
    const double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

GArray *waits_sorted(const Timeline *timeline)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(double));

    for (guint i = 0; i < timeline->runs->len; i++) {
        const double wait = (double)timeline_wait(g_ptr_array_index(timeline->runs, i));

        if (wait >= 0)
            g_array_append_val(out, wait);
    }
    g_array_sort(out, by_value);
    return out;
}
