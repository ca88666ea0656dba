/* One command of sacctmgr, taken apart and carried out. Private to slurmio/sacctmgr*.c. */
#pragma once

#include "slurmio/sacctmgr_ledger.h"
#include "slurmio/shellwords.h"

typedef enum { VERB_NONE, VERB_ADD, VERB_MODIFY, VERB_DELETE, VERB_HARMLESS } Verb;

typedef enum {
    ENTITY_NONE,
    ENTITY_ACCOUNT,
    ENTITY_USER,
    ENTITY_QOS,
    ENTITY_CLUSTER,
    ENTITY_OTHER /* coordinators, wckeys, federations: nothing is scheduled by them */
} Entity;

Verb verb_parse(const char *word);
Entity entity_parse(const char *word);

/** command_run - carries out what follows verb and entity: @n words from @words on. Errors go to
 * the ledger's messages. */
void command_run(Ledger *ledger, Verb verb, Entity entity, const ShellWord *words, size_t n);
