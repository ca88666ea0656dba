/* One command of sacctmgr, taken apart and carried out. */
#include "slurmio/sacctmgr_command.h"

#include "base/hostlist.h"

#include <string.h>

/* What a command names and sets. Everything points into its words. */
typedef struct {
    Ledger *ledger;
    Entity entity;
    GPtrArray *names, *accounts, *partitions; /* char *, as given by conditions or for adding */
    GArray *settings;                         /* Setting */
    int column;                               /* of its first word, for messages */
} Command;

typedef struct {
    const char *name;
    size_t least; /* letters an abbreviation needs */
    int value;
} Word;

static int word_find(const Word *words, size_t n, const char *text)
{
    const Setting as_setting = {.key = text, .length = strlen(text)};

    for (size_t i = 0; i < n; i++)
        if (setting_is(&as_setting, words[i].name, words[i].least))
            return words[i].value;
    return 0;
}

Verb verb_parse(const char *word)
{
    static const Word verbs[] = {
        {"add", 3, VERB_ADD},          {"archive", 3, VERB_HARMLESS},
        {"create", 2, VERB_ADD},       {"clear", 2, VERB_HARMLESS},
        {"delete", 3, VERB_DELETE},    {"dump", 3, VERB_HARMLESS},
        {"exit", 1, VERB_HARMLESS},    {"help", 2, VERB_HARMLESS},
        {"list", 1, VERB_HARMLESS},    {"modify", 1, VERB_MODIFY},
        {"ping", 4, VERB_HARMLESS},    {"quit", 4, VERB_HARMLESS},
        {"remove", 3, VERB_DELETE},    {"reconfigure", 3, VERB_HARMLESS},
        {"show", 3, VERB_HARMLESS},    {"shutdown", 4, VERB_HARMLESS},
        {"version", 4, VERB_HARMLESS}, {"verbose", 4, VERB_HARMLESS},
    };

    return (Verb)word_find(verbs, G_N_ELEMENTS(verbs), word);
}

Entity entity_parse(const char *word)
{
    static const Word entities[] = {
        {"Accounts", 2, ENTITY_ACCOUNT},   {"Acct", 4, ENTITY_ACCOUNT},
        {"Associations", 2, ENTITY_OTHER}, {"Clusters", 2, ENTITY_CLUSTER},
        {"Coordinators", 2, ENTITY_OTHER}, {"Events", 1, ENTITY_OTHER},
        {"Federations", 1, ENTITY_OTHER},  {"Instances", 1, ENTITY_OTHER},
        {"Jobs", 1, ENTITY_OTHER},         {"QOS", 1, ENTITY_QOS},
        {"Reservations", 3, ENTITY_OTHER}, {"Resources", 1, ENTITY_OTHER},
        {"RunawayJobs", 2, ENTITY_OTHER},  {"Transactions", 1, ENTITY_OTHER},
        {"Users", 1, ENTITY_USER},         {"WCKeys", 1, ENTITY_OTHER},
    };

    return (Entity)word_find(entities, G_N_ELEMENTS(entities), word);
}

/* "a,b" or "u[1-9]". */
static void add_names(GPtrArray *names, const char *value)
{
    g_autoptr(GPtrArray) expanded = strchr(value, '[') ? hostlist_expand(value, NULL) : NULL;
    g_auto(GStrv) words = expanded ? NULL : g_strsplit(value, ",", -1);

    for (guint i = 0; expanded && i < expanded->len; i++)
        g_ptr_array_add(names, g_strdup(g_ptr_array_index(expanded, i)));
    for (size_t i = 0; words && words[i]; i++)
        if (*g_strstrip(words[i]))
            g_ptr_array_add(names, g_strdup(words[i]));
}

static bool names_contain(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (name && !g_ascii_strcasecmp(g_ptr_array_index(names, i), name))
            return true;
    return false;
}

/* A word that says which records are meant; false when it does not. */
static bool take_identity(Command *self, const Setting *setting)
{
    bool of_user = self->entity == ENTITY_USER;

    if (setting_is(setting, "Clusters", 1) && setting->key[0] != '\0') {
        if (self->entity == ENTITY_CLUSTER)
            add_names(self->names, setting->value);
        return true;
    }
    if (setting_is(setting, "Names", 1) || (of_user && setting_is(setting, "Users", 1)) ||
        (self->entity == ENTITY_ACCOUNT &&
         (setting_is(setting, "Accounts", 2) || setting_is(setting, "Acct", 4)))) {
        add_names(self->names, setting->value);
        return true;
    }
    if (of_user && (setting_is(setting, "Accounts", 2) || setting_is(setting, "Acct", 4))) {
        add_names(self->accounts, setting->value);
        return true;
    }
    if (of_user && setting_is(setting, "Partitions", 3)) {
        add_names(self->partitions, setting->value);
        return true;
    }
    return false;
}

