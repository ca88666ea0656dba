/* slurm.conf: NodeName and DownNodes lines. Source: Slurm 24.05 read_config.c _parse_nodename. */
#include "slurmio/slurmconf_read.h"

#include "base/hostlist.h"
#include "slurmio/gres.h"
#include <string.h>

/* What a line says of its nodes; 0 where it says nothing. */
typedef struct {
    uint16_t boards, sockets, sockets_per_board, cores, threads, cpus;
} Counts;

typedef struct {
    SlurmConf *conf;
    const ConfRecord *record;
    const ConfPair *place; /* NodeName= */
    Node node;             /* as each of the line's nodes will be; owns what it points to */
    GPtrArray *gres;       /* GresItem * */
} Line;

static void say(const Line *line, const char *key, const char *text)
{
    const ConfPair *pair = conf_record_find(line->record, key);

    conf_pair_say(pair ? pair : line->place, line->conf->diags, DIAG_WARNING, "%s", text);
}

/* ---- CPUs, sockets, cores, threads ---- */

static bool read_count(const Line *line, const char *key, uint16_t *out)
{
    uint16_t value = 0;

    if (!conf_record_u16(line->record, key, &value))
        return false;
    if (value == 0) {
        g_autofree char *text = g_strdup_printf("%s=0 is reset to 1, as in Slurm", key);

        say(line, key, text);
    }
    *out = MAX(value, 1);
    return true;
}

/* CPUs of the line, else of DEFAULT, else Procs of the line, else of DEFAULT: as find() does. */
static void read_counts(const Line *line, Counts *counts)
{
    read_count(line, "Boards", &counts->boards);
    read_count(line, "Sockets", &counts->sockets);
    read_count(line, "SocketsPerBoard", &counts->sockets_per_board);
    read_count(line, "CoresPerSocket", &counts->cores);
    read_count(line, "ThreadsPerCore", &counts->threads);
    if (!read_count(line, "CPUs", &counts->cpus))
        read_count(line, "Procs", &counts->cpus);
}

static uint32_t sockets_of(const Line *line, const Counts *counts, const Node *node)
{
    const uint32_t a_socket = (uint32_t)node->cores_per_socket * node->threads_per_core;

    if (counts->sockets_per_board > 0) {
        if (counts->sockets > 0)
            say(line, "Sockets",
                "Sockets and SocketsPerBoard do not go together; Slurm takes "
                "SocketsPerBoard");
        return (uint32_t)node->boards * counts->sockets_per_board;
    }
    if (counts->sockets > 0)
        return counts->sockets;
    if (counts->cpus >= a_socket && counts->cpus % a_socket == 0)
        return counts->cpus / a_socket;
    return node->boards;
}

static void check_cpus(const Line *line, Node *node)
{
    const uint32_t cores = (uint32_t)node->sockets * node->cores_per_socket;
    g_autofree char *text = NULL;

    if (node->cpus == node->sockets || node->cpus == cores ||
        node->cpus == cores * node->threads_per_core)
        return;
    text = g_strdup_printf("CPUs=%u is neither Sockets (%u), Sockets*CoresPerSocket (%u) nor "
                           "Sockets*CoresPerSocket*ThreadsPerCore (%u); Slurm takes the last",
                           node->cpus, node->sockets, cores, cores * node->threads_per_core);
    say(line, "CPUs", text);
    node->cpus = cores * node->threads_per_core;
}

static void read_shape(Line *line)
{
    Counts counts = {0};
    Node *node = &line->node;

    read_counts(line, &counts);
    node->boards = MAX(counts.boards, 1);
    node->cores_per_socket = MAX(counts.cores, 1);
    node->threads_per_core = MAX(counts.threads, 1);
    node->sockets = (uint16_t)MIN(sockets_of(line, &counts, node), UINT16_MAX);
    node->cores = (uint32_t)node->sockets * node->cores_per_socket;
    node->cpus = counts.cpus > 0 ? counts.cpus : node->cores * node->threads_per_core;
    check_cpus(line, node);
}

/* ---- the rest of a node ---- */

