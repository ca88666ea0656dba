/* The search, over an invented cluster whose answers are known. */
#include "base/rng.h"
#include "planner/search.h"
#include "tests/planner/world.h"

/* Every job costs what a table says for its candidate, and a pair of neighbours on the same
 * candidate is charged extra: so single moves matter, and the best is not uniform. */
typedef struct {
    uint32_t n_jobs, n_candidates;
    Span *price; /* [n_jobs][n_candidates] */
    Span crowding;
    const Problem *problem;
    gint calls;
} Market;

static Span market_makespan(const Market *self, const uint32_t *choice)
{
    Span total = 0;

    for (uint32_t i = 0; i < self->n_jobs; i++) {
        total += self->price[i * self->n_candidates + choice[i]];
        total += i > 0 && choice[i] == choice[i - 1] ? self->crowding : 0;
    }
    return total;
}

static Outcome *market_evaluate(void *data, const uint32_t *choice, const Leash *leash)
{
    Market *self = data;
    Outcome *outcome = outcome_new(self->n_jobs);

    (void)leash;
    g_atomic_int_inc(&self->calls);
    outcome->makespan = market_makespan(self, choice);
    for (uint32_t i = 0; i < self->n_jobs; i++) {
        outcome->jobs[i].start_at = 0;
        outcome->jobs[i].end_at = self->price[i * self->n_candidates + choice[i]];
        outcome->jobs[i].state = JOB_COMPLETED;
    }
    return outcome;
}

typedef struct {
    Cluster *cluster;
    Workflow *workflow;
    Candidates *candidates;
    Market market;
    Problem problem;
    SearchSpace space;
} Fixture;

static Candidates *make_candidates(uint32_t n_jobs, uint32_t n_candidates, uint32_t n_qos,
                                   bool alike)
{
    Candidates *self = g_new0(Candidates, 1);

    self->n_jobs = n_jobs;
    self->n_classes = alike ? 1 : n_jobs;
    self->class_of = g_new0(uint32_t, n_jobs);
    self->classes = g_new0(JobClass, self->n_classes);
    for (uint32_t i = 0; i < n_jobs; i++) {
        JobClass *class = &self->classes[alike ? 0 : i];

        self->class_of[i] = alike ? 0 : i;
        class->jobs = g_renew(uint32_t, class->jobs, class->n_jobs + 1);
        class->jobs[class->n_jobs++] = i;
    }
    for (uint32_t i = 0; i < self->n_classes; i++) {
        JobClass *class = &self->classes[i];

        class->n_candidates = class->n_allowed = n_candidates;
        class->candidates = g_new0(Candidate, n_candidates);
        for (uint32_t k = 0; k < n_candidates; k++)
            class->candidates[k] = (Candidate){.partitions = g_strdup_printf("p%u", k / n_qos),
                                               .partition = 0,
                                               .qos = k % n_qos,
                                               .allowed = true};
    }
    return self;
}

static void fixture_init(Fixture *self, uint32_t n_jobs, uint32_t n_candidates, uint32_t seed)
{
    const WorldOptions options = {.accounting = true};
    g_autoptr(Rng) rng = rng_new(seed, 0, "market");

    self->cluster = world_cluster(&options);
    self->workflow = g_new0(Workflow, 1);
    self->workflow->n_jobs = n_jobs;
    self->workflow->jobs = g_new0(WorkflowJob, n_jobs);
    self->candidates = make_candidates(n_jobs, n_candidates, 3, false);
    self->market = (Market){.n_jobs = n_jobs, .n_candidates = n_candidates, .crowding = 50};
    self->market.price = g_new(Span, (size_t)n_jobs * n_candidates);
    for (uint32_t i = 0; i < n_jobs * n_candidates; i++)
        self->market.price[i] = 100 + rng_below(rng, 1000);
    problem_init(&self->problem, self->workflow, self->cluster);
    self->space = (SearchSpace){.problem = &self->problem,
                                .candidates = self->candidates,
                                .budget = 100,
                                .evaluate = market_evaluate,
                                .self = &self->market};
}

