/* What sacctmgr sets on associations, QoS and users beside limits: shares, lists of QoS, flags,
 * preemption. Source: Slurm 24.05 sacctmgr/{association,qos,user}_functions.c. */
#include "slurmio/sacctmgr_limit.h"

#include <string.h>

typedef bool (*SettingFunction)(Ledger *self, void *record, const Setting *setting, GError **error);

typedef struct {
    const char *name;
    size_t least;             /* letters an abbreviation needs */
    SettingFunction function; /* NULL: known, without meaning for scheduling */
} Key;

static bool clears(const char *value)
{
    return !*value || !strcmp(value, "-1");
}

static char **split_names(const char *value)
{
    g_autofree char *lower = g_ascii_strdown(value, -1);
    g_auto(GStrv) words = g_strsplit(lower, ",", -1);
    GPtrArray *names = g_ptr_array_new();

    for (size_t i = 0; words[i]; i++)
        if (*g_strstrip(words[i]))
            g_ptr_array_add(names, g_strdup(words[i]));
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

/* sacctmgr refuses a QoS it does not know. In dumps and tables it may come later: cluster_finish
 * names what is missing then. */
static bool qos_known(Ledger *self, const char *name, GError **error)
{
    name += *name == '+' || *name == '-';
    if (!self->in_order || ledger_qos(self, name))
        return true;
    return srx_fail(error, SRX_ERROR_INPUT, "expected a QOS made before, found '%s'; add it first",
                    name);
}

static size_t position(char *const *names, const char *name)
{
    size_t i = 0;

    while (names[i] && strcmp(names[i], name) != 0)
        i++;
    return i;
}

static void append(char ***names, char *name)
{
    guint n = g_strv_length(*names);

    *names = g_renew(char *, *names, n + 2);
    (*names)[n] = name;
    (*names)[n + 1] = NULL;
}

static void drop(char **names, size_t at)
{
    g_free(names[at]);
    for (; names[at]; at++)
        names[at] = names[at + 1];
}

/* A list that is inherited so far changes by "+name" and "-name", its own one by its entries. */
static void change_qos(char ***list, const char *name, bool add)
{
    bool own = *list && **list && (**list)[0] != '+' && (**list)[0] != '-';
    size_t at;

    if (!*list)
        *list = g_new0(char *, 1);
    if (!own) {
        append(list, g_strconcat(add ? "+" : "-", name, NULL));
        return;
    }
    at = position(*list, name);
    if (!add && (*list)[at])
        drop(*list, at);
    else if (add && !(*list)[at])
        append(list, g_strdup(name));
}

static bool set_qos_list(Ledger *self, void *record, const Setting *setting, GError **error)
{
    Assoc *assoc = record;
    g_auto(GStrv) names = split_names(setting->value);

    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], "-1") != 0 && !qos_known(self, names[i], error))
            return false;
    if (setting->mode == SETTING_REPLACE) {
        g_strfreev(assoc->qos);
        assoc->qos = clears(setting->value) ? NULL : g_steal_pointer(&names);
        return true;
    }
    for (size_t i = 0; names[i]; i++)
        change_qos(&assoc->qos, names[i], setting->mode == SETTING_ADD);
    return true;
}

static bool set_default_qos(Ledger *self, void *record, const Setting *setting, GError **error)
{
    Assoc *assoc = record;

    if (!clears(setting->value) && !qos_known(self, setting->value, error))
        return false;
    g_free(assoc->default_qos);
    assoc->default_qos = clears(setting->value) ? NULL : g_ascii_strdown(setting->value, -1);
    return true;
}

static bool set_shares(Ledger *self, void *record, const Setting *setting, GError **error)
{
    Assoc *assoc = record;
    uint32_t shares;

    (void)self;
    if (!g_ascii_strcasecmp(setting->value, "parent")) {
        assoc->shares = SHARES_PARENT;
        return true;
    }
    if (!accounting_number_parse(setting->value, &shares, NULL))
        return srx_fail(error, SRX_ERROR_INPUT, "expected a number of shares or parent, found '%s'",
                        setting->value);
    assoc->shares = shares == LIMIT_NONE ? 1 : shares;
    return true;
}

static bool set_parent(Ledger *self, void *record, const Setting *setting, GError **error)
{
    Assoc *assoc = record;

    if (assoc->user || !g_ascii_strcasecmp(assoc->account, setting->value))
        return srx_fail(error, SRX_ERROR_INPUT, "expected another account as parent, found '%s'",
                        setting->value);
    if (!ledger_account(self, setting->value))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected an account made before, found '%s'; add it first",
                        setting->value);
    g_free(assoc->parent_name);
    assoc->parent_name = g_ascii_strdown(setting->value, -1);
    return true;
}

