/* CPUs in use and runs that wait, over time: means over equal parts of a timeline. */
#pragma once

#include "cli/timeline.h"

typedef struct {
    Instant from;
    double step;   /* [s] of a part, >= 1 */
    guint n;       /* parts */
    double *cpus;  /* [n] in use */
    double *queue; /* [n] runs eligible and not started */
    double most_cpus, most_queue;
} LoadCurve;

/** loadcurve_of - over [@from, @to) in at most @parts parts. O(runs * parts) at worst. */
void loadcurve_of(LoadCurve *self, const Timeline *timeline, Instant from, Instant to, guint parts);
void loadcurve_clear(LoadCurve *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LoadCurve, loadcurve_clear)

/** waits_sorted - [s] of every run that started, ascending. Returns: (transfer full) GArray of
 * double */
GArray *waits_sorted(const Timeline *timeline);
