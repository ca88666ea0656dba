/* What sbatch takes as the value of an option, where that is more than a text or a number. */
#include "slurmio/sbatchopts_value.h"

#include "base/hostlist.h"
#include "sim/calendar.h"
#include <string.h>

#define NICE_MOST    INT64_C(2147483645) /* NICE_OFFSET - 3 */
#define PRIORITY_TOP UINT32_C(0xfffffffd)

static bool is_one_of(const char *word, size_t length, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (strlen(words[i]) == length && !g_ascii_strncasecmp(word, words[i], length))
            return true;
    return false;
}

/* Every word of a list is known; empty ones are skipped, as strtok does. */
static bool all_known(const char *list, char separator, const char *const *words)
{
    const char *at = list;

    while (*at) {
        const char *end = strchr(at, separator);
        size_t length = end ? (size_t)(end - at) : strlen(at);

        if (length && !is_one_of(at, length, words))
            return false;
        at += length + (end != NULL);
    }
    return true;
}

bool number_parse(const char *value, uint32_t least, uint32_t *out, GError **error)
{
    char *end = NULL;
    gint64 number = g_ascii_strtoll(value, &end, 10);

    if (*end || number < least || number >= INT32_MAX)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a whole number of at least %u, found '%s'", least, value);
    *out = (uint32_t)number;
    return true;
}

bool megabytes_parse(const char *value, uint64_t *out, GError **error)
{
    size_t digits = strspn(value, "0123456789");
    const char *unit = value + digits;

    if (!digits || digits > 12 || (*unit && !strchr("kKmMgGtT", *unit)) ||
        (*unit && unit[1] && g_ascii_strcasecmp(unit + 1, "b") != 0))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected memory as a whole number with K, M, G or T (M when none is "
                        "given), such as 4000 or 16G, found '%s'",
                        value);
    return memory_parse(value, out, error);
}

bool limit_parse(const char *value, uint32_t *out, GError **error)
{
    uint32_t minutes;

    if (!minutes_parse(value, &minutes, error))
        return false;
    if (minutes == 0)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a time above 0 (Slurm reads 0 as no limit: write UNLIMITED if "
                        "you mean that), found '%s'",
                        value);
    *out = minutes;
    return true;
}

bool positive_check(const char *value, GError **error)
{
    uint32_t ignored;

    return number_parse(value, 1, &ignored, error);
}

bool zero_one_check(const char *value, GError **error)
{
    uint32_t number = 0;

    if (!number_parse(value, 0, &number, error))
        return false;
    if (number > 1)
        return srx_fail(error, SRX_ERROR_INPUT, "expected 0 or 1, found '%s'", value);
    return true;
}

bool array_check(const char *value, GError **error)
{
    g_autoptr(GArray) tasks = NULL;
    uint32_t throttle;

    return job_array_parse(value, &tasks, &throttle, error);
}

bool calendar_check(const char *value, GError **error)
{
    Instant ignored;

    return calendar_parse(value, 0, 0, &ignored, error);
}

/* A name with a slash is a file of names, one with a brace a template: sbatch reads them itself. */
bool nodes_check(const char *value, GError **error)
{
    g_autoptr(GPtrArray) names = NULL;

    if (strpbrk(value, "/{"))
        return true;
    names = hostlist_expand(value, error);
    return names != NULL;
}

bool open_mode_check(const char *value, GError **error)
{
    if (!*value || !strchr("aAtT", *value))
        return srx_fail(error, SRX_ERROR_INPUT, "expected append or truncate, found '%s'", value);
    return true;
}

bool no_kill_check(const char *value, GError **error)
{
    static const char *const words[] = {"set", "off", "no", NULL};

    if (!is_one_of(value, strlen(value), words))
        return srx_fail(error, SRX_ERROR_INPUT, "expected set, off or no, found '%s'", value);
    return true;
}

/* sbatch skips words it does not know, but refuses a list of nothing else. */
bool mail_type_check(const char *value, GError **error)
{
    static const char *const words[] = {"NONE",           "ALL",
                                        "BEGIN",          "END",
                                        "FAIL",           "REQUEUE",
                                        "STAGE_OUT",      "TIME_LIMIT",
                                        "TIME_LIMIT_90",  "TIME_LIMIT_80",
                                        "INVALID_DEPEND", "TIME_LIMIT_50",
                                        "ARRAY_TASKS",    NULL};
    g_auto(GStrv) given = g_strsplit(value, ",", -1);

    for (size_t i = 0; given[i]; i++)
        if (is_one_of(given[i], strlen(given[i]), words))
            return true;
    return srx_fail(error, SRX_ERROR_INPUT,
                    "expected mail types such as BEGIN,END,FAIL, found '%s'", value);
}

