/* Tests of slurmio/import.h and slurmio/scenario_write.h. */
#include "tests/test.h"

#include "slurmio/import.h"
#include "slurmio/scenario.h"
#include "slurmio/scenario_jobs.h"
#include "slurmio/scenario_write.h"
#include "tests/slurmio/conf_fixture.h"

#define CONF                                                                                       \
    "ClusterName=t\nInclude nodes.conf\nAccountingStorageEnforce=associations\n"                   \
    "PartitionName=p Nodes=ALL Default=YES QOS=part\n"
#define DUMP                                                                                       \
    "JobID|User|Account|QOS|Submit|Start|End|State|NCPUS\n"                                        \
    "1|ann|physics|high|1000000|1000000|1000100|COMPLETED|2\n"                                     \
    "2|bob|bio|normal|1000050|1000050|1000100|FAILED|1\n"

typedef struct {
    ConfFixture from;
    char *to, *trace, *conf, *accounting;
    ImportSources sources;
    ImportCounts counts;
    Diags *diags;
    GError *error;
    bool written;
} Fixture;

static char *path_in(const Fixture *self, const char *name)
{
    return g_build_filename(self->from.directory, name, NULL);
}

static void set_up(Fixture *self, const char *accounting)
{
    *self = (Fixture){.from = conf_fixture_new(), .diags = diags_new()};
    self->to = g_dir_make_tmp("srx-import-XXXXXX", NULL);
    conf_fixture_write(&self->from, "slurm.conf", CONF);
    conf_fixture_write(&self->from, "nodes.conf", "NodeName=n[1-2] CPUs=4\n");
    conf_fixture_write(&self->from, "sacct.txt", DUMP);
    if (accounting)
        conf_fixture_write(&self->from, "acc", accounting);
    self->trace = path_in(self, "sacct.txt");
    self->conf = path_in(self, "slurm.conf");
    self->accounting = path_in(self, "acc");
    self->sources = (ImportSources){.trace = self->trace,
                                    .slurm_conf = self->conf,
                                    .accounting = accounting ? self->accounting : NULL,
                                    .jobs = UINT32_MAX};
}

static void run(Fixture *self)
{
    self->written =
        import_write(&self->sources, self->to, &self->counts, self->diags, &self->error);
}

static void tear_down(Fixture *self)
{
    import_remove(self->to);
    conf_fixture_clear(&self->from);
    diags_free(self->diags);
    g_clear_error(&self->error);
    g_free(self->to);
    g_free(self->trace);
    g_free(self->conf);
    g_free(self->accounting);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, tear_down)

static bool says(const Fixture *self, const char *text)
{
    for (size_t i = 0; i < diags_length(self->diags); i++)
        if (strstr(diags_nth(self->diags, i)->text, text))
            return true;
    return false;
}

static Scenario *read_back(const Fixture *self)
{
    g_autoptr(Diags) diags = diags_new();
    Scenario *scenario = scenario_load(self->to, NULL, diags);

    if (!scenario)
        fail_msg("%s", diags_nth(diags, 0)->text);
    return scenario;
}

static void an_included_file_that_is_missing_is_told(void **state)
{
    g_auto(Fixture) self = {0};

    (void)state;
    set_up(&self, NULL);
    conf_fixture_write(&self.from, "slurm.conf", "Include elsewhere.conf\n");
    run(&self);
    assert_false(self.written);
    assert_true(says(&self, "Include: expected a file, found none"));
    assert_string_equal(diags_nth(self.diags, diags_length(self.diags) - 1)->file, self.conf);
}

/* the users, and a QoS that only slurm.conf names */
static void an_included_file_comes_along(void **state)
{
    g_auto(Fixture) self = {0};
    g_autoptr(Scenario) scenario = NULL;

    (void)state;
    set_up(&self, NULL);
    run(&self);
    assert_true(self.written);
    scenario = read_back(&self);
    assert_int_equal(scenario->load->jobs->len, 2);
    assert_int_equal(scenario->epoch, 1000000);
    assert_true(cluster_find_assoc(scenario->cluster, "bob", "bio", NULL) != INDEX_NONE);
    assert_true(cluster_find_qos(scenario->cluster, "high") != INDEX_NONE);
    assert_true(cluster_find_qos(scenario->cluster, "part") != INDEX_NONE);
    assert_int_equal(self.counts.jobs, 2);
    assert_int_equal(self.counts.users, 2);
    assert_int_equal(self.counts.accounts, 2);
    assert_int_equal(self.counts.last_at, 50);
    assert_true(says(&self, "no accounting is given"));
}

static void whoever_is_missing_is_added_to_commands(void **state)
{
    g_auto(Fixture) self = {0};
    g_autoptr(Scenario) scenario = NULL;

    (void)state;
    set_up(&self, "add account physics fairshare=7\nadd user ann account=physics\nadd qos part");
    run(&self);
    assert_true(self.written);
    assert_true(says(&self, "found none of 1 users, 1 accounts and 1 QoS"));
    scenario = read_back(&self);
    assert_true(cluster_find_assoc(scenario->cluster, "bob", "bio", NULL) != INDEX_NONE);
}

