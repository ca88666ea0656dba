/* slurm.conf, gres.conf, topology.conf -> Cluster: the files and which line goes where. */
#include "slurmio/slurmconf.h"

#include "slurmio/slurmconf_read.h"
#include <string.h>

#define INCLUDES_DEEPEST 16
#define POWER            "power saving: nodes are always on"

char *slurmconf_beside(const SlurmConf *self, const char *name)
{
    g_autofree char *directory = g_path_get_dirname(self->path);

    if (strcmp(directory, ".") == 0 && !strchr(self->path, '/'))
        return g_strdup(name);
    return g_build_filename(directory, name, NULL);
}

/* ---- includes ---- */

static char *cluster_name(const SlurmConf *self)
{
    const ConfPair *pair = conf_record_find(self->global, "ClusterName");

    return g_ascii_strdown(pair ? pair->value : "cluster", -1);
}

/* "%c" is the cluster's name. */
static char *replace_modifier(const SlurmConf *self, const char *name)
{
    g_autofree char *cluster = cluster_name(self);
    g_auto(GStrv) parts = g_strsplit(name, "%c", -1);

    return g_strjoinv(cluster, parts);
}

/* Where an included file lies: as Slurm finds it, else beside slurm.conf under its last name, as
 * with a configuration copied from elsewhere; NULL when nowhere. */
static char *find_included(const SlurmConf *self, const char *name, const ConfPair *place)
{
    g_autofree char *path =
        g_path_is_absolute(name) ? g_strdup(name) : slurmconf_beside(self, name);
    g_autofree char *base = g_path_get_basename(name);
    g_autofree char *beside = slurmconf_beside(self, base);

    if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer(&path);
    if (g_file_test(beside, G_FILE_TEST_IS_REGULAR)) {
        conf_pair_say(place, self->diags, DIAG_NOTE, "%s is not there; %s is read instead", path,
                      beside);
        return g_steal_pointer(&beside);
    }
    conf_pair_say(place, self->diags, DIAG_ERROR,
                  "Include: expected a file, found none at %s (copy it there, or remove the line)",
                  path);
    return NULL;
}

static char *included_path(const SlurmConf *self, const ConfLine *line, const ConfPair *place)
{
    g_autofree char *name = replace_modifier(self, line->include);

    if (strchr(name, '*')) {
        conf_pair_say(place, self->diags, DIAG_ERROR,
                      "Include: Slurm reads no patterns, found '%s'; name each file", name);
        return NULL;
    }
    return find_included(self, name, place);
}

static bool is_open(const SlurmConf *self, const char *path)
{
    for (guint i = 0; i < self->open->len; i++)
        if (strcmp(g_ptr_array_index(self->open, i), path) == 0)
            return true;
    return false;
}

/* ---- lines ---- */

/* A key of node or partition lines at the beginning of a line: what should continue the line
 * before it does not. */
static bool is_misplaced(const SlurmConf *self, const ConfPair *first)
{
    const bool is_nodes = conf_key_is_known(CONF_NODE, first->key);

    if (conf_key_is_known(CONF_GLOBAL, first->key) ||
        (!is_nodes && !conf_key_is_known(CONF_PARTITION, first->key)))
        return false;
    conf_pair_say(
        first, self->diags, DIAG_WARNING,
        "expected %s= on the line of a %s=, found it at the beginning of one, which Slurm "
        "refuses; ignored (each line that goes on ends in a backslash, and a comment "
        "between them ends it)",
        first->key, is_nodes ? "NodeName" : "PartitionName");
    return true;
}

/* Slurm reads one key a line outside of node and partition lines. */
static void take_global(SlurmConf *self, const ConfLine *line)
{
    const ConfPair *first = g_ptr_array_index(line->pairs, 0);
    const bool may_repeat = g_ascii_strcasecmp(first->key, "SlurmctldHost") == 0;

    if (is_misplaced(self, first) || !conf_key_check(CONF_GLOBAL, first, self->diags))
        return;
    conf_record_take(self->global, first, !may_repeat);
    if (line->pairs->len > 1) {
        const ConfPair *next = g_ptr_array_index(line->pairs, 1);

        conf_pair_say(next, self->diags, DIAG_ERROR,
                      "expected the end of the line after %s=%s, found '%s=%s' (one key a line; "
                      "quote values that hold blanks)",
                      first->key, first->value, next->key, next->value);
    }
}

static void take_line(SlurmConf *self, ConfLine *line)
{
    const struct {
        const char *key;
        GPtrArray *lines;
    } kinds[] = {
        {"NodeName", self->nodes},   {"PartitionName", self->partitions},
        {"NodeSet", self->nodesets}, {"DownNodes", self->downnodes},
        {"FrontendName", NULL},
    };
    const ConfPair *first = g_ptr_array_index(line->pairs, 0);

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_ascii_strcasecmp(first->key, kinds[i].key) != 0)
            continue;
        if (kinds[i].lines)
            g_ptr_array_add(kinds[i].lines, line);
        else
            conf_pair_say(first, self->diags, DIAG_WARNING,
                          "front ends are not simulated; the nodes count as they are");
        return;
    }
    take_global(self, line);
}

/* One file whose lines wait to be taken; includes go on top of the one that names them. */
typedef struct {
    GPtrArray *lines;
    guint next;
} Opened;

