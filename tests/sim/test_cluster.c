/* Tests of sim/cluster.h: growing, finishing, looking up. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/cluster.h"

static char **words(const char *text)
{
    return g_strsplit(text, ",", -1);
}

static Node *add_node(Cluster *cluster, const char *name, uint32_t cpus)
{
    Node *node = cluster_add_node(cluster, name);

    node->cpus = cpus;
    node->memory = 1000;
    return node;
}

static void finish(Cluster *cluster)
{
    g_autoptr(Diags) diags = diags_new();

    if (!cluster_finish(cluster, diags))
        fail_msg("%s", diags_nth(diags, 0)->text);
    assert_int_equal(diags_length(diags), 0);
}

/* cluster_finish says exactly one thing, and it contains @text. */
static void finish_says(Cluster *cluster, DiagLevel level, const char *text)
{
    g_autoptr(Diags) diags = diags_new();

    assert_int_equal(cluster_finish(cluster, diags), level != DIAG_ERROR);
    assert_int_equal(diags_length(diags), 1);
    assert_int_equal(diags_nth(diags, 0)->level, level);
    if (!strstr(diags_nth(diags, 0)->text, text))
        fail_msg("'%s' is not in '%s'", text, diags_nth(diags, 0)->text);
}

static void cluster_sorts_nodes_by_number(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);

    (void)state;
    add_node(cluster, "n10", 4);
    add_node(cluster, "n2", 4);
    add_node(cluster, "n1", 4);
    finish(cluster);
    assert_string_equal(cluster->nodes[0].name, "n1");
    assert_string_equal(cluster->nodes[2].name, "n10");
    assert_int_equal(cluster_find_node(cluster, "n10"), 2);
    assert_int_equal(cluster_find_node(cluster, "n3"), INDEX_NONE);
}

static void cluster_completes_nodes_of_which_little_is_known(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);

    (void)state;
    add_node(cluster, "n1", 4); /* CPUs=4 alone: four sockets */
    Node *node = add_node(cluster, "n2", 0);
    node->sockets = 2;
    node->cores_per_socket = 8;
    node->threads_per_core = 2;
    node->spec_cores = 1;
    add_node(cluster, "n3", 8)->state = NODE_FUTURE;
    finish(cluster);
    assert_int_equal(cluster->nodes[0].sockets, 4);
    assert_int_equal(cluster->nodes[0].cores, 4);
    assert_int_equal(cluster->nodes[1].cpus, 32);
    assert_int_equal(cluster->nodes[1].cores, 16);
    assert_int_equal(cluster->active_nodes, 2);
    assert_int_equal(cluster->total_cpus, 4 + 30); /* one core is kept from jobs */
}

static void cluster_resolves_the_nodes_of_partitions(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);

    (void)state;
    add_node(cluster, "n1", 4);
    add_node(cluster, "n2", 4);
    add_node(cluster, "x", 8)->state = NODE_FUTURE;
    cluster_add_partition(cluster, "all")->node_text = g_strdup("all");
    cluster_add_partition(cluster, "one")->node_text = g_strdup("n[2]");
    cluster_add_partition(cluster, "none");
    cluster->partitions[1].priority_job_factor = 7;
    finish(cluster);
    assert_int_equal(cluster->partitions[0].n_nodes, 2);
    assert_int_equal(cluster->partitions[0].total_cpus, 8);
    assert_int_equal(cluster->partitions[0].tres[TRES_MEM], 2000);
    assert_int_equal(cluster->partitions[0].tres[TRES_BILLING], 8);
    assert_true(nodeset_has(cluster->partitions[1].nodes, 1));
    assert_int_equal(cluster->partitions[2].n_nodes, 0);
    assert_int_equal(cluster->max_job_factor, 7);
    assert_int_equal(cluster_default_partition(cluster), INDEX_NONE);
    cluster->partitions[0].is_default = cluster->partitions[1].is_default = true;
    assert_int_equal(cluster_default_partition(cluster), 1); /* the last one wins */
}

