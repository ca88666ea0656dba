/* Trackable resources: their names and indices, their weights. */
#include "sim/cluster.h"

#include <errno.h>
#include <string.h>

void tres_limits_init(TresLimits *self)
{
    for (int i = 0; i < TRES_MAX; i++)
        self->v[i] = TRES_NONE;
}

uint32_t cluster_find_tres(const Cluster *self, const char *name)
{
    for (uint32_t i = 0; i < self->n_tres; i++)
        if (g_ascii_strcasecmp(self->tres[i], name) == 0)
            return i;
    return INDEX_NONE;
}

uint32_t cluster_tres(Cluster *self, const char *name)
{
    const uint32_t known = cluster_find_tres(self, name);

    if (known != INDEX_NONE)
        return known;
    if (self->n_tres == TRES_MAX)
        return TRES_MAX;
    self->tres[self->n_tres] = g_ascii_strdown(name, -1);
    return self->n_tres++;
}

static uint16_t index_of_word(char ***words, uint32_t *n_words, const char *word)
{
    for (uint32_t i = 0; i < *n_words; i++)
        if (strcmp((*words)[i], word) == 0)
            return (uint16_t)i;
    g_assert(*n_words < GRES_ANY_TYPE);
    *words = g_renew(char *, *words, *n_words + 1);
    (*words)[*n_words] = g_strdup(word);
    return (uint16_t)(*n_words)++;
}

uint16_t cluster_gres_name(Cluster *self, const char *name)
{
    return index_of_word(&self->gres_names, &self->n_gres_names, name);
}

uint16_t cluster_gres_type(Cluster *self, const char *type)
{
    return index_of_word(&self->gres_types, &self->n_gres_types, type);
}

/* How many base units the unit @suffix stands for; 0 when it is none. */
static double unit_size(const char *suffix, bool is_memory)
{
    static const char units[] = "KMGTP";
    const char *unit = *suffix ? strchr(units, g_ascii_toupper(*suffix)) : NULL;
    double size = 1;

    if (*suffix == '\0')
        return 1;
    if (!unit || (suffix[1] && strcmp(suffix + 1, "B") != 0))
        return 0;
    for (const char *step = is_memory ? units + 1 : units; step < unit; step++)
        size *= 1024;
    /* without memory's base of 1 MiB, K itself is 1024; memory in K is 1 MiB at least */
    return is_memory ? size : size * 1024;
}

static bool parse_weight(const Cluster *cluster, const char *item, double weights[TRES_MAX],
                         GError **error)
{
    const char *equals = strchr(item, '=');
    g_autofree char *name = equals ? g_strndup(item, (gsize)(equals - item)) : NULL;
    const char *value = equals ? equals + 1 : "";
    char *end = NULL;
    const double weight = g_ascii_strtod(value, &end);
    uint32_t tres;
    double unit;

    if (!equals || end == value)
        return srx_fail(error, SRX_ERROR_INPUT, "expected a weight such as CPU=1.0, found '%s'",
                        item);
    tres = cluster_find_tres(cluster, g_strstrip(name));
    if (tres == INDEX_NONE)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "'%s' is no trackable resource of this cluster (add it to "
                        "AccountingStorageTRES)",
                        name);
    unit = unit_size(end, tres == TRES_MEM);
    if (unit == 0)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a number with an optional unit K, M, G, T or P, found '%s'",
                        value);
    weights[tres] = weight / unit;
    return true;
}

bool tres_weights_parse(const Cluster *cluster, const char *text, double weights[TRES_MAX],
                        GError **error)
{
    g_auto(GStrv) items = g_strsplit(text, ",", -1);
    double parsed[TRES_MAX] = {0};

    for (char **item = items; *item; item++) {
        g_strstrip(*item);
        if (**item && !parse_weight(cluster, *item, parsed, error))
            return false;
    }
    memcpy(weights, parsed, sizeof parsed);
    return true;
}
