/* The accounting being written: its accounts, users and QoS. */
#include "slurmio/sacctmgr_ledger.h"

#include <string.h>

void ledger_say(Ledger *self, DiagLevel level, int column, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list values;

    va_start(values, format);
    text = g_strdup_vprintf(format, values);
    va_end(values);
    diags_add(self->diags, level, self->file, self->line, column, self->source, "%s", text);
    self->errors += level == DIAG_ERROR;
}

Assoc *ledger_account(Ledger *self, const char *account)
{
    uint32_t index = cluster_find_assoc(self->cluster, NULL, account, NULL);

    return index == INDEX_NONE ? NULL : &self->cluster->assocs[index];
}

Assoc *ledger_user(Ledger *self, const char *user, const char *account, const char *partition)
{
    uint32_t index = cluster_find_assoc(self->cluster, user, account, partition);
    Assoc *found = index == INDEX_NONE ? NULL : &self->cluster->assocs[index];

    return found && g_strcmp0(found->partition, partition) == 0 ? found : NULL;
}

Qos *ledger_qos(Ledger *self, const char *name)
{
    uint32_t index = cluster_find_qos(self->cluster, name);

    return index == INDEX_NONE ? NULL : &self->cluster->qos[index];
}

User *ledger_person(Ledger *self, const char *user)
{
    uint32_t index = cluster_find_user(self->cluster, user);

    return index == INDEX_NONE ? cluster_add_user(self->cluster, user)
                               : &self->cluster->users[index];
}

Assoc *ledger_add_account(Ledger *self, const char *account, const char *parent)
{
    Assoc *assoc = cluster_add_assoc(self->cluster, account, NULL, NULL);

    if (g_ascii_strcasecmp(account, "root") != 0)
        assoc->parent_name = g_ascii_strdown(parent ? parent : "root", -1);
    return assoc;
}

Assoc *ledger_add_user(Ledger *self, const char *user, const char *account, const char *partition)
{
    User *person = ledger_person(self, user);

    if (!person->default_account)
        person->default_account = g_ascii_strdown(account, -1);
    return cluster_add_assoc(self->cluster, account, user, partition);
}

/* What `sacctmgr add cluster` leaves behind. Source: Slurm 24.05 as_mysql_cluster.c. */
static void make_root(Ledger *self)
{
    ledger_add_account(self, "root", NULL)->qos = g_strsplit("normal", ",", -1);
    ledger_add_user(self, "root", "root", NULL);
    ledger_person(self, "root")->is_admin = true;
}

void ledger_init(Ledger *self, Cluster *cluster, const char *file, Diags *diags)
{
    *self = (Ledger){.cluster = cluster, .file = file, .diags = diags};
    if (!cluster->config.has_accounting && !ledger_qos(self, "normal"))
        cluster_add_qos(cluster, "normal");
    if (!ledger_account(self, "root"))
        make_root(self);
    cluster->config.has_accounting = true;
}

bool setting_parse(const char *word, int column, Setting *out)
{
    const char *equals = strchr(word, '=');
    Setting setting = {.key = word, .mode = SETTING_REPLACE, .column = column};

    if (!equals || equals == word)
        return false;
    setting.length = (size_t)(equals - word);
    setting.value = equals + 1;
    if (equals[-1] == '+' || equals[-1] == '-') {
        setting.mode = equals[-1] == '+' ? SETTING_ADD : SETTING_REMOVE;
        setting.length--;
    }
    *out = setting;
    return setting.length > 0;
}

bool setting_is(const Setting *setting, const char *name, size_t least)
{
    return setting->length >= least && setting->length <= strlen(name) &&
           !g_ascii_strncasecmp(setting->key, name, setting->length);
}