static const struct {
    const char *name;
    uint32_t flag;
} qos_flags[] = {
    {"DenyOnLimit", QOS_DENY_ON_LIMIT},
    {"EnforceUsageThreshold", QOS_ENFORCE_USAGE_THRESHOLD},
    {"NoDecay", QOS_NO_DECAY},
    {"NoReserve", QOS_NO_RESERVE},
    {"OverPartQOS", QOS_OVER_PART_QOS},
    {"PartitionMaxNodes", QOS_PART_MAX_NODE},
    {"PartitionMinNodes", QOS_PART_MIN_NODE},
    {"PartitionTimeLimit", QOS_PART_TIME_LIMIT},
    {"Relative", QOS_RELATIVE},
    {"RequiresReservation", QOS_REQUIRES_RESERVATION},
    {"UsageFactorSafe", QOS_USAGE_FACTOR_SAFE},
};

static bool flag_of(const char *name, uint32_t *flag, GError **error)
{
    const char *names[G_N_ELEMENTS(qos_flags)];
    const char *near;

    for (size_t i = 0; i < G_N_ELEMENTS(qos_flags); i++) {
        names[i] = qos_flags[i].name;
        if (!g_ascii_strcasecmp(name, names[i])) {
            *flag = qos_flags[i].flag;
            return true;
        }
    }
    near = nearest_word(name, names, G_N_ELEMENTS(names));
    return srx_fail(error, SRX_ERROR_INPUT,
                    "expected a flag of a QOS such as DenyOnLimit, found '%s'%s%s%s", name,
                    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool set_flags(Ledger *self, void *record, const Setting *setting, GError **error)
{
    Qos *qos = record;
    g_auto(GStrv) names = split_names(setting->value);
    uint32_t flags = 0;

    (void)self;
    for (size_t i = 0; names[i]; i++) {
        uint32_t flag = 0;

        if (strcmp(names[i], "-1") != 0 && !flag_of(names[i], &flag, error))
            return false;
        flags |= flag;
    }
    if (setting->mode == SETTING_ADD)
        qos->flags |= flags;
    else if (setting->mode == SETTING_REMOVE)
        qos->flags &= ~flags;
    else
        qos->flags = flags;
    return true;
}

/* Seconds as a bare number; tables print hours, minutes and seconds. */
static bool set_grace_time(Ledger *self, void *record, const Setting *setting, GError **error)
{
    Qos *qos = record;
    Span span;
    uint32_t seconds;

    (void)self;
    if (strchr(setting->value, ':')) {
        if (!span_parse(setting->value, &span, error))
            return false;
        seconds = (uint32_t)CLAMP(span, 0, INT32_MAX);
    } else if (!accounting_number_parse(setting->value, &seconds, error)) {
        return false;
    }
    qos->grace_time = seconds == LIMIT_NONE ? 0 : seconds;
    return true;
}

static bool set_exempt_time(Ledger *self, void *record, const Setting *setting, GError **error)
{
    Qos *qos = record;
    Span span;

    (void)self;
    if (!span_parse(setting->value, &span, error))
        return false;
    qos->preempt_exempt_time = span >= UINT32_MAX ? UINT32_MAX : (uint32_t)span;
    return true;
}

static bool set_preempt(Ledger *self, void *record, const Setting *setting, GError **error)
{
    Qos *qos = record;
    g_auto(GStrv) names = split_names(setting->value);
    bool add = setting->mode != SETTING_REMOVE;

    for (size_t i = 0; names[i] && !clears(setting->value); i++)
        if (!qos_known(self, names[i], error))
            return false;
    if (setting->mode == SETTING_REPLACE) {
        g_strfreev(qos->preempt);
        qos->preempt = g_new0(char *, 1);
    } else if (!qos->preempt) {
        qos->preempt = g_new0(char *, 1);
    }
    for (size_t i = 0; names[i] && !clears(setting->value); i++) {
        const char *name = names[i] + (*names[i] == '+' || *names[i] == '-');
        bool adds = *names[i] == '-' ? false : add;
        size_t at = position(qos->preempt, name);

        if (adds && !qos->preempt[at])
            append(&qos->preempt, g_strdup(name));
        else if (!adds && qos->preempt[at])
            drop(qos->preempt, at);
    }
    return true;
}

static bool set_preempt_mode(Ledger *self, void *record, const Setting *setting, GError **error)
{
    static const struct {
        const char *name;
        uint16_t mode;
    } modes[] = {{"cluster", 0},
                 {"off", 0},
                 {"cancel", PREEMPT_CANCEL},
                 {"requeue", PREEMPT_REQUEUE},
                 {"suspend", PREEMPT_SUSPEND},
                 {"gang", PREEMPT_GANG},
                 {"within", PREEMPT_WITHIN}};
    g_auto(GStrv) names = split_names(setting->value);
    uint16_t mode = 0;

    (void)self;
    for (size_t i = 0; names[i]; i++) {
        size_t at = 0;

        while (at < G_N_ELEMENTS(modes) && strcmp(modes[at].name, names[i]) != 0)
            at++;
        if (at == G_N_ELEMENTS(modes))
            return srx_fail(
                error, SRX_ERROR_INPUT,
                "expected cluster, cancel, requeue, suspend, gang or within, found '%s'", names[i]);
        mode |= modes[at].mode;
    }
    ((Qos *)record)->preempt_mode = mode;
    return true;
}

static bool set_priority(Ledger *self, void *record, const Setting *setting, GError **error)
{
    uint32_t priority;

    (void)self;
    if (!accounting_number_parse(setting->value, &priority, error))
        return false;
    ((Qos *)record)->priority = priority == LIMIT_NONE ? 0 : priority;
    return true;
}

/* A negative number clears; @unset is what then holds. */
static bool read_factor(const char *value, double unset, double *out, GError **error)
{
    char *end = NULL;
    double number = g_ascii_strtod(value, &end);

    if (end == value || *end || !(number < 1e9))
        return srx_fail(error, SRX_ERROR_INPUT, "expected a number, or -1 for none, found '%s'",
                        value);
    *out = number < 0 ? unset : number;
    return true;
}

static bool set_usage_factor(Ledger *self, void *record, const Setting *setting, GError **error)
{
    (void)self;
    return read_factor(setting->value, 1.0, &((Qos *)record)->usage_factor, error);
}

static bool set_usage_threshold(Ledger *self, void *record, const Setting *setting, GError **error)
{
    (void)self;
    return read_factor(setting->value, -1.0, &((Qos *)record)->usage_threshold, error);
}

static bool set_limit_factor(Ledger *self, void *record, const Setting *setting, GError **error)
{
    (void)self;
    return read_factor(setting->value, 0.0, &((Qos *)record)->limit_factor, error);
}

static bool set_admin_level(Ledger *self, void *record, const Setting *setting, GError **error)
{
    static const char *const levels[] = {"None", "Operator", "Administrator", "SuperUser"};

    (void)self;
    for (size_t i = 0; *setting->value && i < G_N_ELEMENTS(levels); i++) {
        if (g_ascii_strncasecmp(setting->value, levels[i], strlen(setting->value)) != 0)
            continue;
        ((User *)record)->is_admin = i > 0;
        return true;
    }
    return srx_fail(error, SRX_ERROR_INPUT, "expected None, Operator or Administrator, found '%s'",
                    setting->value);
}

static bool set_default_account(Ledger *self, void *record, const Setting *setting, GError **error)
{
    User *user = record;

    if (!ledger_account(self, setting->value))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected an account made before, found '%s'; add it first",
                        setting->value);
    g_free(user->default_account);
    user->default_account = g_ascii_strdown(setting->value, -1);
    return true;
}

/* In sacctmgr's order where abbreviations meet. Parent before Partition and Priority. */
static const Key assoc_keys[] = {
    {"DefaultQOS", 8, set_default_qos},
    {"DefQOS", 6, set_default_qos}, /* the head of a table's column */
    {"FairShare", 1, set_shares},
    {"Shares", 1, set_shares},
    {"RawShares", 9, set_shares},
    {"Parent", 2, set_parent},
    {"ParentName", 7, set_parent},
    {"ParName", 7, set_parent},
    {"QosLevel", 1, set_qos_list},
    {"Comment", 3, NULL},
    {"Description", 3, NULL},
    {"Organization", 1, NULL},
    {"Coordinators", 2, NULL},
    {"DefaultWCKey", 8, NULL},
    {"WCKeys", 1, NULL},
    {"MaxTRESRunMins", 8, NULL},
    {"MaxCPURunMins", 7, NULL},
    {"ClusterNodes", 8, NULL},
    {"Classification", 3, NULL},
    {"Features", 3, NULL},
    {"Flags", 2, NULL},
    {"Federation", 3, NULL},
    {"RawUsage", 7, NULL},
    {"Lineage", 3, NULL},
    {"ID", 2, NULL},
};

static const Key qos_keys[] = {
    {"Description", 1, NULL},
    {"Flags", 2, set_flags},
    {"GraceTime", 3, set_grace_time},
    {"LimitFactor", 6, set_limit_factor},
    {"PreemptMode", 8, set_preempt_mode},
    {"Preempt", 7, set_preempt},
    {"PreemptExemptTime", 8, set_exempt_time},
    {"Priority", 3, set_priority},
    {"RawUsage", 7, NULL},
    {"UsageFactor", 6, set_usage_factor},
    {"UsageThreshold", 6, set_usage_threshold},
    {"ID", 2, NULL},
};

static const Key person_keys[] = {
    {"AdminLevel", 2, set_admin_level},
    {"DefaultAccount", 8, set_default_account},
    {"DefAcct", 7, set_default_account},
};

static const Key *key_find(const Key *keys, size_t n, const Setting *setting)
{
    for (size_t i = 0; i < n; i++)
        if (setting_is(setting, keys[i].name, keys[i].least))
            return &keys[i];
    return NULL;
}

/* @error is taken. */
static SetResult say(Ledger *self, const Setting *setting, bool ok, GError *error)
{
    if (ok)
        return SET_DONE;
    ledger_say(self, DIAG_ERROR, setting->column, "%.*s: %s", (int)setting->length, setting->key,
               error->message);
    g_error_free(error);
    return SET_WRONG;
}

static SetResult apply(Ledger *self, void *record, const Key *key, const Setting *setting)
{
    GError *error = NULL;
    bool ok = !key->function || key->function(self, record, setting, &error);

    return say(self, setting, ok, error);
}

static SetResult apply_limit(Ledger *self, void *record, const Limit *limit, const Setting *setting)
{
    GError *error = NULL;
    bool ok = limit_set(limit, record, self->cluster, setting->value, &error);

    return say(self, setting, ok, error);
}

SetResult ledger_set_assoc(Ledger *self, Assoc *assoc, const Setting *setting)
{
    const Limit *limit = limit_find_assoc(setting);
    const Key *key = key_find(assoc_keys, G_N_ELEMENTS(assoc_keys), setting);

    if (limit)
        return apply_limit(self, assoc, limit, setting);
    return key ? apply(self, assoc, key, setting) : SET_UNKNOWN;
}

SetResult ledger_set_qos(Ledger *self, Qos *qos, const Setting *setting)
{
    const Key *key = key_find(qos_keys, G_N_ELEMENTS(qos_keys), setting);
    const Limit *limit = limit_find_qos(setting);

    if (key)
        return apply(self, qos, key, setting);
    return limit ? apply_limit(self, qos, limit, setting) : SET_UNKNOWN;
}

SetResult ledger_set_person(Ledger *self, const char *user, const Setting *setting)
{
    const Key *key = key_find(person_keys, G_N_ELEMENTS(person_keys), setting);

    return key ? apply(self, ledger_person(self, user), key, setting) : SET_UNKNOWN;
}

bool ledger_key_known(const Setting *setting)
{
    return limit_find_assoc(setting) || limit_find_qos(setting) ||
           key_find(assoc_keys, G_N_ELEMENTS(assoc_keys), setting) ||
           key_find(qos_keys, G_N_ELEMENTS(qos_keys), setting) ||
           key_find(person_keys, G_N_ELEMENTS(person_keys), setting);
}

void ledger_say_unknown(Ledger *self, const Setting *setting, const char *what)
{
    static const char *const usual[] = {
        "Account",     "AdminLevel",     "Cluster",     "DefaultAccount", "DefaultQOS",
        "Description", "Fairshare",      "Flags",       "GraceTime",      "GrpJobs",
        "GrpTRES",     "GrpTRESMins",    "GrpWall",     "MaxJobs",        "MaxJobsPerUser",
        "MaxTRES",     "MaxTRESPerUser", "MaxWall",     "MaxSubmitJobs",  "Name",
        "Parent",      "Partition",      "PreemptMode", "Preempt",        "Priority",
        "QOS",         "UsageFactor",    "Organization"};
    g_autofree char *key = g_strndup(setting->key, setting->length);
    const char *near = nearest_word(key, usual, G_N_ELEMENTS(usual));

    ledger_say(self, DIAG_ERROR, setting->column,
               "expected something to set on %s, found '%s'%s%s%s", what, key,
               near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}
