/* The accounting being written: accounts, users and QoS of a cluster under construction, and what
 * sacctmgr lets one set on them. Private to slurmio/sacctmgr*.c. */
#pragma once

#include "sim/cluster.h"

typedef struct {
    Cluster *cluster;
    const char *file;
    Diags *diags;
    int line;           /* being read */
    const char *source; /* that line as it stands, or NULL */
    uint32_t errors;
    bool in_order; /* a QoS must be there before it is named, as for commands */
} Ledger;

/** ledger_init - root, its user and the QoS normal are there from the start, as slurmdbd makes
 * them. */
void ledger_init(Ledger *self, Cluster *cluster, const char *file, Diags *diags);

void ledger_say(Ledger *self, DiagLevel level, int column, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* Look-ups of exactly this entry; NULL when there is none. Valid until the next one is added. */
Assoc *ledger_account(Ledger *self, const char *account);
Assoc *ledger_user(Ledger *self, const char *user, const char *account, const char *partition);
Qos *ledger_qos(Ledger *self, const char *name);

/* Adding what is not there yet. */
Assoc *ledger_add_account(Ledger *self, const char *account, const char *parent);
Assoc *ledger_add_user(Ledger *self, const char *user, const char *account, const char *partition);
User *ledger_person(Ledger *self, const char *user); /* found or added */

typedef enum { SETTING_REPLACE, SETTING_ADD, SETTING_REMOVE } SettingMode;

/* key=value, key+=value or key-=value */
typedef struct {
    const char *key; /* not ended by '\0' */
    size_t length;
    SettingMode mode;
    const char *value;
    int column;
} Setting;

/** setting_parse - false for a word without an operator. */
bool setting_parse(const char *word, int column, Setting *out);

/** setting_is - may @name be abbreviated to the setting's key? @least: letters it needs. */
bool setting_is(const Setting *setting, const char *name, size_t least);

typedef enum { SET_DONE, SET_UNKNOWN, SET_WRONG /* and said so */ } SetResult;

SetResult ledger_set_assoc(Ledger *self, Assoc *assoc, const Setting *setting);
SetResult ledger_set_qos(Ledger *self, Qos *qos, const Setting *setting);
SetResult ledger_set_person(Ledger *self, const char *user, const Setting *setting);

/** ledger_key_known - is it a key of associations, QoS or users? For telling values from keys. */
bool ledger_key_known(const Setting *setting);

/** ledger_say_unknown - an error about a key nobody knows. @what: "an account" */
void ledger_say_unknown(Ledger *self, const Setting *setting, const char *what);
