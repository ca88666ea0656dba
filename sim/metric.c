/* How good a schedule is, in numbers users and papers know. */
#include "sim/metric.h"

#include <math.h>

/* Bounded slowdown: Feitelson and Rudolph, JSSPP 1998; very short jobs do not count for much. */
enum { SLOWDOWN_BOUND = 10 };

Span run_wait(const SimRun *run)
{
    if (run->start_at == INSTANT_NEVER)
        return -1;
    if (run->eligible_at == INSTANT_NEVER || run->eligible_at > run->start_at)
        return 0;
    return run->start_at - run->eligible_at;
}

static double middle_of(double a, double b, double c)
{
    return MAX(MIN(a, b), MIN(MAX(a, b), c));
}

static void swap(double *a, double *b)
{
    const double kept = *a;

    *a = *b;
    *b = kept;
}

/* Puts what is @nth in order in its place, nothing larger before it and nothing smaller behind,
 * knowing that this holds for values[first - 1] already. Waits are mostly alike, so those equal to
 * the pivot are set apart. */
static double select_nth(double *values, size_t first, size_t end, size_t nth)
{
    for (;;) {
        const double pivot =
            middle_of(values[first], values[first + (end - first) / 2], values[end - 1]);
        size_t below = first, above = end, at = first;

        while (at < above) {
            if (values[at] < pivot)
                swap(&values[at++], &values[below++]);
            else if (values[at] > pivot)
                swap(&values[at], &values[--above]);
            else
                at++;
        }
        if (nth < below)
            end = below;
        else if (nth >= above)
            first = above;
        else
            return pivot;
    }
}

static double least_of(const double *values, size_t n)
{
    double least = values[0];

    for (size_t i = 1; i < n; i++)
        least = MIN(least, values[i]);
    return least;
}

/* @first: all before it are known to be no larger than all from there on. */
static double quantile(double *values, size_t first, size_t n, double share)
{
    const double at = share * (double)(n - 1);
    const size_t below = (size_t)at;
    const double low = select_nth(values, MIN(first, below), n, below);

    if (below + 1 >= n)
        return low;
    return low + (at - (double)below) * (least_of(values + below + 1, n - below - 1) - low);
}

void distribution_of(double *values, size_t n, Distribution *out)
{
    double sum = 0, most = 0;

    *out = (Distribution){.count = (uint32_t)n};
    if (n == 0)
        return;
    most = values[0];
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
        most = MAX(most, values[i]);
    }
    out->mean = sum / (double)n;
    out->median = quantile(values, 0, n, 0.5);
    out->p95 = quantile(values, (n - 1) / 2, n, 0.95);
    out->max = most;
}

double slowdown_of(Span wait, Span run)
{
    const double length = (double)run;

    return fmax(1.0, ((double)wait + length) / fmax(length, SLOWDOWN_BOUND));
}

static void count_run(const SimRun *run, Instant from, Metrics *out)
{
    out->first_at = MIN(out->first_at, MAX(run->submit_at, from));
    if (run->start_at == INSTANT_NEVER) {
        if (run->state == JOB_PENDING)
            out->waiting++;
        else
            out->cancelled++;
        return;
    }
    out->runs++;
    if (run->end_at == INSTANT_NEVER)
        return;
    out->ended++;
    if (out->last_at == INSTANT_NEVER || run->end_at > out->last_at)
        out->last_at = run->end_at;
    out->cpu_seconds +=
        (double)run->cpus * (double)(run->end_at - MAX(run->start_at, from) - run->suspended);
}

void metrics_collect(const GPtrArray *runs, uint32_t cpus, Instant from, Metrics *out)
{
    g_autofree double *waits = g_new(double, runs->len + 1);
    g_autofree double *slowdowns = g_new(double, runs->len + 1);
    size_t n_waits = 0, n_slowdowns = 0;

    *out = (Metrics){.first_at = INSTANT_NEVER, .last_at = INSTANT_NEVER};
    for (guint i = 0; i < runs->len; i++) {
        const SimRun *run = g_ptr_array_index(runs, i);

        count_run(run, from, out);
        if (run->start_at == INSTANT_NEVER)
            continue;
        waits[n_waits++] = (double)run_wait(run);
        if (run->end_at != INSTANT_NEVER)
            slowdowns[n_slowdowns++] = slowdown_of(run_wait(run), run->end_at - run->start_at);
    }
    distribution_of(waits, n_waits, &out->wait);
    distribution_of(slowdowns, n_slowdowns, &out->slowdown);
    if (out->last_at != INSTANT_NEVER)
        out->makespan = out->last_at - out->first_at;
    if (out->makespan > 0 && cpus > 0)
        out->utilisation = out->cpu_seconds / ((double)cpus * (double)out->makespan);
}
