/* What a job asks for: making, copying and comparing requests; states; array expressions. */
#include "sim/job.h"

#define TASK_MAX 4000001 /* Slurm's upper bound of MaxArraySize */

/* Fields of one kind are copied, compared and freed alike: their places, by kind. */
#define FIELD(name) G_STRUCT_OFFSET(JobSpec, name)

static const size_t texts[] = {
    FIELD(name),          FIELD(account),
    FIELD(partition),     FIELD(qos),
    FIELD(reservation),   FIELD(user),
    FIELD(wckey),         FIELD(begin),
    FIELD(deadline),      FIELD(dependency),
    FIELD(array),         FIELD(gres),
    FIELD(gpus),          FIELD(gpus_per_node),
    FIELD(gpus_per_task), FIELD(tres_per_task),
    FIELD(licenses),      FIELD(gpus_per_socket),
    FIELD(constraint),    FIELD(prefer),
    FIELD(nodelist),      FIELD(exclude),
    FIELD(switches),      FIELD(signal),
    FIELD(hint),          FIELD(distribution),
    FIELD(gres_flags),    FIELD(cluster_constraint),
};
static const size_t lists[] = {FIELD(rest), FIELD(script_args)};
static const size_t minutes[] = {FIELD(time_limit), FIELD(time_min)};
static const size_t counts[] = {
    FIELD(min_nodes),        FIELD(max_nodes),        FIELD(ntasks),
    FIELD(cpus_per_task),    FIELD(ntasks_per_node),  FIELD(ntasks_per_core),
    FIELD(ntasks_per_gpu),   FIELD(sockets_per_node), FIELD(ntasks_per_socket),
    FIELD(cores_per_socket), FIELD(threads_per_core), FIELD(min_cpus),
    FIELD(core_spec),        FIELD(cpus_per_gpu),     FIELD(priority),
};
static const size_t amounts[] = {FIELD(mem), FIELD(mem_per_cpu), FIELD(mem_per_gpu), FIELD(tmp)};
static const size_t flags[] = {
    FIELD(oversubscribe), FIELD(overcommit), FIELD(contiguous), FIELD(spread_job),
    FIELD(use_min_nodes), FIELD(hold),       FIELD(reboot),
};

#define AT(type, spec, offset)       G_STRUCT_MEMBER(type, spec, offset)
#define CONST_AT(type, spec, offset) (*(type const *)((const char *)(spec) + (offset)))

JobSpec *job_spec_new(void)
{
    JobSpec *self = g_new0(JobSpec, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(minutes); i++)
        AT(uint32_t, self, minutes[i]) = MINUTES_UNSET;
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        AT(uint32_t, self, counts[i]) = COUNT_UNSET;
    for (size_t i = 0; i < G_N_ELEMENTS(amounts); i++)
        AT(uint64_t, self, amounts[i]) = UINT64_MAX;
    return self;
}

