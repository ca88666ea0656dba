/* Carries a run on until all that will ever end has ended: looks at Slurm, tells what changes,
 * tries failed jobs again, submits staged ones, ends what can never start. One step at a time; who
 * calls it sleeps in between. */
#pragma once

#include "slurmio/monitor.h"
#include "slurmio/notify.h"

typedef struct {
    /** tell - what has changed; @job is COUNT_UNSET for the run as a whole. */
    void (*tell)(void *self, uint32_t job, const Notice *notice);
    /** submit - submits the next attempt of @job (submit_one). */
    bool (*submit)(void *self, uint32_t job, GError **error);
    void *self;
    JournalClock clock;
} WatchRules;

typedef struct Watch Watch;

/** watch_new - nothing is asked yet. All is borrowed. */
Watch *watch_new(Runner *runner, Run *run, const WatchRules *rules);
void watch_free(Watch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Watch, watch_free)

/**
 * watch_step - one look, and what follows of it.
 * @changed: whether anything had
 *
 * Only one srx at a time carries a run on (run_lock): another just looks. What others wrote into
 * the journal since the last step is taken in first.
 * Fails as monitor_poll, and as the rules' submit; a step after SRX_ERROR_SLURM may do.
 */
bool watch_step(Watch *self, bool *changed, GError **error);

/** watch_done - whether all has ended; then the journal says so. */
bool watch_done(const Watch *self);

/** watch_failed - how many jobs did not end as wished, the last time they were tried. */
uint32_t watch_failed(const Watch *self);

const Monitor *watch_monitor(const Watch *self);

/**
 * watch_wait - [s] how long to wait until the next step: 15 s after a change, twice as long each
 * time nothing had changed, up to 2 minutes; sooner when a retry is due.
 * @interval: [s] always that; 0: as above
 * @last:     [s] what it was before; 0 at first
 */
Span watch_wait(const Watch *self, Span interval, Span last, bool changed);

/** watch_state - where @job stands, in one word: its state in Slurm as the journal and the last
 * look have it, or HELD, RETRY (to come), STAGED, REFUSED, NOT_SUBMITTED.
 * @monitor: NULL: the journal only */
const char *watch_state(const Run *run, const Monitor *monitor, uint32_t job);
