/* Tests of slurmio/scenario.h: each writes a small scenario and reads it. */
#include "tests/test.h"

#include "slurmio/scenario.h"

#include <glib/gstdio.h>
#include <stdlib.h>

#define CONF                                                                                       \
    "ClusterName=t\nNodeName=n[1-4] CPUs=4 RealMemory=1000\n"                                      \
    "PartitionName=p Nodes=ALL Default=YES MaxTime=60 DefaultTime=10\n"
#define ACCOUNTING "add account a\nadd user ann account=a\nadd user bob account=a\n"

typedef struct {
    char *directory;
    Diags *diags;
    Scenario *scenario;
} Fixture;

static void put(const Fixture *fixture, const char *file, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->directory, file, NULL);

    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);

    fixture->directory = g_dir_make_tmp("srx-scenario-XXXXXX", NULL);
    fixture->diags = diags_new();
    put(fixture, "slurm.conf", CONF);
    *state = fixture;
    return fixture->directory ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    GDir *folder = g_dir_open(fixture->directory, 0, NULL);

    for (const char *name; (name = g_dir_read_name(folder));) {
        g_autofree char *path = g_build_filename(fixture->directory, name, NULL);

        g_unlink(path);
    }
    g_dir_close(folder);
    g_rmdir(fixture->directory);
    scenario_free(fixture->scenario);
    diags_free(fixture->diags);
    g_free(fixture->directory);
    g_free(fixture);
    return 0;
}

static const Scenario *load(Fixture *fixture)
{
    fixture->scenario = scenario_load(fixture->directory, NULL, fixture->diags);
    if (!fixture->scenario)
        fail_msg("%s", diags_nth(fixture->diags, 0)->text);
    return fixture->scenario;
}

static const LoadJob *nth_job(const Scenario *scenario, guint index)
{
    return g_ptr_array_index(scenario->load->jobs, index);
}

static void assert_refused(Fixture *fixture, const char *file, int line, const char *message)
{
    const Diag *diag;

    fixture->scenario = scenario_load(fixture->directory, NULL, fixture->diags);
    assert_null(fixture->scenario);
    diag = diags_nth(fixture->diags, 0);
    if (!strstr(diag->text, message))
        fail_msg("said '%s', not '%s'", diag->text, message);
    assert_true(g_str_has_suffix(diag->file, file));
    assert_int_equal(diag->line, line);
}

static void a_cluster_alone_is_an_empty_queue(void **state)
{
    const Scenario *scenario = load(*state);

    assert_int_equal(scenario->load->jobs->len, 0);
    assert_int_equal(scenario->cluster->n_nodes, 4);
    assert_int_equal(scenario->now, 0);
    assert_true(scenario->horizon == INSTANT_NEVER);
    assert_true(scenario->epoch == INT64_C(1767225600));
    assert_false(scenario->cluster->config.has_accounting);
}

static void scenario_yaml_says_who_when_and_which_slurm(void **state)
{
    const Scenario *scenario;

    put(*state, "scenario.yaml",
        "name: x\nshows: that\nuser: ann\naccount: a\nstart: 2026-03-10T10:30:00\nnow: 1h\n"
        "horizon: 7200\nslurm_version: 22.05\nexpect: {starts: {j1: 5}, text: '5'}\n");
    scenario = load(*state);
    assert_string_equal(scenario->name, "x");
    assert_string_equal(scenario->shows, "that");
    assert_string_equal(scenario->user, "ann");
    assert_string_equal(scenario->account, "a");
    assert_true(scenario->epoch == INT64_C(1773138600));
    assert_int_equal(scenario->now, 3600);
    assert_int_equal(scenario->horizon, 7200);
    assert_int_equal(scenario->cluster->version, SLURM_22_05);
    assert_string_equal(scenario->expect, "{\"starts\":{\"j1\":5},\"text\":\"5\"}");
}

