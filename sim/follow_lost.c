/* Runs that accounting has lost: they start when the simulator would start them, and run as long as
 * they are said to, or until what depends on them went on. Otherwise all that really waited for
 * them would seem wrong. */
#include "sim/follow_track.h"

typedef struct {
    SimJob *job;
    uint32_t partition;
    NodeSet *nodes;
} Lost;

void follow_lost_free(void *data)
{
    Lost *self = data;

    nodeset_free(self->nodes);
    g_free(self);
}

bool follow_note_lost(Follow *self, SimJob *job, const Allocation *alloc)
{
    Lost *lost;

    if (job->array || job->attempt > 0 || !recording_lost(self->recording, job->load))
        return false;
    if (self->pass != PASS_REGULAR)
        return true;
    lost = g_new0(Lost, 1);
    *lost = (Lost){.job = job, .partition = job->partition, .nodes = nodeset_copy(alloc->nodes)};
    g_ptr_array_add(self->lost, lost);
    return true;
}

static void start_lost(const Follow *self, Sim *sim, const Lost *lost)
{
    const LostRun *run = recording_lost(self->recording, lost->job->load);
    const PlaceView view = {.world = sim->world};
    SimJob *job = lost->job;
    Allocation *alloc = NULL;
    PlaceQuery query;

    job->partition = lost->partition;
    if (job->state != JOB_PENDING || !select_query(sim, job, &query))
        return;
    query.candidates = lost->nodes;
    if (place_find(&view, &query, &alloc) != PLACE_OK)
        return;
    life_start(sim, job, alloc, sim->now);
    if (run->end_at != INSTANT_NEVER && run->end_at > sim->now)
        life_expect_end(sim, job, run->end_at);
}

void follow_start_lost(Follow *self, Sim *sim)
{
    for (guint i = 0; i < self->lost->len; i++)
        start_lost(self, sim, g_ptr_array_index(self->lost, i));
    g_ptr_array_set_size(self->lost, 0);
}
