/* Names that stand for people, accounts and jobs where a snapshot must not tell the real ones. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum { ALIAS_USER, ALIAS_ACCOUNT, ALIAS_RESERVATION, ALIAS_JOB, ALIAS_KINDS } AliasKind;

typedef struct Aliases Aliases;

/** aliases_new - @active: false gives every name back as it is. */
Aliases *aliases_new(bool active);
void aliases_free(Aliases *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Aliases, aliases_free)

bool aliases_active(const Aliases *self);

/** alias_of - "user1", "account2", ...: in the order of first use, the same for a name each time.
 * root stays root. Valid as long as @self and @name. */
const char *alias_of(Aliases *self, AliasKind kind, const char *name);

/** alias_list - of each name of a comma list; a "-" or "+" before a name is kept.
 * Returns: (transfer full) */
char *alias_list(Aliases *self, AliasKind kind, const char *names);

/** alias_columns - rewrites the cells of a table between bars (as -P prints it, heads first) whose
 * heads name users or accounts. Leading blanks are kept. Returns: (transfer full) */
char *alias_columns(Aliases *self, const char *table);
