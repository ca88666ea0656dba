/* Why a job gets what it gets, in words. */
#include "planner/why.h"

#define MANY_JOBS 16 /* of one class: single ones are hardly ever tried, so not looked up */

/* An alternative for the job: its candidate, and a plan with it. */
typedef struct {
    const Candidate *candidate;
    const SearchPoint *point; /* NULL: none was simulated */
    bool alone;               /* nothing else is changed in that plan */
} Alternative;

static const JobClass *class_of(const WhyContext *self, uint32_t job)
{
    return &self->candidates->classes[self->candidates->class_of[job]];
}

static const SearchPoint *with_group(const WhyContext *self, const JobClass *class, uint32_t to)
{
    const size_t size = self->candidates->n_jobs * sizeof(uint32_t);
    g_autofree uint32_t *choice = g_memdup2(self->point->choice, size);

    for (uint32_t i = 0; i < class->n_jobs; i++)
        choice[class->jobs[i]] = to;
    return search_find(self->search, choice);
}

static const SearchPoint *with_job(const WhyContext *self, uint32_t job, uint32_t to)
{
    const size_t size = self->candidates->n_jobs * sizeof(uint32_t);
    g_autofree uint32_t *choice = g_memdup2(self->point->choice, size);

    choice[job] = to;
    return search_find(self->search, choice);
}

static Alternative best_alternative(const WhyContext *self, uint32_t job)
{
    const JobClass *class = class_of(self, job);
    Alternative best = {0};

    for (uint32_t to = 0; to < class->n_allowed; to++) {
        const SearchPoint *point;

        if (to == self->point->choice[job])
            continue;
        point = class->n_jobs <= MANY_JOBS ? with_job(self, job, to) : NULL;
        if (!point)
            point = with_group(self, class, to);
        if (!point || !point->outcome)
            continue;
        if (!best.point || outcome_compare(self->problem, point->outcome, best.point->outcome) < 0)
            best = (Alternative){&class->candidates[to], point, true};
    }
    return best;
}

/* When its own alternatives were not simulated: the job in the file's plan, else in the best of the
 * uniform ones, where it has something else. */
static Alternative alternative_elsewhere(const WhyContext *self, uint32_t job)
{
    const JobClass *class = class_of(self, job);
    const uint32_t own = self->point->choice[job];
    const SearchPoint *baseline = self->search->baseline;
    const bool is_baseline = baseline && baseline->outcome && baseline->choice[job] != own;
    const SearchPoint *best = is_baseline ? baseline : NULL;

    for (guint i = 0; !is_baseline && i < self->search->points->len; i++) {
        const SearchPoint *point = g_ptr_array_index(self->search->points, i);

        if (point->uniform && point->outcome && point->choice[job] != own &&
            (!best || outcome_compare(self->problem, point->outcome, best->outcome) < 0))
            best = point;
    }
    return best ? (Alternative){&class->candidates[best->choice[job]], best, false}
                : (Alternative){0};
}

static double qos_points(const Cluster *cluster, uint32_t qos)
{
    const PriorityParameters *priority = &cluster->config.priority;
    const double most = cluster->max_qos_priority;

    if (priority->type != PRIORITY_MULTIFACTOR || qos == INDEX_NONE)
        return 0;
    if (priority->flags & PRIORITY_NO_NORMAL_QOS)
        return (double)priority->weight_qos * cluster->qos[qos].priority;
    return most > 0 ? priority->weight_qos * (cluster->qos[qos].priority / most) : 0;
}

static double partition_points(const Cluster *cluster, uint32_t partition)
{
    const PriorityParameters *priority = &cluster->config.priority;
    const double factor = cluster->partitions[partition].priority_job_factor;

    if (priority->type != PRIORITY_MULTIFACTOR)
        return 0;
    if (priority->flags & PRIORITY_NO_NORMAL_PART)
        return priority->weight_partition * factor;
    return priority->weight_partition * (factor / MAX(1, cluster->max_job_factor));
}

/* Others waiting for the same nodes at @at, with a priority in [@from, @below). */
static uint32_t waiting_between(const WhyContext *self, uint32_t partition, Instant at, double from,
                                double below)
{
    const Cluster *cluster = self->problem->cluster;
    uint32_t count = 0;

    for (guint i = 0; i < self->detail->others->len; i++) {
        const OtherRun *other = &g_array_index(self->detail->others, OtherRun, i);

        if (other->submit_at > at || other->start_at <= at || other->partition == INDEX_NONE ||
            other->priority < from || other->priority >= below)
            continue;
        count += nodeset_overlaps(cluster->partitions[other->partition].nodes,
                                  cluster->partitions[partition].nodes);
    }
    return count;
}

static void add_priority(GString *text, const WhyContext *self, uint32_t job,
                         const Candidate *chosen, const Candidate *other)
{
    const Cluster *cluster = self->problem->cluster;
    const JobForecast *forecast = &self->point->outcome->jobs[job];
    const double by_qos = qos_points(cluster, chosen->qos) - qos_points(cluster, other->qos);
    const double by_partition =
        partition_points(cluster, chosen->partition) - partition_points(cluster, other->partition);
    const double more = by_qos + by_partition;
    uint32_t passed;

    if (more < 1)
        return;
    passed = waiting_between(self, chosen->partition, forecast->eligible_at,
                             forecast->priority - more, forecast->priority);
    if (by_qos >= by_partition)
        g_string_append_printf(text, ": QoS %s adds %.0f to its priority",
                               cluster->qos[chosen->qos].name, by_qos);
    else
        g_string_append_printf(text, ": partition %s adds %.0f to its priority",
                               cluster->partitions[chosen->partition].name, by_partition);
    if (passed > 0)
        g_string_append_printf(text, " and passes %u waiting job%s", passed,
                               passed == 1 ? "" : "s");
}