bool hint_check(const char *value, GError **error)
{
    static const char *const words[] = {"compute_bound", "memory_bound", "multithread",
                                        "nomultithread", NULL};

    if (!all_known(value, ',', words))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected compute_bound, memory_bound, multithread or nomultithread, "
                        "found '%s'",
                        value);
    return true;
}

bool gres_check(const char *value, GError **error)
{
    if (!g_ascii_strcasecmp(value, "help") || !g_ascii_strcasecmp(value, "list"))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected resources such as gpu:2, found '%s', with which sbatch lists "
                        "what there is and submits nothing",
                        value);
    return true;
}

bool gres_flags_check(const char *value, GError **error)
{
    static const char *const words[] = {"disable-binding", "enforce-binding",
                                        "multiple-tasks-per-sharing", "one-task-per-sharing", NULL};
    g_autofree char *lower = g_ascii_strdown(value, -1);

    if (!all_known(value, ',', words))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected disable-binding, enforce-binding, one-task-per-sharing or "
                        "multiple-tasks-per-sharing, found '%s'",
                        value);
    if ((strstr(lower, "disable-") && strstr(lower, "enforce-")) ||
        (strstr(lower, "multiple-") && strstr(lower, "one-")))
        return srx_fail(error, SRX_ERROR_INPUT, "expected one of two opposites, found '%s'", value);
    return true;
}

static bool is_plane(const char *value)
{
    const char *size = strchr(value, '=');

    return size && positive_check(size + 1, NULL);
}

/* Up to three levels between colons, or the flags alone. */
static bool is_levels(const char *levels)
{
    static const char *const first[] = {"*", "block", "cyclic", NULL};
    static const char *const other[] = {"*", "block", "cyclic", "fcyclic", NULL};
    static const char *const whole[] = {"arbitrary", "hostfile", "pack", "nopack", NULL};
    g_auto(GStrv) level = g_strsplit(levels, ":", -1);
    guint n = g_strv_length(level);

    if (is_one_of(levels, strlen(levels), whole))
        return true;
    if (n < 1 || n > 3 || !is_one_of(level[0], strlen(level[0]), first))
        return false;
    for (guint i = 1; i < n; i++)
        if (!is_one_of(level[i], strlen(level[i]), other))
            return false;
    return true;
}

bool distribution_check(const char *value, GError **error)
{
    static const char *const flags[] = {"pack", "nopack", NULL};
    g_auto(GStrv) part = g_strsplit(value, ",", 2);
    bool known =
        !g_ascii_strncasecmp(value, "plane", 5)
            ? is_plane(value)
            : part[0] && is_levels(part[0]) && (!part[1] || all_known(part[1], ',', flags));

    if (!known)
        return srx_fail(
            error, SRX_ERROR_INPUT,
            "expected a distribution such as block, cyclic:block or plane=4, found '%s'", value);
    return true;
}

static bool is_signal(const char *name, size_t length)
{
    static const char *const names[] = {"HUP",  "INT",  "QUIT", "ABRT", "KILL", "ALRM", "TERM",
                                        "USR1", "USR2", "URG",  "CONT", "STOP", "TSTP", "TTIN",
                                        "TTOU", "CHLD", "PIPE", "XCPU", NULL};
    g_autofree char *number = g_strndup(name, length);

    if (positive_check(number, NULL))
        return true;
    if (length > 3 && !g_ascii_strncasecmp(name, "SIG", 3))
        return is_one_of(name + 3, length - 3, names);
    return is_one_of(name, length, names);
}

bool signal_check(const char *value, GError **error)
{
    const char *name = value, *at;
    uint32_t seconds = 0;

    name += g_ascii_toupper(*name) == 'R';
    name += g_ascii_toupper(*name) == 'B';
    name += name > value && g_ascii_toupper(*name) == 'R';
    name += *name == ':';
    at = strchr(name, '@');
    if (!is_signal(name, at ? (size_t)(at - name) : strlen(name)) ||
        (at && (!number_parse(at + 1, 0, &seconds, NULL) || seconds > UINT16_MAX)))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a signal such as USR1@120 or B:TERM@60 (at most 65535 s), "
                        "found '%s'",
                        value);
    return true;
}

bool switches_check(const char *value, GError **error)
{
    g_auto(GStrv) part = g_strsplit(value, "@", 2);
    Span wait;

    if (!part[0] || !positive_check(part[0], NULL) ||
        (part[1] && !span_parse(part[1], &wait, NULL)))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a number of switches and how long to wait for them, such as 1 or "
                        "1@00:10:00, found '%s'",
                        value);
    return true;
}

