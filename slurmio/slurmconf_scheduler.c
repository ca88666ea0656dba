/* slurm.conf: SchedulerParameters and PreemptParameters. A value out of its range counts as not
 * given, as in Slurm. Source: Slurm 24.05 backfill.c, job_scheduler.c, controller.c, preempt.c. */
#include "slurmio/slurmconf_read.h"

#include "base/units.h"
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef enum { OPTION_FLAG, OPTION_SIGNED, OPTION_COUNT, OPTION_IGNORED } OptionKind;

typedef struct {
    const char *name;
    OptionKind kind;
    size_t offset; /* in SchedulerParameters */
    int64_t least, most;
} Option;

#define AT(field)                 offsetof(SchedulerParameters, field)
#define DAYS_30                   (30 * SECONDS_A_DAY)
#define BF_JOBS_MOST              1000000
#define FLAG(field)               #field, OPTION_FLAG, AT(field), 0, 0
#define COUNT(field, least, most) #field, OPTION_COUNT, AT(field), least, most

static const Option options[] = {
    {"sched_interval", OPTION_SIGNED, AT(sched_interval), -1, INT32_MAX},
    {"batch_sched_delay", OPTION_SIGNED, AT(batch_sched_delay), 0, INT32_MAX},
    {COUNT(default_queue_depth, 0, INT32_MAX)},
    {COUNT(partition_job_depth, 0, INT32_MAX)},
    {COUNT(sched_max_job_start, 0, INT32_MAX)},
    {FLAG(defer)},
    {"defer_batch", OPTION_FLAG, AT(defer), 0, 0},
    {FLAG(assoc_limit_stop)},
    {"bf_interval", OPTION_SIGNED, AT(bf_interval), -1, 10800},
    {COUNT(bf_window, 1, 43200)},
    {COUNT(bf_resolution, 1, 3600)},
    {COUNT(bf_max_job_test, 1, BF_JOBS_MOST)},
    {"max_job_bf", OPTION_COUNT, AT(bf_max_job_test), 1, BF_JOBS_MOST},
    {COUNT(bf_node_space_size, 2, 2000000)},
    {COUNT(bf_max_time, 1, 3600)},
    {COUNT(bf_max_job_array_resv, 0, 1000)},
    {COUNT(bf_max_job_part, 0, BF_JOBS_MOST)},
    {COUNT(bf_max_job_user, 0, BF_JOBS_MOST)},
    {COUNT(bf_max_job_user_part, 0, BF_JOBS_MOST)},
    {COUNT(bf_max_job_assoc, 0, BF_JOBS_MOST)},
    {COUNT(bf_max_job_start, 0, 10000)},
    {COUNT(bf_min_age_reserve, 0, DAYS_30)},
    {COUNT(bf_min_prio_reserve, 0, UINT32_MAX)},
    {COUNT(bf_job_part_count_reserve, 0, 100000)},
    {COUNT(bf_window_linear, 0, INT32_MAX)},
    {FLAG(bf_continue)},
    {FLAG(bf_one_resv_per_job)},
    {FLAG(bf_running_job_reserve)},
    {FLAG(bf_licenses)},
    {FLAG(bf_busy_nodes)},
    {FLAG(bf_allow_magnetic_slot)},
    {FLAG(bf_topopt_enable)},
    {FLAG(time_min_as_soft_limit)},
    {FLAG(preempt_strict_order)},
    {FLAG(preempt_youngest_first)},
    {FLAG(preempt_send_user_signal)},
    {COUNT(preempt_reorder_count, 0, INT32_MAX)},
    {COUNT(max_switch_wait, 0, INT32_MAX)},
    {COUNT(correspond_after_task_cnt, 10, INT32_MAX)},
    {COUNT(max_array_tasks, 0, INT32_MAX)},
    {FLAG(pack_serial_at_end)},
    {FLAG(reduce_completing_frag)},
};

static const Option preempt_options[] = {
    {"strict_order", OPTION_FLAG, AT(preempt_strict_order), 0, 0},
    {"youngest_first", OPTION_FLAG, AT(preempt_youngest_first), 0, 0},
    {"send_user_signal", OPTION_FLAG, AT(preempt_send_user_signal), 0, 0},
    {"reorder_count", OPTION_COUNT, AT(preempt_reorder_count), 0, INT32_MAX},
    {FLAG(reclaim_licenses)},
    {COUNT(min_exempt_priority, 0, UINT32_MAX)},
    {"suspend_grace_time", OPTION_IGNORED, 0, 0, 0},
};

/* What Slurm reads and what does not change a simulation. */
static const char *const without_effect[] = {
    "allow_zero_lic",
    "assoc_limit_continue",
    "bb_array_stage_cnt",
    "bf_hetjob_immediate",
    "bf_hetjob_prio",
    "bf_ignore_newly_avail_nodes",
    "bf_topopt_iterations",
    "bf_yield_interval",
    "bf_yield_rpc_cnt",
    "bf_yield_sleep",
    "build_queue_timeout",
    "delay_boot",
    "disable_hetero_steps",
    "disable_hetjob_steps",
    "disable_job_shrink",
    "enable_hetero_jobs",
    "enable_hetero_steps",
    "enable_hetjob_steps",
    "enable_job_state_cache",
    "enable_user_top",
    "extra_constraints",
    "Ignore_NUMA",
    "ignore_constraint_validation",
    "ignore_prefer_validation",
    "interval",
    "inventory_interval",
    "jobs_per_user_per_hour",
    "max_rpc_cnt",
    "max_rpc_count",
    "max_sched_time",
    "max_script_size",
    "max_submit_line_size",
    "no_backup_scheduling",
    "no_env_cache",
    "nohold_on_prolog_fail",
    "permit_job_expansion",
    "requeue_delay",
    "requeue_on_resume_failure",
    "requeue_setup_env_fail",
    "salloc_wait_nodes",
    "sbatch_wait_nodes",
    "sched_min_interval",
    "spec_cores_first",
    "step_retry_count",
    "step_retry_time",
    "whole_hetjob",
    "whole_pack",
};

