/* What the reader must know to judge a plan. */
#include "planner/maker.h"

static void add_note(Plan *plan, char *note)
{
    g_ptr_array_add(plan->notes, note);
}

static void note_unlimited(Plan *plan)
{
    const PlanJob *first = NULL;
    uint32_t count = 0;

    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        if (plan->jobs[i].runtime_source != RUNTIME_LIMIT ||
            plan->jobs[i].limit != MINUTES_UNLIMITED)
            continue;
        count++;
        first = first ? first : &plan->jobs[i];
    }
    if (count == 1)
        add_note(plan, g_strdup_printf("no run time and no time limit is known for %s: planned as a"
                                       " year, as Slurm does; give --runtime %s=...",
                                       first->name, first->name));
    else if (count > 1)
        add_note(plan, g_strdup_printf("no run time and no time limit is known for %s and %u more:"
                                       " planned as a year each, as Slurm does; give --runtime"
                                       " %s=...,...",
                                       first->name, count - 1, first->name));
}

static void note_limits_as_runtimes(Plan *plan)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < plan->n_jobs; i++)
        count += plan->jobs[i].runtime_source == RUNTIME_LIMIT &&
                 plan->jobs[i].limit != MINUTES_UNLIMITED;
    if (count > 0)
        add_note(plan, g_strdup_printf("%u of %u jobs have no run time: their time limit stands for"
                                       " it",
                                       count, plan->n_jobs));
}

static void note_cut_p90(const Maker *self, Plan *plan)
{
    for (uint32_t i = 0; i < self->candidates->n_classes; i++) {
        const JobClass *class = &self->candidates->classes[i];
        const WorkflowJob *job = &self->problem->workflow->jobs[class->jobs[0]];
        const Candidate *chosen = &class->candidates[self->search->best->choice[class->jobs[0]]];

        if (job->runtime.given && job->runtime.p90 > chosen->runtime_p90)
            add_note(plan, g_strdup_printf("%s may run into its time limit: its p90 run time is"
                                           " longer",
                                           job->name));
    }
}

void plan_add_notes(const Maker *self, Plan *plan)
{
    note_unlimited(plan);
    note_limits_as_runtimes(plan);
    note_cut_p90(self, plan);
}
