/* Tests of slurmio/snapshot.h: what the commands of a real Slurm printed of the cluster of
 * tests/slurm/snapshot-case, held against that case. SRX_SNAPSHOT_ANSWERS names another record, as
 * tests/slurm/snapshot makes it anew. */
#include "tests/slurmio/cluster_text.h"
#include "tests/slurmio/run_fixture.h"

#include "base/error.h"
#include "slurmio/snapshot.h"

#include <jansson.h>

#define CASE    SRX_SOURCE_DIR "/tests/slurm/snapshot-case"
#define ANSWERS SRX_SOURCE_DIR "/tests/data/snapshot/22.05.json"

typedef struct {
    char *place;
    Scenario *asked, *live;
} Pair;

static const char *answers(void)
{
    const char *path = g_getenv("SRX_SNAPSHOT_ANSWERS");

    return path ? path : ANSWERS;
}

static Scenario *load(const char *directory)
{
    g_autoptr(Diags) diags = diags_new();
    Scenario *scenario = scenario_load(directory, "22.05", diags);

    if (!scenario)
        fail_msg("%s: %s", directory, diags_nth(diags, 0)->text);
    return scenario;
}

static Snapshot *take(const char *path, bool anonymize, Diags *diags)
{
    const SnapshotOptions options = {.anonymize = anonymize, .user = "u1"};
    g_autoptr(GError) error = NULL;
    g_autoptr(Runner) runner = runner_replay(path, &error);
    Snapshot *snapshot;

    assert_ok(runner, error);
    snapshot = snapshot_take(runner, &options, diags, &error);
    assert_ok(snapshot, error);
    return snapshot;
}

static int open_pair(void **state)
{
    Pair *self = g_new0(Pair, 1);
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Snapshot) snapshot = take(answers(), false, diags);
    g_autofree char *directory = NULL;

    self->place = g_dir_make_tmp("srx-snapshot-XXXXXX", NULL);
    directory = g_build_filename(self->place, "live", NULL);
    assert_ok(snapshot_save(snapshot, directory, &error), error);
    self->asked = load(CASE);
    self->live = load(directory);
    *state = self;
    return 0;
}

static int close_pair(void **state)
{
    Pair *self = *state;

    test_remove(self->place);
    g_free(self->place);
    scenario_free(self->asked);
    scenario_free(self->live);
    g_free(self);
    return 0;
}

static void take_and_compare(char *asked, char *live)
{
    assert_string_equal(live, asked);
    g_free(asked);
    g_free(live);
}

static void nodes_are_those_of_the_case(void **state)
{
    const Pair *self = *state;

    assert_int_equal(self->live->cluster->n_nodes, self->asked->cluster->n_nodes);
    for (uint32_t i = 0; i < self->asked->cluster->n_nodes; i++) {
        take_and_compare(text_node(self->asked->cluster, &self->asked->cluster->nodes[i]),
                         text_node(self->live->cluster, &self->live->cluster->nodes[i]));
        assert_int_equal(self->live->cluster->nodes[i].state, NODE_UP);
    }
}

static void partitions_are_those_of_the_case(void **state)
{
    const Pair *self = *state;

    assert_int_equal(self->live->cluster->n_partitions, self->asked->cluster->n_partitions);
    for (uint32_t i = 0; i < self->asked->cluster->n_partitions; i++)
        take_and_compare(text_partition(self->asked->cluster, &self->asked->cluster->partitions[i]),
                         text_partition(self->live->cluster, &self->live->cluster->partitions[i]));
}

static void qos_are_those_of_the_case(void **state)
{
    const Pair *self = *state;

    assert_int_equal(self->live->cluster->n_qos, self->asked->cluster->n_qos);
    for (uint32_t i = 0; i < self->asked->cluster->n_qos; i++)
        take_and_compare(text_qos(self->asked->cluster, &self->asked->cluster->qos[i]),
                         text_qos(self->live->cluster, &self->live->cluster->qos[i]));
}

static void associations_are_those_of_the_case(void **state)
{
    const Pair *self = *state;

    assert_int_equal(self->live->cluster->n_assocs, self->asked->cluster->n_assocs);
    for (uint32_t i = 0; i < self->asked->cluster->n_assocs; i++) {
        const Assoc *asked = &self->asked->cluster->assocs[i];
        uint32_t at = 0;

        for (; at < self->live->cluster->n_assocs; at++) {
            const Assoc *live = &self->live->cluster->assocs[at];

            if (g_str_equal(live->account, asked->account) &&
                g_strcmp0(live->user, asked->user) == 0)
                break;
        }
        if (at == self->live->cluster->n_assocs)
            fail_msg("no association %s/%s", asked->account, asked->user);
        take_and_compare(text_assoc(self->asked->cluster, asked),
                         text_assoc(self->live->cluster, &self->live->cluster->assocs[at]));
    }
}

static void the_scheduler_is_that_of_the_case(void **state)
{
    const Pair *self = *state;

    take_and_compare(text_scheduling(self->asked->cluster), text_scheduling(self->live->cluster));
    assert_string_equal(self->live->user, "u1");
    assert_false(self->live->epoch_guessed);
}

