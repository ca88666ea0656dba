/* How many processors are free over time: a staircase. */
#include "sim/profile.h"

typedef struct {
    Instant at;
    uint32_t free; /* from `at` until the next step */
} Step;

struct Profile {
    GArray *steps; /* Step, ascending, the first at the origin; neighbours differ */
    uint32_t capacity;
};

Profile *profile_new(Instant origin, uint32_t capacity)
{
    Profile *self = g_new0(Profile, 1);
    const Step all = {.at = origin, .free = capacity};

    self->steps = g_array_new(FALSE, FALSE, sizeof(Step));
    self->capacity = capacity;
    g_array_append_val(self->steps, all);
    return self;
}

void profile_free(Profile *self)
{
    if (!self)
        return;
    g_array_unref(self->steps);
    g_free(self);
}

static Step *nth(const Profile *self, guint index)
{
    return &g_array_index(self->steps, Step, index);
}

/* The step in force at an instant: the last one that begins at or before it. */
static guint in_force(const Profile *self, Instant at)
{
    guint low = 0;
    guint high = self->steps->len;

    while (high - low > 1) {
        const guint middle = low + (high - low) / 2;

        if (nth(self, middle)->at <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

uint32_t profile_free_at(const Profile *self, Instant at)
{
    return nth(self, in_force(self, at))->free;
}

Instant profile_earliest(const Profile *self, Instant after, Span span, uint32_t processors)
{
    Instant start = after;

    if (processors > self->capacity)
        return INSTANT_NEVER;
    for (guint i = in_force(self, after); i < self->steps->len; i++) {
        if (nth(self, i)->at >= start + span)
            break;
        if (nth(self, i)->free < processors) {
            if (i + 1 == self->steps->len)
                return INSTANT_NEVER;
            start = nth(self, i + 1)->at; /* blocked: try again where this step ends */
        }
    }
    return start;
}

/* Makes a step begin at an instant. Returns: its index. */
static guint split(Profile *self, Instant at)
{
    const guint before = in_force(self, at);
    const Step step = {.at = at, .free = nth(self, before)->free};

    if (nth(self, before)->at >= at)
        return before;
    g_array_insert_val(self->steps, before + 1, step);
    return before + 1;
}

static void join(Profile *self, guint index)
{
    if (index > 0 && index < self->steps->len &&
        nth(self, index)->free == nth(self, index - 1)->free)
        g_array_remove_index(self->steps, index);
}

static void change(Profile *self, Instant from, Instant until, int64_t by)
{
    guint first;
    guint last;

    from = MAX(from, nth(self, 0)->at);
    if (until <= from)
        return;
    first = split(self, from);
    last = split(self, until);
    for (guint i = first; i < last; i++) {
        const int64_t free = (int64_t)nth(self, i)->free + by;

        g_assert(free >= 0 && free <= self->capacity);
        nth(self, i)->free = (uint32_t)free;
    }
    join(self, last);
    join(self, first);
}

void profile_take(Profile *self, Instant from, Instant until, uint32_t processors)
{
    change(self, from, until, -(int64_t)processors);
}

void profile_give(Profile *self, Instant from, Instant until, uint32_t processors)
{
    change(self, from, until, processors);
}

void profile_forget(Profile *self, Instant now)
{
    const guint first = in_force(self, now);

    if (first > 0)
        g_array_remove_range(self->steps, 0, first);
    nth(self, 0)->at = MAX(nth(self, 0)->at, now);
}
