/* The cluster: nodes, partitions, QoS, associations, parameters. Built by slurmio through the
 * fields below, sealed by cluster_finish, immutable from then on: one Cluster serves thousands of
 * simulations. Names became small indices; what Slurm calls NO_VAL is *_UNSET or *_NONE here.
 * Source of meanings and defaults: slurm.conf(5), sacctmgr(1) of Slurm 24.05. */
#pragma once

#include "base/diag.h"
#include "base/units.h"
#include "sim/nodeset.h"
#include "sim/version.h"

#define INDEX_NONE UINT32_MAX
#define LIMIT_NONE UINT32_MAX /* no such limit (counts and minutes) */
#define TRES_NONE  UINT64_MAX /* no such limit (trackable resources) */
#define TRES_MAX   32         /* kinds of trackable resources a cluster may have */

/* The first kinds are always there, in Slurm's order; gres/x and license/x follow. */
enum { TRES_CPU, TRES_MEM, TRES_ENERGY, TRES_NODE, TRES_BILLING, TRES_FIXED };

typedef struct {
    uint64_t v[TRES_MAX]; /* cpu: count, mem: MiB, node: count, ... */
} TresLimits;

/* ---- nodes ------------------------------------------------------------------------------ */

#define GRES_ANY_TYPE UINT16_MAX

typedef struct {
    uint16_t name;  /* index into Cluster.gres_names: "gpu" */
    uint16_t type;  /* index into Cluster.gres_types: "a100"; GRES_ANY_TYPE when untyped */
    uint32_t count; /* how many of them on this node */
    bool no_consume;
    bool has_file;     /* gres.conf gave devices: they can be bound to sockets */
    uint64_t *sockets; /* one word a device: bit s = near socket s; NULL when unknown (anywhere) */
} NodeGres;

typedef enum {
    NODE_UP,
    NODE_DRAIN, /* running jobs go on, no new ones */
    NODE_DOWN,  /* jobs on it end */
    NODE_FUTURE /* not there: counts nowhere */
} NodeState;

typedef struct {
    char *name;
    uint16_t boards, sockets, cores_per_socket, threads_per_core;
    uint32_t cores;       /* sockets * cores_per_socket */
    uint32_t cpus;        /* CPUs= as configured (threads or cores) */
    uint32_t spec_cores;  /* CoreSpecCount: not for jobs */
    uint64_t memory;      /* [MiB] RealMemory */
    uint64_t spec_memory; /* [MiB] MemSpecLimit: not for jobs */
    uint32_t tmp_disk;    /* [MiB] */
    uint32_t weight;
    char **features; /* NULL-terminated, may be NULL */
    NodeGres *gres;
    uint32_t n_gres;
    NodeState state; /* at second 0 */
    uint32_t leaf;   /* index of its leaf switch, INDEX_NONE without topology */
} Node;

typedef struct {
    char *name;
    uint32_t level;  /* 0 = leaf */
    uint32_t parent; /* index, INDEX_NONE at the top */
    char **members;  /* as configured: node names of a leaf, switch names above; freed by finish */
    NodeSet *nodes;  /* every node below it */
} Switch;

/* ---- partitions -------------------------------------------------------------------------- */

typedef enum { PARTITION_UP, PARTITION_DOWN, PARTITION_DRAIN, PARTITION_INACTIVE } PartitionState;

typedef enum { SHARE_NO, SHARE_YES, SHARE_FORCE, SHARE_EXCLUSIVE } OverSubscribe;

/* PreemptMode, as flags: GANG and WITHIN go with the others. */
enum {
    PREEMPT_OFF = 0,
    PREEMPT_CANCEL = 1,
    PREEMPT_REQUEUE = 2,
    PREEMPT_SUSPEND = 4,
    PREEMPT_GANG = 8,
    PREEMPT_WITHIN = 16,
    PREEMPT_PRIORITY = 32,
    PREEMPT_UNSET = 0xffff
};

typedef struct {
    uint64_t amount; /* [MiB]; 0 = unset */
    bool per_cpu;    /* else per node */
} MemoryRule;

