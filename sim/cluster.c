/* The cluster's storage: making, growing, freeing, looking up by name. */
#include "sim/cluster.h"

#include "base/hostlist.h"
#include <string.h>

/* ---- defaults ---- */

static void scheduler_parameters_init(SchedulerParameters *self)
{
    *self = (SchedulerParameters){
        .sched_interval = 60,
        .batch_sched_delay = 3,
        .default_queue_depth = 100,
        .bf_interval = 30,
        .bf_window = 1440,
        .bf_resolution = 60,
        .bf_max_job_test = 500,
        .bf_node_space_size = 500,
        .bf_max_time = 30,
        .bf_max_job_array_resv = 20,
        .preempt_reorder_count = 1,
        .min_exempt_priority = LIMIT_NONE,
        .max_switch_wait = 300,
        .correspond_after_task_cnt = 10,
    };
}

static void config_init(Config *self, const VersionRules *rules)
{
    *self = (Config){
        .scheduler = SCHED_BACKFILL,
        .select = rules->default_cons_tres ? SELECT_CONS_TRES : SELECT_LINEAR,
        .consume = rules->default_cons_tres ? CONSUME_CORE : CONSUME_NODE,
        .consume_memory = rules->default_cons_tres,
        .priority = {.type = rules->default_multifactor ? PRIORITY_MULTIFACTOR : PRIORITY_BASIC,
                     .max_age = 7 * SECONDS_A_DAY,
                     .half_life = 7 * SECONDS_A_DAY,
                     .calc_period = 300,
                     .damping = 1},
        .preempt_exempt_time = UINT32_MAX,
        .kill_wait = 30,
        .return_to_service = 2, /* Slurm's own default is 0; what was recorded ran with 2 */
        .message_timeout = 10,
        .min_job_age = 300,
        .scheduler_time_slice = 30,
        .max_array_size = 1001,
        .max_job_count = 10000,
        .max_batch_requeue = 5,
        .first_job_id = 1,
        .cred_expire = 120,
        .job_requeue = true,
        .slurmd_timeout = 300,
    };
    scheduler_parameters_init(&self->sched);
}

void partition_init(Partition *self, const char *name)
{
    *self = (Partition){
        .name = g_strdup(name),
        .max_time = MINUTES_UNLIMITED,
        .default_time = MINUTES_UNSET,
        .max_nodes = UINT32_MAX,
        .max_cpus_per_node = UINT32_MAX,
        .max_cpus_per_socket = UINT32_MAX,
        .priority_tier = 1,
        .priority_job_factor = 1,
        .max_share = 1,
        .preempt_mode = PREEMPT_UNSET,
        .over_time_limit = MINUTES_UNSET,
        .qos = INDEX_NONE,
    };
}

static void qos_init(Qos *self, const char *name)
{
    *self = (Qos){
        .name = g_ascii_strdown(name, -1),
        .preempt_exempt_time = UINT32_MAX,
        .usage_factor = 1.0,
        .usage_threshold = -1.0,
        .min_prio_threshold = LIMIT_NONE,
        .grp_jobs = LIMIT_NONE,
        .grp_jobs_accrue = LIMIT_NONE,
        .grp_submit_jobs = LIMIT_NONE,
        .grp_wall = LIMIT_NONE,
        .max_jobs_pu = LIMIT_NONE,
        .max_jobs_accrue_pu = LIMIT_NONE,
        .max_submit_jobs_pu = LIMIT_NONE,
        .max_jobs_pa = LIMIT_NONE,
        .max_jobs_accrue_pa = LIMIT_NONE,
        .max_submit_jobs_pa = LIMIT_NONE,
        .max_wall_pj = LIMIT_NONE,
    };
    tres_limits_init(&self->grp_tres);
    tres_limits_init(&self->grp_tres_mins);
    tres_limits_init(&self->grp_tres_run_mins);
    tres_limits_init(&self->max_tres_pj);
    tres_limits_init(&self->max_tres_pn);
    tres_limits_init(&self->max_tres_pu);
    tres_limits_init(&self->max_tres_pa);
    tres_limits_init(&self->max_tres_mins_pj);
    tres_limits_init(&self->max_tres_run_mins_pu);
    tres_limits_init(&self->max_tres_run_mins_pa);
    tres_limits_init(&self->min_tres_pj);
}

