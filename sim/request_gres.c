/* The gres part of a request. */
#include "sim/request_gres.h"

#include <string.h>

#define INVALID_GRES "Invalid generic resource (gres) specification"
#define TYPE_UNKNOWN (GRES_ANY_TYPE - 1) /* a type no node has: it never matches */

typedef enum { PER_JOB, PER_NODE, PER_SOCKET, PER_TASK } Scope;

/* Everything one building needs. */
typedef struct {
    JobRequest *request;
    const Cluster *cluster;
    GArray *gres;           /* GresRequest */
    uint32_t tasks_per_gpu; /* COUNT_UNSET */
} Builder;

static uint16_t find_name(const Cluster *cluster, const char *name)
{
    for (uint32_t i = 0; i < cluster->n_gres_names; i++) {
        if (g_ascii_strcasecmp(cluster->gres_names[i], name) == 0)
            return (uint16_t)i;
    }
    return UINT16_MAX;
}

static uint16_t find_type(const Cluster *cluster, const char *type)
{
    for (uint32_t i = 0; i < cluster->n_gres_types; i++) {
        if (g_ascii_strcasecmp(cluster->gres_types[i], type) == 0)
            return (uint16_t)i;
    }
    return TYPE_UNKNOWN;
}

static bool parse_count(const char *text, uint64_t *out)
{
    return *text && count_parse(text, out, NULL) && *out != UINT64_MAX;
}

static GresRequest *entry(Builder *self, uint16_t name, uint16_t type)
{
    GresRequest fresh = {.name = name, .type = type};

    for (guint i = 0; i < self->gres->len; i++) {
        GresRequest *have = &g_array_index(self->gres, GresRequest, i);

        if (have->name == name && have->type == type)
            return have;
    }
    g_array_append_val(self->gres, fresh);
    return &g_array_index(self->gres, GresRequest, self->gres->len - 1);
}

/* How many the whole job gets at least, as far as the counts are known. */
static uint64_t total_of(const JobRequest *request, Scope scope, uint64_t count)
{
    uint64_t nodes = request->min_nodes == COUNT_UNSET ? 1 : request->min_nodes;

    switch (scope) {
    case PER_JOB:
        return count;
    case PER_NODE:
        return count * nodes;
    case PER_TASK:
        return request->num_tasks == COUNT_UNSET ? count : count * request->num_tasks;
    case PER_SOCKET:
        if (request->sockets_per_node != COUNT_UNSET)
            return count * nodes * request->sockets_per_node;
        if (request->num_tasks != COUNT_UNSET && request->ntasks_per_socket != COUNT_UNSET)
            return count * ((request->num_tasks + request->ntasks_per_socket - 1) /
                            request->ntasks_per_socket);
        return count;
    }
    return count;
}

static void add(Builder *self, GresRequest *gres, Scope scope, uint64_t count)
{
    uint64_t total = total_of(self->request, scope, count);

    switch (scope) {
    case PER_JOB:
        gres->per_job += count;
        break;
    case PER_NODE:
        gres->per_node += count;
        break;
    case PER_SOCKET:
        gres->per_socket += count;
        break;
    case PER_TASK:
        gres->per_task += count;
        break;
    }
    gres->total = MAX(gres->total, total);
}

/* One word: "gpu", "gpu:2", "gpu:a100", "gpu:a100:2"; the name may be given already. */
static bool add_word(Builder *self, Scope scope, const char *name, const char *word)
{
    g_auto(GStrv) parts = g_strsplit(word, ":", 0);
    guint n = g_strv_length(parts), at = 0;
    uint16_t gres_name, type = GRES_ANY_TYPE;
    uint64_t count = 1;

    if (!name) {
        name = g_str_has_prefix(parts[0], "gres/") ? parts[0] + strlen("gres/") : parts[0];
        at = 1;
    }
    if (n > at + 2)
        return false;
    if (n > at && !parse_count(parts[n - 1], &count)) {
        if (n == at + 2 || !*parts[n - 1])
            return false;
        type = find_type(self->cluster, parts[n - 1]);
    } else if (n == at + 2) {
        type = find_type(self->cluster, parts[at]);
    }
    gres_name = find_name(self->cluster, name);
    if (gres_name == UINT16_MAX)
        return false;
    if (count > 0)
        add(self, entry(self, gres_name, type), scope, count);
    return true;
}

