/* slurm.conf: which scheduler and selector run, and what they count.
 * Source: Slurm 24.05 read_config.c, cons_tres of 22.05. */
#include "slurmio/slurmconf_read.h"

#include "base/units.h"
#include <string.h>

typedef struct {
    const char *word;
    int consume; /* CONSUME_*, -1 for none */
    bool memory;
} ConsumeWord;

/* "select/cons_tres" of "select/": NULL, with an error, when the prefix is missing. */
static const char *plugin_of(SlurmConf *self, const char *key, const char *kind)
{
    const ConfPair *pair = conf_record_find(self->global, key);

    if (!pair)
        return NULL;
    if (g_str_has_prefix(pair->value, kind))
        return pair->value + strlen(kind);
    conf_pair_say(pair, self->diags, DIAG_ERROR, "%s: expected %s..., found '%s'", key, kind,
                  pair->value);
    return NULL;
}

static void read_scheduler_type(SlurmConf *self)
{
    const char *plugin = plugin_of(self, "SchedulerType", "sched/");

    if (!plugin)
        return;
    if (strcmp(plugin, "builtin") == 0)
        self->cluster->config.scheduler = SCHED_BUILTIN;
    else if (strcmp(plugin, "backfill") != 0)
        conf_record_say(self->global, "SchedulerType", DIAG_ERROR,
                        "SchedulerType: expected sched/backfill or sched/builtin, found 'sched/%s'",
                        plugin);
}

static void read_select_type(SlurmConf *self)
{
    Config *config = &self->cluster->config;
    const char *plugin = plugin_of(self, "SelectType", "select/");

    if (!plugin)
        return;
    config->select_set = true;
    config->select = SELECT_CONS_TRES;
    if (strcmp(plugin, "linear") == 0) {
        config->select = SELECT_LINEAR;
    } else if (strcmp(plugin, "cons_res") == 0) {
        conf_record_say(self->global, "SelectType", DIAG_WARNING,
                        "select/cons_res is gone since Slurm 23.02; simulated as select/cons_tres "
                        "(write that)");
    } else if (strcmp(plugin, "serial") == 0 || g_str_has_prefix(plugin, "cray") ||
               strcmp(plugin, "alps") == 0) {
        conf_record_say(self->global, "SelectType", DIAG_WARNING,
                        "select/%s is not simulated; taken as select/cons_tres", plugin);
    } else if (strcmp(plugin, "cons_tres") != 0) {
        conf_record_say(self->global, "SelectType", DIAG_ERROR,
                        "SelectType: expected select/cons_tres or select/linear, found 'select/%s'",
                        plugin);
    }
}

static const ConsumeWord *consume_word(const char *word)
{
    static const ConsumeWord words[] = {
        {"CR_CPU", CONSUME_CPU, false},
        {"CR_CPU_Memory", CONSUME_CPU, true},
        {"CR_Core", CONSUME_CORE, false},
        {"CR_Core_Memory", CONSUME_CORE, true},
        {"CR_Socket", CONSUME_SOCKET, false},
        {"CR_Socket_Memory", CONSUME_SOCKET, true},
        {"CR_Board", CONSUME_BOARD, false},
        {"CR_Board_Memory", CONSUME_BOARD, true},
        {"CR_Memory", -1, true},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(words[i].word, word) == 0)
            return &words[i];
    return NULL;
}