static void a_version_from_outside_goes_before_the_files(void **state)
{
    Fixture *fixture = *state;

    put(fixture, "scenario.yaml", "slurm_version: '22.05'\n");
    fixture->scenario = scenario_load(fixture->directory, "24.11.5", fixture->diags);
    assert_int_equal(fixture->scenario->cluster->version, SLURM_24_11);
}

/* Fractions order what Slurm dates to one second. */
static void jobs_and_commands_come_in_order_of_time(void **state)
{
    const Scenario *scenario;
    const LoadCommand *command;

    put(*state, "jobs.json",
        "[{\"id\": \"late\", \"submit\": 5.8, \"runtime\": 60, \"args\": [\"-n2\", \"-t\", 3]},\n"
        " {\"id\": \"early\", \"submit\": 5.2, \"runtime\": 30, \"exit\": 1},\n"
        " {\"id\": \"dep\", \"submit\": 9, \"runtime\": 1, \"user\": \"u9\",\n"
        "  \"after\": [[\"afterok\", \"late\"], \"after:early+2\", \"singleton\"]},\n"
        " {\"submit\": 7, \"cmd\": [\"scancel\", \"{late}\"]}]\n");
    scenario = load(*state);
    assert_string_equal(nth_job(scenario, 0)->id, "early");
    assert_string_equal(nth_job(scenario, 0)->user, "user");
    assert_int_equal(nth_job(scenario, 0)->truth.exit_code, 1);
    assert_int_equal(nth_job(scenario, 1)->submit_at, 5);
    assert_int_equal(nth_job(scenario, 1)->spec->ntasks, 2);
    assert_int_equal(nth_job(scenario, 1)->spec->time_limit, 3);
    assert_string_equal(nth_job(scenario, 1)->spec->name, "late");
    assert_string_equal(nth_job(scenario, 2)->user, "u9");
    assert_int_equal(nth_job(scenario, 2)->n_after, 3);
    assert_string_equal(nth_job(scenario, 2)->after[1].id, "early");
    assert_int_equal(nth_job(scenario, 2)->after[1].delay, 2);
    assert_null(nth_job(scenario, 2)->after[2].id);
    command = g_ptr_array_index(scenario->load->commands, 0);
    assert_int_equal(command->at, 7);
    assert_string_equal(command->argv[1], "{late}");
}

static void yaml_says_the_same(void **state)
{
    const Scenario *scenario;

    put(*state, "jobs.yaml",
        "- {id: a, submit: 1, runtime: 10m, args: [-n2, -t, \"05:00\"]}\n"
        "- id: b\n  submit: 2\n  runtime: [5, 6]\n  exit: [0, 3]\n  args: -n1 --array=0-1 -J 'x "
        "y'\n"
        "- {submit: 3, cmd: 'scontrol hold {a}'}\n");
    scenario = load(*state);
    assert_int_equal(nth_job(scenario, 0)->truth.runtime, 600);
    assert_int_equal(nth_job(scenario, 0)->spec->time_limit, 5);
    assert_int_equal(nth_job(scenario, 1)->truth.n_tasks, 2);
    assert_int_equal(nth_job(scenario, 1)->truth.task_runtime[1], 6);
    assert_int_equal(nth_job(scenario, 1)->truth.task_exit[1], 3);
    assert_string_equal(nth_job(scenario, 1)->spec->name, "x y");
    assert_int_equal(scenario->load->commands->len, 1);
}

/* Jobs written in any order are read back by time, each with what was written. */
static void a_written_list_is_read_back_in_order(void **state)
{
    GRand *random = g_rand_new_with_seed(12);
    g_autoptr(GString) text = g_string_new("[");
    const Scenario *scenario;
    gint32 submit[200], runtime[200];

    for (int i = 0; i < 200; i++) {
        submit[i] = g_rand_int_range(random, -500, 500);
        runtime[i] = g_rand_int_range(random, 0, 9999);
        g_string_append_printf(text, "%s\n{\"runtime\": %d, \"id\": \"%d\", \"submit\": %d}",
                               i ? "," : "", runtime[i], i, submit[i]);
    }
    g_string_append(text, "]");
    put(*state, "jobs.json", text->str);
    scenario = load(*state);
    assert_int_equal(scenario->load->jobs->len, 200);
    for (guint i = 0; i < 200; i++) {
        const LoadJob *job = nth_job(scenario, i);
        int written = atoi(job->id);

        assert_int_equal(job->submit_at, submit[written]);
        assert_int_equal(job->truth.runtime, runtime[written]);
        assert_true(i == 0 || nth_job(scenario, i - 1)->submit_at <= job->submit_at);
    }
    g_rand_free(random);
}

