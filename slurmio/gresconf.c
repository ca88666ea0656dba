/* gres.conf: types, devices and their sockets, for the resources Gres= gives a node.
 * Source: gres.conf(5) of Slurm 24.05; how many there are is slurm.conf's word. */
#include "slurmio/gres.h"
#include "slurmio/slurmconf_read.h"

#include "base/hostlist.h"
#include <string.h>

/* One line. */
typedef struct {
    char *name, *type; /* type: NULL */
    uint64_t count;
    bool has_file;
    GPtrArray *cores; /* "0-15" words: cores it is near to; NULL */
} GresLine;

static void gres_line_free(GresLine *self)
{
    if (!self)
        return;
    g_free(self->name);
    g_free(self->type);
    g_clear_pointer(&self->cores, g_ptr_array_unref);
    g_free(self);
}

static void free_gres_line(void *self)
{
    gres_line_free(self);
}

/* ---- reading ---- */

static bool read_files(const ConfRecord *record, GresLine *line, Diags *diags)
{
    static const char *const keys[] = {"File", "Files", "MultipleFiles"};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) files = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        const ConfPair *pair = conf_record_find(record, keys[i]);

        if (!pair)
            continue;
        files = hostlist_expand(pair->value, &error);
        if (!files) {
            conf_pair_say(pair, diags, DIAG_ERROR, "%s: %s", pair->key, error->message);
            return false;
        }
        line->has_file = true;
        line->count = i == 2 ? 1 : files->len; /* MultipleFiles together are one device */
        return true;
    }
    return true;
}

static bool read_count(const ConfRecord *record, GresLine *line, Diags *diags)
{
    const ConfPair *pair = conf_record_find(record, "Count");
    uint64_t count = 0;

    if (!pair)
        return true;
    if (!count_parse(pair->value, &count, NULL) || count == UINT64_MAX) {
        conf_pair_say(pair, diags, DIAG_ERROR,
                      "Count: expected a number with an optional unit K, M, G, T or P, found '%s'",
                      pair->value);
        return false;
    }
    if (line->has_file && count != line->count && g_ascii_strcasecmp(line->name, "shard") != 0 &&
        g_ascii_strcasecmp(line->name, "mps") != 0) {
        conf_pair_say(pair, diags, DIAG_ERROR,
                      "Count: expected %" G_GUINT64_FORMAT
                      ", the number of files, found %s (leave Count out)",
                      line->count, pair->value);
        return false;
    }
    line->count = count;
    return true;
}

static bool read_cores(const ConfRecord *record, GresLine *line, Diags *diags)
{
    const char *key = conf_record_find(record, "Cores") ? "Cores" : "CPUs";
    const ConfPair *pair = conf_record_find(record, key);
    g_autofree char *bare = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (!pair)
        return true;
    bare = g_strndup(pair->value + (*pair->value == '['), strcspn(pair->value, "]"));
    while (g_str_has_suffix(bare, ",") || g_str_has_suffix(bare, "]"))
        bare[strlen(bare) - 1] = '\0';
    text = g_strdup_printf("[%s]", bare);
    line->cores = hostlist_expand(text, &error);
    if (!line->cores)
        conf_pair_say(pair, diags, DIAG_ERROR,
                      "%s: expected cores such as 0-15 or 0,2,4, found '%s'", key, pair->value);
    return line->cores != NULL;
}

static GresLine *read_gres_line(SlurmConf *self, const ConfRecord *record)
{
    const ConfPair *name = conf_record_find(record, "Name");
    GresLine *line;

    if (!name) {
        const ConfPair *node = conf_record_find(record, "NodeName");

        if (!conf_record_find(record, "AutoDetect"))
            conf_pair_say(node, self->diags, DIAG_ERROR, "expected Name=, such as Name=gpu");
        return NULL;
    }
    line = g_new0(GresLine, 1);
    line->name = g_strdup(name->value);
    line->count = 1;
    conf_record_text(record, "Type", &line->type);
    if (read_files(record, line, self->diags) && read_count(record, line, self->diags) &&
        read_cores(record, line, self->diags))
        return line;
    gres_line_free(line);
    return NULL;
}

static void note_autodetect(SlurmConf *self, const ConfRecord *record)
{
    const ConfPair *pair = conf_record_find(record, "AutoDetect");

    if (pair && g_ascii_strcasecmp(pair->value, "off") != 0)
        conf_pair_say(pair, self->diags, DIAG_NOTE,
                      "AutoDetect=%s: what the nodes would find is not known here; the counts and "
                      "types of slurm.conf are taken",
                      pair->value);
}

