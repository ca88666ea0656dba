/* Everything at once: Slurm holds each job back until its dependencies are met. The jobs are in the
 * queue early, but most sites let waiting for a dependency count for no age. */
#include "planner/strategy.h"

static void add_own_edges(Player *player)
{
    for (uint32_t job = 0; job < player->n; job++) {
        const WorkflowJob *own = &player->problem->workflow->jobs[job];

        for (uint32_t i = 0; i < own->n_after; i++)
            player_add_after(player, job, own->after[i].job, own->after[i].type,
                             own->after[i].delay);
    }
}

const Strategy strategy_together = {
    .name = "together",
    .prepare = add_own_edges,
    .look = strategy_submit_all,
};
