/* Tests of sim/follow.h: what does not agree with the recording, told once and as what it is. */
#include "tests/test.h"

#include "tests/sim/follow_case.h"

/* Follows all of it: exactly one disagreement, of @kind, about the job with this index. */
static const FollowDisagreement *only(Case *self, FollowKind kind, uint32_t job)
{
    const GPtrArray *told;
    const FollowDisagreement *said;

    case_run(self, self->recording->until + 2 * FOLLOW_TOLERANCE);
    told = follow_disagreements(self->follow);
    if (told->len != 1)
        fail_msg("expected one disagreement, found %u, first '%s'", told->len,
                 told->len ? ((FollowDisagreement *)g_ptr_array_index(told, 0))->why : "");
    said = g_ptr_array_index(told, 0);
    assert_string_equal(follow_kind_name(said->kind), follow_kind_name(kind));
    assert_int_equal(said->job, job);
    return said;
}

static void assert_agrees(Case *self)
{
    const GPtrArray *told;

    case_run(self, self->recording->until + 2 * FOLLOW_TOLERANCE);
    told = follow_disagreements(self->follow);
    if (told->len > 0)
        fail_msg("'%s'", ((FollowDisagreement *)g_ptr_array_index(told, 0))->why);
    assert_true(follow_share(self->follow) >= 1);
}

/* A job that found both nodes free at 10 and is said to have started @later. */
static void waiting(Case *self, Span later)
{
    case_new(self);
    add_run(self, add_job(self, "a", 10, 4, 10), 10 + later, 200 + later, "n1");
}

static void a_minute_early_is_in_time_and_more_is_not(void **state)
{
    g_auto(Case) in_time = {0};
    g_auto(Case) early = {0};
    const FollowDisagreement *said;

    (void)state;
    waiting(&in_time, FOLLOW_TOLERANCE);
    assert_agrees(&in_time);
    waiting(&early, 2 * FOLLOW_TOLERANCE);
    said = only(&early, FOLLOW_EARLY, 0);
    assert_in_range(said->at, 11, 34); /* the first pass after the second it came in */
    assert_non_null(strstr(said->why, "would start 97 s before"));
}

static void what_really_never_started_is_early_too(void **state)
{
    g_auto(Case) self = {0};
    const FollowDisagreement *said;

    (void)state;
    case_new(&self);
    add_job(&self, "never", 10, 4, 10);
    add_run(&self, add_job(&self, "other", 20, 4, 10), 20, 300, "n2");
    said = only(&self, FOLLOW_EARLY, 0);
    assert_in_range(said->at, 10, 20); /* when it first would, however many passes follow */
    assert_non_null(strstr(said->why, "really never did"));
}

/* Both nodes are held until 500: a third job cannot be there at 100. */
static void a_start_without_room_is_late(void **state)
{
    g_auto(Case) self = {0};
    const FollowDisagreement *said;

    (void)state;
    case_new(&self);
    add_run(&self, add_job(&self, "a", 0, 4, 10), 0, 500, "n1");
    add_run(&self, add_job(&self, "b", 0, 4, 10), 0, 500, "n2");
    add_run(&self, add_job(&self, "c", 10, 4, 10), 100, 600, "n1");
    said = only(&self, FOLLOW_LATE, 2);
    assert_int_equal(said->at, 100);
    assert_non_null(strstr(said->why, "still waits for Resources"));
    assert_true(follow_share(self.follow) < 0.7); /* 2 of 3 */
}

/* ... but at 470 it is not: within the minute one of them ends. */
static void a_start_a_minute_before_there_is_room_is_in_time(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_new(&self);
    add_run(&self, add_job(&self, "a", 0, 4, 20), 0, 500, "n1");
    add_run(&self, add_job(&self, "b", 0, 4, 20), 0, 900, "n2");
    add_run(&self, add_job(&self, "c", 10, 4, 10), 470, 990, "n1");
    assert_agrees(&self);
}

static void a_job_that_was_refused_here_cannot_be_led(void **state)
{
    g_auto(Case) self = {0};
    const FollowDisagreement *said;

    (void)state;
    case_new(&self);
    add_run(&self, add_job(&self, "lost", 0, 1, 10), 5, 50, "n1");
    ((LoadJob *)g_ptr_array_index(self.load->jobs, 0))->spec->partition = g_strdup("nowhere");
    said = only(&self, FOLLOW_LATE, 0);
    assert_non_null(strstr(said->why, "refused here: "));
}

static void nodes_that_are_not_there_do_not_fit(void **state)
{
    g_auto(Case) self = {0};
    const FollowDisagreement *said;

    (void)state;
    case_new(&self);
    add_run(&self, add_job(&self, "a", 0, 4, 10), 2, 50, "elsewhere");
    said = only(&self, FOLLOW_LATE, 0);
    assert_non_null(strstr(said->why, "does not fit its real nodes"));
}