static bool take_option(Config *config, const char *word)
{
    static const char *const not_simulated[] = {"LL_SHARED_GRES",
                                                "MULTIPLE_SHARING_GRES_PJ",
                                                "ENFORCE_BINDING_GRES",
                                                "ONE_TASK_PER_SHARING_GRES",
                                                "CR_ALLOCATE_FULL_SOCKET",
                                                "NHC_NO_STEPS",
                                                "NHC_NO",
                                                "NHC_ABSOLUTELY_NO"};
    const struct {
        const char *word;
        bool *flag;
    } flags[] = {
        {"CR_ONE_TASK_PER_CORE", &config->one_task_per_core},
        {"CR_CORE_DEFAULT_DIST_BLOCK", &config->core_default_dist_block},
        {"CR_LLN", &config->lln},
        {"CR_Pack_Nodes", &config->pack_nodes},
        {"OTHER_CONS_RES", &config->other_cons_res},
        {"OTHER_CONS_TRES", &config->other_cons_res},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(flags); i++) {
        if (g_ascii_strcasecmp(flags[i].word, word) == 0) {
            *flags[i].flag = true;
            return true;
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(not_simulated); i++)
        if (g_ascii_strcasecmp(not_simulated[i], word) == 0)
            return true;
    return false;
}

static void say_unknown_select_word(SlurmConf *self, const char *word)
{
    static const char *const known[] = {"CR_CPU",
                                        "CR_CPU_Memory",
                                        "CR_Core",
                                        "CR_Core_Memory",
                                        "CR_Socket",
                                        "CR_Memory",
                                        "CR_Socket_Memory",
                                        "CR_LLN",
                                        "CR_Pack_Nodes",
                                        "CR_ONE_TASK_PER_CORE",
                                        "CR_CORE_DEFAULT_DIST_BLOCK"};
    const char *near = nearest_word(word, known, G_N_ELEMENTS(known));

    conf_record_say(self->global, "SelectTypeParameters", DIAG_ERROR,
                    "SelectTypeParameters: Slurm knows no '%s'; %s%s", word,
                    near ? "did you mean " : "write for example ", near ? near : "CR_Core_Memory");
}

static void read_select_parameters(SlurmConf *self)
{
    Config *config = &self->cluster->config;
    g_auto(GStrv) words = NULL;
    int kinds = 0;

    if (!conf_record_words(self->global, "SelectTypeParameters", &words))
        return;
    config->consume = config->select == SELECT_LINEAR ? CONSUME_NODE : CONSUME_CORE;
    config->consume_memory = false;
    for (char **word = words; *word; word++) {
        const ConsumeWord *consume = consume_word(*word);

        if (consume && ++kinds) {
            config->consume_memory = consume->memory;
            if (consume->consume >= 0 && config->select == SELECT_CONS_TRES)
                config->consume = (Consume)consume->consume;
        } else if (!take_option(config, *word)) {
            say_unknown_select_word(self, *word);
        }
    }
    if (kinds > 1)
        conf_record_say(self->global, "SelectTypeParameters", DIAG_ERROR,
                        "SelectTypeParameters: expected one of CR_CPU, CR_Core, CR_Socket (or "
                        "with _Memory), found %d of them",
                        kinds);
    if (config->consume == CONSUME_CPU && config->one_task_per_core)
        conf_record_say(self->global, "SelectTypeParameters", DIAG_ERROR,
                        "CR_ONE_TASK_PER_CORE does not go with CR_CPU; write CR_Core");
}

/* Without SelectTypeParameters: CR_Core_Memory where cons_tres is the default, else nothing, which
 * cons_tres of old refuses. */
static void default_select_parameters(SlurmConf *self)
{
    Config *config = &self->cluster->config;
    const bool knows_default = version_rules(self->cluster->version)->default_cons_tres;

    config->consume = config->select == SELECT_LINEAR ? CONSUME_NODE : CONSUME_CORE;
    config->consume_memory = config->select == SELECT_CONS_TRES && knows_default;
    if (config->select == SELECT_CONS_TRES && !knows_default)
        diags_add(
            self->diags, DIAG_WARNING, self->path, 0, 0, NULL,
            "SelectTypeParameters is not set, which select/cons_tres of this version refuses; "
            "CR_Core is taken (write it)");
}

static void read_topology(SlurmConf *self)
{
    Config *config = &self->cluster->config;
    const char *plugin = plugin_of(self, "TopologyPlugin", "topology/");
    g_auto(GStrv) words = NULL;

    if (plugin && strcmp(plugin, "tree") == 0)
        config->topology = TOPOLOGY_TREE;
    else if (plugin && strcmp(plugin, "none") != 0 && strcmp(plugin, "default") != 0 &&
             strcmp(plugin, "flat") != 0)
        conf_record_say(self->global, "TopologyPlugin", DIAG_WARNING,
                        "topology/%s is not simulated; the network counts as flat", plugin);
    conf_record_words(self->global, "TopologyParam", &words);
    for (char **word = words; word && *word; word++) {
        if (g_ascii_strcasecmp(*word, "TopoOptional") == 0)
            config->topo_optional = true;
        else if (g_ascii_strcasecmp(*word, "SwitchAsNodeRank") == 0)
            config->switch_as_node_rank = true;
        else if (g_ascii_strcasecmp(*word, "Dragonfly") == 0)
            conf_record_say(self->global, "TopologyParam", DIAG_WARNING,
                            "Dragonfly is not simulated; the tree counts as it is");
    }
}

void slurmconf_read_select(SlurmConf *self)
{
    read_scheduler_type(self);
    read_select_type(self);
    if (conf_record_find(self->global, "SelectTypeParameters"))
        read_select_parameters(self);
    else
        default_select_parameters(self);
    read_topology(self);
}
