/* How the schedulers ask what a decision means while a recording is followed. Only sim/ includes
 * it. */
#pragma once

#include "sim/core.h"
#include "sim/follow.h"

/** follow_start - @job (a meta record stands for its next task) would start now on @alloc: noted,
 * and done until the end of the pass. @alloc: (transfer full) @started: the record that did */
SelectAnswer follow_start(Sim *sim, SimJob *job, Allocation *alloc, SimJob **started);

/** follow_preempt - @victims would be preempted for @job now: noted, and done until the end of the
 * pass. */
void follow_preempt(Sim *sim, SimJob *job, GPtrArray *victims);

/** follow_pass_begin - before a pass asks anything. */
void follow_pass_begin(Sim *sim);

/** follow_pass_over - the end of a pass: what it did is taken back. */
void follow_pass_over(Sim *sim);

/** follow_timeout - a time limit would end @job now. Never takes effect by itself. */
void follow_timeout(Sim *sim, SimJob *job);

/** follow_started - @job has really started: its end is the recording's. */
void follow_started(Sim *sim, SimJob *job);