typedef struct {
    char *name;
    NodeSet *nodes;
    char *node_text;         /* Nodes= as written ("ALL" possible); used by finish */
    uint32_t n_nodes;        /* made by finish */
    uint32_t total_cpus;     /* made by finish */
    uint64_t tres[TRES_MAX]; /* made by finish: what its nodes hold, for PriorityWeightTRES */
    bool is_default;
    PartitionState state;
    uint32_t max_time;            /* [min] MINUTES_UNLIMITED possible */
    uint32_t default_time;        /* [min] MINUTES_UNSET possible */
    uint32_t min_nodes;           /* 0.. */
    uint32_t max_nodes;           /* UINT32_MAX = unlimited */
    uint32_t max_cpus_per_node;   /* UINT32_MAX = unlimited */
    uint32_t max_cpus_per_socket; /* UINT32_MAX = unlimited */
    uint16_t priority_tier;
    uint16_t priority_job_factor;
    OverSubscribe over_subscribe;
    uint16_t max_share;                    /* n of YES:n and FORCE:n; 1 for NO, 0 for EXCLUSIVE */
    uint16_t preempt_mode;                 /* PREEMPT_UNSET: the cluster's */
    uint32_t grace_time;                   /* [s] */
    uint32_t over_time_limit;              /* [min] MINUTES_UNSET: the cluster's */
    MemoryRule default_memory, max_memory; /* amount 0: the cluster's */
    uint64_t default_cpu_per_gpu, default_mem_per_gpu; /* JobDefaults; 0 = unset */
    char **allow_accounts, **deny_accounts;            /* NULL = all, none */
    char **allow_qos, **deny_qos;
    char **allow_groups;
    char *qos_name; /* QOS=: may be NULL */
    uint32_t qos;   /* made by finish; INDEX_NONE */
    bool exclusive_user, root_only, disable_root_jobs, req_resv, lln, hidden, power_down_on_idle;
    bool exclusive_topo;
    double *billing_weights; /* [per unit of TRES] TRES_MAX of them; NULL: CPUs are counted */
    char *billing_text;      /* TRESBillingWeights as written; used by finish */
} Partition;

/* ---- accounting -------------------------------------------------------------------------- */

enum {
    QOS_DENY_ON_LIMIT = 1,
    QOS_ENFORCE_USAGE_THRESHOLD = 2,
    QOS_NO_RESERVE = 4,
    QOS_PART_MAX_NODE = 8,
    QOS_PART_MIN_NODE = 16,
    QOS_OVER_PART_QOS = 32,
    QOS_PART_TIME_LIMIT = 64,
    QOS_REQUIRES_RESERVATION = 128,
    QOS_NO_DECAY = 256,
    QOS_USAGE_FACTOR_SAFE = 512,
    QOS_RELATIVE = 1024
};

typedef struct {
    char *name;
    uint32_t priority;
    uint32_t flags;               /* QOS_* */
    char **preempt;               /* names it may preempt; NULL-terminated, may be NULL */
    uint8_t *preempts;            /* made by finish: [index of a QoS] may this one preempt it */
    uint16_t preempt_mode;        /* 0 = the cluster's */
    uint32_t preempt_exempt_time; /* [s] UINT32_MAX = unset */
    uint32_t grace_time;          /* [s] */
    double usage_factor;          /* 1.0 */
    double usage_threshold;       /* < 0 = unset */
    double limit_factor;          /* 0 = unset */
    uint32_t min_prio_threshold;  /* LIMIT_NONE */
    uint32_t grp_jobs, grp_jobs_accrue, grp_submit_jobs, grp_wall; /* wall: [min] */
    uint32_t max_jobs_pu, max_jobs_accrue_pu, max_submit_jobs_pu;
    uint32_t max_jobs_pa, max_jobs_accrue_pa, max_submit_jobs_pa;
    uint32_t max_wall_pj; /* [min] */
    TresLimits grp_tres, grp_tres_mins, grp_tres_run_mins;
    TresLimits max_tres_pj, max_tres_pn, max_tres_pu, max_tres_pa;
    TresLimits max_tres_mins_pj, max_tres_run_mins_pu, max_tres_run_mins_pa;
    TresLimits min_tres_pj;
    double usage_raw; /* [billing seconds] accrued before second 0 */
} Qos;

#define SHARES_PARENT UINT32_MAX /* Fairshare=parent */