/* "0-1,4" CPUs kept from jobs, as cores: of a core all threads are kept. */
static uint32_t spec_list_cores(const Line *line)
{
    const ConfPair *pair = conf_record_find(line->record, "CPUSpecList");
    g_autofree char *text = pair ? g_strdup_printf("c[%s]", pair->value) : NULL;
    g_autoptr(GPtrArray) cpus = text ? hostlist_expand(text, NULL) : NULL;
    const uint32_t threads = MAX(line->node.cpus / MAX(line->node.cores, 1), 1);

    return cpus ? (cpus->len + threads - 1) / threads : 0;
}

static void read_kept(Line *line)
{
    Node *node = &line->node;

    if (!conf_record_u32(line->record, "CoreSpecCount", &node->spec_cores))
        node->spec_cores = spec_list_cores(line);
    if (node->spec_cores > 0 && node->spec_cores >= node->cores) {
        say(line, "CoreSpecCount", "CoreSpecCount leaves no core for jobs; Slurm takes 1");
        node->spec_cores = 1;
    }
    conf_record_u64(line->record, "MemSpecLimit", &node->spec_memory);
    if (node->spec_memory > 0 && node->spec_memory >= node->memory) {
        say(line, "MemSpecLimit", "MemSpecLimit leaves no memory for jobs; Slurm takes 0");
        node->spec_memory = 0;
    }
}

static void read_state(Line *line)
{
    static const struct {
        const char *word;
        NodeState state;
    } words[] = {
        {"UNKNOWN", NODE_UP},    {"IDLE", NODE_UP},     {"CLOUD", NODE_UP},
        {"UP", NODE_UP},         {"DOWN", NODE_DOWN},   {"FAIL", NODE_DRAIN},
        {"FAILING", NODE_DRAIN}, {"DRAIN", NODE_DRAIN}, {"FUTURE", NODE_FUTURE},
    };
    const ConfPair *pair = conf_record_find(line->record, "State");

    if (!pair)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_ascii_strcasecmp(words[i].word, pair->value) == 0) {
            line->node.state = words[i].state;
            return;
        }
    }
    conf_pair_say(pair, line->conf->diags, DIAG_ERROR,
                  "State: expected CLOUD, DOWN, DRAIN, FAIL, FUTURE or UNKNOWN, found '%s'",
                  pair->value);
}

/* Feature= of the line wins over Features= of it, both over those of DEFAULT. */
static void read_features(Line *line, const ConfRecord *defaults)
{
    const char *key = conf_record_own(line->record, "Feature")            ? "Feature"
                      : conf_record_own(line->record, "Features")         ? "Features"
                      : defaults && conf_record_find(defaults, "Feature") ? "Feature"
                                                                          : "Features";

    conf_record_words(line->record, key, &line->node.features);
}

static bool is_gres_type(const SlurmConf *self, const char *name)
{
    g_auto(GStrv) types = NULL;

    conf_record_words(self->global, "GresTypes", &types);
    return types && g_strv_contains((const char *const *)types, name);
}

static void read_gres(Line *line)
{
    const ConfPair *pair = conf_record_find(line->record, "Gres");
    g_autoptr(GError) error = NULL;

    if (!pair || g_ascii_strcasecmp(pair->value, "none") == 0)
        return;
    line->gres = gres_items_parse(pair->value, &error);
    if (!line->gres) {
        conf_pair_say(pair, line->conf->diags, DIAG_ERROR, "Gres: %s", error->message);
        return;
    }
    for (guint i = 0; i < line->gres->len; i++) {
        const GresItem *item = g_ptr_array_index(line->gres, i);

        if (is_gres_type(line->conf, item->name))
            continue;
        conf_pair_say(pair, line->conf->diags, DIAG_WARNING,
                      "Gres: GresTypes does not name %s, so Slurm ignores it (write GresTypes=%s)",
                      item->name, item->name);
        g_ptr_array_remove_index(line->gres, i--);
    }
}

/* ---- nodes ---- */

static void add_node(Line *line, const char *name)
{
    Cluster *cluster = line->conf->cluster;
    Node *node = cluster_add_node(cluster, name);
    char *kept = node->name;

    *node = line->node;
    node->name = kept;
    node->features = g_strdupv(line->node.features);
    for (guint i = 0; line->gres && i < line->gres->len; i++)
        node_add_gres(cluster, node, g_ptr_array_index(line->gres, i));
}

static void refuse_twice(const Line *line, const GPtrArray *names)
{
    g_autofree char *list = hostlist_compress((const char *const *)names->pdata, names->len);

    conf_pair_say(line->place, line->conf->diags, DIAG_ERROR,
                  "NodeName: %s is defined twice (a node has exactly one NodeName line)", list);
}

