/* How the schedulers ask whether a decision may take effect while a recording is followed. Only
 * sim/ includes it. */
#pragma once

#include "sim/core.h"
#include "sim/follow.h"

typedef enum {
    FOLLOW_GO,  /* take it */
    FOLLOW_HOLD /* it was noted; in the real state nothing happens yet */
} FollowAnswer;

/** follow_start - @job (a meta record stands for its next task) would start now on @alloc, which
 * may be replaced by the real nodes. */
FollowAnswer follow_start(Sim *sim, SimJob *job, Allocation **alloc);

/** follow_preempt - @victim would be preempted now. Never takes effect by itself. */
void follow_preempt(Sim *sim, SimJob *victim);

/** follow_timeout - a time limit would end @job now. Never takes effect by itself. */
void follow_timeout(Sim *sim, SimJob *job);

/** follow_started - @job has started: its end is the recording's. */
void follow_started(Sim *sim, SimJob *job);