static void a_job_without_a_run_time_runs_to_its_limit(void **state)
{
    const Scenario *scenario;

    put(*state, "jobs.json",
        "[{\"id\": \"own\", \"args\": [\"-t2\"]}, {\"id\": \"default\"}, "
        "{\"id\": \"none\", \"args\": [\"-tUNLIMITED\"], \"runtime\": null}]");
    scenario = load(*state);
    assert_false(nth_job(scenario, 0)->runtime_known);
    assert_int_equal(nth_job(scenario, 0)->truth.runtime, 120);
    assert_int_equal(nth_job(scenario, 1)->truth.runtime, 600);
    assert_int_equal(nth_job(scenario, 2)->truth.runtime, 600);
}

static void a_running_job_says_since_when_and_where(void **state)
{
    const Scenario *scenario;

    put(*state, "jobs.json",
        "[{\"id\": \"r\", \"submit\": -90, \"started\": -60.5, \"nodes\": \"n[1-2]\", "
        "\"runtime\": 100}]");
    scenario = load(*state);
    assert_int_equal(nth_job(scenario, 0)->submit_at, -90);
    assert_int_equal(nth_job(scenario, 0)->started_at, -61);
    assert_string_equal(nth_job(scenario, 0)->nodes, "n[1-2]");
}

static void jobs_belong_to_the_first_user_when_nobody_is_named(void **state)
{
    put(*state, "accounting.txt", ACCOUNTING);
    put(*state, "jobs.json", "[{\"id\": \"a\", \"runtime\": 1}]");
    assert_string_equal(nth_job(load(*state), 0)->user, "ann");
}

/* root 100 = ann 60 + bob 30 + 10 of someone who has gone, all in account a */
static void usage_is_held_by_those_who_used_it(void **state)
{
    const Scenario *scenario;

    put(*state, "accounting.txt", ACCOUNTING);
    put(*state, "usage.txt",
        "Account|User|RawShares|NormShares|RawUsage|NormUsage|EffectvUsage|FairShare|LevelFS\n"
        "root|||0.0|100||1.0|||\n root|root|1|0.5|0|0|0|1|inf\n a||1|0.5|100|1|1||1\n"
        "  a|ann|1|0.5|60|0.6|0.6|0.3|1\n  a|bob|1|0.5|30|0.3|0.3|0.6|1\n");
    scenario = load(*state);
    for (uint32_t i = 0; i < scenario->cluster->n_assocs; i++) {
        const Assoc *assoc = &scenario->cluster->assocs[i];

        if (g_strcmp0(assoc->user, "ann") == 0)
            assert_true(assoc->usage_raw == 60);
        if (g_strcmp0(assoc->account, "a") == 0 && !assoc->user)
            assert_true(assoc->usage_raw == 100);
    }
    assert_true(scenario->cluster->assocs[0].usage_raw == 100);
}

static void nodes_txt_takes_nodes_away(void **state)
{
    const Scenario *scenario;

    put(*state, "nodes.txt",
        "NodeName=n1 Arch=x86_64 State=IDLE+DRAIN ThreadsPerCore=1\n"
        "NodeName=n2 State=DOWN* Reason=x\nNodeName=n3 State=MIXED+PLANNED\n"
        "NodeName=n9 State=IDLE\n");
    scenario = load(*state);
    assert_int_equal(scenario->cluster->nodes[0].state, NODE_DRAIN);
    assert_int_equal(scenario->cluster->nodes[1].state, NODE_DOWN);
    assert_int_equal(scenario->cluster->nodes[2].state, NODE_UP);
    assert_int_equal(diags_count(((Fixture *)*state)->diags, DIAG_WARNING), 1);
}

