/* Each job is submitted when what it waits for is over, by somebody who looks at the queue every
 * watch_interval seconds. Fewer jobs in the queue at a time, as submit limits may demand; later in
 * it, so with less age. */
#include "planner/strategy.h"

/* Since when the condition holds; INSTANT_NEVER while it does not. An end that Slurm may follow by
 * a requeue (PREEMPTED, NODE_FAIL) is not counted as ended by the player. */
static Instant edge_met_at(const Player *player, const WorkflowEdge *edge)
{
    const Progress *on = &player->progress[edge->job];
    const bool over = on->ended == on->tasks;
    const bool well = on->ended_well == on->tasks;

    switch (edge->type) {
    case DEPEND_AFTER:
        return on->start_at == INSTANT_NEVER ? INSTANT_NEVER : on->start_at + 60 * edge->delay;
    case DEPEND_AFTERANY:
        return over ? on->end_at : INSTANT_NEVER;
    case DEPEND_AFTEROK:
    case DEPEND_AFTERCORR:
        return over && well ? on->end_at : INSTANT_NEVER;
    case DEPEND_AFTERNOTOK:
        return over && !well ? on->end_at : INSTANT_NEVER;
    }
    g_assert_not_reached();
}

static Instant due_at(const Player *player, uint32_t job)
{
    const WorkflowJob *own = &player->problem->workflow->jobs[job];
    Instant due = player->problem->now;

    for (uint32_t i = 0; i < own->n_after; i++)
        due = MAX(due, edge_met_at(player, &own->after[i]));
    return due;
}

static void look_at(Player *player, Sim *sim, Instant at)
{
    if (at >= player->next_look_at && player->next_look_at > sim_now(sim))
        return;
    player->next_look_at = at;
    sim_wake_at(sim, at, player);
}

/* The next time the submitter looks, not before @at. */
static Instant next_look(const Player *player, Instant at)
{
    const Span interval = MAX(1, player->problem->watch_interval);
    const Span since = at - player->problem->now;

    return player->problem->now + (since + interval - 1) / interval * interval;
}

static void submit_due(Player *player, Sim *sim, Instant now)
{
    for (uint32_t i = 0; i < player->n; i++) {
        const uint32_t job = player->order[i];
        Instant due;

        if (player->progress[job].submitted)
            continue;
        due = due_at(player, job);
        if (due <= now)
            player_submit(player, sim, job);
        else if (due != INSTANT_NEVER)
            look_at(player, sim, next_look(player, due));
    }
}

static void plan_look(Player *player, Sim *sim, Instant now)
{
    look_at(player, sim, next_look(player, now + 1));
}

const Strategy strategy_staged = {
    .name = "staged",
    .look = submit_due,
    .changed = plan_look,
};
