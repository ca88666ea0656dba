/* The ways of handing a workflow to Slurm over time. A new one is one file and one table line. */
#pragma once

#include "planner/player.h"

typedef struct {
    const char *name;
    /* Once, before anything is submitted: may add dependencies. NULL: nothing to do. */
    void (*prepare)(Player *player);
    /* At problem->now, and later whenever it asked to be woken: submits what is due. */
    void (*look)(Player *player, Sim *sim, Instant now);
    /* A job of the workflow started or ended. NULL: does not matter. */
    void (*changed)(Player *player, Sim *sim, Instant now);
} Strategy;

extern const Strategy strategy_together; /* all now, the file's dependencies left to Slurm */
extern const Strategy strategy_staged;   /* each when its dependencies are met, without any */
extern const Strategy strategy_serial;   /* all now, each also after the one before it */

const Strategy *strategy_get(StrategyKind kind);

/** strategy_submit_all - every job in order, with dependencies. For together and serial. */
void strategy_submit_all(Player *player, Sim *sim, Instant now);
