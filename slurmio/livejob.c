/* A job of a running cluster, as `scontrol -o show job` prints it -> what it asked sbatch for.
 * Source: Slurm 22.05 src/api/job_info.c, 24.11 src/scontrol/info_job.c. */
#include "slurmio/livejob.h"

#include "slurmio/scontrol.h"

#include <string.h>

#define NAME " JobName="
#define USER " UserId="

char *live_time(int64_t at)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);

    return g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");
}

static void G_GNUC_PRINTF(2, 3) add(LiveJob *self, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    g_ptr_array_add(self->args, g_strdup_vprintf(format, values));
    va_end(values);
}

static void add_text(LiveJob *self, const char *record, const char *key, const char *option)
{
    g_autofree char *value = scontrol_value(record, key);

    if (value)
        add(self, "--%s=%s", option, value);
}

/* ---- who, where, how long ---- */

static void add_names(LiveJob *self, const char *record)
{
    add_text(self, record, "Account", "account");
    add_text(self, record, "QOS", "qos");
    add_text(self, record, "Partition", "partition");
    add_text(self, record, "Reservation", "reservation");
}

static void add_times(LiveJob *self, const char *record)
{
    g_autofree char *limit = scontrol_value(record, "TimeLimit");
    g_autofree char *least = scontrol_value(record, "TimeMin");
    g_autofree char *reason = scontrol_value(record, "Reason");
    const gint64 eligible = scontrol_number(record, "EligibleTime", 0);
    const gint64 deadline = scontrol_number(record, "Deadline", 0);

    if (limit && !g_str_equal(limit, "Partition_Limit"))
        add(self, "--time=%s", limit);
    if (least)
        add(self, "--time-min=%s", least);
    if (deadline > 0) {
        g_autofree char *text = live_time(deadline);

        add(self, "--deadline=%s", text);
    }
    if (self->state == LIVE_PENDING && eligible > self->submitted_at && reason &&
        g_str_equal(reason, "BeginTime")) {
        g_autofree char *text = live_time(eligible);

        add(self, "--begin=%s", text);
    }
}

/* ---- how much ---- */

/* "4-4" was asked for as 4, "2-4" as that; a lone number is a guess of Slurm's from the tasks,
 * unless no tasks were given. */
static void add_nodes(LiveJob *self, const char *record)
{
    g_autofree char *nodes = scontrol_value(record, "NumNodes");
    g_autofree char *tasks = scontrol_value(record, "NumTasks");
    char *dash = nodes ? strchr(nodes, '-') : NULL;

    if (!nodes || (self->state == LIVE_PENDING && !dash && tasks))
        return;
    if (dash && strlen(dash + 1) == (size_t)(dash - nodes) &&
        !strncmp(nodes, dash + 1, (size_t)(dash - nodes)))
        *dash = '\0';
    add(self, "--nodes=%s", nodes);
}

/* The @index-th of numbers between colons; 0 for none, or "*". */
static guint64 number_between(const char *text, guint index)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "", ":", -1);

    return index < g_strv_length(parts) ? g_ascii_strtoull(parts[index], NULL, 10) : 0;
}

static void add_count(LiveJob *self, const char *option, guint64 count)
{
    if (count > 0)
        add(self, "--%s=%" G_GUINT64_FORMAT, option, count);
}

static void add_tasks(LiveJob *self, const char *record)
{
    g_autofree char *asked = scontrol_value(record, "ReqB:S:C:T");
    g_autofree char *per = scontrol_value(record, "NtasksPerN:B:S:C");
    const gint64 cpus = scontrol_number(record, "CPUs/Task", 1);
    const gint64 each = MAX((gint64)number_between(per, 0), 1) * MAX(cpus, 1);
    const gint64 least = scontrol_number(record, "MinCPUsNode", 0);

    add_count(self, "ntasks", (guint64)scontrol_number(record, "NumTasks", 0));
    add_count(self, "cpus-per-task", cpus > 1 ? (guint64)cpus : 0);
    add_count(self, "ntasks-per-node", number_between(per, 0));
    add_count(self, "ntasks-per-socket", number_between(per, 2));
    add_count(self, "ntasks-per-core", number_between(per, 3));
    add_count(self, "sockets-per-node", (guint64)scontrol_number(record, "Socks/Node", 0));
    add_count(self, "cores-per-socket", number_between(asked, 2));
    add_count(self, "threads-per-core", number_between(asked, 3));
    add_count(self, "mincpus", least > each ? (guint64)least : 0);
    add_count(self, "core-spec", (guint64)scontrol_number(record, "CoreSpec", 0));
}

