/* Tests of slurmio/sacct.h: each writes a dump and reads it for a small cluster. */
#include "tests/test.h"

#include "slurmio/sacct.h"
#include "tests/slurmio/conf_fixture.h"
#include <zlib.h>

#define CONF                                                                                       \
    "ClusterName=t\nSelectType=select/cons_tres\nSelectTypeParameters=CR_Core_Memory\n"            \
    "GresTypes=gpu\nNodeName=n[1-4] CPUs=8 RealMemory=32000\n"                                     \
    "NodeName=g1 CPUs=8 RealMemory=32000 Gres=gpu:a100:4\n"                                        \
    "PartitionName=p Nodes=n[1-4] Default=YES DefaultTime=30 MaxTime=600\n"                        \
    "PartitionName=x Nodes=n[1-4] OverSubscribe=EXCLUSIVE\n"                                       \
    "PartitionName=gpu Nodes=g1\n"
#define HEAD                                                                                       \
    "JobID|User|Account|Partition|QOS|JobName|Submit|Eligible|Start|End|State|ExitCode|"           \
    "TimelimitRaw|ReqTRES|NNodes|NodeList|SubmitLine\n"
#define DAY  "2026-01-20T"
#define ENDS DAY "10:00:00|" DAY "10:00:00|" DAY "10:01:00|" DAY "10:03:00|"

typedef struct {
    ConfFixture conf;
    char *path;
    Diags *diags;
    Load *load;
    int64_t epoch;
} Dump;

static Dump read_dump(const char *text)
{
    Dump self = {.conf = conf_fixture_new(), .diags = diags_new(), .epoch = SACCT_FIRST_SUBMISSION};

    conf_fixture_write(&self.conf, "slurm.conf", CONF);
    conf_fixture_write(&self.conf, "gres.conf", "NodeName=g1 Name=gpu Type=a100 Count=4\n");
    conf_fixture_write(&self.conf, "sacct.txt", text);
    conf_fixture_load(&self.conf, SLURM_VERSION_DEFAULT);
    assert_non_null(self.conf.cluster);
    self.path = g_build_filename(self.conf.directory, "sacct.txt", NULL);
    self.load = sacct_load(self.path, self.conf.cluster, &self.epoch, self.diags);
    return self;
}

static void dump_clear(Dump *self)
{
    load_free(self->load);
    diags_free(self->diags);
    g_free(self->path);
    conf_fixture_clear(&self->conf);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Dump, dump_clear)

static const LoadJob *nth(const Dump *self, guint index)
{
    assert_non_null(self->load);
    assert_true(index < self->load->jobs->len);
    return g_ptr_array_index(self->load->jobs, index);
}

static bool says(const Dump *self, const char *text)
{
    for (size_t i = 0; i < diags_length(self->diags); i++)
        if (strstr(diags_nth(self->diags, i)->text, text))
            return true;
    return false;
}

static void a_submit_line_tells_what_was_asked_for(void **state)
{
    g_auto(Dump) dump = read_dump(
        HEAD "7|ann|a|p|normal|train|" ENDS "COMPLETED|0:0|45|cpu=8,mem=8G,node=2|2|n[1-2]|"
             "sbatch -N2 --ntasks-per-node=2 -c2 --mem=4G --nice=5 -o out.txt job.sh x y\n");
    const LoadJob *job = nth(&dump, 0);

    (void)state;
    assert_string_equal(job->id, "7");
    assert_string_equal(job->user, "ann");
    assert_int_equal(job->submit_at, 0);
    assert_int_equal(job->truth.runtime, 120);
    assert_int_equal(dump.epoch, 1768903200);
    assert_int_equal(job->spec->min_nodes, 2);
    assert_int_equal(job->spec->ntasks_per_node, 2);
    assert_int_equal(job->spec->ntasks, COUNT_UNSET);
    assert_int_equal(job->spec->mem, 4096);
    assert_int_equal(job->spec->nice, 5);
    assert_int_equal(job->spec->time_limit, 45);
    assert_string_equal(job->spec->account, "a");
    assert_string_equal(job->spec->qos, "normal");
    assert_string_equal(job->spec->partition, "p");
    assert_null(job->spec->rest);
    assert_null(job->spec->script_args);
}

