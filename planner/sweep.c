/* A sweep: one copy of a workflow for each combination of its axes' values. */
#include "planner/sweep.h"

#include "planner/literal.h"
#include <string.h>

#define LABEL_LONGEST 32

static void axis_clear(void *data)
{
    SweepAxis *self = data;

    g_free(self->name);
    g_strfreev(self->values);
}

void sweep_free(Sweep *self)
{
    if (!self)
        return;
    g_array_unref(self->axes);
    g_free(self);
}

static SweepAxis *nth_axis(const Sweep *self, guint index)
{
    return &g_array_index(self->axes, SweepAxis, index);
}

static bool read_values(const YamlNode *matrix, size_t index, SweepAxis *axis, Diags *diags)
{
    const YamlNode *list = yaml_value(matrix, index);
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

    if (yaml_kind(list) != YAML_LIST || yaml_length(list) == 0) {
        yaml_say(list, diags, DIAG_ERROR,
                 "expected a list of at least one value for the axis '%s'; write [%s]", axis->name,
                 yaml_text(list) ? yaml_text(list) : "a, b");
        return false;
    }
    for (size_t i = 0; i < yaml_length(list); i++) {
        const YamlNode *value = yaml_item(list, i);

        if (yaml_kind(value) != YAML_SCALAR || yaml_is_null(value)) {
            yaml_say(value, diags, DIAG_ERROR,
                     "expected a text, a number or true or false in the axis '%s', found %s",
                     axis->name,
                     yaml_kind(value) == YAML_LIST  ? "a list"
                     : yaml_kind(value) == YAML_MAP ? "a map"
                                                    : "nothing");
            return false;
        }
        g_ptr_array_add(values, literal_text(value));
    }
    axis->n = values->len;
    g_ptr_array_add(values, NULL);
    axis->values = (char **)g_ptr_array_free(g_steal_pointer(&values), FALSE);
    return true;
}

static void read_matrix(Sweep *self, const YamlNode *matrix, Diags *diags)
{
    if (yaml_kind(matrix) != YAML_MAP || yaml_length(matrix) == 0) {
        yaml_say(matrix, diags, DIAG_ERROR, "expected at least one axis such as 'lr: [0.1, 0.01]'");
        return;
    }
    for (size_t i = 0; i < yaml_length(matrix); i++) {
        SweepAxis axis = {.name = g_strdup(yaml_key(matrix, i)), .map = matrix, .index = i};

        if (!strcmp(axis.name, "deps"))
            yaml_say_key(matrix, i, diags, DIAG_ERROR,
                         "an axis cannot be called 'deps': {{ deps.job.key }} names exports");
        if (read_values(matrix, i, &axis, diags))
            g_array_append_val(self->axes, axis);
        else
            axis_clear(&axis);
    }
}

static void read_node(Sweep *self, const YamlNode *node, bool optional, Diags *diags)
{
    YamlMap *map = yaml_map_begin(node, "sweep", diags);
    const YamlNode *matrix = yaml_map_get(map, "matrix");
    int64_t most = 0;

    if (matrix)
        read_matrix(self, matrix, diags);
    else if (yaml_kind(node) == YAML_MAP && !optional)
        yaml_say(node, diags, DIAG_ERROR, "expected 'matrix' in sweep");
    yaml_map_bool(map, "fail_fast", &self->fail_fast);
    if (yaml_map_require(map, "max_parallel"))
        yaml_map_int(map, "max_parallel", 1, G_MAXINT32, &most);
    self->max_parallel = (uint32_t)most;
    yaml_map_end(map);
}

static void put_axis(Sweep *self, SweepAxis *axis)
{
    for (guint i = 0; i < self->axes->len; i++) {
        if (!strcmp(nth_axis(self, i)->name, axis->name)) {
            axis_clear(nth_axis(self, i));
            *nth_axis(self, i) = *axis;
            return;
        }
    }
    g_array_append_val(self->axes, *axis);
}