JobSpec *job_spec_copy(const JobSpec *self)
{
    JobSpec *copy = g_new(JobSpec, 1);

    *copy = *self;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        AT(char *, copy, texts[i]) = g_strdup(AT(char *, copy, texts[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        AT(char **, copy, lists[i]) = g_strdupv(AT(char **, copy, lists[i]));
    return copy;
}

void job_spec_free(JobSpec *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(AT(char *, self, texts[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        g_strfreev(AT(char **, self, lists[i]));
    g_free(self);
}

/* An empty list asks for as much as none. */
static bool list_equal(char *const *a, char *const *b)
{
    size_t i = 0;

    for (; a && a[i] && b && b[i]; i++)
        if (!g_str_equal(a[i], b[i]))
            return false;
    return !(a && a[i]) && !(b && b[i]);
}

static bool numbers_equal(const JobSpec *a, const JobSpec *b)
{
    for (size_t i = 0; i < G_N_ELEMENTS(minutes); i++)
        if (CONST_AT(uint32_t, a, minutes[i]) != CONST_AT(uint32_t, b, minutes[i]))
            return false;
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        if (CONST_AT(uint32_t, a, counts[i]) != CONST_AT(uint32_t, b, counts[i]))
            return false;
    for (size_t i = 0; i < G_N_ELEMENTS(amounts); i++)
        if (CONST_AT(uint64_t, a, amounts[i]) != CONST_AT(uint64_t, b, amounts[i]))
            return false;
    for (size_t i = 0; i < G_N_ELEMENTS(flags); i++)
        if (CONST_AT(bool, a, flags[i]) != CONST_AT(bool, b, flags[i]))
            return false;
    return a->nice == b->nice && a->exclusive == b->exclusive && a->requeue == b->requeue &&
           a->kill_on_invalid_dep == b->kill_on_invalid_dep;
}

bool job_spec_equal(const JobSpec *a, const JobSpec *b)
{
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        if (g_strcmp0(CONST_AT(char *, a, texts[i]), CONST_AT(char *, b, texts[i])) != 0)
            return false;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (!list_equal(CONST_AT(char **, a, lists[i]), CONST_AT(char **, b, lists[i])))
            return false;
    return numbers_equal(a, b);
}

const char *job_state_name(JobState state)
{
    static const char *const names[JOB_STATES] = {
        [JOB_PENDING] = "PENDING",     [JOB_RUNNING] = "RUNNING",
        [JOB_SUSPENDED] = "SUSPENDED", [JOB_COMPLETED] = "COMPLETED",
        [JOB_CANCELLED] = "CANCELLED", [JOB_FAILED] = "FAILED",
        [JOB_TIMEOUT] = "TIMEOUT",     [JOB_NODE_FAIL] = "NODE_FAIL",
        [JOB_PREEMPTED] = "PREEMPTED", [JOB_OUT_OF_MEMORY] = "OUT_OF_MEMORY",
        [JOB_DEADLINE] = "DEADLINE",   [JOB_REQUEUED] = "REQUEUED",
    };

    g_assert(state < JOB_STATES);
    return names[state];
}

/* A number below TASK_MAX at *@at, which moves past it and one closing bracket: Slurm takes
 * "[1-5]" as "1-5". */
static bool read_number(const char **at, uint32_t *out)
{
    uint32_t number = 0;

    if (!g_ascii_isdigit(**at))
        return false;
    for (; g_ascii_isdigit(**at); (*at)++) {
        number = number * 10 + (uint32_t)(**at - '0');
        if (number >= TASK_MAX)
            return false;
    }
    if (**at == ']')
        (*at)++;
    *out = number;
    return true;
}

/* One of "7", "1-9", "1-9:2", up to a comma, a per cent sign or the end: marks its tasks. */
static bool read_range(const char **at, GByteArray *marks)
{
    uint32_t first, last, step = 1;

    if (**at == '[')
        (*at)++;
    if (!read_number(at, &first))
        return false;
    last = first;
    if (**at == '-') {
        (*at)++;
        if (!read_number(at, &last) || last < first)
            return false;
        if (**at == ':') {
            (*at)++;
            if (!read_number(at, &step) || step == 0)
                return false;
        }
    }
    if (last >= marks->len) {
        guint before = marks->len;

        g_byte_array_set_size(marks, last + 1);
        memset(marks->data + before, 0, last + 1 - before);
    }
    for (uint32_t task = first; task <= last; task += step)
        marks->data[task] = 1;
    return true;
}

static bool read_ranges(const char *text, GByteArray *marks, uint32_t *throttle)
{
    const char *at = text;

    *throttle = 0;
    while (read_range(&at, marks)) {
        if (*at == '%') {
            at++;
            if (!read_number(&at, throttle))
                return false;
        }
        if (*at == '\0')
            return true;
        if (*at++ != ',')
            return false;
    }
    return false;
}

bool job_array_parse(const char *text, GArray **tasks, uint32_t *throttle, GError **error)
{
    g_autoptr(GByteArray) marks = g_byte_array_new();
    uint32_t limit;

    if (!read_ranges(text, marks, &limit))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected array tasks such as 0-15, 1,3,5 or 0-99:2%%4, found '%s'", text);
    *tasks = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (uint32_t task = 0; task < marks->len; task++)
        if (marks->data[task])
            g_array_append_val(*tasks, task);
    *throttle = limit;
    return true;
}