static void cluster_warns_of_nodes_nobody_defined(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);

    (void)state;
    add_node(cluster, "n1", 4);
    cluster_add_partition(cluster, "p")->node_text = g_strdup("n[1-4]");
    finish_says(cluster, DIAG_WARNING, "partition p: no NodeName line defines n[2-4]; left out");
    assert_int_equal(cluster->partitions[0].n_nodes, 1);
}

static void cluster_refuses_a_broken_host_list(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);

    (void)state;
    cluster_add_partition(cluster, "p")->node_text = g_strdup("n[1-");
    finish_says(cluster, DIAG_ERROR, "partition p: Nodes: ");
}

static void cluster_weighs_tres_with_units(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);
    double weights[TRES_MAX] = {0};
    g_autoptr(GError) error = NULL;
    const uint32_t gpu = cluster_tres(cluster, "GRES/gpu");

    (void)state;
    assert_int_equal(gpu, TRES_FIXED);
    assert_string_equal(cluster->tres[gpu], "gres/gpu");
    assert_ok(tres_weights_parse(cluster, "CPU=1.0, Mem=0.25G,GRES/gpu=2", weights, &error), error);
    assert_true(weights[TRES_CPU] > 0.999 && weights[TRES_CPU] < 1.001);
    assert_true(weights[TRES_MEM] * 1024 > 0.2499 && weights[TRES_MEM] * 1024 < 0.2501);
    assert_true(weights[gpu] > 1.999 && weights[gpu] < 2.001);
}

static void weights_refused(const Cluster *cluster, const char *text, const char *message)
{
    double weights[TRES_MAX] = {0};
    g_autoptr(GError) error = NULL;

    assert_false(tres_weights_parse(cluster, text, weights, &error));
    if (!strstr(error->message, message))
        fail_msg("'%s' is not in '%s'", message, error->message);
}

static void cluster_refuses_weights_it_cannot_read(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);

    (void)state;
    weights_refused(cluster, "CPU", "expected a weight such as CPU=1.0, found 'CPU'");
    weights_refused(cluster, "CPU=x", "expected a weight such as CPU=1.0");
    weights_refused(cluster, "CPU=1x", "expected a number with an optional unit");
    weights_refused(cluster, "GRES/tape=1", "'GRES/tape' is no trackable resource");
}

static void cluster_keeps_partition_weights_and_sums_with_them(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);

    (void)state;
    add_node(cluster, "n1", 4);
    cluster_add_partition(cluster, "p")->node_text = g_strdup("ALL");
    cluster->partitions[0].billing_text = g_strdup("CPU=2,Mem=0.01");
    finish(cluster);
    assert_int_equal(cluster->partitions[0].tres[TRES_BILLING], 18);
}

static void cluster_refuses_billing_weights_of_unknown_resources(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);

    (void)state;
    cluster_add_partition(cluster, "p")->billing_text = g_strdup("disk=2");
    finish_says(cluster, DIAG_ERROR, "partition p: TRESBillingWeights: 'disk' is no trackable");
}

static void cluster_ignores_priority_weights_it_cannot_read(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);

    (void)state;
    cluster->config.priority.weight_tres_text = g_strdup("disk=2");
    finish_says(cluster, DIAG_WARNING, "PriorityWeightTRES: 'disk'");
}

/*  root - dept (maxjobs 5, qos normal,high) - lab - u1, u2 (maxjobs 2, default high) */
static Cluster *accounts(void)
{
    Cluster *cluster = cluster_new(SLURM_24_05);

    cluster_add_qos(cluster, "normal");
    cluster_add_qos(cluster, "High")->priority = 9;
    cluster_add_assoc(cluster, "lab", "u1", NULL)->usage_raw = 10; /* before its account */
    Assoc *dept = cluster_add_assoc(cluster, "dept", NULL, NULL);
    dept->max_jobs = 5;
    dept->max_tres_pj.v[TRES_CPU] = 64;
    dept->qos = words("normal,high");
    cluster_add_assoc(cluster, "Lab", NULL, NULL)->parent_name = g_strdup("dept");
    Assoc *second = cluster_add_assoc(cluster, "lab", "u2", NULL);
    second->max_jobs = 2;
    second->usage_raw = 5;
    second->default_qos = g_strdup("high");
    return cluster;
}

