/* The accounting of an imported scenario. */
#include "slurmio/import_accounting.h"

#include "slurmio/sacctmgr_language.h"

#include <string.h>

#define SWF_ACCOUNT "users" /* where all users of a trace without accounts are */

typedef struct {
    const Cluster *cluster;
    GString *out;
    GHashTable *accounts; /* written so far */
    uint32_t n_accounts, n_users, n_qos;
    char *first; /* the first user written; NULL */
} Missing;

const char *import_accounting_file(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        const char *at = g_strchug(*line);

        if (*at && *at != '#')
            return sacctmgr_is_dump(at) || (strchr(at, '|') && sacctmgr_is_table_head(at))
                       ? "sacctmgr.cfg"
                       : "accounting.txt";
    }
    return "accounting.txt";
}

static bool has_account(const Cluster *cluster, const char *account)
{
    for (uint32_t i = 0; cluster && i < cluster->n_assocs; i++)
        if (!cluster->assocs[i].user && !g_strcmp0(cluster->assocs[i].account, account))
            return true;
    return false;
}

static void add_account(Missing *self, const char *account)
{
    if (g_hash_table_contains(self->accounts, account) || g_str_equal(account, "root"))
        return;
    g_hash_table_add(self->accounts, g_strdup(account));
    if (has_account(self->cluster, account))
        return;
    g_string_append_printf(self->out, "add account %s\n", account);
    self->n_accounts++;
}

/* Of this very account: cluster_find_assoc would fall back to another one. */
static bool has_member(const Cluster *cluster, const char *user, const char *account)
{
    for (uint32_t i = 0; cluster && i < cluster->n_assocs; i++)
        if (!g_strcmp0(cluster->assocs[i].user, user) &&
            !g_strcmp0(cluster->assocs[i].account, account))
            return true;
    return false;
}

static void add_member(Missing *self, const char *user, const char *account)
{
    if (has_member(self->cluster, user, account))
        return;
    add_account(self, account);
    g_string_append_printf(self->out, "add user %s account=%s\n", user, account);
    if (self->n_users++ == 0)
        self->first = g_strdup_printf("%s in %s", user, account);
}

static void add_survey(Missing *self, const SacctSurvey *survey)
{
    for (guint i = 0; i < survey->members->len; i++) {
        g_auto(GStrv) names = g_strsplit(g_ptr_array_index(survey->members, i), "\001", 2);

        add_member(self, names[0], names[1]);
    }
}

/* Whatever QoS was used everybody may use: who may is not in a dump. */
static void add_qos(Missing *self, const SacctSurvey *survey)
{
    for (guint i = 0; i < survey->qos->len; i++) {
        const char *name = g_ptr_array_index(survey->qos, i);

        if (g_str_equal(name, "normal") ||
            (self->cluster && cluster_find_qos(self->cluster, name) != INDEX_NONE))
            continue;
        g_string_append_printf(
            self->out, "add qos %s\nmodify account where name=root set qos+=%s\n", name, name);
        self->n_qos++;
    }
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_users(Missing *self, const Load *load)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) users = g_ptr_array_new();

    for (guint i = 0; i < load->jobs->len; i++) {
        char *user = ((const LoadJob *)g_ptr_array_index(load->jobs, i))->user;

        if (g_hash_table_add(seen, user))
            g_ptr_array_add(users, user);
    }
    g_ptr_array_sort(users, by_text);
    for (guint i = 0; i < users->len; i++)
        if (!self->cluster ||
            cluster_find_user(self->cluster, g_ptr_array_index(users, i)) == INDEX_NONE)
            add_member(self, g_ptr_array_index(users, i), SWF_ACCOUNT);
}

static void tell(const Missing *self, const char *given, Diags *diags)
{
    if (given)
        diags_add(diags, DIAG_WARNING, given, 0, 0, NULL,
                  "expected all who ran jobs, found none of %u users, %u accounts and %u QoS: they "
                  "are added to accounting.txt with one share and no limits (first: %s)",
                  self->n_users, self->n_accounts, self->n_qos,
                  self->first ? self->first : "a QoS");
    else
        diags_add(diags, DIAG_NOTE, "", 0, 0, NULL,
                  "no accounting is given: accounting.txt has the %u users in %u accounts and %u "
                  "QoS beside normal of the trace, with one share each, no priority and no limits",
                  self->n_users, self->n_accounts, self->n_qos);
}

char *import_accounting_missing(const Cluster *cluster, const SacctSurvey *survey, const Load *load,
                                const char *given, Diags *diags)
{
    g_autoptr(GHashTable) accounts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GString) out = g_string_new("# Added by srx import: seen in the trace.\n");
    Missing self = {.cluster = cluster, .out = out, .accounts = accounts};

    if (survey) {
        add_qos(&self, survey);
        add_survey(&self, survey);
    } else {
        add_users(&self, load);
    }
    if (self.n_users + self.n_accounts + self.n_qos > 0)
        tell(&self, given, diags);
    g_free(self.first);
    if (self.n_users + self.n_accounts + self.n_qos == 0)
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
