/* Every option of sbatch in Slurm 22.05 to 25.05, as data. */
#include "slurmio/sbatchopts_table.h"

#include "slurmio/sbatchopts_value.h"

#include <string.h>

#define FIELD(member) .field = G_STRUCT_OFFSET(JobSpec, member)
#define OPTION(text, short_name, kind, what)                                                       \
    .name = text, .letter = short_name, .argument = ARGUMENT_##kind, .take = TAKE_##what

/* By name: looked up by bisection, and the order in which a request is written. */
static const SbatchOption options[] = {
    {OPTION("account", 'A', REQUIRED, TEXT), FIELD(account)},
    {OPTION("acctg-freq", 0, REQUIRED, CARRIED)},
    {OPTION("array", 'a', REQUIRED, TEXT), FIELD(array), .check = array_check},
    {OPTION("autocomplete", 0, REQUIRED, NOTHING)},
    {OPTION("batch", 0, REQUIRED, CARRIED)},
    {OPTION("bb", 0, REQUIRED, CARRIED), .matters = true},
    {OPTION("bbf", 0, REQUIRED, CARRIED), .matters = true},
    {OPTION("begin", 'b', REQUIRED, TEXT), FIELD(begin), .check = calendar_check},
    {OPTION("chdir", 'D', REQUIRED, CARRIED)},
    {OPTION("cluster", 0, REQUIRED, CARRIED), .matters = true},
    {OPTION("cluster-constraint", 0, REQUIRED, TEXT), FIELD(cluster_constraint)},
    {OPTION("clusters", 'M', REQUIRED, CARRIED), .matters = true},
    {OPTION("comment", 0, REQUIRED, CARRIED)},
    {OPTION("constraint", 'C', REQUIRED, TEXT), FIELD(constraint)},
    {OPTION("container", 0, REQUIRED, CARRIED)},
    {OPTION("container-id", 0, REQUIRED, CARRIED)},
    {OPTION("context", 0, REQUIRED, CARRIED)},
    {OPTION("contiguous", 0, NONE, FLAG), FIELD(contiguous)},
    {OPTION("core-spec", 'S', REQUIRED, COUNT), FIELD(core_spec)},
    {OPTION("cores-per-socket", 0, REQUIRED, POSITIVE), FIELD(cores_per_socket)},
    {OPTION("cpu-freq", 0, REQUIRED, CARRIED)},
    {OPTION("cpus-per-gpu", 0, REQUIRED, POSITIVE), FIELD(cpus_per_gpu)},
    {OPTION("cpus-per-task", 'c', REQUIRED, POSITIVE), FIELD(cpus_per_task)},
    {OPTION("deadline", 0, REQUIRED, TEXT), FIELD(deadline), .check = calendar_check},
    {OPTION("delay-boot", 0, REQUIRED, CARRIED)},
    {OPTION("dependency", 'd', REQUIRED, TEXT), FIELD(dependency)},
    {OPTION("distribution", 'm', REQUIRED, TEXT), FIELD(distribution), .check = distribution_check},
    {OPTION("error", 'e', REQUIRED, CARRIED)},
    {OPTION("exclude", 'x', REQUIRED, TEXT), FIELD(exclude), .check = nodes_check},
    {OPTION("exclusive", 0, OPTIONAL, SPECIAL), .set = exclusive_set, .format = exclusive_format},
    {OPTION("export", 0, REQUIRED, CARRIED)},
    {OPTION("export-file", 0, REQUIRED, CARRIED)},
    {OPTION("external", 0, NONE, CARRIED)},
    {OPTION("extra", 0, REQUIRED, CARRIED)},
    {OPTION("extra-node-info", 'B', REQUIRED, SPECIAL), .set = extra_node_info_set, .alias = true},
    {OPTION("get-user-env", 0, OPTIONAL, CARRIED)},
    {OPTION("gid", 0, REQUIRED, CARRIED)},
    {OPTION("gpu-bind", 0, REQUIRED, CARRIED)},
    {OPTION("gpu-freq", 0, REQUIRED, CARRIED)},
    {OPTION("gpus", 'G', REQUIRED, TEXT), FIELD(gpus)},
    {OPTION("gpus-per-node", 0, REQUIRED, TEXT), FIELD(gpus_per_node)},
    {OPTION("gpus-per-socket", 0, REQUIRED, TEXT), FIELD(gpus_per_socket)},
    {OPTION("gpus-per-task", 0, REQUIRED, TEXT), FIELD(gpus_per_task)},
    {OPTION("gres", 0, REQUIRED, TEXT), FIELD(gres), .check = gres_check},
    {OPTION("gres-flags", 0, REQUIRED, TEXT), FIELD(gres_flags), .check = gres_flags_check},
    {OPTION("help", 'h', NONE, NOTHING)},
    {OPTION("hint", 0, REQUIRED, TEXT), FIELD(hint), .check = hint_check},
    {OPTION("hold", 'H', NONE, FLAG), FIELD(hold)},
    {OPTION("ignore-pbs", 0, NONE, CARRIED)},
    {OPTION("input", 'i', REQUIRED, CARRIED)},
    {OPTION("job-name", 'J', REQUIRED, TEXT), FIELD(name)},
    {OPTION("kill-on-invalid-dep", 0, REQUIRED, SPECIAL), .set = kill_on_invalid_dep_set,
     .format = kill_on_invalid_dep_format},
    {OPTION("licenses", 'L', REQUIRED, TEXT), FIELD(licenses)},
    {OPTION("mail-type", 0, REQUIRED, CARRIED), .check = mail_type_check},
    {OPTION("mail-user", 0, REQUIRED, CARRIED)},
    {OPTION("mcs-label", 0, REQUIRED, CARRIED)},
    {OPTION("mem", 0, REQUIRED, MEMORY), FIELD(mem)},
    {OPTION("mem-bind", 0, REQUIRED, CARRIED)},
    {OPTION("mem-per-cpu", 0, REQUIRED, MEMORY), FIELD(mem_per_cpu)},
    {OPTION("mem-per-gpu", 0, REQUIRED, MEMORY), FIELD(mem_per_gpu)},
    {OPTION("mincpus", 0, REQUIRED, POSITIVE), FIELD(min_cpus)},
    {OPTION("network", 0, REQUIRED, CARRIED)},
    {OPTION("nice", 0, OPTIONAL, SPECIAL), .set = nice_set, .format = nice_format},
    {OPTION("no-kill", 'k', OPTIONAL, CARRIED), .check = no_kill_check},
    {OPTION("no-requeue", 0, NONE, SPECIAL), .set = no_requeue_set, .format = no_requeue_format},
    {OPTION("nodefile", 'F', REQUIRED, CARRIED), .matters = true},
    {OPTION("nodelist", 'w', REQUIRED, TEXT), FIELD(nodelist), .check = nodes_check},
    {OPTION("nodes", 'N', REQUIRED, SPECIAL), .set = nodes_set, .format = nodes_format},
    {OPTION("ntasks", 'n', REQUIRED, POSITIVE), FIELD(ntasks)},
    {OPTION("ntasks-per-core", 0, REQUIRED, POSITIVE), FIELD(ntasks_per_core)},
    {OPTION("ntasks-per-gpu", 0, REQUIRED, POSITIVE), FIELD(ntasks_per_gpu)},
    {OPTION("ntasks-per-node", 0, REQUIRED, POSITIVE), FIELD(ntasks_per_node)},
    {OPTION("ntasks-per-socket", 0, REQUIRED, POSITIVE), FIELD(ntasks_per_socket)},
    {OPTION("ntasks-per-tres", 0, REQUIRED, CARRIED), .check = positive_check, .matters = true},
    {OPTION("oom-kill-step", 0, OPTIONAL, CARRIED), .check = zero_one_check},
    {OPTION("open-mode", 0, REQUIRED, CARRIED), .check = open_mode_check},
    {OPTION("output", 'o', REQUIRED, CARRIED)},
    {OPTION("overcommit", 'O', NONE, FLAG), FIELD(overcommit)},
    {OPTION("oversubscribe", 's', NONE, SPECIAL), .set = oversubscribe_set,
     .format = oversubscribe_format},
    {OPTION("parsable", 0, NONE, CARRIED)},
    {OPTION("partition", 'p', REQUIRED, TEXT), FIELD(partition)},
    {OPTION("power", 0, REQUIRED, CARRIED)},
    {OPTION("prefer", 0, REQUIRED, TEXT), FIELD(prefer)},
    {OPTION("priority", 0, REQUIRED, SPECIAL), .set = priority_set, .format = priority_format},
    {OPTION("profile", 0, REQUIRED, CARRIED)},
    {OPTION("propagate", 0, OPTIONAL, CARRIED)},
    {OPTION("qos", 'q', REQUIRED, TEXT), FIELD(qos)},
    {OPTION("quiet", 'Q', NONE, CARRIED)},
    {OPTION("reboot", 0, NONE, FLAG), FIELD(reboot)},
    {OPTION("requeue", 0, NONE, SPECIAL), .set = requeue_set, .format = requeue_format},
    {OPTION("reservation", 0, REQUIRED, TEXT), FIELD(reservation)},
    {OPTION("resv-ports", 0, OPTIONAL, CARRIED)},
    {OPTION("segment", 0, REQUIRED, CARRIED), .check = positive_check, .matters = true},
    {OPTION("signal", 0, REQUIRED, TEXT), FIELD(signal), .check = signal_check},
    {OPTION("sockets-per-node", 0, REQUIRED, POSITIVE), FIELD(sockets_per_node)},
    {OPTION("spread-job", 0, NONE, FLAG), FIELD(spread_job)},
    {OPTION("stepmgr", 0, NONE, CARRIED)},
    {OPTION("switches", 0, REQUIRED, TEXT), FIELD(switches), .check = switches_check},
    {OPTION("tasks-per-node", 0, REQUIRED, POSITIVE), FIELD(ntasks_per_node), .alias = true},
    {OPTION("test-only", 0, NONE, CARRIED)},
    {OPTION("thread-spec", 0, REQUIRED, CARRIED), .check = positive_check, .matters = true},
    {OPTION("threads-per-core", 0, REQUIRED, POSITIVE), FIELD(threads_per_core)},
    {OPTION("time", 't', REQUIRED, MINUTES), FIELD(time_limit)},
    {OPTION("time-min", 0, REQUIRED, MINUTES), FIELD(time_min)},
    {OPTION("tmp", 0, REQUIRED, MEMORY), FIELD(tmp)},
    {OPTION("tres-bind", 0, REQUIRED, CARRIED)},
    {OPTION("tres-per-task", 0, REQUIRED, TEXT), FIELD(tres_per_task),
     .check = tres_per_task_check},
    {OPTION("uid", 0, REQUIRED, TEXT), FIELD(user)},
    {OPTION("usage", 0, NONE, NOTHING)},
    {OPTION("use-min-nodes", 0, NONE, FLAG), FIELD(use_min_nodes)},
    {OPTION("verbose", 'v', NONE, CARRIED)},
    {OPTION("version", 'V', NONE, NOTHING)},
    {OPTION("wait", 'W', NONE, CARRIED)},
    {OPTION("wait-all-nodes", 0, REQUIRED, CARRIED), .check = zero_one_check},
    {OPTION("wckey", 0, REQUIRED, TEXT), FIELD(wckey)},
    {OPTION("wrap", 0, REQUIRED, CARRIED)},
};