/* #SBATCH lines are in no SubmitLine: 8 CPUs at 2 each are 4 tasks */
static void columns_fill_in_what_the_line_leaves_to_the_script(void **state)
{
    g_auto(Dump) dump =
        read_dump(HEAD "7|ann|a|p|normal|train|" ENDS
                       "COMPLETED|0:0|45|cpu=8,mem=8G,node=1|1|n1|sbatch -c2 job.sh\n");

    (void)state;
    assert_int_equal(nth(&dump, 0)->spec->ntasks, 4);
    assert_int_equal(nth(&dump, 0)->spec->mem_per_cpu, 1024);
}

static void columns_stand_in_any_order_behind_any_delimiter(void **state)
{
    g_auto(Dump) dump = read_dump("State;Start;ElapsedRaw;JobID;Submit;User;ReqCPUS;Timelimit\n"
                                  "COMPLETED;1768903260;75;9;1768903200;bob;4;1-00:00:00\n");

    (void)state;
    assert_int_equal(nth(&dump, 0)->truth.runtime, 75);
    assert_int_equal(nth(&dump, 0)->spec->ntasks, 4);
    assert_int_equal(nth(&dump, 0)->spec->time_limit, 1440);
    assert_string_equal(nth(&dump, 0)->user, "bob");
}

/* sacct -p: a bar at the end of each line */
static void a_bar_at_the_end_of_lines_is_no_column(void **state)
{
    g_auto(Dump) dump = read_dump("JobID|Submit|Start|End|State|SubmitLine|\n"
                                  "9|1768903200|1768903260|1768903270|COMPLETED|sbatch -n2 x|\n");

    (void)state;
    assert_int_equal(nth(&dump, 0)->spec->ntasks, 2);
}

/* neither is escaped by sacct */
static void a_submit_line_may_hold_bars_and_line_ends(void **state)
{
    g_auto(Dump) dump = read_dump("JobID|SubmitLine|Submit|Start|End|State\n"
                                  "9|sbatch -n2 --wrap=a | b\nwith -n 7\n\nend|1768903200|"
                                  "1768903260|1768903270|COMPLETED\n"
                                  "10|sbatch -n3 x|1768903201|1768903260|1768903270|COMPLETED\n");

    (void)state;
    assert_int_equal(dump.load->jobs->len, 2);
    assert_int_equal(nth(&dump, 0)->spec->ntasks, 2);
    assert_int_equal(nth(&dump, 1)->spec->ntasks, 3);
}

static void lines_that_are_no_records_are_left_out_and_told(void **state)
{
    g_auto(Dump) dump = read_dump("JobID|Submit|Start|End|State\n9|x\nnothing at all\n"
                                  "9|1768903200|1768903260|1768903270|COMPLETED\n");

    (void)state;
    assert_int_equal(dump.load->jobs->len, 1);
    assert_true(says(&dump, "2 lines are no records of 5 columns"));
    assert_int_equal(diags_nth(dump.diags, diags_length(dump.diags) - 1)->line, 2);
}

/* three tasks with a row each, and two that never started */
static void an_array_is_one_job_with_a_run_time_a_task(void **state)
{
    g_auto(Dump) dump = read_dump(
        HEAD "20_3|ann|a|p|normal|arr|" ENDS "COMPLETED|0:0|45|cpu=1,node=1|1|n1|"
             "sbatch -n1 --array=1-9%2 j\n"
             "20_1|ann|a|p|normal|arr|" DAY "10:00:00|" DAY "10:00:00|" DAY "10:01:00|" DAY
             "10:01:30|FAILED|2:0|45|cpu=1,node=1|1|n1|sbatch -n1 --array=1-9%2 j\n"
             "20_1.batch||a||||" ENDS "FAILED|2:0||||n1|\n"
             "20_[7-8%2]|ann|a|p|normal|arr|" DAY "10:00:00|" DAY "10:00:00|Unknown|" DAY
             "10:09:00|CANCELLED by 7|0:0|45|cpu=1,node=1|1|None assigned|"
             "sbatch -n1 --array=1-9%2 j\n");
    const LoadJob *job = nth(&dump, 0);

    (void)state;
    assert_int_equal(dump.load->jobs->len, 1);
    assert_string_equal(job->spec->array, "1,3,7-8%2");
    assert_int_equal(job->truth.n_tasks, 4);
    assert_int_equal(job->truth.task_runtime[0], 30);
    assert_int_equal(job->truth.task_runtime[1], 120);
    assert_int_equal(job->truth.task_runtime[2], 120); /* the median of those that ended well */
    assert_int_equal(job->truth.task_exit[0], 2);
    assert_int_equal(dump.load->commands->len, 2);
    assert_string_equal(((LoadCommand *)g_ptr_array_index(dump.load->commands, 1))->argv[1],
                        "{20}_8");
    assert_int_equal(((LoadCommand *)g_ptr_array_index(dump.load->commands, 0))->at, 540);
}