static void take_condition(Command *self, const ShellWord *word)
{
    Setting setting;

    if (!setting_parse(word->text, word->column, &setting)) {
        add_names(self->names, word->text);
        return;
    }
    if (take_identity(self, &setting))
        return;
    if (self->entity == ENTITY_QOS && setting_is(&setting, "QOSLevel", 1)) {
        add_names(self->names, setting.value);
        return;
    }
    ledger_say(self->ledger, DIAG_ERROR, word->column,
               "expected a condition such as name=, account= or partition=, found '%s'",
               word->text);
}

static void take_setting(Command *self, const ShellWord *word, bool adding)
{
    Setting setting;

    if (!setting_parse(word->text, word->column, &setting)) {
        if (adding)
            add_names(self->names, word->text);
        else
            ledger_say(self->ledger, DIAG_WARNING, word->column,
                       "sacctmgr does not look at '%s' after set; name it before", word->text);
        return;
    }
    if (!adding || !take_identity(self, &setting))
        g_array_append_val(self->settings, setting);
}

/* Conditions come before "set" or behind "where". */
static void take_words(Command *self, bool adding, const ShellWord *words, size_t n)
{
    bool setting = adding;

    for (size_t i = 0; i < n; i++) {
        if (words[i].text[0] == '-') /* -i: options of sacctmgr itself may stand anywhere */
            continue;
        if (!g_ascii_strcasecmp(words[i].text, "set"))
            setting = true;
        else if (!g_ascii_strcasecmp(words[i].text, "where"))
            setting = adding;
        else if (setting)
            take_setting(self, &words[i], adding);
        else
            take_condition(self, &words[i]);
    }
}

static const Setting *nth_setting(const Command *self, guint index)
{
    return &g_array_index(self->settings, Setting, index);
}

static void set_account(Command *self, Assoc *assoc)
{
    for (guint i = 0; i < self->settings->len; i++)
        if (ledger_set_assoc(self->ledger, assoc, nth_setting(self, i)) == SET_UNKNOWN)
            ledger_say_unknown(self->ledger, nth_setting(self, i), "an account");
}

/* An association of @user: some settings are of the user as a whole. */
static void set_user(Command *self, Assoc *assoc, const char *user)
{
    for (guint i = 0; i < self->settings->len; i++) {
        const Setting *setting = nth_setting(self, i);

        if (ledger_set_person(self->ledger, user, setting) == SET_UNKNOWN &&
            ledger_set_assoc(self->ledger, assoc, setting) == SET_UNKNOWN)
            ledger_say_unknown(self->ledger, setting, "a user");
    }
}

static void set_qos(Command *self, Qos *qos)
{
    for (guint i = 0; i < self->settings->len; i++)
        if (ledger_set_qos(self->ledger, qos, nth_setting(self, i)) == SET_UNKNOWN)
            ledger_say_unknown(self->ledger, nth_setting(self, i), "a QOS");
}

static void say_there(Command *self, const char *what, const char *name)
{
    ledger_say(self->ledger, DIAG_NOTE, self->column,
               "%s '%s' is there already: sacctmgr adds nothing", what, name);
}

static void add_account(Command *self, const char *name)
{
    if (ledger_account(self->ledger, name))
        say_there(self, "account", name);
    else
        set_account(self, ledger_add_account(self->ledger, name, NULL));
}

static void add_user_to(Command *self, const char *name, const char *account, const char *partition)
{
    if (!ledger_account(self->ledger, account)) {
        ledger_say(self->ledger, DIAG_ERROR, self->column,
                   "expected an account made before, found '%s'; add it first", account);
        return;
    }
    if (ledger_user(self->ledger, name, account, partition))
        say_there(self, "user", name);
    else
        set_user(self, ledger_add_user(self->ledger, name, account, partition), name);
}

/* DefaultAccount names an account to be added to as well. */
static void take_default_account(Command *self)
{
    for (guint i = 0; i < self->settings->len; i++) {
        const Setting *setting = nth_setting(self, i);

        if (setting_is(setting, "DefaultAccount", 8) &&
            !names_contain(self->accounts, setting->value))
            add_names(self->accounts, setting->value);
    }
}

static void add_user(Command *self, const char *name)
{
    if (!self->accounts->len) {
        ledger_say(self->ledger, DIAG_ERROR, self->column,
                   "expected account=NAME for user '%s', found none", name);
        return;
    }
    for (guint i = 0; i < self->accounts->len; i++) {
        const char *account = g_ptr_array_index(self->accounts, i);

        if (!self->partitions->len)
            add_user_to(self, name, account, NULL);
        for (guint p = 0; p < self->partitions->len; p++)
            add_user_to(self, name, account, g_ptr_array_index(self->partitions, p));
    }
}

static void add_qos(Command *self, const char *name)
{
    if (ledger_qos(self->ledger, name))
        say_there(self, "QOS", name);
    else
        set_qos(self, cluster_add_qos(self->ledger->cluster, name));
}