/* Where they moved to: Slurm no longer reads them here. */
static const char *const dependency_words[] = {"kill_invalid_depend", "max_depend_depth",
                                               "disable_remote_singleton"};

typedef struct {
    const char *key;
    const Option *options;
    size_t n;
} OptionTable;

static bool has_name(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (g_ascii_strcasecmp(names[i], name) == 0)
            return true;
    return false;
}

static const Option *find_option(const OptionTable *table, const char *name)
{
    for (size_t i = 0; i < table->n; i++)
        if (g_ascii_strcasecmp(table->options[i].name, name) == 0)
            return &table->options[i];
    return NULL;
}

static void store(SchedulerParameters *parameters, const Option *option, int64_t value)
{
    char *at = (char *)parameters + option->offset;

    if (option->kind == OPTION_FLAG)
        memcpy(at, &(bool){true}, sizeof(bool));
    else if (option->kind == OPTION_SIGNED)
        memcpy(at, &(int32_t){(int32_t)value}, sizeof(int32_t));
    else if (option->kind == OPTION_COUNT)
        memcpy(at, &(uint32_t){(uint32_t)value}, sizeof(uint32_t));
}

static void take_number(SlurmConf *self, const OptionTable *table, const Option *option,
                        const char *value)
{
    char *end = NULL;
    const gint64 number = value ? g_ascii_strtoll(value, &end, 10) : 0;

    if (!value || end == value || number < option->least || number > option->most ||
        (number == 0 && strcmp(option->name, "bf_interval") == 0)) {
        conf_record_say(self->global, table->key, DIAG_WARNING,
                        "%s: expected a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                        ", found '%s'; Slurm takes the default",
                        option->name, option->least, option->most, value ? value : "");
        return;
    }
    if (*end)
        conf_record_say(self->global, table->key, DIAG_WARNING,
                        "%s: Slurm reads '%s' as %" G_GINT64_FORMAT, option->name, value, number);
    store(&self->cluster->config.sched, option, number);
}

static const char *nearest_option(const OptionTable *table, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (size_t i = 0; i < table->n; i++)
        g_ptr_array_add(names, (void *)(uintptr_t)table->options[i].name);
    if (table->options == options)
        for (size_t i = 0; i < G_N_ELEMENTS(without_effect); i++)
            g_ptr_array_add(names, (void *)(uintptr_t)without_effect[i]);
    return nearest_word(name, (const char *const *)names->pdata, names->len);
}

static void say_unknown(SlurmConf *self, const OptionTable *table, const char *name)
{
    const char *near = nearest_option(table, name);

    if (has_name(dependency_words, G_N_ELEMENTS(dependency_words), name))
        conf_record_say(self->global, table->key, DIAG_WARNING,
                        "Slurm no longer reads %s here (write DependencyParameters=%s)", name,
                        name);
    else
        conf_record_say(self->global, table->key, DIAG_WARNING,
                        "%s: Slurm silently ignores '%s'%s%s", table->key, name,
                        near ? "; did you mean " : "", near ? near : "");
}

static void take_word(SlurmConf *self, const OptionTable *table, const char *word)
{
    const char *equals = strchr(word, '=');
    g_autofree char *name = g_strndup(word, equals ? (gsize)(equals - word) : strlen(word));
    const Option *option = find_option(table, name);

    if (option && (option->kind == OPTION_FLAG || option->kind == OPTION_IGNORED))
        store(&self->cluster->config.sched, option, 1);
    else if (option)
        take_number(self, table, option, equals ? equals + 1 : NULL);
    else if (table->options != options ||
             !has_name(without_effect, G_N_ELEMENTS(without_effect), name))
        say_unknown(self, table, name);
}

static void take_words(SlurmConf *self, const OptionTable *table)
{
    g_auto(GStrv) words = NULL;

    conf_record_words(self->global, table->key, &words);
    for (char **word = words; word && *word; word++)
        take_word(self, table, **word == '=' ? *word + 1 : *word);
}

void slurmconf_read_scheduler(SlurmConf *self)
{
    const OptionTable scheduler = {"SchedulerParameters", options, G_N_ELEMENTS(options)};
    const OptionTable preempt = {"PreemptParameters", preempt_options,
                                 G_N_ELEMENTS(preempt_options)};
    SchedulerParameters *sched = &self->cluster->config.sched;

    sched->bf_node_space_size = sched->bf_max_time = 0;
    take_words(self, &scheduler);
    if (self->cluster->version >= SLURM_23_02)
        take_words(self, &preempt);
    else if (conf_record_find(self->global, preempt.key))
        conf_record_say(self->global, preempt.key, DIAG_WARNING,
                        "PreemptParameters needs Slurm 23.02; ignored (write SchedulerParameters="
                        "preempt_...)");
    if (sched->bf_node_space_size == 0)
        sched->bf_node_space_size = sched->bf_max_job_test;
    if (sched->bf_max_time == 0)
        sched->bf_max_time = (uint32_t)MAX(sched->bf_interval, 1);
    if (sched->bf_licenses)
        sched->bf_running_job_reserve = true;
    if (sched->bf_max_job_assoc > 0 && sched->bf_max_job_user > 0) {
        conf_record_say(self->global, scheduler.key, DIAG_WARNING,
                        "bf_max_job_user is ignored, as bf_max_job_assoc is set");
        sched->bf_max_job_user = 0;
    }
}
