/* Looks for a start that are in vain. */
#include "sim/vain.h"

#include "sim/willrun.h"

/* Where it gets better after a look at slot @index, while that matters; INSTANT_NEVER: nowhere. */
static Instant next_better(const VainLook *self, uint32_t index, Instant end)
{
    for (; index < timemap_length(self->map); index++) {
        if (timemap_gains(self->map, index, self->nodes))
            return timemap_nth(self->map, index)->end;
        if (timemap_nth(self->map, index)->begin > end)
            break;
    }
    return INSTANT_NEVER;
}

bool vain_look(Sim *sim, const VainLook *self, Instant from, Instant *later)
{
    const uint32_t index = timemap_find(self->map, from);
    Wanted wanted = {.span = self->length, .least = self->least};

    *later = next_better(self, index, MAX(from, sim->now) + self->length);
    if (*later == INSTANT_NEVER || *later <= from)
        return false;
    wanted.at = *later;
    wanted.vacant = willrun_vacant(sim, *later);
    return timemap_is_short(self->map, index, &wanted);
}