static void run_add(Command *self)
{
    if (self->entity == ENTITY_CLUSTER) {
        set_account(self, &self->ledger->cluster->assocs[0]);
        return;
    }
    if (!self->names->len)
        ledger_say(self->ledger, DIAG_ERROR, self->column, "expected a name to add, found none");
    if (self->entity == ENTITY_USER)
        take_default_account(self);
    for (guint i = 0; i < self->names->len; i++) {
        const char *name = g_ptr_array_index(self->names, i);

        if (self->entity == ENTITY_ACCOUNT)
            add_account(self, name);
        else if (self->entity == ENTITY_USER)
            add_user(self, name);
        else
            add_qos(self, name);
    }
}

/* Does the condition of a command hold for an association? No condition holds for all. */
static bool matches(const Command *self, const Assoc *assoc)
{
    bool of_user = self->entity == ENTITY_USER;
    const char *name = of_user ? assoc->user : assoc->account;

    if (of_user != (assoc->user != NULL))
        return false;
    return (!self->names->len || names_contain(self->names, name)) &&
           (!self->accounts->len || names_contain(self->accounts, assoc->account)) &&
           (!self->partitions->len || names_contain(self->partitions, assoc->partition));
}

static void say_nothing_matches(Command *self, const char *what)
{
    ledger_say(self->ledger, DIAG_WARNING, self->column, "no %s matches: sacctmgr changes nothing",
               what);
}

static void modify_assocs(Command *self)
{
    const Cluster *cluster = self->ledger->cluster;
    uint32_t changed = 0;

    for (uint32_t i = 0; i < cluster->n_assocs; i++) {
        Assoc *assoc = &cluster->assocs[i];

        if (!matches(self, assoc))
            continue;
        changed++;
        if (assoc->user)
            set_user(self, assoc, assoc->user);
        else
            set_account(self, assoc);
    }
    if (!changed)
        say_nothing_matches(self, self->entity == ENTITY_USER ? "user" : "account");
}

static void modify_qos(Command *self)
{
    const Cluster *cluster = self->ledger->cluster;
    uint32_t changed = 0;

    for (uint32_t i = 0; i < cluster->n_qos; i++) {
        if (self->names->len && !names_contain(self->names, cluster->qos[i].name))
            continue;
        changed++;
        set_qos(self, &cluster->qos[i]);
    }
    if (!changed)
        say_nothing_matches(self, "QOS");
}

static void run_modify(Command *self)
{
    if (!self->settings->len)
        ledger_say(self->ledger, DIAG_ERROR, self->column, "expected something to set, found none");
    else if (self->entity == ENTITY_CLUSTER)
        set_account(self, &self->ledger->cluster->assocs[0]);
    else if (self->entity == ENTITY_QOS)
        modify_qos(self);
    else
        modify_assocs(self);
}

static void delete_assocs(Command *self)
{
    Cluster *cluster = self->ledger->cluster;
    uint32_t before = cluster->n_assocs;

    /* The users of an account go with it; root stays. */
    for (uint32_t i = cluster->n_assocs; i-- > 1;) {
        const Assoc *assoc = &cluster->assocs[i];

        if (matches(self, assoc) ||
            (self->entity == ENTITY_ACCOUNT && names_contain(self->names, assoc->account)))
            cluster_remove_assoc(cluster, i);
    }
    if (before == cluster->n_assocs)
        say_nothing_matches(self, self->entity == ENTITY_USER ? "user" : "account");
}

static void delete_qos(Command *self)
{
    Cluster *cluster = self->ledger->cluster;
    uint32_t before = cluster->n_qos;

    for (uint32_t i = cluster->n_qos; i-- > 0;)
        if (names_contain(self->names, cluster->qos[i].name))
            cluster_remove_qos(cluster, i);
    if (before == cluster->n_qos)
        say_nothing_matches(self, "QOS");
}

static void run_delete(Command *self)
{
    if (self->entity == ENTITY_CLUSTER)
        return;
    if (!self->names->len)
        ledger_say(self->ledger, DIAG_ERROR, self->column, "expected a name to delete, found none");
    else if (self->entity == ENTITY_QOS)
        delete_qos(self);
    else
        delete_assocs(self);
}

void command_run(Ledger *ledger, Verb verb, Entity entity, const ShellWord *words, size_t n)
{
    Command command = {.ledger = ledger, .entity = entity, .column = n ? words[0].column : 0};

    command.names = g_ptr_array_new_with_free_func(g_free);
    command.accounts = g_ptr_array_new_with_free_func(g_free);
    command.partitions = g_ptr_array_new_with_free_func(g_free);
    command.settings = g_array_new(FALSE, FALSE, sizeof(Setting));
    take_words(&command, verb == VERB_ADD, words, n);
    if (verb == VERB_ADD)
        run_add(&command);
    else if (verb == VERB_MODIFY)
        run_modify(&command);
    else if (verb == VERB_DELETE)
        run_delete(&command);
    g_ptr_array_unref(command.names);
    g_ptr_array_unref(command.accounts);
    g_ptr_array_unref(command.partitions);
    g_array_unref(command.settings);
}