static const Assoc *assoc_of(const Cluster *cluster, const char *account, const char *user)
{
    return &cluster->assocs[cluster_find_assoc(cluster, user, account, NULL)];
}

static void cluster_inherits_limits_and_qos_down_the_tree(void **state)
{
    g_autoptr(Cluster) cluster = accounts();

    (void)state;
    finish(cluster);
    assert_string_equal(cluster->assocs[0].account, "root");
    assert_int_equal(assoc_of(cluster, "lab", "u1")->max_jobs, 5);
    assert_int_equal(assoc_of(cluster, "LAB", "u2")->max_jobs, 2);
    assert_int_equal(assoc_of(cluster, "lab", "u1")->max_tres_pj.v[TRES_CPU], 64);
    assert_true(assoc_of(cluster, "lab", "u1")->may_use_qos[1]);
    assert_int_equal(assoc_of(cluster, "lab", "u1")->default_qos_index, 0);
    assert_int_equal(assoc_of(cluster, "lab", "u2")->default_qos_index, 1);
    assert_false(cluster->assocs[0].may_use_qos[1]);
    assert_int_equal(cluster->max_qos_priority, 9);
    assert_int_equal(cluster_find_qos(cluster, "HIGH"), 1);
}

static void cluster_sums_usage_upward(void **state)
{
    g_autoptr(Cluster) cluster = accounts();

    (void)state;
    finish(cluster);
    assert_int_equal((int)cluster->assocs[0].usage_raw, 15);
    assert_int_equal((int)assoc_of(cluster, "dept", NULL)->usage_raw, 15);
}

static void cluster_finds_the_association_of_a_user(void **state)
{
    g_autoptr(Cluster) cluster = accounts();

    (void)state;
    cluster_add_assoc(cluster, "lab", "u1", "gpu");
    cluster_add_assoc(cluster, "other", NULL, NULL);
    cluster_add_assoc(cluster, "other", "u1", NULL);
    finish(cluster);
    const uint32_t plain = cluster_find_assoc(cluster, "u1", NULL, NULL);
    assert_string_equal(cluster->assocs[plain].account, "lab");
    assert_int_equal(cluster_find_assoc(cluster, "u1", NULL, "cpu"), plain);
    assert_int_not_equal(cluster_find_assoc(cluster, "u1", NULL, "gpu"), plain);
    assert_int_equal(cluster_find_assoc(cluster, "u1", "none", NULL), INDEX_NONE);
    assert_int_equal(cluster_find_assoc(cluster, "nobody", NULL, NULL), INDEX_NONE);
    cluster->users[cluster_find_user(cluster, "u1")].default_account = g_strdup("other");
    const uint32_t other = cluster_find_assoc(cluster, "u1", NULL, NULL);
    assert_string_equal(cluster->assocs[other].account, "other");
}

static void cluster_changes_inherited_qos_with_plus_and_minus(void **state)
{
    g_autoptr(Cluster) cluster = accounts();
    Assoc *user = cluster_add_assoc(cluster, "lab", "u3", NULL);

    (void)state;
    user->qos = words("-normal");
    finish(cluster);
    user = &cluster->assocs[cluster_find_assoc(cluster, "u3", NULL, NULL)];
    assert_false(user->may_use_qos[0]);
    assert_true(user->may_use_qos[1]);
    assert_int_equal(user->default_qos_index, 1); /* the only one left */
}

