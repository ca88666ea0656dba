/* What else was tried as a whole. */
#include "planner/considered.h"

typedef struct {
    Considered *row;
    const Outcome *outcome;
    guint order;
} Entry;

static void free_considered(void *self)
{
    considered_free(self);
}

static Considered *row_of(const Outcome *outcome, StrategyKind strategy, const char *label)
{
    Considered *row = g_new0(Considered, 1);

    row->label = g_strdup(label);
    row->strategy = strategy;
    row->makespan = outcome->makespan;
    row->cost = outcome->cost;
    row->note = g_strdup(outcome->note);
    return row;
}

/* How many jobs really have the candidate an assignment is named after. */
static uint32_t count_uniform(const SearchSpace *space, const SearchPoint *point)
{
    const Candidates *candidates = space->candidates;
    uint32_t count = 0;

    for (uint32_t i = 0; i < candidates->n_jobs; i++) {
        const Candidate *own =
            &candidates->classes[candidates->class_of[i]].candidates[point->choice[i]];

        count += own->qos == point->uniform->qos &&
                 strcmp(own->partitions, point->uniform->partitions) == 0;
    }
    return count;
}

static Considered *uniform_row(const SearchSpace *space, const SearchPoint *point,
                               StrategyKind strategy)
{
    const Cluster *cluster = space->problem->cluster;
    const uint32_t count = count_uniform(space, point);
    g_autofree char *pair = candidate_label(point->uniform, cluster);
    g_autofree char *label =
        count == space->candidates->n_jobs
            ? g_strdup_printf("all on %s", pair)
            : g_strdup_printf("%u of %u jobs on %s", count, space->candidates->n_jobs, pair);
    Considered *row = row_of(point->outcome, strategy, label);

    row->partition = g_strdup(point->uniform->partitions);
    if (point->uniform->qos != INDEX_NONE)
        row->qos = g_strdup(cluster->qos[point->uniform->qos].name);
    return row;
}

static int by_outcome(gconstpointer a, gconstpointer b, gpointer data)
{
    const Entry *left = a, *right = b;
    const int order = outcome_compare(data, left->outcome, right->outcome);

    if (order != 0)
        return order;
    if (left->row->chosen != right->row->chosen)
        return left->row->chosen ? -1 : 1;
    return left->order < right->order ? -1 : left->order > right->order;
}

static void add_entry(GArray *entries, Considered *row, const Outcome *outcome)
{
    const Entry entry = {.row = row, .outcome = outcome, .order = entries->len};

    g_array_append_val(entries, entry);
}

GPtrArray *considered_list(const SearchSpace *space, const Search *search, StrategyKind strategy,
                           const WholeTrial *others, size_t n_others)
{
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    GPtrArray *list = g_ptr_array_new_with_free_func(free_considered);
    Problem problem = *space->problem; /* g_array_sort wants it without const */

    for (size_t i = 0; i < n_others; i++) {
        Considered *row = row_of(others[i].outcome, others[i].strategy, others[i].label);

        row->chosen = others[i].chosen;
        add_entry(entries, row, others[i].outcome);
    }
    for (guint i = 0; i < search->points->len; i++) {
        const SearchPoint *point = g_ptr_array_index(search->points, i);

        if (point->uniform && point->outcome)
            add_entry(entries, uniform_row(space, point, strategy), point->outcome);
    }
    g_array_sort_with_data(entries, by_outcome, &problem);
    for (guint i = 0; i < entries->len; i++)
        g_ptr_array_add(list, g_array_index(entries, Entry, i).row);
    return list;
}