/* What the pyxis plugin adds, on clusters that have it. */
static const SbatchOption plugin_options[] = {
    {OPTION("container-entrypoint", 0, NONE, CARRIED)},
    {OPTION("container-entrypoint-log", 0, NONE, CARRIED)},
    {OPTION("container-env", 0, REQUIRED, CARRIED)},
    {OPTION("container-image", 0, REQUIRED, CARRIED)},
    {OPTION("container-mount-home", 0, NONE, CARRIED)},
    {OPTION("container-mounts", 0, REQUIRED, CARRIED)},
    {OPTION("container-name", 0, REQUIRED, CARRIED)},
    {OPTION("container-readonly", 0, NONE, CARRIED)},
    {OPTION("container-remap-root", 0, NONE, CARRIED)},
    {OPTION("container-save", 0, REQUIRED, CARRIED)},
    {OPTION("container-workdir", 0, REQUIRED, CARRIED)},
    {OPTION("container-writable", 0, NONE, CARRIED)},
    {OPTION("no-container-entrypoint", 0, NONE, CARRIED)},
    {OPTION("no-container-entrypoint-log", 0, NONE, CARRIED)},
    {OPTION("no-container-mount-home", 0, NONE, CARRIED)},
    {OPTION("no-container-remap-root", 0, NONE, CARRIED)},
};