bool tres_per_task_check(const char *value, GError **error)
{
    static const char *const refused[] = {"mem", "energy", "node",  "billing",
                                          "fs",  "vmem",   "pages", "bb"};
    g_autofree char *list = g_strconcat(",", value, NULL);
    g_autofree char *lower = g_ascii_strdown(list, -1);

    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *word = g_strconcat(",", refused[i], NULL);

        if (strstr(lower, word))
            return srx_fail(
                error, SRX_ERROR_INPUT,
                "expected resources such as cpu:4,gres/gpu:1, found '%s' in '%s', which "
                "sbatch does not count by task",
                refused[i], value);
    }
    return true;
}

bool oversubscribe_set(JobSpec *spec, const char *value, char **note, GError **error)
{
    (void)value, (void)note, (void)error;
    spec->exclusive = EXCLUSIVE_NO;
    spec->oversubscribe = true;
    return true;
}

char *oversubscribe_format(const JobSpec *spec)
{
    return spec->oversubscribe ? g_strdup("--oversubscribe") : NULL;
}

bool exclusive_set(JobSpec *spec, const char *value, char **note, GError **error)
{
    static const struct {
        const char *word;
        Exclusive exclusive;
    } words[] = {{"exclusive", EXCLUSIVE_NODE},
                 {"oversubscribe", EXCLUSIVE_NO},
                 {"user", EXCLUSIVE_USER},
                 {"mcs", EXCLUSIVE_MCS},
                 {"topo", EXCLUSIVE_TOPO}};

    (void)note;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (value && g_ascii_strcasecmp(value, words[i].word) != 0)
            continue;
        spec->exclusive = words[i].exclusive;
        spec->oversubscribe = words[i].exclusive == EXCLUSIVE_NO;
        return true;
    }
    return srx_fail(error, SRX_ERROR_INPUT, "expected nothing, user, mcs or topo, found '%s'",
                    value);
}

char *exclusive_format(const JobSpec *spec)
{
    static const char *const words[] = {[EXCLUSIVE_NODE] = "--exclusive",
                                        [EXCLUSIVE_USER] = "--exclusive=user",
                                        [EXCLUSIVE_MCS] = "--exclusive=mcs",
                                        [EXCLUSIVE_TOPO] = "--exclusive=topo"};

    return g_strdup(words[spec->exclusive]);
}

/* "", "*" or a count, or a range, of which only the lower end counts. */
static bool read_level(const char *text, uint32_t *out, GError **error)
{
    g_auto(GStrv) range = g_strsplit(text, "-", 2);
    uint32_t most;

    if (!*text || *text == '*') {
        *out = COUNT_UNSET;
        return true;
    }
    return number_parse(range[0], 1, out, error) &&
           (!range[1] || number_parse(range[1], 1, &most, error));
}

bool extra_node_info_set(JobSpec *spec, const char *value, char **note, GError **error)
{
    g_auto(GStrv) part = g_strsplit(value, ":", 3);
    uint32_t level[3] = {COUNT_UNSET, COUNT_UNSET, COUNT_UNSET};

    (void)note;
    for (guint i = 0; part[i]; i++)
        if (!read_level(part[i], &level[i], error))
            return false;
    spec->sockets_per_node = level[0];
    spec->cores_per_socket = level[1];
    spec->threads_per_core = level[2];
    return true;
}

bool kill_on_invalid_dep_set(JobSpec *spec, const char *value, char **note, GError **error)
{
    bool yes = !g_ascii_strcasecmp(value, "yes");

    (void)note;
    if (!yes && g_ascii_strcasecmp(value, "no") != 0)
        return srx_fail(error, SRX_ERROR_INPUT, "expected yes or no, found '%s'", value);
    spec->kill_on_invalid_dep = yes ? CHOICE_YES : CHOICE_NO;
    return true;
}

char *kill_on_invalid_dep_format(const JobSpec *spec)
{
    if (spec->kill_on_invalid_dep == CHOICE_UNSET)
        return NULL;
    return g_strdup(spec->kill_on_invalid_dep == CHOICE_YES ? "--kill-on-invalid-dep=yes"
                                                            : "--kill-on-invalid-dep=no");
}

bool nice_set(JobSpec *spec, const char *value, char **note, GError **error)
{
    char *end = NULL;
    gint64 nice = value ? g_ascii_strtoll(value, &end, 10) : 100;

    if (ABS(nice) > NICE_MOST)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a number within +/- 2147483645, found '%s'", value);
    if (value && (*end || end == value))
        *note = g_strdup_printf("sbatch reads '%s' as %" G_GINT64_FORMAT, value, nice);
    spec->nice = (int32_t)nice;
    return true;
}