/* ---- which line counts for which node ---- */

typedef struct {
    SlurmConf *conf;
    GPtrArray *lines;     /* GresLine *, owned */
    GPtrArray **of_nodes; /* [n_nodes] GresLine *, borrowed; NULL when none */
} GresConf;

static void assign(GresConf *self, uint32_t node, GresLine *line)
{
    if (!self->of_nodes[node])
        self->of_nodes[node] = g_ptr_array_new();
    g_ptr_array_add(self->of_nodes[node], line);
}

static void assign_line(GresConf *self, const ConfPair *nodes, GresLine *line)
{
    const Cluster *cluster = self->conf->cluster;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) names = nodes ? hostlist_expand(nodes->value, &error) : NULL;

    if (error)
        conf_pair_say(nodes, self->conf->diags, DIAG_ERROR, "NodeName: %s", error->message);
    for (uint32_t i = 0; !nodes && i < cluster->n_nodes; i++)
        assign(self, i, line);
    for (guint i = 0; names && i < names->len; i++) {
        const uint32_t node = cluster_find_node(cluster, g_ptr_array_index(names, i));

        if (node != INDEX_NONE)
            assign(self, node, line);
    }
}

static void take_line(GresConf *self, const ConfLine *line)
{
    g_autoptr(ConfRecord) record = conf_record_new(NULL, self->conf->diags);
    const ConfPair *first = line->pairs->len > 0 ? g_ptr_array_index(line->pairs, 0) : NULL;
    GresLine *gres;

    if (line->include || !first) {
        if (line->include)
            conf_pair_say(first, self->conf->diags, DIAG_WARNING,
                          "Include in gres.conf is not read; copy the lines here");
        return;
    }
    if (g_ascii_strcasecmp(first->key, "NodeName") != 0 &&
        g_ascii_strcasecmp(first->key, "Name") != 0 &&
        g_ascii_strcasecmp(first->key, "AutoDetect") != 0) {
        conf_pair_say(
            first, self->conf->diags, DIAG_ERROR,
            "expected a line that begins with NodeName=, Name= or AutoDetect=, found '%s'",
            first->key);
        return;
    }
    conf_record_take_line(record, line, CONF_GRES);
    note_autodetect(self->conf, record);
    if (!conf_record_find(record, "Name") && !conf_record_find(record, "NodeName"))
        return;
    gres = read_gres_line(self->conf, record);
    if (!gres)
        return;
    g_ptr_array_add(self->lines, gres);
    assign_line(self, conf_record_find(record, "NodeName"), gres);
}

/* ---- joining with the nodes ---- */

static bool is_about(const GresLine *line, const Cluster *cluster, const NodeGres *gres)
{
    const char *type = gres->type == GRES_ANY_TYPE ? NULL : cluster->gres_types[gres->type];

    return strcmp(line->name, cluster->gres_names[gres->name]) == 0 &&
           (!type || !line->type || strcmp(line->type, type) == 0);
}

/* The sockets a line's devices are near to; 0 when unknown. */
static uint64_t near_sockets(const GresLine *line, const Node *node)
{
    uint64_t sockets = 0;

    for (guint i = 0; line->cores && i < line->cores->len; i++) {
        const uint64_t core = g_ascii_strtoull(g_ptr_array_index(line->cores, i), NULL, 10);

        if (core / node->cores_per_socket < 64)
            sockets |= UINT64_C(1) << (core / node->cores_per_socket);
    }
    return sockets;
}

/* Devices in the order of the lines; those beyond what the lines tell are near every socket. */
static void bind_devices(NodeGres *gres, const Node *node, const Cluster *cluster,
                         const GPtrArray *lines)
{
    uint64_t device = 0;
    bool knows_cores = false;

    for (guint i = 0; i < lines->len; i++) {
        const GresLine *line = g_ptr_array_index(lines, i);

        if (!is_about(line, cluster, gres))
            continue;
        gres->has_file = gres->has_file || line->has_file;
        knows_cores = knows_cores || (line->has_file && line->cores);
    }
    if (!knows_cores)
        return;
    gres->sockets = g_new(uint64_t, MAX(gres->count, 1));
    memset(gres->sockets, 0xff, MAX(gres->count, 1) * sizeof *gres->sockets);
    for (guint i = 0; i < lines->len; i++) {
        const GresLine *line = g_ptr_array_index(lines, i);
        const uint64_t near = near_sockets(line, node);

        if (!is_about(line, cluster, gres))
            continue;
        for (uint64_t n = 0; n < line->count && device < gres->count; n++, device++)
            if (near)
                gres->sockets[device] = near;
    }
}