/* A node of the association tree: an account (user NULL) or a user in one. Index 0 is root. */
typedef struct {
    char *account;
    char *user;        /* NULL for an account's own association */
    char *partition;   /* NULL: any */
    char *parent_name; /* account above it as configured; NULL = root; used by finish */
    uint32_t parent;   /* made by finish; INDEX_NONE for root */
    uint32_t shares;   /* 1 by default */
    uint32_t priority;
    uint32_t min_prio_threshold;
    uint32_t grp_jobs, grp_jobs_accrue, grp_submit_jobs, grp_wall;    /* wall: [min] */
    uint32_t max_jobs, max_jobs_accrue, max_submit_jobs, max_wall_pj; /* inherited by finish */
    TresLimits grp_tres, grp_tres_mins, grp_tres_run_mins;
    TresLimits max_tres_pj, max_tres_pn, max_tres_mins_pj; /* inherited by finish */
    char **qos;                                            /* names as set here; NULL: inherited */
    char *default_qos;                                     /* NULL: inherited, else "normal" */
    uint8_t *may_use_qos;                                  /* made by finish: [index of a QoS] */
    uint32_t default_qos_index;                            /* made by finish; INDEX_NONE */
    double usage_raw; /* [billing seconds] accrued before second 0 (users; finish adds upward) */
    double grp_used_wall; /* [s] likewise */
} Assoc;

typedef struct {
    char *name;
    char *default_account; /* NULL: the first association's */
    bool is_admin;         /* AdminLevel Operator or Administrator, and root */
    char **groups;         /* unix groups where known; NULL */
} User;

typedef struct {
    char *name;
    uint32_t total;
} License;

/* An advance reservation that exists at second 0 (later ones come as commands). */
typedef struct {
    char *name;
    char *text; /* "ReservationName=... StartTime=... Duration=... Nodes=... Flags=..." */
} ReservationText;

/* ---- parameters -------------------------------------------------------------------------- */

typedef enum { SCHED_BACKFILL, SCHED_BUILTIN } SchedulerType;
typedef enum { SELECT_CONS_TRES, SELECT_LINEAR } SelectType;
typedef enum { PRIORITY_BASIC, PRIORITY_MULTIFACTOR } PriorityType;
typedef enum { PREEMPT_NONE, PREEMPT_QOS, PREEMPT_PARTITION_PRIO } PreemptType;
typedef enum { TOPOLOGY_FLAT, TOPOLOGY_TREE } TopologyType;
typedef enum { PART_LIMITS_NO, PART_LIMITS_ANY, PART_LIMITS_ALL } EnforcePartLimits;
typedef enum { CONSUME_CPU, CONSUME_CORE, CONSUME_SOCKET, CONSUME_BOARD, CONSUME_NODE } Consume;

enum {
    ENFORCE_ASSOCIATIONS = 1,
    ENFORCE_LIMITS = 2,
    ENFORCE_QOS = 4,
    ENFORCE_SAFE = 8,
    ENFORCE_WCKEYS = 16
};

enum {
    PRIORITY_ACCRUE_ALWAYS = 1,
    PRIORITY_CALCULATE_RUNNING = 2,
    PRIORITY_DEPTH_OBLIVIOUS = 4,
    PRIORITY_NO_FAIR_TREE = 8,
    PRIORITY_INCR_ONLY = 16,
    PRIORITY_MAX_TRES = 32,
    PRIORITY_MAX_TRES_GRES = 64,
    PRIORITY_NO_NORMAL_ASSOC = 128,
    PRIORITY_NO_NORMAL_PART = 256,
    PRIORITY_NO_NORMAL_QOS = 512,
    PRIORITY_NO_NORMAL_TRES = 1024,
    PRIORITY_SMALL_RELATIVE_TO_TIME = 2048
};

typedef enum {
    RESET_NONE,
    RESET_NOW,
    RESET_DAILY,
    RESET_WEEKLY,
    RESET_MONTHLY,
    RESET_QUARTERLY,
    RESET_YEARLY
} UsageReset;

