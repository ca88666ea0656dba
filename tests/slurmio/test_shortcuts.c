/* Every short cut of the simulator against the long way: the same runs, to the second and the node,
 * over all recorded cases and over random loads on machines whose nodes are given out whole. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/sim.h"
#include "slurmio/scenario.h"
#include <glib/gstdio.h>

#define RECORDINGS  SRX_SOURCE_DIR "/tests/recordings/"
#define RANDOM_JOBS 150

/* All there is to see of a simulation, as text. */
static char *outcome(const Scenario *scenario, bool no_shortcuts)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GPtrArray) runs = NULL;
    g_autoptr(Sim) sim = NULL;
    SimOptions options;

    sim_options_init(&options);
    options.epoch = scenario->epoch;
    options.no_shortcuts = no_shortcuts;
    sim = sim_new(scenario->cluster, &options);
    sim_load(sim, scenario->load);
    sim_run(sim, scenario->horizon);
    runs = sim_runs(sim);
    for (guint i = 0; i < runs->len; i++) {
        const SimRun *run = g_ptr_array_index(runs, i);

        g_string_append_printf(
            text, "%u_%u.%u %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d %u %s %s\n", run->job,
            run->task, run->attempt, run->start_at, run->end_at, (int)run->state, run->priority,
            run->nodes ? run->nodes : "-", run->reason ? run->reason : "-");
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void check_scenario(const char *folder, const char *version)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Scenario) scenario = scenario_load(folder, version, diags);
    g_autofree char *quick = NULL;
    g_autofree char *slow = NULL;

    if (!scenario)
        fail_msg("%s", diags_nth(diags, 0)->text);
    quick = outcome(scenario, false);
    slow = outcome(scenario, true);
    if (!g_str_equal(quick, slow))
        fail_msg("%s: the short cuts change the runs", folder);
}

static void check_folder(const char *parent, const char *version)
{
    g_autofree char *path = g_strconcat(RECORDINGS, parent, version, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    assert_non_null(dir);
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *folder = g_build_filename(path, name, NULL);

        if (g_file_test(folder, G_FILE_TEST_IS_DIR))
            check_scenario(folder, version);
    }
}

static void short_cuts_change_no_recorded_case(void **state)
{
    (void)state;
    check_folder("", "24.11");
    check_folder("micro/", "22.05");
    check_folder("micro/", "24.11");
}

/* ---- random loads ---- */

static void write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"slurm.conf", "accounting.txt", "jobs.json"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);

        g_unlink(path);
    }
    g_rmdir(folder);
}

/* Two kinds of nodes over more than one word of a bitmap; a partition of whole nodes and one whose
 * cores are given out one by one, over some of the same nodes. */
static void write_machine(const char *folder)
{
    write_file(folder, "slurm.conf",
               "SchedulerType=sched/backfill\nSelectType=select/cons_tres\n"
               "SelectTypeParameters=CR_Core_Memory\nPriorityType=priority/multifactor\n"
               "PriorityWeightAge=1000\nPriorityWeightJobSize=500\nPriorityWeightQOS=2000\n"
               "AccountingStorageEnforce=limits,qos\n"
               "NodeName=a[1-70] CPUs=16 CoresPerSocket=8 Sockets=2 RealMemory=64000 Weight=2\n"
               "NodeName=b[1-30] CPUs=16 CoresPerSocket=8 Sockets=2 RealMemory=128000 Weight=5\n"
               "PartitionName=whole Nodes=ALL Default=YES OverSubscribe=EXCLUSIVE MaxTime=1-0\n"
               "PartitionName=cores Nodes=a[61-70],b[1-10] MaxTime=1-0\n");
    write_file(folder, "accounting.txt",
               "add qos normal priority=10\nadd qos high priority=100 MaxJobsPerUser=3\n"
               "add account lab\n"
               "add user ann account=lab qos=normal,high defaultqos=normal\n"
               "add user bob account=lab qos=normal,high defaultqos=normal\n");
}

static void write_jobs(const char *folder, Rng *rng)
{
    g_autoptr(GString) text = g_string_new("[\n");
    uint32_t submit = 0;

    for (int i = 0; i < RANDOM_JOBS; i++) {
        const uint32_t limit = 5 + rng_below(rng, 20) * 15;
        const bool whole = rng_below(rng, 4) > 0;
        const bool high = rng_below(rng, 5) == 0;

        submit += rng_below(rng, 300);
        g_string_append_printf(
            text,
            "%s{\"id\": \"%d\", \"submit\": %u, \"runtime\": %u, \"user\": \"%s\", "
            "\"args\": \"-t%u %s%u%s%s\"}",
            i ? ",\n" : "", i + 1, submit, 30 + rng_below(rng, limit * 70),
            rng_below(rng, 2) ? "ann" : "bob", limit, whole ? "-N" : "-p cores --mem=8000 -n",
            whole ? 1 + rng_below(rng, rng_below(rng, 6) ? 8 : 60) : 1 + rng_below(rng, 30),
            high ? " -q high" : "", whole && rng_below(rng, 6) == 0 ? " --mem=100000" : "");
    }
    g_string_append(text, "]\n");
    write_file(folder, "jobs.json", text->str);
}

static void short_cuts_change_no_random_load(void **state)
{
    static const char *const versions[] = {"22.05", "24.05", "24.11"};
    g_autofree char *folder = g_dir_make_tmp("srx-XXXXXX", NULL);
    g_autoptr(Rng) rng = rng_new(7, 0, "shortcuts");

    (void)state;
    write_machine(folder);
    for (int i = 0; i < 3; i++) {
        write_jobs(folder, rng);
        check_scenario(folder, versions[i]);
    }
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_cuts_change_no_recorded_case),
        cmocka_unit_test(short_cuts_change_no_random_load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