static void add_memory(LiveJob *self, const char *record, const LiveRules *rules)
{
    g_autofree char *node = scontrol_value(record, "MinMemoryNode");
    g_autofree char *cpu = scontrol_value(record, "MinMemoryCPU");
    g_autofree char *disk = scontrol_value(record, "MinTmpDiskNode");

    if (node && (rules->default_memory || !g_str_equal(node, "0")))
        add(self, "--mem=%s", node);
    if (cpu && !g_str_equal(cpu, "0"))
        add(self, "--mem-per-cpu=%s", cpu);
    if (disk && !g_str_equal(disk, "0"))
        add(self, "--tmp=%s", disk);
}

/* "gres:gpu:a100:2" (22.05) and "gres/gpu:a100:2" alike, without the prefix; NULL for others. */
static const char *gres_of(const char *item)
{
    return g_str_has_prefix(item, "gres:") || g_str_has_prefix(item, "gres/") ? item + 5 : NULL;
}

/* "gpu:a100:2" -> "a100:2"; NULL for other devices. */
static const char *gpus_of(const char *item)
{
    const char *gres = gres_of(item);

    return gres && g_str_has_prefix(gres, "gpu:") ? gres + 4 : NULL;
}

/* Slurm tells what is asked for by node, job, socket and task behind the texts of the user's, which
 * may look like it. 22.05 puts Power= before it, later versions the file names of a batch job. */
static const char *behind_texts(const char *record)
{
    const char *power = g_strrstr(record, " Power=");
    const char *out = g_strrstr(record, " StdOut=");

    return power ? power : out ? out : record;
}

/* The items of a list of tres for which @read has a word. */
static void add_tres(LiveJob *self, const char *record, const char *key, const char *option,
                     const char *(*read)(const char *item))
{
    g_autofree char *list = scontrol_last_value(behind_texts(record), key);
    g_auto(GStrv) items = g_strsplit(list ? list : "", ",", -1);
    g_autoptr(GString) words = g_string_new(NULL);

    for (char **item = items; *item; item++)
        if (read(*item))
            g_string_append_printf(words, "%s%s", words->len ? "," : "", read(*item));
    if (words->len > 0)
        add(self, "--%s=%s", option, words->str);
}

static void add_devices(LiveJob *self, const char *record)
{
    add_tres(self, record, "TresPerNode", "gres", gres_of);
    add_tres(self, record, "TresPerJob", "gpus", gpus_of);
    add_tres(self, record, "TresPerSocket", "gpus-per-socket", gpus_of);
    add_tres(self, record, "TresPerTask", "gpus-per-task", gpus_of);
    add_tres(self, record, "CpusPerTres", "cpus-per-gpu", gpus_of);
    add_tres(self, record, "MemPerTres", "mem-per-gpu", gpus_of);
    add_text(self, record, "Licenses", "licenses");
}

/* ---- how ---- */

static void add_sharing(LiveJob *self, const char *record)
{
    static const struct {
        const char *shown, *option;
    } words[] = {{"NO", "--exclusive"},
                 {"YES", "--oversubscribe"},
                 {"USER", "--exclusive=user"},
                 {"MCS", "--exclusive=mcs"},
                 {"TOPO", "--exclusive=topo"}};
    g_autofree char *value = scontrol_value(record, "OverSubscribe");

    for (size_t i = 0; value && i < G_N_ELEMENTS(words); i++)
        if (g_str_equal(value, words[i].shown))
            add(self, "%s", words[i].option);
}

static bool is_held(const char *record)
{
    g_autofree char *reason = scontrol_value(record, "Reason");
    g_autofree char *state = scontrol_value(record, "JobState");

    return (reason && strstr(reason, "Held")) || (state && strstr(state, "HOLD"));
}

static void add_manners(LiveJob *self, const char *record, const LiveRules *rules)
{
    const gint64 requeue = scontrol_number(record, "Requeue", rules->requeue);
    const gint64 nice = scontrol_number(record, "Nice", 0);

    add_text(self, record, "Features", "constraint");
    add_text(self, record, "ReqNodeList", "nodelist");
    add_text(self, record, "ExcNodeList", "exclude");
    add_sharing(self, record);
    if (scontrol_number(record, "Contiguous", 0))
        add(self, "--contiguous");
    if (nice != 0)
        add(self, "--nice=%" G_GINT64_FORMAT, nice);
    if ((requeue != 0) != rules->requeue)
        add(self, requeue ? "--requeue" : "--no-requeue");
    if (self->state == LIVE_PENDING && is_held(record))
        add(self, "--hold");
}

