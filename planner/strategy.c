/* The ways of handing a workflow to Slurm over time: their table and what they share. */
#include "planner/strategy.h"

#include "planner/plan.h"

static const Strategy *const strategies[STRATEGIES] = {
    [STRATEGY_TOGETHER] = &strategy_together,
    [STRATEGY_STAGED] = &strategy_staged,
    [STRATEGY_SERIAL] = &strategy_serial,
};

const Strategy *strategy_get(StrategyKind kind)
{
    return strategies[kind];
}

const char *strategy_name(StrategyKind kind)
{
    return strategies[kind]->name;
}

void strategy_submit_all(Player *player, Sim *sim, Instant now)
{
    (void)now;
    for (uint32_t i = 0; i < player->n; i++)
        player_submit(player, sim, player->order[i]);
}