/* sacct -D: preempted after 10 s, then 200 s to its end */
static void the_last_run_of_a_requeued_job_tells_how_long_it_takes(void **state)
{
    g_auto(Dump) dump = read_dump("JobID|Submit|Start|End|State|JobName\n"
                                  "9|1000000|1000010|1000020|PREEMPTED|x\n"
                                  "9|1000020|1000100|1000300|COMPLETED|x\n");

    (void)state;
    assert_int_equal(dump.load->jobs->len, 1);
    assert_int_equal(nth(&dump, 0)->truth.runtime, 200);
    assert_int_equal(dump.epoch, 1000000);
}

static void a_run_cut_short_lasts_as_long_as_others_of_its_name(void **state)
{
    g_auto(Dump) dump = read_dump("JobID|User|Submit|Start|End|State|JobName\n"
                                  "1|ann|1000000|1000000|1000100|COMPLETED|x\n"
                                  "2|ann|1000000|1000000|1000300|COMPLETED|x\n"
                                  "3|ann|1000000|1000000|1000200|COMPLETED|x\n"
                                  "4|ann|1000001|1000010|1000020|NODE_FAIL|x\n"
                                  "5|bob|1000002|1000010|Unknown|RUNNING|x\n");

    (void)state;
    assert_int_equal(nth(&dump, 3)->truth.runtime, 200);
    assert_true(nth(&dump, 3)->runtime_known);
    assert_false(nth(&dump, 4)->runtime_known);
    assert_true(says(&dump, "1 job had not ended when the dump was made"));
    assert_true(says(&dump, "1 job was ended by a failing node"));
    assert_true(says(&dump, "no job of that name ended: it runs to its limit"));
}

static void a_job_cancelled_before_it_started_is_cancelled_again(void **state)
{
    g_auto(Dump) dump = read_dump(
        HEAD "7|ann|a|p|normal|x|" DAY "10:00:00|" DAY "10:00:00|" DAY "10:05:00|" DAY
             "10:05:00|CANCELLED by 1000|0:0|45|cpu=8,node=1|1|None assigned|sbatch -n8 j\n");
    const LoadCommand *command = g_ptr_array_index(dump.load->commands, 0);

    (void)state;
    assert_int_equal(command->at, 300);
    assert_string_equal(command->argv[0], "scancel");
    assert_string_equal(command->argv[1], "{7}");
    assert_false(nth(&dump, 0)->runtime_known);
}

static void a_job_cancelled_while_it_ran_fails_after_as_long(void **state)
{
    g_auto(Dump) dump = read_dump("JobID|Submit|Start|End|State\n"
                                  "1|1000000|1000000|1000100|CANCELLED by 7\n"
                                  "2|1000000|1000000|1000100|TIMEOUT\n");

    (void)state;
    assert_int_equal(nth(&dump, 0)->truth.runtime, 100);
    assert_int_equal(nth(&dump, 0)->truth.exit_code, 1);
    assert_int_equal(nth(&dump, 1)->truth.runtime, 1000);
}

static void dependencies_name_jobs_of_the_dump(void **state)
{
    g_auto(Dump) dump =
        read_dump("JobID|Submit|Eligible|Start|End|State|SubmitLine\n"
                  "1|1000000|1000000|1000000|1000100|COMPLETED|sbatch j\n"
                  "2|1000001|1000100|1000100|1000200|COMPLETED|sbatch -d afterok:1,singleton j\n"
                  "3|1000002|1000050|1000100|1000200|COMPLETED|sbatch -d afterany:900 j\n"
                  "4|1000003|1000003|1000100|1000200|COMPLETED|sbatch -d after:1+5 j\n");

    (void)state;
    assert_int_equal(nth(&dump, 1)->n_after, 2);
    assert_string_equal(nth(&dump, 1)->after[0].type, "afterok");
    assert_string_equal(nth(&dump, 1)->after[0].id, "1");
    assert_null(nth(&dump, 1)->after[1].id);
    assert_null(nth(&dump, 1)->spec->begin);
    assert_null(nth(&dump, 1)->spec->dependency);
    assert_int_equal(nth(&dump, 2)->n_after, 0);
    assert_string_equal(nth(&dump, 2)->spec->begin, "1970-01-12T13:47:30");
    assert_int_equal(nth(&dump, 3)->after[0].delay, 5);
    assert_true(says(&dump, "1 dependency names a job that is not in the dump"));
}