static void cluster_refuses_a_loop_of_accounts(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);

    (void)state;
    cluster_add_assoc(cluster, "a", NULL, NULL)->parent_name = g_strdup("b");
    cluster_add_assoc(cluster, "b", NULL, NULL)->parent_name = g_strdup("a");
    finish_says(cluster, DIAG_ERROR, "expected a tree of accounts");
}

static void cluster_warns_of_a_missing_parent(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);

    (void)state;
    cluster_add_assoc(cluster, "a", NULL, NULL)->parent_name = g_strdup("b");
    finish_says(cluster, DIAG_WARNING, "account a: no account is called 'b'");
    assert_int_equal(cluster->assocs[1].parent, 0);
}

static void cluster_warns_of_qos_and_accounts_nobody_added(void **state)
{
    g_autoptr(Cluster) preempts = accounts(), allows = accounts(), has = accounts();
    g_autoptr(Cluster) account = accounts();

    (void)state;
    preempts->qos[1].preempt = words("low");
    finish_says(preempts, DIAG_WARNING, "QOS high: Preempt: no QOS is called 'low'");
    cluster_add_partition(allows, "p")->allow_qos = words("low,high");
    finish_says(allows, DIAG_WARNING, "partition p: AllowQos: no QOS is called 'low'");
    has->assocs[1].qos = words("low");
    finish_says(has, DIAG_WARNING, "account lab: no QOS is called 'low'");
    cluster_add_partition(account, "p")->deny_accounts = words("xyz");
    finish_says(account, DIAG_WARNING, "partition p: DenyAccounts: no account is called 'xyz'");
}

static void cluster_refuses_a_partition_qos_nobody_added(void **state)
{
    g_autoptr(Cluster) cluster = accounts();

    (void)state;
    cluster_add_partition(cluster, "p")->qos_name = g_strdup("low");
    finish_says(cluster, DIAG_ERROR, "partition p: QOS=low: there is no such QOS");
}

/*      top
 *     /   \      n1 n2 below s1, n3 below s2
 *    s1    s2 */
static Cluster *tree(void)
{
    Cluster *cluster = cluster_new(SLURM_24_05);

    for (int i = 1; i <= 3; i++) {
        g_autofree char *name = g_strdup_printf("n%d", i);

        add_node(cluster, name, 4);
    }
    cluster_add_switch(cluster, "top")->members = words("s[1-2]");
    cluster_add_switch(cluster, "s1")->members = words("n[1-2]");
    cluster_add_switch(cluster, "s2")->members = words("n3");
    return cluster;
}

static void cluster_knows_the_nodes_below_each_switch(void **state)
{
    g_autoptr(Cluster) cluster = tree();

    (void)state;
    finish(cluster);
    assert_int_equal(nodeset_count(cluster->switches[0].nodes), 3);
    assert_int_equal(cluster->switches[0].level, 1);
    assert_int_equal(cluster->switches[1].parent, 0);
    assert_int_equal(cluster->nodes[0].leaf, 1);
    assert_int_equal(cluster->nodes[2].leaf, 2);
}

static void cluster_tells_of_switches_that_make_no_tree(void **state)
{
    g_autoptr(Cluster) loop = tree(), unknown = tree(), outside = tree(), twice = tree();
    g_autoptr(Cluster) broken = tree();

    (void)state;
    g_strfreev(loop->switches[1].members);
    loop->switches[1].members = words("top");
    finish_says(loop, DIAG_ERROR, "expected a tree of switches, found a loop through top");
    g_strfreev(unknown->switches[2].members);
    unknown->switches[2].members = words("n3,n4");
    finish_says(unknown, DIAG_WARNING, "switch s2: no NodeName line defines n4; left out");
    add_node(outside, "x", 1);
    finish_says(outside, DIAG_WARNING, "no switch reaches x");
    cluster_add_switch(twice, "peak")->members = words("s1");
    finish_says(twice, DIAG_WARNING, "switch s1 stands below both top and peak");
    g_strfreev(broken->switches[2].members);
    broken->switches[2].members = words("n3,n[");
    g_autoptr(Diags) diags = diags_new();
    cluster_finish(broken, diags);
    assert_int_equal(diags_count(diags, DIAG_ERROR), 1);
}