static void read_option(Sweep *self, const char *option, Diags *diags)
{
    const char *equals = strchr(option, '=');
    SweepAxis axis = {0};

    if (!equals || equals == option) {
        diags_add(diags, DIAG_ERROR, "", 0, 0, NULL,
                  "expected --sweep name=value,value, found '%s'", option);
        return;
    }
    axis.name = g_strndup(option, (gsize)(equals - option));
    if (!strcmp(axis.name, "deps"))
        diags_add(diags, DIAG_ERROR, "", 0, 0, NULL, "--sweep: an axis cannot be called 'deps'");
    axis.values = g_strsplit(equals + 1, ",", -1);
    axis.n = g_strv_length(axis.values);
    if (axis.n == 0) { /* nothing after '=' is one empty text */
        g_strfreev(axis.values);
        axis.values = g_new0(char *, 2);
        axis.values[axis.n++] = g_strdup("");
    }
    put_axis(self, &axis);
}

static void refuse_args(const Sweep *self, const char *const *args, Diags *diags)
{
    for (size_t i = 0; args && args[i]; i++) {
        for (guint j = 0; j < self->axes->len; j++) {
            size_t length = strlen(nth_axis(self, j)->name);

            if (!strncmp(args[i], nth_axis(self, j)->name, length) && args[i][length] == '=')
                diags_add(diags, DIAG_ERROR, "", 0, 0, NULL,
                          "'%s' is an axis of the sweep: it cannot be given with --arg; use "
                          "--sweep %s",
                          nth_axis(self, j)->name, args[i]);
        }
    }
}

Sweep *sweep_read(const YamlNode *node, const char *const *options, const char *const *args,
                  Diags *diags)
{
    Sweep *self = g_new0(Sweep, 1);
    uint64_t cells = 1;

    self->axes = g_array_new(FALSE, FALSE, sizeof(SweepAxis));
    g_array_set_clear_func(self->axes, axis_clear);
    if (node)
        read_node(self, node, options && options[0], diags);
    for (size_t i = 0; options && options[i]; i++)
        read_option(self, options[i], diags);
    refuse_args(self, args, diags);
    for (guint i = 0; i < self->axes->len && cells <= SWEEP_CELLS_MOST; i++)
        cells *= nth_axis(self, i)->n;
    if (cells > SWEEP_CELLS_MOST) {
        if (node)
            yaml_say(node, diags, DIAG_ERROR, "expected at most %d cells in a sweep, found more",
                     SWEEP_CELLS_MOST);
        else
            diags_add(diags, DIAG_ERROR, "", 0, 0, NULL,
                      "--sweep: expected at most %d cells, found more", SWEEP_CELLS_MOST);
        cells = 1;
    }
    self->n_cells = (uint32_t)cells;
    return self;
}

const char *sweep_value(const Sweep *self, uint32_t axis, uint32_t cell)
{
    uint32_t below = 1;

    for (guint i = axis + 1; i < self->axes->len; i++)
        below *= nth_axis(self, i)->n;
    return nth_axis(self, axis)->values[cell / below % nth_axis(self, axis)->n];
}

static char *value_label(const Sweep *self, uint32_t cell)
{
    g_autoptr(GString) label = g_string_new(NULL);

    for (guint i = 0; i < self->axes->len; i++)
        g_string_append_printf(label, "%s%s", i ? "-" : "", sweep_value(self, i, cell));
    return g_string_free(g_steal_pointer(&label), FALSE);
}

static bool is_plain(const char *label)
{
    size_t length = strlen(label);

    return length > 0 && length <= LABEL_LONGEST && label[0] != '-' && label[length - 1] != '-' &&
           !strstr(label, "--") &&
           strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-") ==
               length;
}

char **sweep_labels(const Sweep *self)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    char **labels;
    bool fine = true;

    if (self->axes->len == 0)
        return NULL;
    labels = g_new0(char *, self->n_cells + 1);
    for (uint32_t i = 0; i < self->n_cells; i++) {
        labels[i] = value_label(self, i);
        fine = fine && is_plain(labels[i]) && g_hash_table_add(seen, labels[i]);
    }
    for (uint32_t i = 0; i < self->n_cells && !fine; i++) {
        g_free(labels[i]);
        labels[i] = g_strdup_printf("%u", i + 1);
    }
    return labels;
}
