/* Tests of sim/follow.h: when cycles of backfill run while a recording is followed. */
#include "tests/test.h"

#include "tests/sim/follow_case.h"

/* "long" holds n1, so that "wide", which wants both, waits and keeps all that come later out of the
 * main scheduler's passes; backfill may put short jobs on n2. */
static void case_init(Case *self)
{
    uint32_t job;

    case_new(self);
    job = add_job(self, "long", 0, 4, 10);
    add_run(self, job, 0, 500, "n1");
    job = add_job(self, "wide", 2, 8, 10);
    add_run(self, job, 502, 600, "n[1-2]");
}

static void a_start_that_only_backfill_makes_tells_when_it_ran(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    for (Instant at = 41; at < 71; at += 7) {
        case_init(&self);
        add_run(&self, add_job(&self, "short", 20, 1, 1), at, at + 60, "n2");
        case_run(&self, at);
        assert_int_equal(self.sim->backfill_end, at);
        sim_run(self.sim, 600);
        assert_int_equal(follow_disagreements(self.follow)->len, 0);
        case_clear(&self);
        self = (Case){0};
    }
}

static void one_that_the_main_scheduler_makes_does_not(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_init(&self);
    case_run(&self, 501);

    const Instant before = self.sim->backfill_end;

    sim_run(self.sim, 502); /* "wide" starts where "long" has ended */
    assert_true(self.sim->backfill_end == before || self.sim->backfill_end < 502);
    assert_int_equal(follow_disagreements(self.follow)->len, 0);
}

/* Nothing starts sooner than an interval after a known cycle: "late" would fit at 60 already. */
static void the_next_cycle_is_an_interval_later(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_init(&self);
    add_run(&self, add_job(&self, "short", 20, 1, 1), 57, 200, "n2");
    add_run(&self, add_job(&self, "late", 58, 1, 1), 152, 300, "n2");
    case_run(&self, 86);
    assert_int_equal(follow_disagreements(self.follow)->len, 0); /* the cycles are 57 and 87 */
    sim_run(self.sim, 90);
    assert_int_equal(follow_disagreements(self.follow)->len, 1); /* 65 s before it did */
}

/* Two starts a few seconds apart cannot both be by backfill: the first tells. */
static void a_cycle_within_the_interval_is_not_believed(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_init(&self);
    add_run(&self, add_job(&self, "short", 20, 1, 1), 57, 200, "n2");
    add_run(&self, add_job(&self, "second", 58, 1, 1), 70, 300, "n2");
    case_run(&self, 80);
    assert_int_equal(self.sim->backfill_end, 57);
}

/* The cycles are 57 and 87: that of 87 may really have run before what else that second saw. */
static void what_comes_in_the_second_of_a_cycle_is_not_held_against_it(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_init(&self);
    add_run(&self, add_job(&self, "short", 20, 1, 1), 57, 130, "n2");
    add_run(&self, add_job(&self, "late", 87, 1, 1), 152, 210, "n2");
    case_run(&self, 300);
    assert_int_equal(follow_disagreements(self.follow)->len, 0);
}

static void nor_what_ends_in_it(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_init(&self);
    add_run(&self, add_job(&self, "short", 20, 1, 1), 57, 87, "n2");
    add_run(&self, add_job(&self, "late", 60, 4, 1), 152, 210, "n2");
    case_run(&self, 300);
    assert_int_equal(follow_disagreements(self.follow)->len, 0);
}

/* It takes its place from when it would start, for as long as it is said to run. */
static void a_run_that_accounting_has_lost_takes_place(void **state)
{
    g_auto(Case) self = {0};
    g_autoptr(GPtrArray) runs = NULL;
    LostRun lost = {.end_at = INSTANT_NEVER};
    uint32_t job, found = 0;

    (void)state;
    case_init(&self);
    lost.job = job = add_job(&self, "gone", 20, 1, 1);
    ((LoadJob *)g_ptr_array_index(self.load->jobs, job))->truth.runtime = 50;
    g_array_append_val(self.recording->lost, lost);
    lost = (LostRun){.job = add_job(&self, "second", 20, 1, 1), .end_at = 131};
    g_array_append_val(self.recording->lost, lost);
    assert_non_null(recording_lost(self.recording, job));
    assert_null(recording_lost(self.recording, 0));
    case_run(&self, 400);
    assert_int_equal(follow_disagreements(self.follow)->len, 0);
    runs = sim_runs(self.sim);
    for (guint i = 0; i < runs->len; i++) {
        const SimRun *run = g_ptr_array_index(runs, i);

        if (run->job < job)
            continue;
        found++;
        assert_string_equal(run->nodes, "n2");
        assert_int_equal(run->end_at, run->job == job ? run->start_at + 50 : 131);
    }
    assert_int_equal(found, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_that_only_backfill_makes_tells_when_it_ran),
        cmocka_unit_test(one_that_the_main_scheduler_makes_does_not),
        cmocka_unit_test(the_next_cycle_is_an_interval_later),
        cmocka_unit_test(a_cycle_within_the_interval_is_not_believed),
        cmocka_unit_test(what_comes_in_the_second_of_a_cycle_is_not_held_against_it),
        cmocka_unit_test(nor_what_ends_in_it),
        cmocka_unit_test(a_run_that_accounting_has_lost_takes_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