/* The rest of @argv's word that begins with @key; "" when there is none. */
static const char *word_of(const LoadCommand *command, const char *key)
{
    for (char **word = command->argv; *word; word++)
        if (g_str_has_prefix(*word, key))
            return *word + strlen(key);
    return "";
}

static Span reservation_length(const LoadCommand *command)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) from = g_date_time_new_from_iso8601(word_of(command, "StartTime="), utc);
    g_autoptr(GDateTime) to = g_date_time_new_from_iso8601(word_of(command, "EndTime="), utc);

    return from && to ? g_date_time_difference(to, from) / G_TIME_SPAN_SECOND : -1;
}

static void reservations_are_those_of_the_case(void **state)
{
    static const char *const same[] = {"ReservationName=", "Nodes=", "Users=", "Accounts="};
    const Pair *self = *state;
    const GPtrArray *asked = self->asked->load->commands, *live = self->live->load->commands;

    assert_int_equal(live->len, asked->len);
    for (guint i = 0; i < asked->len; i++) {
        const LoadCommand *old = asked->pdata[i], *now = live->pdata[i];
        g_auto(GStrv) flags = g_strsplit(word_of(old, "Flags="), ",", -1);
        g_auto(GStrv) told = g_strsplit(word_of(now, "Flags="), ",", -1);

        for (guint k = 0; k < G_N_ELEMENTS(same); k++)
            assert_string_equal(word_of(now, same[k]), word_of(old, same[k]));
        take_and_compare(text_words(flags), text_words(told));
        assert_int_equal(reservation_length(now), atol(word_of(old, "Duration=")) * 60);
        assert_true(now->at < 0);
    }
}

/* Jobs are told in the order of their ids, which is that of the case. */
static void jobs_ask_for_what_they_asked_for(void **state)
{
    const Pair *self = *state;
    const GPtrArray *asked = self->asked->load->jobs, *live = self->live->load->jobs;

    assert_int_equal(live->len, asked->len);
    for (guint i = 0; i < asked->len; i++) {
        const LoadJob *old = asked->pdata[i], *now = live->pdata[i];
        const char *name = old->spec->name ? old->spec->name : old->id;
        const bool runs = g_str_has_prefix(old->id, "run");

        assert_string_equal(now->spec->name, name);
        assert_string_equal(now->user, old->user);
        assert_string_equal(now->spec->partition,
                            old->spec->partition ? old->spec->partition : "batch");
        if (old->spec->qos)
            assert_string_equal(now->spec->qos, old->spec->qos);
        if (old->spec->account)
            assert_string_equal(now->spec->account, old->spec->account);
        if (runs) {
            assert_true(now->started_at <= 0 && now->started_at >= now->submit_at);
            assert_non_null(now->nodes);
        } else {
            assert_true(now->started_at == INSTANT_NEVER);
        }
        take_and_compare(text_request(self->asked, old, runs), text_request(self->live, now, runs));
    }
}

static const LoadJob *find(const Scenario *scenario, const char *name)
{
    for (guint i = 0; i < scenario->load->jobs->len; i++) {
        const LoadJob *job = scenario->load->jobs->pdata[i];

        if (g_strcmp0(job->spec->name, name) == 0)
            return job;
    }
    fail_msg("no job %s", name);
    return NULL;
}

static void dependencies_and_times_are_kept(void **state)
{
    const Pair *self = *state;
    const LoadJob *both = find(self->live, "after both"), *array = find(self->live, "after array");
    const LoadJob *last = self->live->load->jobs->pdata[self->live->load->jobs->len - 2];

    assert_int_equal(both->n_after, 2);
    assert_string_equal(both->after[0].type, "afterok");
    assert_string_equal(both->after[0].id, find(self->live, "run gpus")->id);
    assert_string_equal(both->after[1].type, "afterany");
    assert_string_equal(both->after[1].id, find(self->live, "run urgent")->id);
    assert_int_equal(array->n_after, 1);
    assert_string_equal(array->after[0].id, find(self->live, "array")->id);
    assert_int_equal(last->n_after, 1);
    assert_string_equal(last->after[0].type, "singleton");
    assert_true(find(self->live, "held")->spec->hold);
    assert_non_null(find(self->live, "later")->spec->begin);
}

static void an_anonymous_snapshot_names_nobody(void **state)
{
    static const char *const files[] = {"slurm.conf", "accounting.txt", "jobs.json", "usage.txt",
                                        "scenario.yaml"};
    static const char *const names[] = {"physics", "u1", "u2", "\"run", "course", "wide", "oracle"};
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Snapshot) snapshot = take(answers(), true, diags);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        for (size_t k = 0; k < G_N_ELEMENTS(names); k++)
            if (strstr(snapshot_text(snapshot, files[i]), names[k]))
                fail_msg("%s tells %s", files[i], names[k]);
    assert_non_null(strstr(snapshot_text(snapshot, "jobs.json"), "user1"));
    assert_null(snapshot_text(snapshot, "topology.conf"));
}

/* ---- what cannot be read ---- */