static bool open_file(SlurmConf *self, GArray *stack, const char *path)
{
    Opened opened = {conf_file_load(path, self->diags), 0};

    if (!opened.lines)
        return false;
    g_ptr_array_add(self->files, opened.lines);
    g_ptr_array_add(self->open, g_strdup(path));
    g_array_append_val(stack, opened);
    return true;
}

static void open_include(SlurmConf *self, GArray *stack, const ConfLine *line)
{
    const ConfPair *place = g_ptr_array_index(line->pairs, 0);
    g_autofree char *path = included_path(self, line, place);

    if (!path)
        return;
    if (is_open(self, path) || stack->len >= INCLUDES_DEEPEST)
        conf_pair_say(place, self->diags, DIAG_ERROR, "Include: %s includes itself", path);
    else
        open_file(self, stack, path);
}

static void read_files(SlurmConf *self)
{
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(Opened));

    open_file(self, stack, self->path);
    while (stack->len > 0) {
        Opened *top = &g_array_index(stack, Opened, stack->len - 1);
        ConfLine *line;

        if (top->next == top->lines->len) {
            g_array_set_size(stack, stack->len - 1);
            g_ptr_array_set_size(self->open, (gint)self->open->len - 1);
            continue;
        }
        line = g_ptr_array_index(top->lines, top->next++);
        if (line->include)
            open_include(self, stack, line);
        else if (line->pairs->len > 0)
            take_line(self, line);
    }
}

/* ---- the whole ---- */

/* A key that says nothing: its default, or what switches it off. */
static bool is_off(const char *value)
{
    static const char *const words[] = {"none", "-1", "INFINITE", "NO"};

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(value, words[i]) == 0)
            return true;
    return g_str_has_suffix(value, "/none");
}

static void name_ignored(GString *found, const char *key, const char *what)
{
    g_string_append_printf(found, "%s%s (%s)", found->len > 0 ? ", " : "", key, what);
}

static bool some_line_has(const GPtrArray *lines, const char *key)
{
    for (guint i = 0; i < lines->len; i++) {
        const GPtrArray *pairs = ((const ConfLine *)g_ptr_array_index(lines, i))->pairs;

        for (guint k = 0; k < pairs->len; k++) {
            const ConfPair *pair = g_ptr_array_index(pairs, k);

            if (g_ascii_strcasecmp(pair->key, key) == 0 && !is_off(pair->value))
                return true;
        }
    }
    return false;
}

/* Power saving that the whole cluster's keys do not tell of. */
static void name_power_of_lines(const SlurmConf *self, GString *found)
{
    if (strstr(found->str, POWER))
        return;
    if (some_line_has(self->partitions, "SuspendTime"))
        name_ignored(found, "SuspendTime of a partition", POWER);
    if (some_line_has(self->nodes, "SuspendTime"))
        name_ignored(found, "SuspendTime of a node", POWER);
    if (some_line_has(self->partitions, "PowerDownOnIdle"))
        name_ignored(found, "PowerDownOnIdle of a partition", POWER);
}

static void warn_of_what_is_not_simulated(const SlurmConf *self)
{
    static const struct {
        const char *key, *what;
    } ignored[] = {{"BurstBufferType", "burst buffers"},
                   {"FederationParameters", "federations"},
                   {"JobSubmitPlugins", "what a submit plugin changes"},
                   {"MCSPlugin", "multi-category security"},
                   {"NodeFeaturesPlugins", "changing a node's features"},
                   {"PrioritySiteFactorPlugin", "a site's own factor of priority"},
                   {"SuspendProgram", POWER},
                   {"SuspendTime", POWER}};
    g_autoptr(GString) found = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(ignored); i++) {
        const ConfPair *pair = conf_record_find(self->global, ignored[i].key);

        if (pair && !is_off(pair->value))
            name_ignored(found, ignored[i].key, ignored[i].what);
    }
    name_power_of_lines(self, found);
    if (found->len > 0)
        diags_add(self->diags, DIAG_WARNING, self->path, 0, 0, NULL, "not simulated: %s",
                  found->str);
}

static void read_all(SlurmConf *self)
{
    read_files(self);
    slurmconf_read_config(self);
    slurmconf_read_select(self);
    slurmconf_read_priority(self);
    slurmconf_read_preempt(self);
    slurmconf_read_scheduler(self);
    slurmconf_read_nodes(self);
    gresconf_read(self);
    slurmconf_read_partitions(self);
    topologyconf_read(self);
    warn_of_what_is_not_simulated(self);
}

bool slurmconf_load(const char *path, Cluster *cluster, Diags *diags)
{
    const size_t errors = diags_count(diags, DIAG_ERROR);
    SlurmConf self = {
        .cluster = cluster,
        .diags = diags,
        .path = g_strdup(path),
        .global = conf_record_new(NULL, diags),
        .nodes = g_ptr_array_new(),
        .partitions = g_ptr_array_new(),
        .nodesets = g_ptr_array_new(),
        .downnodes = g_ptr_array_new(),
        .files = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref),
        .open = g_ptr_array_new_with_free_func(g_free),
    };

    read_all(&self);
    g_ptr_array_unref(self.open);
    g_ptr_array_unref(self.nodes);
    g_ptr_array_unref(self.partitions);
    g_ptr_array_unref(self.nodesets);
    g_ptr_array_unref(self.downnodes);
    g_ptr_array_unref(self.files);
    conf_record_free(self.global);
    g_free(self.path);
    return diags_count(diags, DIAG_ERROR) == errors;
}