static void fixture_clear(Fixture *self)
{
    candidates_free(self->candidates);
    workflow_free(self->workflow);
    cluster_free(self->cluster);
    g_free(self->market.price);
}

static Span best_of_all(const Fixture *self)
{
    const uint32_t n = self->market.n_jobs, k = self->market.n_candidates;
    g_autofree uint32_t *choice = g_new0(uint32_t, n);
    Span best = INT64_MAX;
    uint32_t job;

    do {
        best = MIN(best, market_makespan(&self->market, choice));
        for (job = 0; job < n && ++choice[job] == k; job++)
            choice[job] = 0;
    } while (job < n);
    return best;
}

static void a_small_space_is_tried_completely(void **state)
{
    Fixture fixture;
    g_autoptr(Search) search = NULL;

    (void)state;
    fixture_init(&fixture, 3, 4, 7);
    search = search_run(&fixture.space);
    assert_int_equal(fixture.market.calls, 64);
    assert_int_equal(search->best->outcome->makespan, best_of_all(&fixture));
    assert_false(search->budget_hit);
    assert_int_equal((int)search->assignments, 64);
    assert_int_equal((int)search->untried, 0);
    fixture_clear(&fixture);
}

static void a_large_space_is_searched_within_its_budget(void **state)
{
    Fixture fixture;
    g_autoptr(Search) search = NULL;

    (void)state;
    fixture_init(&fixture, 12, 6, 7);
    fixture.space.budget = 60;
    search = search_run(&fixture.space);
    assert_int_equal(fixture.market.calls, 60);
    assert_int_equal(search->points->len, 60);
    assert_true(search->budget_hit);
    assert_true(search->untried > 2e9);
    fixture_clear(&fixture);
}

/* No change of one job improves what the search ends with. */
static void a_search_that_ends_by_itself_ends_in_a_local_optimum(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 10; seed++) {
        Fixture fixture;
        g_autoptr(Search) search = NULL;
        g_autofree uint32_t *choice = NULL;

        fixture_init(&fixture, 10, 6, seed);
        fixture.space.budget = 2000;
        search = search_run(&fixture.space);
        assert_false(search->budget_hit);
        choice = g_memdup2(search->best->choice, 10 * sizeof *choice);
        for (uint32_t i = 0; i < 10; i++) {
            const uint32_t old = choice[i];

            for (choice[i] = 0; choice[i] < 6; choice[i]++)
                assert_true(market_makespan(&fixture.market, choice) >=
                            search->best->outcome->makespan);
            choice[i] = old;
        }
        fixture_clear(&fixture);
    }
}

static void threads_do_not_change_the_answer(void **state)
{
    Fixture fixture;
    g_autoptr(Search) alone = NULL;
    g_autoptr(Search) together = NULL;

    (void)state;
    fixture_init(&fixture, 10, 6, 3);
    fixture.space.budget = 150;
    alone = search_run(&fixture.space);
    fixture.problem.threads = 4;
    together = search_run(&fixture.space);
    assert_int_equal(alone->points->len, together->points->len);
    for (guint i = 0; i < alone->points->len; i++) {
        const SearchPoint *a = g_ptr_array_index(alone->points, i);
        const SearchPoint *b = g_ptr_array_index(together->points, i);

        assert_memory_equal(a->choice, b->choice, 10 * sizeof *a->choice);
    }
    assert_int_equal(alone->best->order, together->best->order);
    fixture_clear(&fixture);
}

static bool stop_after_five(void *data)
{
    uint32_t *asked = data;

    return ++*asked > 5;
}

