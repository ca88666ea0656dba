/* The three languages of sacctmgr, each read into a ledger. Private to slurmio/sacctmgr*.c. */
#pragma once

#include "slurmio/sacctmgr_ledger.h"

/** sacctmgr_read_commands - "add user u1 account=a", one a line, or a shell script of such. */
void sacctmgr_read_commands(Ledger *ledger, const char *text);

/** sacctmgr_read_dump - what `sacctmgr dump` writes: "User - 'u1':Fairshare=2". */
void sacctmgr_read_dump(Ledger *ledger, const char *text);
bool sacctmgr_is_dump(const char *line);

/** sacctmgr_read_tables - what `sacctmgr show ... -p` or -P prints, one or several tables. */
void sacctmgr_read_tables(Ledger *ledger, const char *text);
bool sacctmgr_is_table_head(const char *line);