static void another_node_of_the_same_kind_agrees(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_new(&self);
    add_run(&self, add_job(&self, "a", 10, 4, 10), 12, 100, "n2");
    assert_agrees(&self);
}

static void one_of_another_kind_does_not(void **state)
{
    g_auto(Case) self = {0};
    const FollowDisagreement *said;

    (void)state;
    case_new(&self);
    self.cluster->nodes[1].weight = 100; /* n1 is taken first */
    add_run(&self, add_job(&self, "a", 10, 4, 10), 12, 100, "n2");
    said = only(&self, FOLLOW_NODES, 0);
    assert_string_equal(said->why, "node choice: n1 here, really n2");
}

/* Its limit is 2 minutes; it really ran for 10. */
static void a_limit_that_would_have_ended_it_is_told(void **state)
{
    g_auto(Case) self = {0};
    const FollowDisagreement *said;

    (void)state;
    case_new(&self);
    add_run(&self, add_job(&self, "a", 0, 4, 2), 0, 600, "n1");
    said = only(&self, FOLLOW_END, 0);
    assert_in_range(said->at, 120, 181);
    assert_non_null(strstr(said->why, "limit: it would end it, really it ran"));
}

static void so_is_one_that_would_not_have(void **state)
{
    g_auto(Case) self = {0};
    const FollowDisagreement *said;

    (void)state;
    case_new(&self);
    add_run(&self, add_job(&self, "a", 0, 4, 20), 0, 600, "n1")->state = JOB_TIMEOUT;
    said = only(&self, FOLLOW_END, 0);
    assert_int_equal(said->at, 600);
    assert_non_null(strstr(said->why, "here it has 600 s left"));
}

/* "never" is known to be early a minute after it was, when "late" is told already. */
static void disagreements_come_by_time(void **state)
{
    g_auto(Case) self = {0};
    const GPtrArray *told;

    (void)state;
    case_new(&self);
    add_run(&self, add_job(&self, "a", 0, 4, 10), 0, 500, "n1");
    add_job(&self, "never", 90, 4, 10);
    add_run(&self, add_job(&self, "gone", 95, 1, 10), 100, 500, "elsewhere");
    case_run(&self, 400);
    told = follow_disagreements(self.follow);
    assert_int_equal(told->len, 2);
    assert_int_equal(((const FollowDisagreement *)g_ptr_array_index(told, 0))->job, 1);
    assert_int_equal(((const FollowDisagreement *)g_ptr_array_index(told, 1))->job, 2);
}

/* ---- --until ---- */

static const SimRun *run_of(Sim *sim, uint32_t job)
{
    g_autoptr(GPtrArray) runs = sim_runs(sim);

    for (guint i = 0; i < runs->len; i++)
        if (((const SimRun *)g_ptr_array_index(runs, i))->job == job)
            return g_ptr_array_index(runs, i);
    fail_msg("no run of job %u", job);
    return NULL;
}

/* Released at 50, "a" has the run time of the recording (given to the load), and "b" starts when
 * a pass after its end would start it, not at 900 as it really did. */
static void released_what_runs_ends_by_itself_and_what_waits_starts_when_it_can(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_new(&self);
    add_run(&self, add_job(&self, "a", 0, 8, 20), 3, 500, "n[1-2]");
    add_run(&self, add_job(&self, "b", 10, 8, 20), 900, 950, "n[1-2]");
    ((LoadJob *)g_ptr_array_index(self.load->jobs, 0))->truth.runtime = 497;
    case_run(&self, 50);
    follow_release(self.follow, self.sim);
    sim_run(self.sim, 2000);
    assert_int_equal(run_of(self.sim, 0)->start_at, 3);
    assert_int_equal(run_of(self.sim, 0)->end_at, 500);
    assert_in_range(run_of(self.sim, 1)->start_at, 500, 540);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_minute_early_is_in_time_and_more_is_not),
        cmocka_unit_test(what_really_never_started_is_early_too),
        cmocka_unit_test(a_start_without_room_is_late),
        cmocka_unit_test(a_start_a_minute_before_there_is_room_is_in_time),
        cmocka_unit_test(a_job_that_was_refused_here_cannot_be_led),
        cmocka_unit_test(nodes_that_are_not_there_do_not_fit),
        cmocka_unit_test(another_node_of_the_same_kind_agrees),
        cmocka_unit_test(one_of_another_kind_does_not),
        cmocka_unit_test(a_limit_that_would_have_ended_it_is_told),
        cmocka_unit_test(so_is_one_that_would_not_have),
        cmocka_unit_test(disagreements_come_by_time),
        cmocka_unit_test(released_what_runs_ends_by_itself_and_what_waits_starts_when_it_can),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