static void a_trace_stands_for_jobs(void **state)
{
    const Scenario *scenario;

    put(*state, "trace.swf",
        "; UnixStartTime: 1000\n7 3 -1 61 2 -1 -1 4 200 -1 1 5 1 -1 -1 1 -1 -1\n");
    scenario = load(*state);
    assert_int_equal(scenario->epoch, 1000);
    assert_string_equal(nth_job(scenario, 0)->id, "7");
    assert_string_equal(nth_job(scenario, 0)->user, "u5");
    assert_int_equal(nth_job(scenario, 0)->spec->ntasks, 4);
    assert_int_equal(nth_job(scenario, 0)->spec->time_limit, 4);
    assert_int_equal(nth_job(scenario, 0)->truth.runtime, 61);
}

static void files_nobody_knows_are_ignored(void **state)
{
    put(*state, "what.txt", "{");
    put(*state, "recording.json", "{");
    assert_int_equal(load(*state)->load->jobs->len, 0);
}

static void a_missing_directory_is_told(void **state)
{
    Fixture *fixture = *state;

    fixture->scenario = scenario_load("/no/such/scenario", NULL, fixture->diags);
    assert_null(fixture->scenario);
    assert_non_null(strstr(diags_nth(fixture->diags, 0)->text,
                           "expected a directory with a slurm.conf, found none"));
}

static void a_missing_slurm_conf_is_told(void **state)
{
    g_autofree char *path = g_build_filename(((Fixture *)*state)->directory, "slurm.conf", NULL);

    g_unlink(path);
    assert_refused(*state, "slurm.conf", 0, "expected the cluster's slurm.conf here");
}

static void two_files_of_jobs_are_one_too_many(void **state)
{
    put(*state, "jobs.json", "[]");
    put(*state, "jobs.yaml", "[]");
    assert_refused(*state, "jobs.yaml", 0, "expected one file of jobs, found jobs.json beside it");
}

/* without a start in scenario.yaml the first submission is second 0 */
static void records_of_sacct_are_jobs(void **state)
{
    Fixture *fixture = *state;
    const Scenario *scenario;

    put(fixture, "sacct.txt",
        "JobID|Submit|Start|End|State|ReqCPUS\n5|1000000|1000010|1000070|COMPLETED|3\n");
    scenario = load(fixture);
    assert_int_equal(scenario->epoch, 1000000);
    assert_false(scenario->epoch_guessed);
    assert_int_equal(((LoadJob *)g_ptr_array_index(scenario->load->jobs, 0))->spec->ntasks, 3);
}

static void records_of_sacct_begin_where_scenario_yaml_says(void **state)
{
    Fixture *fixture = *state;
    const Scenario *scenario;

    put(fixture, "scenario.yaml", "start: 2026-01-20T10:00:00\n");
    put(fixture, "sacct.txt",
        "JobID|Submit|Start|End|State\n"
        "5|2026-01-20T10:00:30|2026-01-20T10:01:00|2026-01-20T10:02:00|COMPLETED\n");
    scenario = load(fixture);
    assert_int_equal(((LoadJob *)g_ptr_array_index(scenario->load->jobs, 0))->submit_at, 30);
}

static void an_unknown_version_is_told(void **state)
{
    Fixture *fixture = *state;

    fixture->scenario = scenario_load(fixture->directory, "ten", fixture->diags);
    assert_null(fixture->scenario);
    assert_string_equal(diags_nth(fixture->diags, 0)->text,
                        "expected a version of Slurm such as 24.05, found 'ten'");
}