static void cluster_names_sets_of_nodes_and_reads_them_back(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);
    g_autoptr(Rng) rng = rng_new(3, 0, "cluster");

    (void)state;
    for (int i = 1; i <= 40; i++) {
        g_autofree char *name = g_strdup_printf("n%d", i);

        add_node(cluster, name, 1);
    }
    finish(cluster);
    for (int round = 0; round < 50; round++) {
        g_autoptr(NodeSet) some = nodeset_new(cluster->n_nodes);
        g_autoptr(GError) error = NULL;

        for (uint32_t i = 0; i < 40; i++)
            if (rng_below(rng, 2))
                nodeset_add(some, i);
        g_autofree char *text = cluster_hostlist(cluster, some);
        g_autoptr(NodeSet) again = cluster_nodeset(cluster, text, &error);
        assert_ok(again != NULL, error);
        assert_true(nodeset_equal(some, again));
    }
}

static void cluster_refuses_a_set_with_an_unknown_node(void **state)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);
    g_autoptr(GError) error = NULL;

    (void)state;
    finish(cluster);
    assert_null(cluster_nodeset(cluster, "n1", &error));
    assert_string_equal(error->message, "no node is called 'n1'");
}

static void cluster_defaults_follow_the_version(void **state)
{
    g_autoptr(Cluster) old = cluster_new(SLURM_22_05), new = cluster_new(SLURM_24_11);

    (void)state;
    assert_int_equal(old->config.select, SELECT_LINEAR);
    assert_int_equal(old->config.priority.type, PRIORITY_BASIC);
    assert_int_equal(new->config.select, SELECT_CONS_TRES);
    assert_true(new->config.consume_memory);
    assert_int_equal(new->config.priority.type, PRIORITY_MULTIFACTOR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cluster_sorts_nodes_by_number),
        cmocka_unit_test(cluster_completes_nodes_of_which_little_is_known),
        cmocka_unit_test(cluster_resolves_the_nodes_of_partitions),
        cmocka_unit_test(cluster_warns_of_nodes_nobody_defined),
        cmocka_unit_test(cluster_refuses_a_broken_host_list),
        cmocka_unit_test(cluster_weighs_tres_with_units),
        cmocka_unit_test(cluster_refuses_weights_it_cannot_read),
        cmocka_unit_test(cluster_keeps_partition_weights_and_sums_with_them),
        cmocka_unit_test(cluster_refuses_billing_weights_of_unknown_resources),
        cmocka_unit_test(cluster_ignores_priority_weights_it_cannot_read),
        cmocka_unit_test(cluster_inherits_limits_and_qos_down_the_tree),
        cmocka_unit_test(cluster_sums_usage_upward),
        cmocka_unit_test(cluster_finds_the_association_of_a_user),
        cmocka_unit_test(cluster_changes_inherited_qos_with_plus_and_minus),
        cmocka_unit_test(cluster_refuses_a_loop_of_accounts),
        cmocka_unit_test(cluster_warns_of_a_missing_parent),
        cmocka_unit_test(cluster_warns_of_qos_and_accounts_nobody_added),
        cmocka_unit_test(cluster_refuses_a_partition_qos_nobody_added),
        cmocka_unit_test(cluster_knows_the_nodes_below_each_switch),
        cmocka_unit_test(cluster_tells_of_switches_that_make_no_tree),
        cmocka_unit_test(cluster_names_sets_of_nodes_and_reads_them_back),
        cmocka_unit_test(cluster_refuses_a_set_with_an_unknown_node),
        cmocka_unit_test(cluster_defaults_follow_the_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