static void assoc_init(Assoc *self, const char *account, const char *user, const char *partition)
{
    *self = (Assoc){
        .account = g_ascii_strdown(account, -1),
        .user = g_strdup(user),
        .partition = g_strdup(partition),
        .parent = INDEX_NONE,
        .shares = 1,
        .priority = LIMIT_NONE,
        .min_prio_threshold = LIMIT_NONE,
        .grp_jobs = LIMIT_NONE,
        .grp_jobs_accrue = LIMIT_NONE,
        .grp_submit_jobs = LIMIT_NONE,
        .grp_wall = LIMIT_NONE,
        .max_jobs = LIMIT_NONE,
        .max_jobs_accrue = LIMIT_NONE,
        .max_submit_jobs = LIMIT_NONE,
        .max_wall_pj = LIMIT_NONE,
        .default_qos_index = INDEX_NONE,
    };
    tres_limits_init(&self->grp_tres);
    tres_limits_init(&self->grp_tres_mins);
    tres_limits_init(&self->grp_tres_run_mins);
    tres_limits_init(&self->max_tres_pj);
    tres_limits_init(&self->max_tres_pn);
    tres_limits_init(&self->max_tres_mins_pj);
}

Cluster *cluster_new(SlurmVersion version)
{
    static const char *const fixed[TRES_FIXED] = {"cpu", "mem", "energy", "node", "billing"};
    Cluster *self = g_new0(Cluster, 1);

    self->name = g_strdup("cluster");
    self->version = version;
    config_init(&self->config, version_rules(version));
    self->config.sched.bf_allow_magnetic_slot = version < SLURM_25_05; /* then it became a choice */
    for (int i = 0; i < TRES_FIXED; i++)
        cluster_tres(self, fixed[i]);
    self->node_index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->partition_index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->qos_index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->user_index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->assoc_index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

/* ---- the end ---- */

static void node_clear(Node *self)
{
    for (uint32_t i = 0; i < self->n_gres; i++)
        g_free(self->gres[i].sockets);
    g_free(self->gres);
    g_strfreev(self->features);
    g_free(self->name);
}

static void switch_clear(Switch *self)
{
    g_free(self->name);
    g_strfreev(self->members);
    nodeset_free(self->nodes);
}

static void partition_clear(Partition *self)
{
    g_free(self->name);
    nodeset_free(self->nodes);
    g_free(self->node_text);
    g_strfreev(self->allow_accounts);
    g_strfreev(self->deny_accounts);
    g_strfreev(self->allow_qos);
    g_strfreev(self->deny_qos);
    g_strfreev(self->allow_groups);
    g_free(self->qos_name);
    g_free(self->billing_weights);
    g_free(self->billing_text);
}

static void qos_clear(Qos *self)
{
    g_free(self->name);
    g_strfreev(self->preempt);
    g_free(self->preempts);
}

static void assoc_clear(Assoc *self)
{
    g_free(self->account);
    g_free(self->user);
    g_free(self->partition);
    g_free(self->parent_name);
    g_strfreev(self->qos);
    g_free(self->default_qos);
    g_free(self->may_use_qos);
}

static void accounting_free(Cluster *self)
{
    for (uint32_t i = 0; i < self->n_qos; i++)
        qos_clear(&self->qos[i]);
    g_free(self->qos);
    for (uint32_t i = 0; i < self->n_assocs; i++)
        assoc_clear(&self->assocs[i]);
    g_free(self->assocs);
    for (uint32_t i = 0; i < self->n_users; i++) {
        g_free(self->users[i].name);
        g_free(self->users[i].default_account);
        g_strfreev(self->users[i].groups);
    }
    g_free(self->users);
}

static void words_free(char **words, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        g_free(words[i]);
    g_free(words);
}

static void hardware_free(Cluster *self)
{
    for (uint32_t i = 0; i < self->n_nodes; i++)
        node_clear(&self->nodes[i]);
    g_free(self->nodes);
    for (uint32_t i = 0; i < self->n_switches; i++)
        switch_clear(&self->switches[i]);
    g_free(self->switches);
    for (uint32_t i = 0; i < self->n_partitions; i++)
        partition_clear(&self->partitions[i]);
    g_free(self->partitions);
    for (uint32_t i = 0; i < self->n_licenses; i++)
        g_free(self->licenses[i].name);
    g_free(self->licenses);
    words_free(self->gres_names, self->n_gres_names);
    words_free(self->gres_types, self->n_gres_types);
}

void cluster_free(Cluster *self)
{
    if (!self)
        return;
    hardware_free(self);
    accounting_free(self);
    for (uint32_t i = 0; i < self->n_reservations; i++) {
        g_free(self->reservations[i].name);
        g_free(self->reservations[i].text);
    }
    g_free(self->reservations);
    for (uint32_t i = 0; i < self->n_tres; i++)
        g_free(self->tres[i]);
    g_free(self->config.priority.weight_tres_text);
    nodeset_free(self->all_nodes);
    g_hash_table_unref(self->node_index);
    g_hash_table_unref(self->partition_index);
    g_hash_table_unref(self->qos_index);
    g_hash_table_unref(self->user_index);
    g_hash_table_unref(self->assoc_index);
    g_free(self->name);
    g_free(self);
}

/* ---- growing ---- */

/* Room for entry @n of @size bytes: capacities are powers of two, so that growing is O(1). */
static void *with_room(void *array, uint32_t n, size_t size)
{
    if (n & (n - 1) || (n == 0 && array))
        return array;
    return g_realloc_n(array, n == 0 ? 1 : 2 * (gsize)n, size);
}

static void index_put(GHashTable *table, const char *name, uint32_t index)
{
    if (!g_hash_table_contains(table, name))
        g_hash_table_insert(table, g_strdup(name), GUINT_TO_POINTER(index + 1));
}

static uint32_t index_get(GHashTable *table, const char *name)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(table, name)) - 1;
}