static void whoever_is_missing_is_added_beside_a_dump(void **state)
{
    g_auto(Fixture) self = {0};
    g_autoptr(Scenario) scenario = NULL;

    (void)state;
    set_up(&self, "Cluster - 't':Fairshare=1:QOS='normal'\nParent - 'root'\n"
                  "User - 'root':DefaultAccount='root':AdminLevel='Administrator':Fairshare=1\n"
                  "Account - 'physics':Description='p':Organization='p':Fairshare=7\n"
                  "Parent - 'physics'\nUser - 'ann':DefaultAccount='physics':Fairshare=1\n");
    conf_fixture_write(&self.from, "slurm.conf",
                       "Include nodes.conf\nPartitionName=p Nodes=ALL Default=YES\n");
    run(&self);
    assert_true(self.written);
    scenario = read_back(&self);
    assert_true(cluster_find_assoc(scenario->cluster, "bob", "bio", NULL) != INDEX_NONE);
    assert_true(cluster_find_assoc(scenario->cluster, "ann", "physics", NULL) != INDEX_NONE);
}

static void machines_can_be_made_of_a_number(void **state)
{
    g_auto(Fixture) self = {0};
    g_autoptr(Scenario) scenario = NULL;

    (void)state;
    set_up(&self, NULL);
    self.sources.slurm_conf = NULL;
    self.sources.nodes = "120x2x4G";
    self.sources.jobs = 1;
    self.sources.start = "2026-01-20T10:00:00";
    run(&self);
    assert_true(self.written);
    scenario = read_back(&self);
    assert_int_equal(scenario->cluster->total_cpus, 240);
    assert_int_equal(scenario->cluster->nodes[0].memory, 4096);
    assert_int_equal(scenario->load->jobs->len, 1);
    assert_int_equal(scenario->epoch, 1768903200);
}

static void what_cannot_be_imported_is_told(void **state)
{
    static const char *const nodes[] = {"3", "0x2", "2x", "2x2x", "2x2x2x2", "ax2"};
    g_auto(Fixture) self = {0};

    (void)state;
    set_up(&self, NULL);
    self.sources.slurm_conf = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(nodes); i++) {
        self.sources.nodes = nodes[i];
        run(&self);
        assert_false(self.written);
        assert_true(says(&self, "--nodes: expected NODESxCPUS"));
    }
    self.sources.nodes = "2x2";
    self.sources.start = "soon";
    run(&self);
    assert_true(says(&self, "--start: expected a time such as"));
    self.sources.start = NULL;
    self.sources.nodes = NULL;
    self.sources.slurm_conf = "/nonexistent/slurm.conf";
    run(&self);
    assert_true(says(&self, "cannot be read"));
}

static void a_directory_that_cannot_be_written_is_told(void **state)
{
    g_auto(Fixture) self = {0};
    bool written;

    (void)state;
    set_up(&self, NULL);
    self.sources.slurm_conf = NULL;
    self.sources.nodes = "2x2";
    written = import_write(&self.sources, "/nonexistent/directory", &self.counts, self.diags,
                           &self.error);
    assert_false(written);
    assert_non_null(self.error);
    assert_non_null(strstr(self.error->message, "cannot be written"));
}

static Load *reread(const char *text)
{
    ConfFixture to = conf_fixture_new();
    g_autofree char *path = g_build_filename(to.directory, "jobs.json", NULL);
    Load *load;

    conf_fixture_write(&to, "jobs.json", text);
    load = scenario_jobs_load(path, "user", to.diags);
    if (!load)
        fail_msg("%s", diags_nth(to.diags, 0)->text);
    conf_fixture_clear(&to);
    return load;
}

/* every scenario of the project: its jobs written and read again, and written again */
static void jobs_written_read_back_the_same(void **state)
{
    g_autofree char *folder = g_build_filename(SRX_SOURCE_DIR, "scenarios", NULL);
    g_autoptr(GDir) listing = g_dir_open(folder, 0, NULL);
    const char *name;
    uint32_t n = 0;

    (void)state;
    while ((name = g_dir_read_name(listing))) {
        g_autofree char *path = g_build_filename(folder, name, "jobs.json", NULL);
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(Load) load =
            g_file_test(path, G_FILE_TEST_EXISTS) ? scenario_jobs_load(path, "user", diags) : NULL;
        g_autofree char *text = load ? scenario_jobs_format(load, UINT32_MAX) : NULL;
        g_autoptr(Load) second = text ? reread(text) : NULL;
        g_autofree char *again = second ? scenario_jobs_format(second, UINT32_MAX) : NULL;

        if (text)
            assert_string_equal(text, again);
        n += text != NULL;
    }
    assert_true(n >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_included_file_that_is_missing_is_told),
        cmocka_unit_test(an_included_file_comes_along),
        cmocka_unit_test(whoever_is_missing_is_added_to_commands),
        cmocka_unit_test(whoever_is_missing_is_added_beside_a_dump),
        cmocka_unit_test(machines_can_be_made_of_a_number),
        cmocka_unit_test(what_cannot_be_imported_is_told),
        cmocka_unit_test(a_directory_that_cannot_be_written_is_told),
        cmocka_unit_test(jobs_written_read_back_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