static void a_job_that_never_became_eligible_is_held(void **state)
{
    g_auto(Dump) dump = read_dump("JobID|Submit|Eligible|Start|End|State\n"
                                  "1|1000000|Unknown|Unknown|1000100|CANCELLED by 7\n");

    (void)state;
    assert_true(nth(&dump, 0)->spec->hold);
}

/* 2 CPUs each, 8 CPUs of which 2 were asked for, 3 nodes of an exclusive partition */
static void sizes_are_guessed_from_what_was_given(void **state)
{
    g_auto(Dump) dump = read_dump(
        "JobID|Submit|Start|End|State|Partition|NCPUS|NNodes|NodeList|ReqTRES|ReqMem|AllocTRES\n"
        "1|1000000|1000000|1000100|COMPLETED|p|4|4|n[1-4]|||\n"
        "2|1000000|1000000|1000100|COMPLETED|p|8|1|n1|cpu=2,node=1|2Gn|cpu=8,node=1\n"
        "3|1000000|1000000|1000100|COMPLETED|x|24|3|n[1-3]|||\n"
        "4|1000000|1000000|1000100|COMPLETED|gpu|4|1|g1|cpu=4,gres/gpu=2,gres/gpu:a100=2,node=1|"
        "500Mc|\n");

    (void)state;
    assert_int_equal(nth(&dump, 0)->spec->min_nodes, 4);
    assert_int_equal(nth(&dump, 1)->spec->exclusive, EXCLUSIVE_NODE);
    assert_int_equal(nth(&dump, 1)->spec->ntasks, 2);
    assert_int_equal(nth(&dump, 1)->spec->mem, 2048);
    assert_int_equal(nth(&dump, 2)->spec->min_nodes, 3);
    assert_int_equal(nth(&dump, 2)->spec->ntasks, COUNT_UNSET);
    assert_string_equal(nth(&dump, 3)->spec->gres, "gpu:a100:2");
    assert_int_equal(nth(&dump, 3)->spec->mem_per_cpu, 500);
    assert_true(says(&dump, "2 jobs have neither ReqTRES nor ReqCPUS"));
    assert_true(says(&dump, "1 job was given whole nodes beyond its request"));
}

static void what_the_cluster_lacks_is_told(void **state)
{
    g_auto(Dump) dump =
        read_dump("JobID|Submit|Start|End|State|Partition|ReqTRES|Reservation|Cluster\n"
                  "1|1000000|1000000|1000100|COMPLETED|old|cpu=1,gres/tpu=1,node=1|maint|a\n"
                  "2|1000000|1000000|1000100|COMPLETED|p|cpu=1||b\n"
                  "3+1|1000000|1000000|1000100|COMPLETED|p|cpu=1||a\n"
                  "4|Unknown|1000000|1000100|COMPLETED|p|cpu=1||a\n");

    (void)state;
    assert_int_equal(dump.load->jobs->len, 1);
    assert_null(nth(&dump, 0)->spec->reservation);
    assert_true(says(&dump, "1 job ran in a partition that slurm.conf does not have (job 1: old)"));
    assert_true(says(&dump, "1 job had devices that no node of slurm.conf has (job 1: tpu)"));
    assert_true(says(&dump, "1 job ran in a reservation"));
    assert_true(says(&dump, "1 job of another cluster is left out"));
    assert_true(says(&dump, "1 component of a heterogeneous job is left out"));
    assert_true(says(&dump, "1 job without a submit time is left out"));
}

static void a_number_given_twice_makes_two_jobs(void **state)
{
    g_auto(Dump) dump = read_dump("JobID|User|Submit|Start|End|State|JobName\n"
                                  "1|ann|1000000|1000000|1000100|COMPLETED|x\n"
                                  "1|bob|2000000|2000000|2000100|COMPLETED|y\n");

    (void)state;
    assert_string_equal(nth(&dump, 1)->id, "1.2");
}

