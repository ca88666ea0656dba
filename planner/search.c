/* Chooses a candidate for every job. */
#include "planner/search.h"

#include "planner/batch.h"
#include "planner/conditional.h"
#include "planner/critical.h"

typedef struct {
    const SearchSpace *space;
    const Candidates *candidates;
    Search *search;
    Batch *batch;
    bool *conditional;
} Seeker;

/* How far a move may go, from cheap to dear. */
typedef enum {
    MOVE_GROUP_AXIS, /* like jobs together; partition or QoS changes, not both */
    MOVE_GROUP,      /* like jobs together, anywhere */
    MOVE_JOB,        /* one job, anywhere */
    MOVES
} Reach;

/* What moves: a class, or one of its jobs. */
typedef struct {
    uint32_t class;
    uint32_t job; /* INDEX_NONE: all of the class */
    Span weight;  /* [s] of its time on the critical path, the waits; -1 off the path */
} Unit;

static void free_point(void *data)
{
    SearchPoint *point = data;

    g_free(point->choice);
    outcome_free(point->outcome);
    g_free(point);
}

void search_free(Search *self)
{
    if (!self)
        return;
    g_clear_pointer(&self->by_choice, g_hash_table_unref);
    g_ptr_array_unref(self->points);
    g_free(self);
}

const SearchPoint *search_find(const Search *self, const uint32_t *choice)
{
    const ChoiceKey key = {.n = self->n_jobs, .choice = choice};

    return g_hash_table_lookup(self->by_choice, &key);
}

uint32_t search_count(const Search *self)
{
    uint32_t count = 0;

    for (guint i = 0; i < self->points->len; i++)
        count += ((const SearchPoint *)g_ptr_array_index(self->points, i))->outcome != NULL;
    return count;
}

static double count_assignments(const Candidates *candidates)
{
    double count = 1;

    for (uint32_t i = 0; i < candidates->n_jobs; i++)
        count *= candidates->classes[candidates->class_of[i]].n_allowed;
    return count;
}

/* NULL when some job would never run as the file has it. */
static SearchPoint *add_baseline(Seeker *self)
{
    const Candidates *candidates = self->candidates;
    uint32_t *choice = g_new(uint32_t, candidates->n_jobs);

    for (uint32_t i = 0; i < candidates->n_jobs; i++) {
        choice[i] = candidates->classes[candidates->class_of[i]].baseline;
        if (choice[i] == INDEX_NONE) {
            g_free(choice);
            return NULL;
        }
    }
    return batch_add(self->batch, choice);
}

static bool same_pair(const Candidate *a, const Candidate *b)
{
    return a->qos == b->qos && strcmp(a->partitions, b->partitions) == 0;
}

/* The candidate of a class that is nearest to @wanted: the same, else the same partition, else the
 * same QoS, else what the file says. */
static uint32_t nearest(const JobClass *class, const Candidate *wanted)
{
    uint32_t best = class->baseline < class->n_allowed ? class->baseline : 0;
    int closeness = 0;

    for (uint32_t i = 0; i < class->n_allowed; i++) {
        const Candidate *candidate = &class->candidates[i];
        const bool partition = strcmp(candidate->partitions, wanted->partitions) == 0;
        const bool qos = candidate->qos == wanted->qos;
        const int close = 2 * partition + qos;

        if (close > closeness) {
            closeness = close;
            best = i;
        }
    }
    return best;
}

static void insert_pair(GPtrArray *pairs, const Cluster *cluster, const Candidate *pair)
{
    guint at = 0;

    for (guint i = 0; i < pairs->len; i++) {
        if (same_pair(g_ptr_array_index(pairs, i), pair))
            return;
    }
    while (at < pairs->len && pair->qos != INDEX_NONE) {
        const Candidate *other = g_ptr_array_index(pairs, at);

        if (other->qos == INDEX_NONE ||
            cluster->qos[other->qos].priority < cluster->qos[pair->qos].priority)
            break;
        at++;
    }
    g_ptr_array_insert(pairs, pair->qos == INDEX_NONE ? -1 : (gint)at, (void *)(uintptr_t)pair);
}

/* Every partition and QoS some job may use; high priority first, so that a small budget sees what
 * is likely to be early. (transfer container) */
static GPtrArray *all_pairs(const Seeker *self)
{
    GPtrArray *pairs = g_ptr_array_new();

    for (uint32_t i = 0; i < self->candidates->n_classes; i++) {
        const JobClass *class = &self->candidates->classes[i];

        for (uint32_t k = 0; k < class->n_allowed; k++)
            insert_pair(pairs, self->space->problem->cluster, &class->candidates[k]);
    }
    return pairs;
}

