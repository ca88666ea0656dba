/* Dependencies of every type: when they hold, when they never will.
 * Source: Slurm job_scheduler.c test_job_dependency; reference 10.1. */
#include "sim/core.h"

/* How far the target of a dependency has come, over all its array tasks. */
typedef struct {
    bool all_begun;   /* none pending any more */
    bool all_done;    /* all in a final state and not COMPLETING */
    bool all_ok;      /* every finished task COMPLETED */
    bool any_failed;  /* a finished task did not */
    Instant begun_at; /* the latest start, or end without start */
} Progress;

static bool is_final(const SimJob *job)
{
    return job->state != JOB_PENDING && job->state != JOB_RUNNING && job->state != JOB_SUSPENDED;
}

static void add_progress(Progress *sum, const SimJob *job)
{
    const bool done = is_final(job) && !job->completing;
    const Instant begun = job->start_at != INSTANT_NONE ? job->start_at : job->end_at;

    if (job->state == JOB_PENDING)
        sum->all_begun = false;
    if (!done)
        sum->all_done = false;
    if (is_final(job) && job->state != JOB_COMPLETED)
        sum->any_failed = true;
    if (!is_final(job) || job->state != JOB_COMPLETED)
        sum->all_ok = false;
    if (begun != INSTANT_NONE)
        sum->begun_at = MAX(sum->begun_at, begun);
}

static Progress progress_of(const SimJob *target)
{
    Progress sum = {.all_begun = true, .all_done = true, .all_ok = true, .begun_at = INSTANT_NONE};

    if (!target->array) {
        add_progress(&sum, target);
        return sum;
    }
    for (guint i = 0; i < target->array->records->len; i++)
        add_progress(&sum, g_ptr_array_index(target->array->records, i));
    return sum;
}

/* aftercorr: the target's task with the same number. */
static DependState test_corresponding(const SimJob *target, uint32_t task)
{
    if (!target->array)
        return DEP_WAITS;
    for (guint i = 0; i < target->array->records->len; i++) {
        const SimJob *other = g_ptr_array_index(target->array->records, i);

        if (other->task != task)
            continue;
        if (!is_final(other) || other->completing)
            return DEP_WAITS;
        return other->state == JOB_COMPLETED ? DEP_HOLDS : DEP_FAILED;
    }
    return DEP_WAITS;
}

/* No other job of this user and name runs, or waits with a smaller id. */
static DependState test_singleton(const Sim *self, const SimJob *job)
{
    const char *name = job->spec->name ? job->spec->name : job->source->id;

    for (guint i = 0; i < self->records->len; i++) {
        const SimJob *other = g_ptr_array_index(self->records, i);
        const char *its = other->spec->name ? other->spec->name : other->source->id;

        if (other == job || other->base_id == job->base_id || other->user != job->user)
            continue;
        if (is_final(other) || (other->state == JOB_PENDING && other->id > job->id))
            continue;
        if (g_str_equal(its, name))
            return DEP_WAITS;
    }
    return DEP_HOLDS;
}

static DependState test_one(const Sim *self, const SimJob *job, const Dependency *one)
{
    const SimJob *target;
    Progress at;

    if (one->rule == RULE_SINGLETON)
        return test_singleton(self, job);
    if (one->job == INDEX_NONE || !(target = g_ptr_array_index(self->first, one->job)))
        return DEP_HOLDS; /* nobody knows it any more */
    if (one->rule == RULE_AFTERCORR)
        return job->array
                   ? test_corresponding(
                         target, job->task != COUNT_UNSET
                                     ? job->task
                                     : job->array->tasks[job->array->order[job->array->next]])
                   : DEP_WAITS;
    at = progress_of(target);
    if (one->rule == RULE_AFTER) {
        if (!at.all_begun)
            return DEP_WAITS;
        return self->now >= at.begun_at + (Span)one->delay * 60 ? DEP_HOLDS : DEP_WAITS;
    }
    if (!at.all_done)
        return DEP_WAITS;
    if (one->rule == RULE_AFTEROK)
        return at.all_ok ? DEP_HOLDS : DEP_FAILED;
    if (one->rule == RULE_AFTERNOTOK)
        return at.any_failed ? DEP_HOLDS : DEP_FAILED;
    return DEP_HOLDS; /* afterany */
}

