/* Conservative backfill with a decision after every single event of an instant. */
#include "tests/reference/conservative_eventwise.h"

#include "sim/profile.h"

typedef struct {
    const TextbookJob *jobs;
    Instant *starts; /* as planned; final once not after now */
    Profile *profile;
    GArray *unfinished; /* uint32_t, by submission */
    Instant now;
} Eventwise;

static uint32_t nth(const Eventwise *self, guint index)
{
    return g_array_index(self->unfinished, uint32_t, index);
}

static void plan(Eventwise *self, uint32_t job)
{
    const TextbookJob *asked = &self->jobs[job];

    self->starts[job] =
        profile_earliest(self->profile, self->now, asked->estimate, asked->processors);
    profile_take(self->profile, self->starts[job], self->starts[job] + asked->estimate,
                 asked->processors);
}

static void unplan(Eventwise *self, uint32_t job)
{
    profile_give(self->profile, MAX(self->now, self->starts[job]),
                 self->starts[job] + self->jobs[job].estimate, self->jobs[job].processors);
}

static Instant end_of(const Eventwise *self, uint32_t job)
{
    return self->starts[job] + self->jobs[job].runtime;
}

/* The unfinished job that ends first; the first submitted of several. */
static guint first_end(const Eventwise *self)
{
    guint best = 0;

    for (guint i = 1; i < self->unfinished->len; i++) {
        if (end_of(self, nth(self, i)) < end_of(self, nth(self, best)))
            best = i;
    }
    return best;
}

static void end_job(Eventwise *self, guint index)
{
    unplan(self, nth(self, index));
    g_array_remove_index(self->unfinished, index);
    for (guint i = 0; i < self->unfinished->len; i++) {
        const uint32_t job = nth(self, i);

        if (self->starts[job] <= self->now)
            continue;
        unplan(self, job);
        plan(self, job);
    }
}

void conservative_eventwise_run(const TextbookJob *jobs, uint32_t n, uint32_t processors,
                                Instant *starts)
{
    g_autoptr(Profile) profile = profile_new(0, processors);
    g_autoptr(GArray) unfinished = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    Eventwise self = {.jobs = jobs, .starts = starts, .profile = profile, .unfinished = unfinished};
    uint32_t next = 0;

    while (next < n || unfinished->len > 0) {
        const guint ending = unfinished->len > 0 ? first_end(&self) : 0;
        const Instant end = unfinished->len > 0 ? end_of(&self, nth(&self, ending)) : INSTANT_NEVER;

        if (next < n && jobs[next].submit_at <= end) {
            self.now = jobs[next].submit_at;
            profile_forget(profile, self.now);
            plan(&self, next);
            g_array_append_val(unfinished, next);
            next++;
        } else {
            self.now = end;
            profile_forget(profile, self.now);
            end_job(&self, ending);
        }
    }
}