/* What is wrong with one entry of jobs.json is told at its line. */
static void every_wrong_entry_is_told_at_its_line(void **state)
{
    static const struct {
        const char *entry, *message;
    } cases[] = {
        {"5", "expected an entry such as"},
        {"{\"submit\": 1}", "expected an id or a cmd in each entry, found neither"},
        {"{\"id\": 7}", "id: expected a text, found 7"},
        {"{\"id\": \"ok\"}", "expected an id of its own, found one that was used before"},
        {"{\"id\": \"b\", \"submit\": \"soon\"}", "submit: expected a number of seconds, found"},
        {"{\"id\": \"b\", \"submit\": 1e300}", "submit: expected a number of seconds"},
        {"{\"id\": \"b\", \"runtime\": -1}", "runtime: expected a number of seconds from 0 on"},
        {"{\"id\": \"b\", \"runtime\": [1, -1]}", "runtime: expected a number of seconds from 0"},
        {"{\"id\": \"b\", \"runtime\": {}}", "runtime: expected a number of seconds from 0 on"},
        {"{\"id\": \"b\", \"exit\": 256}", "exit: expected a status from 0 to 255, found 256"},
        {"{\"id\": \"b\", \"runtime\": [1, 2], \"exit\": [1]}",
         "exit: expected as many entries as runtime has, 2, found 1"},
        {"{\"id\": \"b\", \"args\": {}}", "args: expected a list of texts, found {}"},
        {"{\"id\": \"b\", \"args\": \"-J 'x\"}", "args: "},
        {"{\"id\": \"b\", \"args\": [\"-n0\"]}", "job 'b': --ntasks: expected a whole number"},
        {"{\"id\": \"b\", \"after\": \"x\"}", "after: expected a list such as"},
        {"{\"id\": \"b\", \"after\": [5]}", "after: expected entries such as"},
        {"{\"id\": \"b\", \"after\": [[\"afterok\"]]}", "after: expected the id of a job behind"},
        {"{\"id\": \"b\", \"after\": [[\"aftrok\", \"ok\"]]}",
         "found 'aftrok'; did you mean 'afterok'?"},
        {"{\"id\": \"b\", \"after\": [[\"afterok\", \"x\"]]}",
         "after: expected the id of another job, found 'x'"},
        {"{\"id\": \"b\", \"submit\": 1, \"after\": [[\"afterok\", \"last\"]]}",
         "after: expected a job submitted before this one, found 'last'"},
        {"{\"id\": \"b\", \"started\": -5}", "expected both started and nodes for a job that runs"},
        {"{\"id\": \"b\", \"nodes\": \"n1\"}", "found only nodes"},
        {"{\"id\": \"b\", \"started\": 5, \"nodes\": \"n1\"}",
         "started: expected a time not after second 0, found 5"},
        {"{\"id\": \"b\", \"rumtime\": 5}", "found 'rumtime'; did you mean 'runtime'?"},
        {"{\"cmd\": [\"rm\", \"x\"]}",
         "cmd: expected a command line of scontrol or scancel, found 'rm'"},
        {"{\"cmd\": [\"scancel\", \"{x}\"]}",
         "cmd: expected the id of a job of this file in braces, found 'x'"},
        {"{\"cmd\": [\"scancel\", 1], \"at\": 3}", "expected a key of an entry, found 'at'"},
        {"{\"id\": \"b\", \"id\": \"b\"}", "expected JSON: duplicate object key"},
        {"{\"id\": ", "expected JSON: "},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture *fixture = *state;
        g_autofree char *text = g_strdup_printf("[{\"id\": \"ok\", \"runtime\": 1},\n %s,\n"
                                                " {\"id\": \"last\", \"submit\": 99}]\n",
                                                cases[i].entry);

        put(fixture, "jobs.json", text);
        diags_free(fixture->diags);
        fixture->diags = diags_new();
        assert_refused(fixture, "jobs.json", 2, cases[i].message);
    }
}

static void unknown_nodes_of_a_running_job_are_told(void **state)
{
    put(*state, "jobs.json", "[{\"id\": \"r\", \"started\": -1, \"nodes\": \"x9\"}]");
    assert_refused(*state, "jobs.json", 0, "job 'r': nodes: no node is called 'x9'");
}