static void time_that_is_up_ends_the_search_with_the_best_so_far(void **state)
{
    Fixture fixture;
    g_autoptr(Search) search = NULL;
    uint32_t asked = 0;

    (void)state;
    fixture_init(&fixture, 10, 6, 3);
    fixture.problem.stop = stop_after_five;
    fixture.problem.stop_self = &asked;
    search = search_run(&fixture.space);
    assert_true(search->stopped);
    assert_non_null(search->best);
    assert_int_equal(fixture.market.calls, 6);
    fixture_clear(&fixture);
}

static void time_that_is_up_at_once_still_gives_an_answer(void **state)
{
    Fixture fixture;
    g_autoptr(Search) search = NULL;
    uint32_t asked = 100;

    (void)state;
    fixture_init(&fixture, 10, 6, 3);
    fixture.problem.stop = stop_after_five;
    fixture.problem.stop_self = &asked;
    search = search_run(&fixture.space);
    assert_true(search->stopped);
    assert_non_null(search->best);
    assert_int_equal(fixture.market.calls, 1);
    fixture_clear(&fixture);
}

/* 40 jobs alike: moved as one, a few simulations do what 40 x 6 would. */
static void jobs_that_ask_for_the_same_move_together(void **state)
{
    Fixture fixture;
    g_autoptr(Search) search = NULL;

    (void)state;
    fixture_init(&fixture, 40, 6, 3);
    candidates_free(fixture.candidates);
    fixture.space.candidates = fixture.candidates = make_candidates(40, 6, 3, true);
    for (uint32_t i = 0; i < 40 * 6; i++)
        fixture.market.price[i] = i % 6 == 4 ? 10 : 500;
    fixture.market.crowding = 0;
    fixture.space.budget = 20;
    search = search_run(&fixture.space);
    assert_int_equal(search->best->outcome->makespan, 400);
    fixture_clear(&fixture);
}

static void the_baseline_is_first_and_stays_when_nothing_is_better(void **state)
{
    Fixture fixture;
    g_autoptr(Search) search = NULL;

    (void)state;
    fixture_init(&fixture, 3, 4, 5);
    for (uint32_t i = 0; i < 3; i++)
        fixture.candidates->classes[i].baseline = 2;
    for (uint32_t i = 0; i < 12; i++)
        fixture.market.price[i] = 100;
    fixture.market.crowding = 0;
    search = search_run(&fixture.space);
    assert_ptr_equal(search->best, search->baseline);
    assert_int_equal(search->best->order, 0);
    assert_ptr_equal(search_find(search, search->best->choice), search->best);
    fixture_clear(&fixture);
}

static void a_baseline_that_is_not_allowed_is_simulated_but_not_chosen(void **state)
{
    Fixture fixture;
    g_autoptr(Search) search = NULL;

    (void)state;
    fixture_init(&fixture, 3, 4, 5);
    for (uint32_t i = 0; i < 3; i++) {
        fixture.candidates->classes[i].baseline = 3;
        fixture.candidates->classes[i].n_allowed = 3;
        fixture.market.price[i * 4 + 3] = 1;
    }
    fixture.market.crowding = 0;
    search = search_run(&fixture.space);
    assert_int_equal(search->baseline->outcome->makespan, 3);
    assert_false(search->baseline->allowed);
    assert_true(search->best->outcome->makespan > 3);
    fixture_clear(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_space_is_tried_completely),
        cmocka_unit_test(a_large_space_is_searched_within_its_budget),
        cmocka_unit_test(a_search_that_ends_by_itself_ends_in_a_local_optimum),
        cmocka_unit_test(threads_do_not_change_the_answer),
        cmocka_unit_test(time_that_is_up_ends_the_search_with_the_best_so_far),
        cmocka_unit_test(time_that_is_up_at_once_still_gives_an_answer),
        cmocka_unit_test(jobs_that_ask_for_the_same_move_together),
        cmocka_unit_test(the_baseline_is_first_and_stays_when_nothing_is_better),
        cmocka_unit_test(a_baseline_that_is_not_allowed_is_simulated_but_not_chosen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