Node *cluster_add_node(Cluster *self, const char *name)
{
    self->nodes = with_room(self->nodes, self->n_nodes, sizeof *self->nodes);
    index_put(self->node_index, name, self->n_nodes);
    Node *node = &self->nodes[self->n_nodes++];
    *node = (Node){.name = g_strdup(name),
                   .boards = 1,
                   .sockets = 1,
                   .cores_per_socket = 1,
                   .threads_per_core = 1,
                   .memory = 1,
                   .weight = 1,
                   .leaf = INDEX_NONE};
    return node;
}

Partition *cluster_add_partition(Cluster *self, const char *name)
{
    self->partitions = with_room(self->partitions, self->n_partitions, sizeof *self->partitions);
    index_put(self->partition_index, name, self->n_partitions);
    Partition *partition = &self->partitions[self->n_partitions++];
    partition_init(partition, name);
    return partition;
}

Qos *cluster_add_qos(Cluster *self, const char *name)
{
    self->qos = with_room(self->qos, self->n_qos, sizeof *self->qos);
    Qos *qos = &self->qos[self->n_qos];
    qos_init(qos, name);
    index_put(self->qos_index, qos->name, self->n_qos++);
    return qos;
}

static char *assoc_key(const char *account, const char *user, const char *partition)
{
    g_autofree char *lower = g_ascii_strdown(account, -1);

    return g_strdup_printf("%s\001%s\001%s", lower, user ? user : "", partition ? partition : "");
}

static Assoc *append_assoc(Cluster *self, const char *account, const char *user,
                           const char *partition)
{
    g_autofree char *key = assoc_key(account, user, partition);

    self->assocs = with_room(self->assocs, self->n_assocs, sizeof *self->assocs);
    index_put(self->assoc_index, key, self->n_assocs);
    Assoc *assoc = &self->assocs[self->n_assocs++];
    assoc_init(assoc, account, user, partition);
    return assoc;
}

Assoc *cluster_add_assoc(Cluster *self, const char *account, const char *user,
                         const char *partition)
{
    const bool is_root = !user && g_ascii_strcasecmp(account, "root") == 0;

    if (self->n_assocs == 0 && !is_root)
        append_assoc(self, "root", NULL, NULL);
    return append_assoc(self, account, user, partition);
}

User *cluster_add_user(Cluster *self, const char *name)
{
    self->users = with_room(self->users, self->n_users, sizeof *self->users);
    index_put(self->user_index, name, self->n_users);
    User *user = &self->users[self->n_users++];
    *user = (User){.name = g_strdup(name)};
    return user;
}

/* After an entry has gone: every later one is one place further to the front. */
static void reindex_qos(Cluster *self)
{
    g_hash_table_remove_all(self->qos_index);
    for (uint32_t i = 0; i < self->n_qos; i++)
        index_put(self->qos_index, self->qos[i].name, i);
}

static void reindex_assocs(Cluster *self)
{
    g_hash_table_remove_all(self->assoc_index);
    for (uint32_t i = 0; i < self->n_assocs; i++) {
        const Assoc *assoc = &self->assocs[i];
        g_autofree char *key = assoc_key(assoc->account, assoc->user, assoc->partition);

        index_put(self->assoc_index, key, i);
    }
}