DependState depend_test(Sim *self, SimJob *job)
{
    uint32_t waiting = 0;
    uint32_t failed = 0;

    for (uint32_t i = 0; i < job->n_depends; i++) {
        Dependency *one = &job->depends[i];

        if (one->state == DEP_WAITS)
            one->state = test_one(self, job, one);
        waiting += one->state == DEP_WAITS;
        failed += one->state == DEP_FAILED;
        if (job->depends_or && one->state == DEP_HOLDS)
            return DEP_HOLDS;
    }
    if (job->n_depends == 0)
        return DEP_HOLDS;
    if (job->depends_or)
        return failed == job->n_depends ? DEP_FAILED : DEP_WAITS;
    if (failed > 0)
        return DEP_FAILED;
    return waiting > 0 ? DEP_WAITS : DEP_HOLDS;
}

static DependRule rule_of(const char *type)
{
    static const char *const names[] = {
        [RULE_AFTER] = "after",         [RULE_AFTERANY] = "afterany",
        [RULE_AFTEROK] = "afterok",     [RULE_AFTERNOTOK] = "afternotok",
        [RULE_AFTERCORR] = "aftercorr", [RULE_SINGLETON] = "singleton",
    };

    for (DependRule rule = RULE_AFTER; rule <= RULE_SINGLETON; rule++) {
        if (g_str_equal(type, names[rule]))
            return rule;
    }
    return RULE_AFTERANY;
}

static void add(SimJob *job, const char *type, uint32_t target, uint32_t delay)
{
    job->depends = g_renew(Dependency, job->depends, job->n_depends + 1);
    job->depends[job->n_depends++] = (Dependency){.rule = rule_of(type),
                                                  .type = g_strdup(type),
                                                  .job = target,
                                                  .delay = delay,
                                                  .state = DEP_WAITS};
}

static uint32_t load_of_id(const Sim *self, const char *text, uint32_t *delay)
{
    g_auto(GStrv) parts = g_strsplit(text, "+", 2);
    guint64 id;
    const SimJob *job;

    *delay = 0;
    if (parts[0] && parts[1])
        *delay = (uint32_t)g_ascii_strtoull(parts[1], NULL, 10);
    if (!parts[0])
        return INDEX_NONE;
    job = g_hash_table_lookup(self->by_name, parts[0])
              ? g_ptr_array_index(
                    self->first, GPOINTER_TO_UINT(g_hash_table_lookup(self->by_name, parts[0])) - 1)
              : NULL;
    if (job)
        return job->load;
    id = g_ascii_strtoull(parts[0], NULL, 10);
    job = g_hash_table_lookup(self->by_id, GUINT_TO_POINTER((guint)id));
    return job ? job->load : INDEX_NONE;
}

/* --dependency=afterok:12:13,singleton in the options themselves. */
static bool parse_text(Sim *self, SimJob *job, const char *text, char **message)
{
    g_auto(GStrv) items = g_strsplit_set(text, ",?", -1);

    job->depends_or = strchr(text, '?') != NULL;
    for (char **item = items; *item; item++) {
        g_auto(GStrv) words = g_strsplit(*item, ":", -1);

        if (!words[0])
            continue;
        if (g_str_equal(words[0], "singleton")) {
            add(job, "singleton", INDEX_NONE, 0);
            continue;
        }
        for (char **word = words + 1; words[1] && *word; word++) {
            uint32_t delay;
            const uint32_t target = load_of_id(self, *word, &delay);

            if (target == INDEX_NONE && !self->rules->accepts_unknown_dependency) {
                *message = g_strdup("Job dependency problem");
                return false;
            }
            add(job, words[0], target, delay);
        }
    }
    return true;
}

bool depend_parse(Sim *self, SimJob *job, char **message)
{
    for (uint32_t i = 0; i < job->source->n_after; i++) {
        const LoadAfter *after = &job->source->after[i];
        uint32_t target = INDEX_NONE;

        if (after->id)
            target = GPOINTER_TO_UINT(g_hash_table_lookup(self->by_name, after->id)) - 1;
        add(job, after->type, target, after->delay);
    }
    if (!job->spec->dependency)
        return true;
    return parse_text(self, job, job->spec->dependency, message);
}
