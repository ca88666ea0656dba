/* One job after the other, in the order of the workflow: each waits for the end of the one before
 * it as well as for its own dependencies. Jobs that run only when another fails stay outside the
 * chain: waiting for one that never runs would end it. */
#include "planner/strategy.h"

static void chain(Player *player)
{
    uint32_t before = INDEX_NONE;

    strategy_together.prepare(player);
    for (uint32_t i = 0; i < player->n; i++) {
        const uint32_t job = player->order[i];

        if (player->conditional[job])
            continue;
        player->waits_for[job] = before;
        if (before != INDEX_NONE)
            player_add_after(player, job, before, DEPEND_AFTERANY, 0);
        before = job;
    }
}

const Strategy strategy_serial = {
    .name = "serial",
    .prepare = chain,
    .look = strategy_submit_all,
};