const SbatchOption *sbatch_options(size_t *n)
{
    *n = G_N_ELEMENTS(options);
    return options;
}

/* The first option of @table not before @name, whose first @length bytes count. */
static size_t lower_bound(const SbatchOption *table, size_t n, const char *name, size_t length)
{
    size_t low = 0;

    while (low < n) {
        size_t middle = low + (n - low) / 2;

        if (strncmp(table[middle].name, name, length) < 0)
            low = middle + 1;
        else
            n = middle;
    }
    return low;
}

/* How many options of @table from @first on begin with @name. */
static size_t count_prefix(const SbatchOption *table, size_t n, size_t first, const char *name,
                           size_t length)
{
    size_t end = first;

    while (end < n && !strncmp(table[end].name, name, length))
        end++;
    return end - first;
}

static const SbatchOption *fail_ambiguous(const SbatchOption *found, size_t n, const char *name,
                                          size_t length, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (size_t i = 0; i < n; i++)
        g_string_append_printf(names, "%s--%s", i ? ", " : "", found[i].name);
    return srx_fail_null(error, SRX_ERROR_INPUT,
                         "expected one option, found '--%.*s', short for %s", (int)length, name,
                         names->str);
}

static const SbatchOption *fail_unknown(const char *name, size_t length, GError **error)
{
    g_autofree char *word = g_strndup(name, length);
    const char *names[G_N_ELEMENTS(options) + G_N_ELEMENTS(plugin_options)];
    const char *near;
    size_t n = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
        names[n++] = options[i].name;
    for (size_t i = 0; i < G_N_ELEMENTS(plugin_options); i++)
        names[n++] = plugin_options[i].name;
    near = nearest_word(word, names, n);
    if (near)
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "expected an option of sbatch, found '--%s'; did you mean '--%s'?",
                             word, near);
    return srx_fail_null(error, SRX_ERROR_INPUT, "expected an option of sbatch, found '--%s'",
                         word);
}

const SbatchOption *sbatch_option_find(const char *name, size_t length, GError **error)
{
    static const struct {
        const SbatchOption *table;
        size_t n;
    } tables[] = {{options, G_N_ELEMENTS(options)}, {plugin_options, G_N_ELEMENTS(plugin_options)}};

    for (size_t i = 0; length && i < G_N_ELEMENTS(tables); i++) {
        size_t first = lower_bound(tables[i].table, tables[i].n, name, length);
        size_t n = count_prefix(tables[i].table, tables[i].n, first, name, length);

        /* The exact name is the shortest of those that begin so, hence the first. */
        if (n == 1 || (n && strlen(tables[i].table[first].name) == length))
            return &tables[i].table[first];
        if (n)
            return fail_ambiguous(&tables[i].table[first], n, name, length, error);
    }
    return fail_unknown(name, length, error);
}

const SbatchOption *sbatch_option_letter(char letter)
{
    for (size_t i = 0; letter && i < G_N_ELEMENTS(options); i++)
        if (options[i].letter == letter)
            return &options[i];
    return NULL;
}