/* ---- the record ---- */

static LiveState state_of(const char *record)
{
    static const struct {
        const char *word;
        LiveState state;
    } words[] = {{"PENDING", LIVE_PENDING},      {"REQUEUED", LIVE_PENDING},
                 {"REQUEUE_HOLD", LIVE_PENDING}, {"SPECIAL_EXIT", LIVE_PENDING},
                 {"RUNNING", LIVE_RUNNING},      {"CONFIGURING", LIVE_RUNNING},
                 {"STAGE_OUT", LIVE_RUNNING},    {"RESIZING", LIVE_RUNNING},
                 {"SIGNALING", LIVE_RUNNING},    {"STOPPED", LIVE_RUNNING},
                 {"SUSPENDED", LIVE_SUSPENDED}};
    g_autofree char *state = scontrol_value(record, "JobState");

    for (size_t i = 0; state && i < G_N_ELEMENTS(words); i++)
        if (g_str_has_prefix(state, words[i].word))
            return words[i].state;
    return LIVE_GONE;
}

/* Where the name ends and what Slurm says begins. */
static const char *behind_name(const char *record, const char *name)
{
    const char *at = strstr(record, NAME);
    const char *end;

    if (!at)
        return record;
    at += strlen(NAME);
    if (name && g_str_has_prefix(at, name))
        at += strlen(name);
    end = strstr(at, USER);
    return end ? end : record;
}

static char *name_in(const char *record, const char *behind)
{
    const char *at = strstr(record, NAME);

    at = at ? at + strlen(NAME) : behind;
    return g_strndup(at, behind > at ? (size_t)(behind - at) : 0);
}

/* "u1(1000)" */
static char *user_of(const char *record)
{
    char *user = scontrol_value(record, "UserId");

    if (user && strchr(user, '('))
        *strrchr(user, '(') = '\0';
    return user ? user : g_strdup("nobody");
}

static Span elapsed_of(const char *record)
{
    g_autofree char *text = scontrol_value(record, "RunTime");
    Span span = 0;

    return text && span_parse(text, &span, NULL) ? span : 0;
}

static void read_head(LiveJob *self, const char *record, const char *behind)
{
    g_autofree char *head = g_strndup(record, (size_t)(behind - record));
    char *name = strstr(head, NAME);

    if (name)
        *name = '\0';
    if (behind == record)
        return;
    self->id = (uint64_t)scontrol_number(head, "JobId", 0);
    self->array = (uint64_t)scontrol_number(head, "ArrayJobId", 0);
    self->tasks = scontrol_value(head, "ArrayTaskId");
    self->is_hetjob = scontrol_number(head, "HetJobId", 0) != 0;
}

LiveJob *live_job_parse(const char *record, const char *name, const LiveRules *rules)
{
    LiveJob *self = g_new0(LiveJob, 1);
    const char *body = behind_name(record, name);

    self->args = g_ptr_array_new_with_free_func(g_free);
    read_head(self, record, body);
    self->name = name ? g_strdup(name) : name_in(record, body);
    self->user = user_of(body);
    self->state = state_of(body);
    self->dependency = scontrol_value(body, "Dependency");
    self->submitted_at = scontrol_number(body, "SubmitTime", 0);
    self->waits_since = MAX(scontrol_number(body, "AccrueTime", 0), self->submitted_at);
    if (self->state == LIVE_RUNNING || self->state == LIVE_SUSPENDED) {
        self->nodes = scontrol_value(body, "NodeList");
        self->elapsed = elapsed_of(body);
    }
    add_names(self, body);
    add_times(self, body);
    add_nodes(self, body);
    add_tasks(self, body);
    add_memory(self, body, rules);
    add_devices(self, body);
    add_manners(self, body, rules);
    if (self->tasks && self->state == LIVE_PENDING)
        add(self, "--array=%s", self->tasks);
    return self;
}

void live_job_free(LiveJob *self)
{
    if (!self)
        return;
    g_free(self->tasks);
    g_free(self->name);
    g_free(self->user);
    g_free(self->dependency);
    g_free(self->nodes);
    g_ptr_array_unref(self->args);
    g_free(self);
}