static void what_is_no_list_of_jobs_is_told(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"{\"jobs\": []}", "expected a list of entries in brackets"},
        {"[] 5", "expected nothing behind the closing bracket"},
        {"[{\"id\": \"a\"} {\"id\": \"b\"}]", "expected a comma or a closing bracket"},
        {"jobs: 5\n", "expected a list of entries"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture *fixture = *state;

        put(fixture, "jobs.json", cases[i].text);
        diags_free(fixture->diags);
        fixture->diags = diags_new();
        assert_refused(fixture, "jobs.json", 1, cases[i].message);
    }
}

static void wrong_values_of_scenario_yaml_are_told(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"start: noon\n", "start: expected a time such as 2026-01-20T12:30:00 (UTC), found 'noon'"},
        {"now: soon\n", "now: expected seconds such as 3600, or a duration"},
        {"horizon: [1]\n", "horizon: expected seconds such as 3600"},
        {"slurm_version: 17\n", "slurm_version: expected a version such as 24.05, found '17'"},
        {"nmae: x\n", "name"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture *fixture = *state;

        put(fixture, "scenario.yaml", cases[i].text);
        diags_free(fixture->diags);
        fixture->diags = diags_new();
        assert_refused(fixture, "scenario.yaml", 1, cases[i].message);
    }
}

static void wrong_usage_and_nodes_are_told(void **state)
{
    put(*state, "accounting.txt", ACCOUNTING);
    put(*state, "usage.txt", "Account|User|RawShares|NormShares|RawUsage\na|ann|1|1|much\n");
    assert_refused(*state, "usage.txt", 2, "expected a number from 0 on as RawUsage");
    diags_free(((Fixture *)*state)->diags);
    ((Fixture *)*state)->diags = diags_new();
    put(*state, "usage.txt", "Account|Share\n");
    assert_refused(*state, "usage.txt", 1, "expected the columns Account, User and RawUsage");
    diags_free(((Fixture *)*state)->diags);
    ((Fixture *)*state)->diags = diags_new();
    put(*state, "usage.txt", "a|b\n");
    assert_refused(*state, "usage.txt", 1, "expected a row of sshare -a -l -P");
    put(*state, "usage.txt", "");
    diags_free(((Fixture *)*state)->diags);
    ((Fixture *)*state)->diags = diags_new();
    put(*state, "nodes.txt", "n1 idle\n");
    assert_refused(*state, "nodes.txt", 1, "expected NodeName=... State=... in one line");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_cluster_alone_is_an_empty_queue),
        TEST(scenario_yaml_says_who_when_and_which_slurm),
        TEST(a_version_from_outside_goes_before_the_files),
        TEST(jobs_and_commands_come_in_order_of_time),
        TEST(yaml_says_the_same),
        TEST(a_written_list_is_read_back_in_order),
        TEST(a_job_without_a_run_time_runs_to_its_limit),
        TEST(a_running_job_says_since_when_and_where),
        TEST(jobs_belong_to_the_first_user_when_nobody_is_named),
        TEST(usage_is_held_by_those_who_used_it),
        TEST(nodes_txt_takes_nodes_away),
        TEST(a_trace_stands_for_jobs),
        TEST(files_nobody_knows_are_ignored),
        TEST(a_missing_directory_is_told),
        TEST(a_missing_slurm_conf_is_told),
        TEST(two_files_of_jobs_are_one_too_many),
        TEST(records_of_sacct_are_jobs),
        TEST(records_of_sacct_begin_where_scenario_yaml_says),
        TEST(an_unknown_version_is_told),
        TEST(every_wrong_entry_is_told_at_its_line),
        TEST(unknown_nodes_of_a_running_job_are_told),
        TEST(what_is_no_list_of_jobs_is_told),
        TEST(wrong_values_of_scenario_yaml_are_told),
        TEST(wrong_usage_and_nodes_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