static bool add_list(Builder *self, Scope scope, const char *name, const char *text)
{
    g_auto(GStrv) words = text ? g_strsplit(text, ",", 0) : NULL;

    for (char **word = words; word && *word; word++) {
        if (!add_word(self, scope, name, g_strstrip(*word)))
            return false;
    }
    return true;
}

/* --tres-per-task=cpu:4,gres/gpu:2,license/x:1: only the gres count here. */
static bool add_tres_per_task(Builder *self, const char *text)
{
    g_auto(GStrv) words = text ? g_strsplit(text, ",", 0) : NULL;

    for (char **word = words; word && *word; word++) {
        g_strdelimit(*word, "=", ':');
        if (g_str_has_prefix(*word, "gres/") && !add_word(self, PER_TASK, NULL, *word))
            return false;
    }
    return true;
}

uint32_t request_gres_tasks(const char *tres_per_task)
{
    g_auto(GStrv) words = tres_per_task ? g_strsplit(tres_per_task, ",", 0) : NULL;
    uint64_t count;

    for (char **word = words; word && *word; word++) {
        g_strdelimit(*word, "=", ':');
        if (g_ascii_strncasecmp(*word, "cpu:", 4) == 0 && parse_count(*word + 4, &count) &&
            count < UINT16_MAX)
            return (uint32_t)count;
    }
    return COUNT_UNSET;
}

/* Without -n, tasks follow from the nodes where there is a fixed number of them. */
static void imply_tasks(Builder *self, bool per_task)
{
    JobRequest *r = self->request;

    if ((!per_task && self->tasks_per_gpu == COUNT_UNSET) || r->num_tasks != COUNT_UNSET ||
        r->min_nodes == COUNT_UNSET || r->min_nodes != r->max_nodes)
        return;
    if (self->tasks_per_gpu != COUNT_UNSET)
        r->num_tasks = r->min_nodes * self->tasks_per_gpu;
    else if (r->ntasks_per_node != COUNT_UNSET)
        r->num_tasks = r->min_nodes * r->ntasks_per_node;
    else if (r->cpus_per_task == COUNT_UNSET)
        r->num_tasks = r->min_nodes;
}

/* --ntasks-per-gpu: tasks from GPUs, or GPUs from tasks. */
static bool tasks_from_gpus(Builder *self)
{
    uint16_t gpu = find_name(self->cluster, "gpu");
    uint64_t gpus = 0;

    if (self->tasks_per_gpu == COUNT_UNSET || self->tasks_per_gpu == 0)
        return true;
    for (guint i = 0; i < self->gres->len; i++) {
        const GresRequest *gres = &g_array_index(self->gres, GresRequest, i);

        gpus += gres->name == gpu ? gres->total : 0;
    }
    if (gpus > 0) {
        self->request->num_tasks = (uint32_t)(gpus * self->tasks_per_gpu);
        return true;
    }
    if (gpu == UINT16_MAX || self->request->num_tasks == COUNT_UNSET ||
        self->request->num_tasks == 0)
        return false;
    if (self->request->num_tasks % self->tasks_per_gpu)
        return false;
    add(self, entry(self, gpu, GRES_ANY_TYPE), PER_JOB,
        self->request->num_tasks / self->tasks_per_gpu);
    return true;
}

static bool is_ordered(const GresRequest *g)
{
    if (g->per_job &&
        (g->per_node > g->per_job || g->per_task > g->per_job || g->per_socket > g->per_job))
        return false;
    return !g->per_node || (g->per_task <= g->per_node && g->per_socket <= g->per_node);
}

/* @value becomes @needed when unset; false when it is something else. */
static bool agree(uint32_t *value, uint64_t needed)
{
    if (*value == COUNT_UNSET || *value == 0)
        *value = (uint32_t)needed;
    return *value == needed;
}

static bool check_nodes(JobRequest *r, const GresRequest *g)
{
    uint64_t nodes;

    if (!g->per_job || !g->per_node)
        return true;
    nodes = g->per_job / g->per_node;
    if (g->per_job % g->per_node || (r->min_nodes != COUNT_UNSET && nodes < r->min_nodes) ||
        nodes > r->max_nodes)
        return false;
    r->min_nodes = r->max_nodes = (uint32_t)nodes;
    return true;
}

