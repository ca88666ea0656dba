/* A recording of a real Slurm followed, printed: what agrees, what does not and why, and how far a
 * forecast made on the way can be trusted. */
#pragma once

#include "cli/schedule.h"
#include "cli/terminal.h"
#include "sim/follow.h"
#include "slurmio/scenario.h"

typedef struct {
    const Scenario *scenario;
    const Recording *recording;
} Following;

/** following_sim - a simulation led by @follow until @until; past it the caller releases it. */
Sim *following_sim(const Following *self, Follow *follow, Instant until);

/** following_text - for people: the shares and a line a disagreement. */
void following_text(const Following *self, const Follow *follow, const Terminal *terminal,
                    FILE *out);
/** following_json - schema srx/follow/1, see docs/schema.md. */
void following_json(const Following *self, const Follow *follow, FILE *out);

/* Of the starts that really happened within @span after the forecasts: */
typedef struct {
    Span span;               /* [s] INSTANT_NEVER: to the end */
    uint32_t starts, within; /* all, and those forecast to a minute */
} Horizon;

#define HORIZONS 5

/**
 * following_horizons - forecasts from every tenth minute on, each against what really followed.
 * The recording is followed once; each forecast runs in a copy of this process (fork), so there
 * must be no other threads. Fails when there can be none.
 */
bool following_horizons(const Following *self, Horizon out[HORIZONS], GError **error);
void horizons_text(const Horizon horizons[HORIZONS], const Terminal *terminal, FILE *out);
void horizons_json(const Horizon horizons[HORIZONS], FILE *out);