static void a_line_of_srun_counts_and_one_not_understood_is_told(void **state)
{
    g_auto(Dump) dump =
        read_dump("JobID|Submit|Start|End|State|NCPUS|SubmitLine\n"
                  "1|1000000|1000000|1000100|COMPLETED|4|/usr/bin/srun -n4 --pty bash\n"
                  "2|1000001|1000001|1000100|COMPLETED|6|sbatch --no-such-option j\n");

    (void)state;
    assert_int_equal(nth(&dump, 0)->spec->ntasks, 4);
    assert_int_equal(nth(&dump, 1)->spec->ntasks, 6);
    assert_true(says(&dump, "not understood: the column"));
}

static void what_is_no_dump_is_refused(void **state)
{
    static const char *const texts[][2] = {
        {"", "expected the header of 'sacct -P'"},
        {"       JobID    JobName\n------- -----\n", "expected the header of 'sacct -P'"},
        {"JobName|State\n", "expected the header of 'sacct -P'"},
        {"JobID|Start|State\n", "expected the column Submit, found none"},
        {"JobID|Submit|Start|State\n", "expected one of the columns End, Elapsed and ElapsedRaw"},
        {"JobID|Submit|Start|End|State\n", "expected records of jobs, found none"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(Dump) dump = read_dump(texts[i][0]);

        assert_null(dump.load);
        if (!says(&dump, texts[i][1]))
            fail_msg("not told: %s", texts[i][1]);
    }
}

static void a_packed_dump_reads_the_same(void **state)
{
    static const char text[] = "JobID|Submit|Start|End|State\n1|1000|1000|1100|COMPLETED\n";
    g_auto(Dump) dump = read_dump(text);
    gzFile file = gzopen(dump.path, "wb");
    g_autoptr(Load) again = NULL;
    int64_t epoch = 500;

    (void)state;
    gzwrite(file, text, sizeof text - 1);
    gzclose(file);
    again = sacct_load(dump.path, dump.conf.cluster, &epoch, dump.diags);
    assert_non_null(again);
    assert_int_equal(((LoadJob *)g_ptr_array_index(again->jobs, 0))->submit_at, 500);
    assert_int_equal(epoch, 500);
}

static void a_file_that_is_not_there_is_told(void **state)
{
    g_auto(Dump) dump = read_dump("JobID|Submit|Start|End|State\n");
    int64_t epoch = 0;

    (void)state;
    assert_null(sacct_load("/nonexistent/sacct.txt", dump.conf.cluster, &epoch, dump.diags));
    assert_true(says(&dump, "could not be opened"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_submit_line_tells_what_was_asked_for),
        cmocka_unit_test(columns_fill_in_what_the_line_leaves_to_the_script),
        cmocka_unit_test(columns_stand_in_any_order_behind_any_delimiter),
        cmocka_unit_test(a_bar_at_the_end_of_lines_is_no_column),
        cmocka_unit_test(a_submit_line_may_hold_bars_and_line_ends),
        cmocka_unit_test(lines_that_are_no_records_are_left_out_and_told),
        cmocka_unit_test(an_array_is_one_job_with_a_run_time_a_task),
        cmocka_unit_test(the_last_run_of_a_requeued_job_tells_how_long_it_takes),
        cmocka_unit_test(a_run_cut_short_lasts_as_long_as_others_of_its_name),
        cmocka_unit_test(a_job_cancelled_before_it_started_is_cancelled_again),
        cmocka_unit_test(a_job_cancelled_while_it_ran_fails_after_as_long),
        cmocka_unit_test(dependencies_name_jobs_of_the_dump),
        cmocka_unit_test(a_job_that_never_became_eligible_is_held),
        cmocka_unit_test(sizes_are_guessed_from_what_was_given),
        cmocka_unit_test(what_the_cluster_lacks_is_told),
        cmocka_unit_test(a_number_given_twice_makes_two_jobs),
        cmocka_unit_test(a_line_of_srun_counts_and_one_not_understood_is_told),
        cmocka_unit_test(what_is_no_dump_is_refused),
        cmocka_unit_test(a_packed_dump_reads_the_same),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
