/* The textbook policies the slow, obvious way. */
#include "tests/reference/textbook_slow.h"

typedef struct {
    const TextbookJob *jobs;
    uint32_t n;
    Instant *starts; /* INSTANT_NEVER until it starts */
    uint32_t processors;
    Instant now;
} Slow;

static bool runs(const Slow *self, uint32_t job)
{
    return self->starts[job] != INSTANT_NEVER &&
           self->starts[job] + self->jobs[job].runtime > self->now;
}

static uint32_t count_free(const Slow *self)
{
    uint32_t free = self->processors;

    for (uint32_t i = 0; i < self->n; i++)
        free -= runs(self, i) ? self->jobs[i].processors : 0;
    return free;
}

static bool waits(const Slow *self, uint32_t job)
{
    return self->starts[job] == INSTANT_NEVER && self->jobs[job].submit_at <= self->now;
}

/* When `needed` processors are free by the estimates, and how many are left over then. */
static Instant find_shadow(const Slow *self, uint32_t needed, uint32_t *extra)
{
    Instant best = INSTANT_NEVER;

    for (uint32_t k = 0; k < self->n; k++) {
        const Instant at = runs(self, k) ? self->starts[k] + self->jobs[k].estimate : 0;
        uint32_t free = count_free(self);

        if (!runs(self, k) || at >= best)
            continue;
        for (uint32_t i = 0; i < self->n; i++) {
            if (runs(self, i) && self->starts[i] + self->jobs[i].estimate <= at)
                free += self->jobs[i].processors;
        }
        if (free >= needed) {
            best = at;
            *extra = free - needed;
        }
    }
    return best;
}

static void backfill(Slow *self, uint32_t head)
{
    uint32_t extra = 0;
    const Instant shadow = find_shadow(self, self->jobs[head].processors, &extra);

    for (uint32_t i = head + 1; i < self->n; i++) {
        const bool short_enough = self->now + self->jobs[i].estimate <= shadow;

        if (!waits(self, i) || self->jobs[i].processors > count_free(self) ||
            (!short_enough && self->jobs[i].processors > extra))
            continue;
        self->starts[i] = self->now;
        if (!short_enough)
            extra -= self->jobs[i].processors;
    }
}

static void pass(Slow *self, bool may_backfill)
{
    for (uint32_t i = 0; i < self->n; i++) {
        if (!waits(self, i))
            continue;
        if (self->jobs[i].processors > count_free(self)) {
            if (may_backfill)
                backfill(self, i);
            return;
        }
        self->starts[i] = self->now;
    }
}

static Instant next_instant(const Slow *self)
{
    Instant next = INSTANT_NEVER;

    for (uint32_t i = 0; i < self->n; i++) {
        if (self->jobs[i].submit_at > self->now)
            next = MIN(next, self->jobs[i].submit_at);
        if (runs(self, i))
            next = MIN(next, self->starts[i] + self->jobs[i].runtime);
    }
    return next;
}

void textbook_slow_run(TextbookPolicy policy, const TextbookJob *jobs, uint32_t n,
                       uint32_t processors, Instant *starts)
{
    Slow self = {.jobs = jobs, .n = n, .starts = starts, .processors = processors, .now = -1};

    for (uint32_t i = 0; i < n; i++)
        starts[i] = INSTANT_NEVER;
    while ((self.now = next_instant(&self)) != INSTANT_NEVER)
        pass(&self, policy == TEXTBOOK_EASY);
}