static void add_gain(GString *text, const WhyContext *self, const Outcome *other)
{
    const Outcome *own = self->point->outcome;

    if (other->given_up_at != INSTANT_NEVER) {
        g_autofree char *after = span_words(other->given_up_at - self->problem->now);

        g_string_append_printf(text, "; with that not all is over after %s", after);
    } else if (other->makespan == INSTANT_NEVER && own->makespan != INSTANT_NEVER) {
        g_string_append_printf(text, ", with which %s",
                               other->note ? other->note : "it never ends");
    } else if (other->makespan > own->makespan) {
        g_autofree char *gain = span_words(other->makespan - own->makespan);

        g_string_append_printf(text, "; all ends %s earlier", gain);
    } else if (other->cost > own->cost) {
        g_autofree char *saved = g_strdup_printf("%.1f", other->cost - own->cost);

        g_string_append_printf(text, "; costs %s less", saved);
    }
}

/* (transfer full) */
static char *alternative_label(const WhyContext *self, const Alternative *other)
{
    g_autofree char *label = candidate_label(other->candidate, self->problem->cluster);

    if (other->alone)
        return g_steal_pointer(&label);
    return g_strconcat(label,
                       other->point == self->search->baseline ? " (as the file says)"
                                                              : " (with the other jobs there too)",
                       NULL);
}

static void compare_starts(GString *text, const WhyContext *self, uint32_t job,
                           const Alternative *other)
{
    const Cluster *cluster = self->problem->cluster;
    const Candidate *chosen = &class_of(self, job)->candidates[self->point->choice[job]];
    const Instant own_at = self->point->outcome->jobs[job].start_at;
    const Instant other_at = other->point->outcome->jobs[job].start_at;
    g_autofree char *label = candidate_label(chosen, cluster);
    g_autofree char *other_label = alternative_label(self, other);

    if (other_at == INSTANT_NEVER || own_at == INSTANT_NEVER) {
        g_string_append_printf(text, "%s rather than %s", label, other_label);
    } else if (own_at < other_at) {
        g_autofree char *gain = span_words(other_at - own_at);

        g_string_append_printf(text, "%s starts %s earlier than %s", label, gain, other_label);
        add_priority(text, self, job, chosen, other->candidate);
    } else if (own_at > other_at) {
        g_autofree char *loss = span_words(own_at - other_at);

        g_string_append_printf(text, "%s starts %s later than %s would", label, loss, other_label);
    } else {
        g_string_append_printf(text, "%s starts no later than %s", label, other_label);
    }
    if (other->alone)
        add_gain(text, self, other->point->outcome);
}

static void add_choice(GString *text, const WhyContext *self, uint32_t job)
{
    const Problem *problem = self->problem;
    const JobClass *class = class_of(self, job);
    const JobSpec *spec = problem->workflow->jobs[job].spec;
    g_autofree char *label =
        candidate_label(&class->candidates[self->point->choice[job]], problem->cluster);
    Alternative other;

    if (class->n_allowed == 1) {
        const bool asked = problem->pin_partition || problem->pin_qos;
        const bool written = spec->partition || spec->qos;

        g_string_append_printf(text,
                               asked     ? "%s is what was asked for"
                               : written ? "%s is what the file says"
                                         : "only %s will take it",
                               label);
        return;
    }
    other = best_alternative(self, job);
    if (!other.point)
        other = alternative_elsewhere(self, job);
    if (other.point)
        compare_starts(text, self, job, &other);
    else
        g_string_append_printf(text, "%s belongs to the best plan found", label);
}

static void add_wait(GString *text, const WhyContext *self, uint32_t job)
{
    const JobForecast *forecast = &self->point->outcome->jobs[job];
    const JobClass *class = class_of(self, job);
    const Candidate *chosen = &class->candidates[self->point->choice[job]];
    uint32_t before;

    if (forecast->start_at == INSTANT_NEVER) {
        if (forecast->reason)
            g_string_append_printf(text, "; it never starts (%s)", forecast->reason);
        return;
    }
    if (forecast->start_at - forecast->eligible_at < 60)
        return;
    before =
        waiting_between(self, chosen->partition, forecast->eligible_at, forecast->priority, 1e18);
    if (before > 0)
        g_string_append_printf(text, "; %u job%s of others come%s first", before,
                               before == 1 ? "" : "s", before == 1 ? "s" : "");
}

char *why_job(const WhyContext *self, uint32_t job)
{
    const JobClass *class = class_of(self, job);
    GString *text = g_string_new(NULL);

    add_choice(text, self, job);
    add_wait(text, self, job);
    if (class->candidates[self->point->choice[job]].preemptible)
        g_string_append(text, "; others may preempt it there");
    return g_string_free(text, FALSE);
}