char *nice_format(const JobSpec *spec)
{
    return spec->nice ? g_strdup_printf("--nice=%d", spec->nice) : NULL;
}

bool requeue_set(JobSpec *spec, const char *value, char **note, GError **error)
{
    (void)value, (void)note, (void)error;
    spec->requeue = CHOICE_YES;
    return true;
}

bool no_requeue_set(JobSpec *spec, const char *value, char **note, GError **error)
{
    (void)value, (void)note, (void)error;
    spec->requeue = CHOICE_NO;
    return true;
}

char *requeue_format(const JobSpec *spec)
{
    return spec->requeue == CHOICE_YES ? g_strdup("--requeue") : NULL;
}

char *no_requeue_format(const JobSpec *spec)
{
    return spec->requeue == CHOICE_NO ? g_strdup("--no-requeue") : NULL;
}

bool priority_set(JobSpec *spec, const char *value, char **note, GError **error)
{
    char *end = NULL;
    gint64 priority = g_ascii_strtoll(value, &end, 10);

    if (!g_ascii_strcasecmp(value, "TOP")) {
        spec->priority = PRIORITY_TOP;
        return true;
    }
    if (priority < 0 || priority > PRIORITY_TOP)
        return srx_fail(error, SRX_ERROR_INPUT, "expected a number from 0 to %u or TOP, found '%s'",
                        PRIORITY_TOP, value);
    if (*end || end == value)
        *note = g_strdup_printf("sbatch reads '%s' as %" G_GINT64_FORMAT, value, priority);
    spec->priority = (uint32_t)priority;
    return true;
}

char *priority_format(const JobSpec *spec)
{
    if (spec->priority == PRIORITY_TOP)
        return g_strdup("--priority=TOP");
    return spec->priority == COUNT_UNSET ? NULL : g_strdup_printf("--priority=%u", spec->priority);
}

/* "4", "2K", "1m", then perhaps blanks. */
static bool read_nodes(const char *text, uint32_t *out)
{
    char *end = NULL;
    gint64 number = g_ascii_strtoll(text, &end, 10);

    if (end == text || number < 0 || number > INT32_MAX)
        return false;
    if (*end == 'k' || *end == 'K') {
        number *= 1024;
        end++;
    }
    if (*end == 'm' || *end == 'M') {
        number *= 1024 * 1024;
        end++;
    }
    while (g_ascii_isspace(*end))
        end++;
    if (*end || number > INT32_MAX)
        return false;
    *out = (uint32_t)number;
    return true;
}

/* A set of sizes such as 1,2,4-8 by its ends; ":n" is a step. */
static bool read_sizes(const char *text, uint32_t *least, uint32_t *most)
{
    g_auto(GStrv) sizes = g_strsplit_set(text, ",-", -1);

    *least = UINT32_MAX;
    *most = 0;
    for (guint i = 0; sizes[i]; i++) {
        char *step = strchr(sizes[i], ':');
        uint32_t size;

        if (step && !positive_check(step + 1, NULL))
            return false;
        if (step)
            *step = '\0';
        if (!read_nodes(sizes[i], &size))
            return false;
        *least = MIN(*least, size);
        *most = MAX(*most, size);
    }
    return true;
}

static bool read_node_range(const char *value, uint32_t *least, uint32_t *most)
{
    g_auto(GStrv) range = g_strsplit(value, "-", 2);

    if (strpbrk(value, ",:"))
        return read_sizes(value, least, most);
    if (!range[0] || !read_nodes(range[0], least))
        return false;
    *most = *least;
    return !range[1] || read_nodes(range[1], most);
}

bool nodes_set(JobSpec *spec, const char *value, char **note, GError **error)
{
    uint32_t least, most;

    if (!read_node_range(value, &least, &most))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a number of nodes such as 4 or 2-8, found '%s'", value);
    if (most < least)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected the smaller number of nodes first, found '%s'", value);
    if (least == 0)
        return srx_fail(error, SRX_ERROR_INPUT, "expected at least 1 node, found '%s'", value);
    if (strpbrk(value, ",:"))
        *note =
            g_strdup_printf("of the sizes '%s' only the range %u-%u is kept", value, least, most);
    spec->min_nodes = least;
    spec->max_nodes = most;
    return true;
}

char *nodes_format(const JobSpec *spec)
{
    if (spec->min_nodes == COUNT_UNSET)
        return NULL;
    if (spec->min_nodes == spec->max_nodes || spec->max_nodes == COUNT_UNSET)
        return g_strdup_printf("--nodes=%u", spec->min_nodes);
    return g_strdup_printf("--nodes=%u-%u", spec->min_nodes, spec->max_nodes);
}
