/* Textbook policies on processors: strict FCFS, EASY backfill, conservative backfill. */
#include "sim/textbook.h"
#include "sim/endlist.h"
#include "sim/fittree.h"
#include "sim/profile.h"

typedef struct {
    Instant end;
    uint32_t job;
} Running;

typedef struct {
    const TextbookJob *jobs;
    uint32_t n;
    Instant *starts;
    uint32_t processors;
    uint32_t free;
    uint32_t next; /* first job not submitted yet */
    Instant now;
    Running *heap; /* running jobs by true end, then number */
    uint32_t n_running;
} Machine;

static bool ends_before(const Running *a, const Running *b)
{
    return a->end != b->end ? a->end < b->end : a->job < b->job;
}

static void heap_push(Machine *self, Running entry)
{
    uint32_t i = self->n_running++;

    while (i > 0 && ends_before(&entry, &self->heap[(i - 1) / 2])) {
        self->heap[i] = self->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    self->heap[i] = entry;
}

static uint32_t heap_pop(Machine *self)
{
    const uint32_t job = self->heap[0].job;
    const Running last = self->heap[--self->n_running];
    uint32_t i = 0;

    for (uint32_t child = 1; child < self->n_running; child = 2 * i + 1) {
        if (child + 1 < self->n_running && ends_before(&self->heap[child + 1], &self->heap[child]))
            child++;
        if (!ends_before(&self->heap[child], &last))
            break;
        self->heap[i] = self->heap[child];
        i = child;
    }
    self->heap[i] = last;
    return job;
}

static bool machine_is_busy(const Machine *self)
{
    return self->next < self->n || self->n_running > 0;
}

/* Goes to the next instant at which anything happens. */
static void machine_advance(Machine *self)
{
    self->now = self->next < self->n ? self->jobs[self->next].submit_at : INSTANT_NEVER;
    if (self->n_running > 0)
        self->now = MIN(self->now, self->heap[0].end);
}

/* The next job that ends now, its processors given back; FIT_NONE when there is none. */
static uint32_t machine_end(Machine *self)
{
    uint32_t job;

    if (self->n_running == 0 || self->heap[0].end > self->now)
        return FIT_NONE;
    job = heap_pop(self);
    self->free += self->jobs[job].processors;
    return job;
}

static void machine_start(Machine *self, uint32_t job)
{
    self->starts[job] = self->now;
    self->free -= self->jobs[job].processors;
    heap_push(self, (Running){.end = self->now + self->jobs[job].runtime, .job = job});
}

static bool machine_submits(const Machine *self)
{
    return self->next < self->n && self->jobs[self->next].submit_at <= self->now;
}

/* ---- FCFS ---- */

static void run_fcfs(Machine *self)
{
    uint32_t head = 0;

    while (machine_is_busy(self)) {
        machine_advance(self);
        while (machine_end(self) != FIT_NONE)
            continue;
        while (machine_submits(self))
            self->next++;
        while (head < self->next && self->jobs[head].processors <= self->free)
            machine_start(self, head++);
    }
}

/* ---- EASY ---- */

typedef struct {
    Machine *machine;
    FitTree *queue;
    EndList *ends;
    uint32_t head;  /* first waiting job, FIT_NONE */
    Instant shadow; /* when the head can start ... */
    uint32_t extra; /* ... and what is free beyond it then */
} Easy;

static void easy_start(Easy *self, uint32_t job)
{
    const TextbookJob *asked = &self->machine->jobs[job];

    fittree_leave(self->queue, job);
    endlist_add(self->ends, self->machine->now + asked->estimate, asked->processors);
    machine_start(self->machine, job);
}

static void easy_end_jobs(Easy *self, bool *ended)
{
    uint32_t job;

    while ((job = machine_end(self->machine)) != FIT_NONE) {
        const TextbookJob *done = &self->machine->jobs[job];

        endlist_remove(self->ends, self->machine->starts[job] + done->estimate, done->processors);
        *ended = true;
    }
}

/* Starts jobs from the head on while they fit; the first that does not gets the shadow. */
static void easy_serve_head(Easy *self, uint32_t from)
{
    Machine *machine = self->machine;

    if (self->head == FIT_NONE)
        self->head = fittree_first(self->queue, from);
    while (self->head != FIT_NONE && machine->jobs[self->head].processors <= machine->free) {
        easy_start(self, self->head);
        self->head = fittree_first(self->queue, self->head + 1);
    }
    if (self->head != FIT_NONE)
        self->shadow = endlist_shadow(self->ends, machine->free,
                                      machine->jobs[self->head].processors, &self->extra);
}

/* Whatever fits behind the head without delaying it, in queue order. */
static void easy_backfill(Easy *self, uint32_t from)
{
    Machine *machine = self->machine;

    while (machine->free > 0 && from < machine->next) {
        const Span slack = self->shadow - machine->now;
        const uint32_t job = fittree_next(self->queue, from, machine->free, slack, self->extra);

        if (job == FIT_NONE)
            return;
        if (machine->jobs[job].estimate > slack)
            self->extra -= machine->jobs[job].processors;
        easy_start(self, job);
        from = job + 1;
    }
}

static void run_easy(Machine *machine)
{
    g_autoptr(FitTree) queue = fittree_new(machine->n);
    g_autoptr(EndList) ends = endlist_new();
    Easy easy = {.machine = machine, .queue = queue, .ends = ends, .head = FIT_NONE};

    while (machine_is_busy(machine)) {
        const uint32_t old = machine->next;
        bool ended = false;

        machine_advance(machine);
        easy_end_jobs(&easy, &ended);
        while (machine_submits(machine)) {
            const TextbookJob *job = &machine->jobs[machine->next];

            fittree_enter(queue, machine->next++, job->processors, job->estimate);
        }
        if (ended || easy.head == FIT_NONE) {
            easy_serve_head(&easy, easy.head == FIT_NONE ? old : easy.head);
            if (easy.head != FIT_NONE)
                easy_backfill(&easy, easy.head + 1);
        } else {
            easy_backfill(&easy, old); /* nothing changed for those that waited already */
        }
    }
}

/* ---- conservative ---- */

typedef struct {
    Machine *machine;
    Profile *profile;
    GArray *waiting;  /* uint32_t, in queue order */
    Instant *planned; /* [n] */
} Conservative;

static void plan(Conservative *self, uint32_t job)
{
    const TextbookJob *asked = &self->machine->jobs[job];

    self->planned[job] =
        profile_earliest(self->profile, self->machine->now, asked->estimate, asked->processors);
    profile_take(self->profile, self->planned[job], self->planned[job] + asked->estimate,
                 asked->processors);
}

static void unplan(Conservative *self, uint32_t job)
{
    const TextbookJob *asked = &self->machine->jobs[job];

    profile_give(self->profile, self->planned[job], self->planned[job] + asked->estimate,
                 asked->processors);
}

/* A job ended before its estimate: everyone may move forward, in queue order. */
static void compress(Conservative *self)
{
    for (guint i = 0; i < self->waiting->len; i++) {
        const uint32_t job = g_array_index(self->waiting, uint32_t, i);

        unplan(self, job);
        plan(self, job);
    }
}

static void start_planned(Conservative *self)
{
    guint kept = 0;

    for (guint i = 0; i < self->waiting->len; i++) {
        const uint32_t job = g_array_index(self->waiting, uint32_t, i);

        if (self->planned[job] <= self->machine->now)
            machine_start(self->machine, job);
        else
            g_array_index(self->waiting, uint32_t, kept++) = job;
    }
    g_array_set_size(self->waiting, kept);
}

/* The next instant: a submission, a real end, or a planned start. */
static void advance_to_plan(Conservative *self)
{
    machine_advance(self->machine);
    for (guint i = 0; i < self->waiting->len; i++)
        self->machine->now =
            MIN(self->machine->now, self->planned[g_array_index(self->waiting, uint32_t, i)]);
    profile_forget(self->profile, self->machine->now);
}

static bool give_back_tails(Conservative *self)
{
    Machine *machine = self->machine;
    bool early = false;
    uint32_t job;

    while ((job = machine_end(machine)) != FIT_NONE) {
        const TextbookJob *done = &machine->jobs[job];
        const Instant expected = machine->starts[job] + done->estimate;

        if (expected > machine->now) {
            profile_give(self->profile, machine->now, expected, done->processors);
            early = true;
        }
    }
    return early;
}

static void run_conservative(Machine *machine)
{
    g_autoptr(Profile) profile = profile_new(0, machine->processors);
    g_autoptr(GArray) waiting = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_autofree Instant *planned = g_new0(Instant, machine->n + 1);
    Conservative self = {
        .machine = machine, .profile = profile, .waiting = waiting, .planned = planned};

    while (machine_is_busy(machine) || waiting->len > 0) {
        advance_to_plan(&self);
        if (give_back_tails(&self))
            compress(&self);
        while (machine_submits(machine)) {
            plan(&self, machine->next);
            g_array_append_val(waiting, machine->next);
            machine->next++;
        }
        start_planned(&self);
    }
}

static const char *const policy_names[] = {"fcfs", "easy", "conservative"};

bool textbook_policy_parse(const char *text, TextbookPolicy *out)
{
    for (size_t i = 0; i < G_N_ELEMENTS(policy_names); i++) {
        if (g_ascii_strcasecmp(text, policy_names[i]) == 0) {
            *out = (TextbookPolicy)i;
            return true;
        }
    }
    return false;
}

const char *textbook_policy_name(TextbookPolicy policy)
{
    return policy_names[policy];
}

void textbook_run(TextbookPolicy policy, const TextbookJob *jobs, uint32_t n, uint32_t processors,
                  Instant *starts)
{
    g_autofree Running *heap = g_new(Running, n + 1);
    Machine machine = {.jobs = jobs,
                       .n = n,
                       .starts = starts,
                       .processors = processors,
                       .free = processors,
                       .heap = heap};

    if (policy == TEXTBOOK_FCFS)
        run_fcfs(&machine);
    else if (policy == TEXTBOOK_EASY)
        run_easy(&machine);
    else
        run_conservative(&machine);
}

void textbook_metrics(const TextbookJob *jobs, uint32_t n, uint32_t processors,
                      const Instant *starts, Metrics *out)
{
    g_autofree double *values = g_new(double, (size_t)n + 1);

    *out = (Metrics){
        .runs = n, .ended = n, .first_at = INSTANT_NEVER, .last_at = n ? 0 : INSTANT_NEVER};
    for (uint32_t i = 0; i < n; i++) {
        const TextbookJob *job = &jobs[i];

        out->first_at = MIN(out->first_at, job->submit_at);
        out->last_at = MAX(out->last_at, starts[i] + job->runtime);
        out->cpu_seconds += (double)job->processors * (double)job->runtime;
        values[i] = (double)(starts[i] - job->submit_at);
    }
    distribution_of(values, n, &out->wait);
    for (uint32_t i = 0; i < n; i++)
        values[i] = slowdown_of(starts[i] - jobs[i].submit_at, jobs[i].runtime);
    distribution_of(values, n, &out->slowdown);
    out->makespan = n ? out->last_at - out->first_at : 0;
    if (out->makespan > 0 && processors > 0)
        out->utilisation = out->cpu_seconds / ((double)processors * (double)out->makespan);
}
