/* Tests of gres.conf, Gres= and topology.conf as slurmio/slurmconf.h reads them. */
#include "tests/slurmio/conf_fixture.h"

#include "slurmio/gres.h"

#define NODES                                                                                      \
    "GresTypes=gpu,shard,mem\nNodeName=n[1-2] CPUs=16 Sockets=2 CoresPerSocket=8 "                 \
    "Gres=gpu:a100:2,gpu:v100:1\nNodeName=m Gres=gpu:4 CPUs=4\n"

static ConfFixture with_file(const char *slurm_conf, const char *name, const char *text)
{
    ConfFixture self = conf_fixture_new();

    conf_fixture_write(&self, "slurm.conf", slurm_conf);
    conf_fixture_write(&self, name, text);
    conf_fixture_load(&self, SLURM_24_05);
    return self;
}

static void file_says(const char *name, const char *text, DiagLevel level, const char *message)
{
    g_auto(ConfFixture) conf = with_file(
        strcmp(name, "gres.conf") == 0 ? NODES : "TopologyPlugin=topology/tree\nNodeName=n[1-4]\n",
        name, text);

    if (conf_fixture_heard(&conf, level, message))
        return;
    conf_fixture_print(&conf);
    fail_msg("nothing says '%s'", message);
}

static const Node *node_of(const ConfFixture *conf, const char *name)
{
    return &conf->cluster->nodes[cluster_find_node(conf->cluster, name)];
}

static void gres_of_a_node_has_types_counts_and_units(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) items =
        gres_items_parse("gpu:a100:2(S:0-1),shard:96,mem:no_consume:50G,x, tape:lto", &error);
    const GresItem *item;

    (void)state;
    assert_ok(items != NULL, error);
    assert_int_equal(items->len, 5);
    item = g_ptr_array_index(items, 0);
    assert_string_equal(item->type, "a100");
    assert_int_equal(item->count, 2);
    item = g_ptr_array_index(items, 2);
    assert_true(item->no_consume && !item->type);
    assert_int_equal(item->count, UINT64_C(50) << 30);
    item = g_ptr_array_index(items, 3);
    assert_int_equal(item->count, 1);
    item = g_ptr_array_index(items, 4);
    assert_string_equal(item->type, "lto");
    assert_int_equal(item->count, 1);
}

static void gres_without_gres_conf_is_only_counted(void **state)
{
    g_auto(ConfFixture) conf = conf_quiet(NODES);
    const Node *node = node_of(&conf, "n2");

    (void)state;
    assert_int_equal(node->n_gres, 2);
    assert_string_equal(conf.cluster->gres_names[node->gres[0].name], "gpu");
    assert_string_equal(conf.cluster->gres_types[node->gres[1].type], "v100");
    assert_false(node->gres[0].has_file);
    assert_null(node->gres[0].sockets);
    assert_int_equal(node_of(&conf, "m")->gres[0].type, GRES_ANY_TYPE);
}

static void gres_conf_gives_devices_and_sockets(void **state)
{
    g_auto(ConfFixture) conf =
        with_file(NODES, "gres.conf",
                  "AutoDetect=off\n"
                  "NodeName=n[1-2] Name=gpu Type=a100 File=/dev/nvidia0 Cores=0-7\n"
                  "NodeName=n[1-2] Name=gpu Type=a100 File=/dev/nvidia1 Cores=[8-15]\n"
                  "NodeName=n[1-2] Name=gpu Type=v100 File=/dev/nvidia2\n");
    const NodeGres *gres = node_of(&conf, "n1")->gres;

    (void)state;
    assert_non_null(conf.cluster);
    assert_int_equal(diags_length(conf.diags), 0);
    assert_true(gres[0].has_file && gres[1].has_file);
    assert_int_equal(gres[0].sockets[0], 1);
    assert_int_equal(gres[0].sockets[1], 2);
    assert_null(gres[1].sockets);
}

static void gres_conf_splits_an_untyped_resource(void **state)
{
    g_auto(ConfFixture) conf = with_file(NODES, "gres.conf",
                                         "NodeName=m Name=gpu Type=a File=/dev/g[0-2]\n"
                                         "NodeName=m Name=gpu Type=b File=/dev/g3\n");
    const Node *node = node_of(&conf, "m");

    (void)state;
    assert_int_equal(node->n_gres, 2);
    assert_int_equal(node->gres[0].count, 3);
    assert_int_equal(node->gres[1].count, 1);
    assert_string_equal(conf.cluster->gres_types[node->gres[1].type], "b");
}