/* SchedulerParameters (and the older spellings), already checked and defaulted. */
typedef struct {
    int32_t sched_interval;       /* [s] 60; -1 = no main scheduler */
    int32_t batch_sched_delay;    /* [s] 3 */
    uint32_t default_queue_depth; /* 100 */
    uint32_t partition_job_depth; /* 0 = off */
    uint32_t sched_max_job_start; /* 0 = off */
    bool defer, assoc_limit_stop;
    int32_t bf_interval;      /* [s] 30; -1 = no backfill */
    uint32_t bf_window;       /* [min] 1440 */
    uint32_t bf_resolution;   /* [s] 60 */
    uint32_t bf_max_job_test; /* 500 */
    uint32_t bf_node_space_size;
    uint32_t bf_max_time;           /* [s] of wall clock: known, not simulated */
    uint32_t bf_max_job_array_resv; /* 20 */
    uint32_t bf_max_job_part, bf_max_job_user, bf_max_job_user_part, bf_max_job_assoc; /* 0 = off */
    uint32_t bf_max_job_start;                                                         /* 0 = off */
    uint32_t bf_min_age_reserve;                                                       /* [s] */
    uint32_t bf_min_prio_reserve;
    uint32_t bf_job_part_count_reserve;
    uint32_t bf_window_linear; /* [s] 0 = doubling windows */
    bool bf_continue, bf_one_resv_per_job, bf_running_job_reserve, bf_licenses, bf_busy_nodes;
    bool bf_allow_magnetic_slot, bf_topopt_enable;
    bool time_min_as_soft_limit;
    bool preempt_strict_order, preempt_youngest_first, preempt_send_user_signal;
    bool reclaim_licenses;
    uint32_t preempt_reorder_count;     /* 1 */
    uint32_t min_exempt_priority;       /* LIMIT_NONE */
    uint32_t max_switch_wait;           /* [s] 300 */
    uint32_t correspond_after_task_cnt; /* 10 */
    bool pack_serial_at_end, reduce_completing_frag;
    uint32_t max_array_tasks;
} SchedulerParameters;

typedef struct {
    PriorityType type;
    uint32_t weight_age, weight_assoc, weight_fairshare, weight_job_size, weight_partition,
        weight_qos;
    double weight_tres[TRES_MAX];
    char *weight_tres_text; /* used by finish */
    bool favor_small;
    Span max_age;     /* [s] 604800 */
    Span half_life;   /* [s] 604800; 0 = no decay */
    Span calc_period; /* [s] 300 */
    uint32_t flags;   /* PRIORITY_* */
    uint32_t damping; /* FairShareDampeningFactor, >= 1 */
    UsageReset usage_reset;
} PriorityParameters;

typedef struct {
    SchedulerType scheduler;
    SelectType select;
    bool select_set;     /* SelectType was given */
    Consume consume;     /* CR_* */
    bool consume_memory; /* CR_*_Memory or CR_Memory */
    bool one_task_per_core, pack_nodes, lln, core_default_dist_block, other_cons_res;
    PriorityParameters priority;
    bool priority_set; /* PriorityType was given */
    PreemptType preempt;
    uint16_t preempt_mode;        /* PREEMPT_* flags */
    uint32_t preempt_exempt_time; /* [s] UINT32_MAX = unset */
    uint32_t enforce;             /* ENFORCE_* */
    EnforcePartLimits enforce_part_limits;
    SchedulerParameters sched;
    TopologyType topology;
    bool topo_optional, switch_as_node_rank;
    uint32_t complete_wait;        /* [s] */
    uint32_t kill_wait;            /* [s] 30 */
    uint32_t message_timeout;      /* [s] 10 */
    uint32_t min_job_age;          /* [s] 300 */
    uint32_t over_time_limit;      /* [min] UINT16_MAX = unlimited */
    uint32_t scheduler_time_slice; /* [s] 30 */
    uint32_t resv_over_run;        /* [min] */
    uint32_t max_array_size;       /* 1001 */
    uint32_t max_job_count;        /* 10000 */
    uint32_t max_batch_requeue;    /* 5 */
    uint32_t first_job_id;
    uint32_t cred_expire; /* [s] 120: a requeued job waits one second more */
    bool job_requeue;     /* JobRequeue=1 */
    bool kill_invalid_depend;
    bool has_epilog, has_prolog, prolog_alloc;
    MemoryRule default_memory, max_memory;
    uint64_t default_cpu_per_gpu, default_mem_per_gpu; /* JobDefaults; 0 = unset */
    uint32_t return_to_service; /* a node set DOWN comes back by itself: 2 (see cluster_new) */
    uint32_t slurmd_timeout;    /* [s] 300 */
    bool has_accounting;        /* slurmdbd: without it age and fair share weigh nothing */
} Config;