static void try_uniform(Seeker *self)
{
    g_autoptr(GPtrArray) pairs = all_pairs(self);

    for (guint i = 0; i < pairs->len; i++) {
        const Candidate *pair = g_ptr_array_index(pairs, i);
        uint32_t *choice = g_new(uint32_t, self->candidates->n_jobs);
        SearchPoint *point;

        for (uint32_t job = 0; job < self->candidates->n_jobs; job++)
            choice[job] =
                nearest(&self->candidates->classes[self->candidates->class_of[job]], pair);
        point = batch_add(self->batch, choice);
        if (point && !point->uniform)
            point->uniform = pair;
    }
    batch_run(self->batch);
}

/* Counts through all assignments as an odometer does. */
static void try_all(Seeker *self)
{
    const Candidates *candidates = self->candidates;
    g_autofree uint32_t *choice = g_new0(uint32_t, candidates->n_jobs);
    uint32_t job;

    do {
        batch_add(self->batch, g_memdup2(choice, candidates->n_jobs * sizeof *choice));
        for (job = 0; job < candidates->n_jobs; job++) {
            if (++choice[job] < candidates->classes[candidates->class_of[job]].n_allowed)
                break;
            choice[job] = 0;
        }
    } while (job < candidates->n_jobs);
    batch_run(self->batch);
}

/* By job: how long it queues on the critical path, -1 when it is not on it. */
static Span *path_waits(const Seeker *self, const SearchPoint *point)
{
    const Problem *problem = self->space->problem;
    g_autoptr(GArray) path =
        critical_path(problem->workflow, point->outcome, self->conditional, NULL, problem->now);
    Span *waits = g_new(Span, self->candidates->n_jobs);

    for (uint32_t i = 0; i < self->candidates->n_jobs; i++)
        waits[i] = -1;
    for (guint i = 0; i < path->len; i++) {
        const PathStep *step = &g_array_index(path, PathStep, i);

        waits[step->job] = MAX(0, step->start_at - step->ready_at);
    }
    return waits;
}

static int by_weight(gconstpointer a, gconstpointer b)
{
    const Unit *left = a, *right = b;

    if (left->weight != right->weight)
        return left->weight > right->weight ? -1 : 1;
    if (left->class != right->class)
        return left->class < right->class ? -1 : 1;
    return left->job < right->job ? -1 : left->job > right->job;
}

static void add_units(GArray *units, const JobClass *class, uint32_t index, Reach reach,
                      const Span *waits)
{
    Unit unit = {.class = index, .job = INDEX_NONE, .weight = -1};

    if (reach == MOVE_JOB && class->n_jobs == 1)
        return;
    for (uint32_t i = 0; i < class->n_jobs; i++) {
        const Span wait = waits[class->jobs[i]];

        if (reach == MOVE_JOB) {
            unit = (Unit){.class = index, .job = class->jobs[i], .weight = wait};
            g_array_append_val(units, unit);
        } else if (wait >= 0) {
            unit.weight = MAX(0, unit.weight) + wait;
        }
    }
    if (reach != MOVE_JOB)
        g_array_append_val(units, unit);
}

/* What may move, the critical path first. */
static GArray *units_of(const Seeker *self, const SearchPoint *point, Reach reach)
{
    GArray *units = g_array_new(FALSE, FALSE, sizeof(Unit));
    g_autofree Span *waits = path_waits(self, point);

    for (uint32_t i = 0; i < self->candidates->n_classes; i++)
        add_units(units, &self->candidates->classes[i], i, reach, waits);
    g_array_sort(units, by_weight);
    return units;
}

static uint32_t *moved(const Seeker *self, const SearchPoint *from, const Unit *unit, uint32_t to)
{
    const JobClass *class = &self->candidates->classes[unit->class];
    uint32_t *choice = g_memdup2(from->choice, self->candidates->n_jobs * sizeof *from->choice);

    if (unit->job != INDEX_NONE) {
        choice[unit->job] = to;
        return choice;
    }
    for (uint32_t i = 0; i < class->n_jobs; i++)
        choice[class->jobs[i]] = to;
    return choice;
}

static bool may_move(const JobClass *class, uint32_t from, uint32_t to, Reach reach,
                     const uint32_t *qos)
{
    const Candidate *old = &class->candidates[from], *new = &class->candidates[to];

    if (qos && new->qos != *qos)
        return false;
    return reach != MOVE_GROUP_AXIS || old->qos == new->qos ||
           strcmp(old->partitions, new->partitions) == 0;
}

/* The best place for one unit, everything else staying where it is. */
static SearchPoint *move_unit(Seeker *self, SearchPoint *current, const Unit *unit, Reach reach,
                              const uint32_t *qos)
{
    const JobClass *class = &self->candidates->classes[unit->class];
    const uint32_t from = current->choice[unit->job == INDEX_NONE ? class->jobs[0] : unit->job];
    g_autoptr(GPtrArray) points = g_ptr_array_new();
    SearchPoint *best = current;

    for (uint32_t to = 0; to < class->n_allowed; to++) {
        SearchPoint *point;

        if (to == from || !may_move(class, from, to, reach, qos))
            continue;
        point = batch_add(self->batch, moved(self, current, unit, to));
        if (point)
            g_ptr_array_add(points, point);
    }
    batch_run(self->batch);
    for (guint i = 0; i < points->len; i++) {
        SearchPoint *point = g_ptr_array_index(points, i);

        if (point->outcome &&
            outcome_compare(self->space->problem, point->outcome, best->outcome) < 0)
            best = point;
    }
    return best;
}