static void add_nodes(Line *line)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) names = hostlist_expand(line->place->value, &error);
    g_autoptr(GPtrArray) twice = g_ptr_array_new();

    if (!names)
        conf_pair_say(line->place, line->conf->diags, DIAG_ERROR, "NodeName: %s", error->message);
    for (guint i = 0; names && i < names->len; i++) {
        if (cluster_find_node(line->conf->cluster, g_ptr_array_index(names, i)) != INDEX_NONE)
            g_ptr_array_add(twice, g_ptr_array_index(names, i));
        else
            add_node(line, g_ptr_array_index(names, i));
    }
    if (twice->len > 0)
        refuse_twice(line, twice);
}

static void read_node_line(SlurmConf *self, const ConfRecord *record, const ConfRecord *defaults)
{
    Line line = {
        self, record, conf_record_find(record, "NodeName"), {.weight = 1, .memory = 1}, NULL};

    if (g_ascii_strcasecmp(line.place->value, "ALL") == 0) {
        conf_pair_say(line.place, self->diags, DIAG_ERROR,
                      "NodeName: ALL is a reserved word; name the nodes");
        return;
    }
    read_shape(&line);
    conf_record_u64(record, "RealMemory", &line.node.memory);
    conf_record_u32(record, "TmpDisk", &line.node.tmp_disk);
    conf_record_u32(record, "Weight", &line.node.weight);
    line.node.leaf = INDEX_NONE;
    read_kept(&line);
    read_state(&line);
    read_features(&line, defaults);
    read_gres(&line);
    add_nodes(&line);
    g_strfreev(line.node.features);
    g_clear_pointer(&line.gres, g_ptr_array_unref);
}

/* ---- DownNodes ---- */

static void read_down_line(SlurmConf *self, const ConfLine *line)
{
    g_autoptr(ConfRecord) record = conf_record_new(NULL, self->diags);
    static const char *const words[] = {"DOWN", "DRAIN", "FAIL", "FAILING", "FUTURE", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) names = NULL;
    const ConfPair *place;
    int word = 0;

    conf_record_take_line(record, line, CONF_DOWNNODES);
    place = conf_record_find(record, "DownNodes");
    if (!place)
        return;
    conf_record_choice(record, "State", words, &word);
    names = hostlist_expand(place->value, &error);
    if (!names)
        conf_pair_say(place, self->diags, DIAG_ERROR, "DownNodes: %s", error->message);
    for (guint i = 0; names && i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        const uint32_t node = cluster_find_node(self->cluster, name);

        if (node == INDEX_NONE)
            conf_pair_say(place, self->diags, DIAG_WARNING, "DownNodes: no node is called '%s'",
                          name);
        else
            self->cluster->nodes[node].state = word == 0   ? NODE_DOWN
                                               : word == 4 ? NODE_FUTURE
                                                           : NODE_DRAIN;
    }
}

static void forbid_addresses(const ConfRecord *record)
{
    static const char *const keys[] = {"NodeHostname", "NodeAddr", "BcastAddr"};

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        if (conf_record_own(record, keys[i]))
            conf_record_say(record, keys[i], DIAG_ERROR, "%s is not allowed on a DEFAULT line",
                            keys[i]);
}

void slurmconf_read_nodes(SlurmConf *self)
{
    g_autoptr(ConfRecord) defaults = conf_record_new(NULL, self->diags);

    for (guint i = 0; i < self->nodes->len; i++) {
        const ConfLine *line = g_ptr_array_index(self->nodes, i);
        const ConfPair *name = g_ptr_array_index(line->pairs, 0);
        const bool is_default = g_ascii_strcasecmp(name->value, "DEFAULT") == 0;
        g_autoptr(ConfRecord) own = conf_record_new(defaults, self->diags);

        conf_record_take_line(own, line, CONF_NODE);
        if (is_default) {
            forbid_addresses(own);
            conf_record_merge(defaults, line, CONF_NODE);
        } else if (*name->value) {
            read_node_line(self, own, defaults);
        }
    }
    for (guint i = 0; i < self->downnodes->len; i++)
        read_down_line(self, g_ptr_array_index(self->downnodes, i));
}