static void gres_conf_that_disagrees_is_told(void **state)
{
    (void)state;
    file_says("gres.conf", "NodeName=m Name=gpu File=/dev/g0\n", DIAG_WARNING,
              "node m: slurm.conf has 4 of gpu, gres.conf 1: Slurm would drain the node");
    file_says("gres.conf", "AutoDetect=nvml\n", DIAG_NOTE, "AutoDetect=nvml: what the nodes");
    file_says("gres.conf", "Include x\n", DIAG_WARNING, "Include in gres.conf is not read");
    file_says("gres.conf", "Name=gpu Tipe=x\n", DIAG_WARNING, "did you mean Type");
}

static void gres_conf_slurm_refuses_is_refused(void **state)
{
    (void)state;
    file_says("gres.conf", "NodeName=m File=/dev/g0\n", DIAG_ERROR, "expected Name=");
    file_says("gres.conf", "File=/dev/g0 Name=gpu\n", DIAG_ERROR, "a line that begins with");
    file_says("gres.conf", "Name=gpu Count=x\n", DIAG_ERROR, "Count: expected a number");
    file_says("gres.conf", "Name=gpu File=/dev/g[0-1] Count=3\n", DIAG_ERROR,
              "expected 2, the number of files, found 3");
    file_says("gres.conf", "Name=gpu File=/dev/g[0-\n", DIAG_ERROR, "File: ");
    file_says("gres.conf", "Name=gpu Cores=a-b\n", DIAG_ERROR, "Cores: expected cores such as");
    file_says("gres.conf", "NodeName=m[ Name=gpu\n", DIAG_ERROR, "NodeName: ");
}

static void topology_conf_makes_a_tree(void **state)
{
    g_auto(ConfFixture) conf =
        with_file("TopologyPlugin=topology/tree\nNodeName=n[1-4]\n", "topology.conf",
                  "SwitchName=s1 Nodes=n[1-2] LinkSpeed=5\nSwitchName=s2 Nodes=n[3-4]\n"
                  "SwitchName=top Switches=s[1-2]\n");

    (void)state;
    assert_non_null(conf.cluster);
    assert_int_equal(diags_length(conf.diags), 0);
    assert_int_equal(conf.cluster->config.topology, TOPOLOGY_TREE);
    assert_int_equal(conf.cluster->n_switches, 3);
    assert_int_equal(conf.cluster->nodes[3].leaf, 1);
    assert_int_equal(conf.cluster->switches[2].level, 1);
}

static void topology_conf_counts_only_with_its_plugin(void **state)
{
    g_auto(ConfFixture) conf =
        with_file("NodeName=n[1-4]\n", "topology.conf", "SwitchName=s1 Nodes=n[1-2]\n");

    (void)state;
    assert_int_equal(conf.cluster->n_switches, 0);
    assert_int_equal(conf.cluster->nodes[0].leaf, INDEX_NONE);
}

static void topology_conf_slurm_refuses_is_refused(void **state)
{
    (void)state;
    file_says("topology.conf", "SwitchName=s\n", DIAG_ERROR, "neither Nodes= nor Switches=");
    file_says("topology.conf", "SwitchName=s Nodes=n1 Switches=t\n", DIAG_ERROR, "not both");
    file_says("topology.conf", "SwitchName=s Nodes=n1\nSwitchName=s Nodes=n2\n", DIAG_ERROR,
              "the switch is defined twice");
    file_says("topology.conf", "SwitchName=s Switches=t\n", DIAG_ERROR,
              "no line defines the switch t");
    file_says("topology.conf", "Nodes=n1\n", DIAG_ERROR, "expected SwitchName=");
    file_says("topology.conf", "SwitchName=s Nodes=n[1-\n", DIAG_ERROR, "");
    file_says("topology.conf", "SwitchName=a Switches=b\nSwitchName=b Switches=a\n", DIAG_ERROR,
              "found a loop");
    file_says("topology.conf", "BlockName=b Nodes=n1\n", DIAG_WARNING, "block topologies");
    file_says("topology.yaml", "- topology: x\n", DIAG_WARNING, "topology.yaml is not read");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gres_of_a_node_has_types_counts_and_units),
        cmocka_unit_test(gres_without_gres_conf_is_only_counted),
        cmocka_unit_test(gres_conf_gives_devices_and_sockets),
        cmocka_unit_test(gres_conf_splits_an_untyped_resource),
        cmocka_unit_test(gres_conf_that_disagrees_is_told),
        cmocka_unit_test(gres_conf_slurm_refuses_is_refused),
        cmocka_unit_test(topology_conf_makes_a_tree),
        cmocka_unit_test(topology_conf_counts_only_with_its_plugin),
        cmocka_unit_test(topology_conf_slurm_refuses_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