static bool is_over(const Seeker *self)
{
    return self->search->stopped || self->search->budget_hit;
}

static bool pass(Seeker *self, SearchPoint **current, Reach reach, const uint32_t *qos)
{
    g_autoptr(GArray) units = units_of(self, *current, reach);
    bool improved = false;

    for (guint i = 0; i < units->len && !is_over(self); i++) {
        SearchPoint *best = move_unit(self, *current, &g_array_index(units, Unit, i), reach, qos);

        improved |= best != *current;
        *current = best;
        if (qos && batch_left(self->batch) == 0)
            return false;
    }
    return improved;
}

/* @qos: only candidates with this one; NULL: all. */
static void descend(Seeker *self, SearchPoint *from, const uint32_t *qos)
{
    SearchPoint *current = from;
    Reach reach = MOVE_GROUP_AXIS;

    while (reach < MOVES && !is_over(self)) {
        if (pass(self, &current, reach, qos))
            reach = MOVE_GROUP_AXIS;
        else
            reach++;
    }
}

/* The best uniform point of each QoS, best first. (transfer container) */
static GPtrArray *best_by_qos(const Seeker *self)
{
    const Problem *problem = self->space->problem;
    GPtrArray *best = g_ptr_array_new();

    for (guint i = 0; i < self->search->points->len; i++) {
        SearchPoint *point = g_ptr_array_index(self->search->points, i);
        guint at = 0;
        bool known = false;

        if (!point->uniform || !point->outcome)
            continue;
        for (guint k = 0; k < best->len; k++) {
            SearchPoint *other = g_ptr_array_index(best, k);

            if (other->uniform->qos != point->uniform->qos)
                continue;
            known = outcome_compare(problem, other->outcome, point->outcome) <= 0;
            if (!known)
                g_ptr_array_remove_index(best, k);
            break;
        }
        while (at < best->len &&
               outcome_compare(problem, ((SearchPoint *)g_ptr_array_index(best, at))->outcome,
                               point->outcome) <= 0)
            at++;
        if (!known)
            g_ptr_array_insert(best, (gint)at, point);
    }
    return best;
}

/* With one QoS for all a search is small, and what a user would get by asking for that QoS: the
 * free choice must not end worse. Most of what is left goes into the most promising one, the others
 * get a little; the rest is for mixing them. */
static void descend_by_qos(Seeker *self)
{
    g_autoptr(GPtrArray) starts = best_by_qos(self);
    const uint32_t left = batch_left(self->batch);
    const uint32_t little = left / (8 * MAX(1, starts->len));

    for (guint i = 0; starts->len > 1 && i < starts->len && !self->search->stopped; i++) {
        SearchPoint *start = g_ptr_array_index(starts, i);
        const uint32_t share = i == 0 ? left * 3 / 4 : little;

        batch_set_aside(self->batch, 0);
        if (batch_left(self->batch) <= share)
            break;
        batch_set_aside(self->batch, batch_left(self->batch) - share);
        descend(self, start, &start->uniform->qos);
    }
    batch_set_aside(self->batch, 0);
}

static void count_untried(Search *self)
{
    double tried = 0;

    for (guint i = 0; i < self->points->len; i++) {
        const SearchPoint *point = g_ptr_array_index(self->points, i);

        tried += point->allowed && point->outcome;
    }
    self->untried = MAX(0, self->assignments - tried);
}

static void seek(Seeker *self)
{
    Search *search = self->search;

    search->baseline = add_baseline(self);
    batch_run(self->batch);
    if (search->assignments < batch_left(self->batch)) {
        try_uniform(self);
        try_all(self);
        return;
    }
    batch_set_aside(self->batch, batch_left(self->batch) / 2);
    try_uniform(self);
    batch_set_aside(self->batch, 0);
    descend_by_qos(self);
    if (search->best)
        descend(self, search->best, NULL);
}

Search *search_run(const SearchSpace *space)
{
    Search *search = g_new0(Search, 1);
    g_autoptr(Batch) batch = NULL;
    Seeker self = {.space = space, .candidates = space->candidates, .search = search};

    search->points = g_ptr_array_new_with_free_func(free_point);
    search->n_jobs = space->candidates->n_jobs;
    search->assignments = count_assignments(space->candidates);
    batch = batch_new(space, search);
    self.batch = batch;
    self.conditional = workflow_conditional(space->problem->workflow);
    seek(&self);
    count_untried(search);
    g_free(self.conditional);
    return search;
}