/* The answers with @command's replaced: NULL fails. Returns: a path to remove */
static char *change(const char *command, const char *out)
{
    json_t *list = json_load_file(ANSWERS, 0, NULL);
    char *path = g_build_filename(g_get_tmp_dir(), "srx-answers-XXXXXX", NULL);
    const int file = g_mkstemp(path);
    size_t i;
    json_t *answer;

    json_array_foreach(list, i, answer)
    {
        const json_t *argv = json_object_get(answer, "argv");
        g_autofree char *words =
            g_strjoin(" ", json_string_value(json_array_get(argv, 0)),
                      json_string_value(json_array_get(argv, json_array_size(argv) - 1)), NULL);

        if (!g_str_equal(words, command))
            continue;
        json_object_set_new(answer, "status", json_integer(out ? 0 : 1));
        json_object_set_new(answer, "out", json_string(out ? out : ""));
        json_object_set_new(answer, "err", json_string(out ? "" : "it is down"));
    }
    assert_int_equal(json_dumpfd(list, file, 0), 0);
    close(file);
    json_decref(list);
    return path;
}

static void assert_warns(const char *command, const char *out, const char *expected)
{
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *path = change(command, out);
    g_autoptr(Snapshot) snapshot = take(path, false, diags);

    g_remove(path);
    assert_non_null(snapshot);
    for (size_t i = 0; i < diags_length(diags); i++)
        if (strstr(diags_nth(diags, i)->text, expected))
            return;
    fail_msg("no warning says: %s", expected);
}

static void what_accounting_hides_is_told_with_what_is_lost(void **state)
{
    (void)state;
    assert_warns("sacctmgr qos", NULL, "accounting could not be read: the forecast knows no QoS");
    assert_warns("sacctmgr user", NULL, "it is down");
    assert_warns("sshare -P", NULL, "usage could not be read: fair share counts as if nobody");
    assert_warns("scontrol licenses", NULL, "licences as configured");
}

static void what_the_configuration_tells_of_hidden_things_is_a_warning(void **state)
{
    static const char head[] = "Configuration data as of 1795522920\nClusterName = x\n";
    g_autofree char *hidden = g_strconcat(head, "PrivateData = jobs,nodes\n", NULL);
    g_autofree char *tree = g_strconcat(head, "TopologyPlugin = topology/tree\n", NULL);
    g_autofree char *ancient = g_strconcat(head, "SLURM_VERSION = 17.02\n", NULL);

    (void)state;
    assert_warns("scontrol config", hidden, "other people's jobs are hidden");
    assert_warns("scontrol config", hidden, "nodes are hidden");
    assert_warns("scontrol config", hidden, "keeps no accounting");
    assert_warns("scontrol config", tree, "no switches could be read");
    assert_warns("scontrol config", ancient, "Slurm 17.02 is none that srx knows");
}

static void assert_fails(const char *command, const char *out, const char *expected)
{
    const SnapshotOptions options = {0};
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = change(command, out);
    g_autoptr(Runner) runner = runner_replay(path, &error);
    g_autoptr(Snapshot) snapshot = snapshot_take(runner, &options, diags, &error);

    g_remove(path);
    assert_null(snapshot);
    assert_true(g_error_matches(error, SRX_ERROR, SRX_ERROR_SLURM));
    assert_non_null(strstr(error->message, expected));
}

static void a_controller_that_does_not_answer_fails_the_snapshot(void **state)
{
    (void)state;
    assert_fails("scontrol config", NULL, "it is down");
    assert_fails("scontrol job", NULL, "it is down");
    assert_fails("scontrol config", "slurm 1.2 on a machine\n",
                 "expected 'Configuration data as of ...'");
}

static void a_directory_that_holds_something_is_left_alone(void **state)
{
    const Pair *self = *state;
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Snapshot) snapshot = take(answers(), false, diags);

    assert_false(snapshot_save(snapshot, self->place, &error));
    assert_non_null(strstr(error->message, "expected a directory that is empty or not yet there"));
    g_clear_error(&error);
    assert_false(snapshot_save(snapshot, "/proc/none/there", &error));
    assert_non_null(strstr(error->message, "/proc/none/there: cannot be made"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_are_those_of_the_case),
        cmocka_unit_test(partitions_are_those_of_the_case),
        cmocka_unit_test(qos_are_those_of_the_case),
        cmocka_unit_test(associations_are_those_of_the_case),
        cmocka_unit_test(the_scheduler_is_that_of_the_case),
        cmocka_unit_test(reservations_are_those_of_the_case),
        cmocka_unit_test(jobs_ask_for_what_they_asked_for),
        cmocka_unit_test(dependencies_and_times_are_kept),
        cmocka_unit_test(an_anonymous_snapshot_names_nobody),
        cmocka_unit_test(what_accounting_hides_is_told_with_what_is_lost),
        cmocka_unit_test(what_the_configuration_tells_of_hidden_things_is_a_warning),
        cmocka_unit_test(a_controller_that_does_not_answer_fails_the_snapshot),
        cmocka_unit_test(a_directory_that_holds_something_is_left_alone),
    };

    return cmocka_run_group_tests(tests, open_pair, close_pair);
}