typedef struct {
    char *name; /* ClusterName, "cluster" when unset */
    SlurmVersion version;
    Config config;
    Node *nodes; /* sorted naturally by name: index order is Slurm's "lowest first" */
    uint32_t n_nodes;
    Switch *switches;
    uint32_t n_switches;
    Partition *partitions; /* in slurm.conf order */
    uint32_t n_partitions;
    Qos *qos; /* [0] is normal where accounting exists */
    uint32_t n_qos;
    Assoc *assocs; /* [0] is root */
    uint32_t n_assocs;
    User *users;
    uint32_t n_users;
    License *licenses;
    uint32_t n_licenses;
    ReservationText *reservations;
    uint32_t n_reservations;
    char *tres[TRES_MAX]; /* "cpu", "mem", "energy", "node", "billing", "gres/gpu", ... */
    uint32_t n_tres;
    char **gres_names; /* GresTypes, and what nodes have */
    uint32_t n_gres_names;
    char **gres_types;
    uint32_t n_gres_types;
    /* made by finish */
    uint32_t total_cpus, active_nodes;                             /* FUTURE nodes not counted */
    uint32_t max_qos_priority, max_assoc_priority, max_job_factor; /* for the factors, >= 0 */
    NodeSet *all_nodes;
    GHashTable *node_index, *partition_index, *qos_index, *user_index; /* name -> index + 1 */
    GHashTable *assoc_index; /* "account\001user\001partition" -> index + 1 */
} Cluster;

/** cluster_new - empty, with Slurm's defaults for @version. */
Cluster *cluster_new(SlurmVersion version);
void cluster_free(Cluster *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cluster, cluster_free)

/* Growing one, before cluster_finish: each returns the new entry with Slurm's defaults, valid until
 * the next call of the same function. The name is copied. */
Node *cluster_add_node(Cluster *self, const char *name);
Partition *cluster_add_partition(Cluster *self, const char *name);
Qos *cluster_add_qos(Cluster *self, const char *name);
Assoc *cluster_add_assoc(Cluster *self, const char *account, const char *user,
                         const char *partition);
User *cluster_add_user(Cluster *self, const char *name);
License *cluster_add_license(Cluster *self, const char *name, uint32_t total);
Switch *cluster_add_switch(Cluster *self, const char *name);
ReservationText *cluster_add_reservation(Cluster *self, const char *name, const char *text);
/* Before cluster_finish: later entries move one place to the front. O(n). */
void cluster_remove_qos(Cluster *self, uint32_t index);
void cluster_remove_assoc(Cluster *self, uint32_t index);
void partition_init(Partition *self, const char *name); /* Slurm's defaults, as add does */
void tres_limits_init(TresLimits *self);                /* all TRES_NONE */

/** cluster_tres - the index of a kind of resource, added when new; TRES_MAX when there are too
 * many. Names are case-insensitive and kept lower case. */
uint32_t cluster_tres(Cluster *self, const char *name);
uint32_t cluster_find_tres(const Cluster *self, const char *name); /* INDEX_NONE */
uint16_t cluster_gres_name(Cluster *self, const char *name);       /* added when new */
uint16_t cluster_gres_type(Cluster *self, const char *type);       /* added when new */

/**
 * tres_weights_parse - "CPU=1.0,Mem=0.25G,GRES/gpu=2.0" to a weight per unit of each TRES.
 * A suffix K, M, G, T, P divides the unit (mem: base unit 1 MiB, so 0.25G is 0.25 per 1024 MiB).
 */
bool tres_weights_parse(const Cluster *cluster, const char *text, double weights[TRES_MAX],
                        GError **error);

/**
 * cluster_finish - sorts nodes, resolves every name, inherits limits, makes the derived numbers.
 * What Slurm would only complain about is a warning in @diags (an unknown QoS in AllowQos); what
 * slurmctld would refuse to start with is an error.
 *
 * Returns: false when an error was found; the cluster can then only be freed.
 */
bool cluster_finish(Cluster *self, Diags *diags);

/* Look-ups by name, INDEX_NONE when there is none. O(1). */
uint32_t cluster_find_node(const Cluster *self, const char *name);
uint32_t cluster_find_partition(const Cluster *self, const char *name);
uint32_t cluster_find_qos(const Cluster *self, const char *name);
uint32_t cluster_find_user(const Cluster *self, const char *name);
uint32_t cluster_default_partition(const Cluster *self);

/** cluster_find_assoc - the association a job of @user runs under.
 * @account: NULL for the user's default account
 * @partition: a partition's name; an association for it is preferred
 */
uint32_t cluster_find_assoc(const Cluster *self, const char *user, const char *account,
                            const char *partition);

/** cluster_nodeset - the set a host list names; an unknown node is an error. (transfer full) */
NodeSet *cluster_nodeset(const Cluster *self, const char *hostlist, GError **error);

/** cluster_hostlist - "n[1-3],x". (transfer full) */
char *cluster_hostlist(const Cluster *self, const NodeSet *nodes);