/* Gres=gpu:4 with typed lines: the node has as many of each type as they tell. */
static void split_by_type(SlurmConf *self, uint32_t index, uint32_t entry, const GPtrArray *lines)
{
    Node *node = &self->cluster->nodes[index];
    const NodeGres whole = node->gres[entry];
    uint64_t left = whole.count;
    bool first = true;

    for (guint i = 0; i < lines->len && left > 0; i++) {
        const GresLine *line = g_ptr_array_index(lines, i);
        const uint16_t type =
            line->type && strcmp(line->name, self->cluster->gres_names[whole.name]) == 0
                ? cluster_gres_type(self->cluster, line->type)
                : GRES_ANY_TYPE;
        const uint32_t count = (uint32_t)MIN(left, line->count);
        NodeGres *same = NULL;

        if (type == GRES_ANY_TYPE)
            continue;
        for (uint32_t k = 0; k < node->n_gres; k++)
            if (node->gres[k].name == whole.name && node->gres[k].type == type)
                same = &node->gres[k];
        left -= count;
        if (same) {
            same->count += count;
            continue;
        }
        if (!first) {
            node->gres = g_renew(NodeGres, node->gres, node->n_gres + 1);
            entry = node->n_gres++;
        }
        node->gres[entry] = whole;
        node->gres[entry].type = type;
        node->gres[entry].count = count;
        first = false;
    }
}

static bool has_types(const Cluster *cluster, const NodeGres *gres, const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++) {
        const GresLine *line = g_ptr_array_index(lines, i);

        if (line->type && is_about(line, cluster, gres))
            return true;
    }
    return false;
}

static void warn_of_missing(const SlurmConf *self, const char *path, const Node *node,
                            const NodeGres *gres, const GPtrArray *lines)
{
    uint64_t told = 0;
    bool about = false;

    for (guint i = 0; i < lines->len; i++) {
        const GresLine *line = g_ptr_array_index(lines, i);

        if (!is_about(line, self->cluster, gres))
            continue;
        told += line->count;
        about = about || line->has_file;
    }
    if (about && told < gres->count)
        diags_add(self->diags, DIAG_WARNING, path, 0, 0, NULL,
                  "node %s: slurm.conf has %u of %s, gres.conf %" G_GUINT64_FORMAT
                  ": Slurm would drain the node",
                  node->name, gres->count, self->cluster->gres_names[gres->name], told);
}

static void join_node(const GresConf *self, const char *path, uint32_t index)
{
    Cluster *cluster = self->conf->cluster;
    Node *node = &cluster->nodes[index];
    const GPtrArray *lines = self->of_nodes[index];
    const uint32_t entries = node->n_gres;

    for (uint32_t i = 0; i < entries; i++) {
        warn_of_missing(self->conf, path, node, &node->gres[i], lines);
        if (node->gres[i].type == GRES_ANY_TYPE && has_types(cluster, &node->gres[i], lines))
            split_by_type(self->conf, index, i, lines);
    }
    for (uint32_t i = 0; i < node->n_gres; i++)
        bind_devices(&node->gres[i], node, cluster, lines);
}

void gresconf_read(SlurmConf *self)
{
    g_autofree char *path = slurmconf_beside(self, "gres.conf");
    g_autoptr(GPtrArray) file =
        g_file_test(path, G_FILE_TEST_EXISTS) ? conf_file_load(path, self->diags) : NULL;
    const uint32_t n_nodes = self->cluster->n_nodes;
    GresConf gres = {self, NULL, NULL};

    if (!file)
        return;
    gres.lines = g_ptr_array_new_with_free_func(free_gres_line);
    gres.of_nodes = g_new0(GPtrArray *, MAX(n_nodes, 1));
    for (guint i = 0; i < file->len; i++)
        take_line(&gres, g_ptr_array_index(file, i));
    for (uint32_t i = 0; i < n_nodes; i++)
        if (gres.of_nodes[i])
            join_node(&gres, path, i);
    for (uint32_t i = 0; i < n_nodes; i++)
        if (gres.of_nodes[i])
            g_ptr_array_unref(gres.of_nodes[i]);
    g_free(gres.of_nodes);
    g_ptr_array_unref(gres.lines);
}