void cluster_remove_qos(Cluster *self, uint32_t index)
{
    qos_clear(&self->qos[index]);
    self->n_qos--;
    memmove(&self->qos[index], &self->qos[index + 1], (self->n_qos - index) * sizeof *self->qos);
    reindex_qos(self);
}

void cluster_remove_assoc(Cluster *self, uint32_t index)
{
    assoc_clear(&self->assocs[index]);
    self->n_assocs--;
    memmove(&self->assocs[index], &self->assocs[index + 1],
            (self->n_assocs - index) * sizeof *self->assocs);
    reindex_assocs(self);
}

License *cluster_add_license(Cluster *self, const char *name, uint32_t total)
{
    self->licenses = with_room(self->licenses, self->n_licenses, sizeof *self->licenses);
    License *license = &self->licenses[self->n_licenses++];
    *license = (License){.name = g_strdup(name), .total = total};
    return license;
}

Switch *cluster_add_switch(Cluster *self, const char *name)
{
    self->switches = with_room(self->switches, self->n_switches, sizeof *self->switches);
    Switch *added = &self->switches[self->n_switches++];
    *added = (Switch){.name = g_strdup(name), .parent = INDEX_NONE};
    return added;
}

ReservationText *cluster_add_reservation(Cluster *self, const char *name, const char *text)
{
    self->reservations =
        with_room(self->reservations, self->n_reservations, sizeof *self->reservations);
    ReservationText *reservation = &self->reservations[self->n_reservations++];
    *reservation = (ReservationText){.name = g_strdup(name), .text = g_strdup(text)};
    return reservation;
}

/* ---- looking up ---- */

uint32_t cluster_find_node(const Cluster *self, const char *name)
{
    return index_get(self->node_index, name);
}

uint32_t cluster_find_partition(const Cluster *self, const char *name)
{
    return index_get(self->partition_index, name);
}

uint32_t cluster_find_qos(const Cluster *self, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    return index_get(self->qos_index, lower);
}

uint32_t cluster_find_user(const Cluster *self, const char *name)
{
    return index_get(self->user_index, name);
}

uint32_t cluster_default_partition(const Cluster *self)
{
    /* the last line that says Default=YES wins, as in slurmctld */
    for (uint32_t i = self->n_partitions; i-- > 0;)
        if (self->partitions[i].is_default)
            return i;
    return INDEX_NONE;
}

static const char *default_account(const Cluster *self, const char *user)
{
    const uint32_t known = cluster_find_user(self, user);

    if (known != INDEX_NONE && self->users[known].default_account)
        return self->users[known].default_account;
    for (uint32_t i = 0; i < self->n_assocs; i++)
        if (self->assocs[i].user && strcmp(self->assocs[i].user, user) == 0)
            return self->assocs[i].account;
    return NULL;
}

uint32_t cluster_find_assoc(const Cluster *self, const char *user, const char *account,
                            const char *partition)
{
    if (!account && user)
        account = default_account(self, user);
    if (!account)
        return INDEX_NONE;
    if (partition && user) {
        g_autofree char *exact = assoc_key(account, user, partition);
        const uint32_t found = index_get(self->assoc_index, exact);

        if (found != INDEX_NONE)
            return found;
    }
    g_autofree char *any = assoc_key(account, user, NULL);
    return index_get(self->assoc_index, any);
}

NodeSet *cluster_nodeset(const Cluster *self, const char *hostlist, GError **error)
{
    g_autoptr(GPtrArray) names = hostlist_expand(hostlist, error);
    g_autoptr(NodeSet) nodes = nodeset_new(self->n_nodes);

    for (guint i = 0; names && i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        const uint32_t node = cluster_find_node(self, name);

        if (node == INDEX_NONE)
            return srx_fail_null(error, SRX_ERROR_INPUT, "no node is called '%s'", name);
        nodeset_add(nodes, node);
    }
    return names ? g_steal_pointer(&nodes) : NULL;
}

char *cluster_hostlist(const Cluster *self, const NodeSet *nodes)
{
    g_autofree const char **names = g_new(const char *, self->n_nodes + 1);
    size_t n = 0;

    for (uint32_t i = nodeset_next(nodes, 0); i != NODE_NONE; i = nodeset_next(nodes, i + 1))
        names[n++] = self->nodes[i].name;
    return hostlist_compress(names, n);
}