static bool check_sockets(JobRequest *r, const GresRequest *g)
{
    if (!g->per_socket)
        return true;
    if (r->sockets_per_node == COUNT_UNSET)
        return false;
    return !g->per_node ||
           (g->per_node % g->per_socket == 0 && r->sockets_per_node == g->per_node / g->per_socket);
}

static bool check_tasks(JobRequest *r, GresRequest *g)
{
    if (!g->per_task)
        return true;
    if (g->per_job) {
        if (g->per_job % g->per_task || !agree(&r->num_tasks, g->per_job / g->per_task))
            return false;
    } else if (r->num_tasks != COUNT_UNSET) {
        g->per_job = r->num_tasks * g->per_task;
    } else {
        return false;
    }
    if (g->per_node &&
        (g->per_node % g->per_task || !agree(&r->ntasks_per_node, g->per_node / g->per_task)))
        return false;
    return !g->per_socket || (g->per_socket % g->per_task == 0 &&
                              agree(&r->ntasks_per_socket, g->per_socket / g->per_task));
}

static bool check_entry(const Builder *self, GresRequest *g)
{
    JobRequest *r = self->request;

    if (!is_ordered(g) || !check_nodes(r, g) || !check_sockets(r, g))
        return false;
    if (self->tasks_per_gpu != COUNT_UNSET && self->tasks_per_gpu && r->num_tasks != COUNT_UNSET &&
        r->num_tasks % self->tasks_per_gpu)
        return false;
    if (!check_tasks(r, g))
        return false;
    if (r->cpus_per_gpu && g->per_task && !agree(&r->cpus_per_task, r->cpus_per_gpu * g->per_task))
        return false;
    if (!g->per_job)
        return true;
    if (r->min_nodes != COUNT_UNSET && g->per_job < r->min_nodes)
        return false;
    if (r->max_nodes != COUNT_UNSET && g->per_job < r->max_nodes)
        r->max_nodes = (uint32_t)g->per_job;
    return true;
}

static bool check_all(Builder *self)
{
    uint16_t gpu = find_name(self->cluster, "gpu");
    uint64_t gpu_cpus = 0;
    bool has_gpu = false;

    for (guint i = 0; i < self->gres->len; i++) {
        GresRequest *gres = &g_array_index(self->gres, GresRequest, i);

        if (!check_entry(self, gres))
            return false;
        if (gres->name == gpu) {
            has_gpu = true;
            gpu_cpus += self->request->cpus_per_gpu * gres->total;
        }
    }
    if ((self->request->cpus_per_gpu || self->request->mem_per_gpu) && !has_gpu)
        return false;
    if (gpu_cpus > self->request->min_cpus)
        self->request->min_cpus = (uint32_t)gpu_cpus;
    return true;
}

const char *request_gres_build(JobRequest *request, const Cluster *cluster, const JobSpec *spec)
{
    g_autoptr(GArray) gres = g_array_new(FALSE, FALSE, sizeof(GresRequest));
    Builder self = {request, cluster, gres, spec->ntasks_per_gpu};
    const char *per_node =
        spec->gres && g_ascii_strcasecmp(spec->gres, "none") != 0 ? spec->gres : NULL;

    imply_tasks(&self, spec->gpus_per_task || spec->tres_per_task);
    if (!add_list(&self, PER_JOB, "gpu", spec->gpus) ||
        !add_list(&self, PER_NODE, "gpu", spec->gpus_per_node) ||
        !add_list(&self, PER_NODE, NULL, per_node) ||
        !add_list(&self, PER_SOCKET, "gpu", spec->gpus_per_socket) ||
        !add_list(&self, PER_TASK, "gpu", spec->gpus_per_task) ||
        !add_tres_per_task(&self, spec->tres_per_task) || !tasks_from_gpus(&self) ||
        !check_all(&self))
        return INVALID_GRES;
    g_free(request->gres);
    request->n_gres = gres->len;
    request->gres =
        gres->len ? (GresRequest *)(void *)g_array_free(g_steal_pointer(&gres), FALSE) : NULL;
    return NULL;
}
