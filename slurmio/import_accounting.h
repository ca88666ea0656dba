/* The accounting of an imported scenario: who ran jobs and is in no accounting file. */
#pragma once

#include "sim/cluster.h"
#include "sim/load.h"
#include "slurmio/sacct_survey.h"

/** import_accounting_file - what a scenario calls a file of this text: accounting.txt, or
 * sacctmgr.cfg for a dump or tables, to which no commands can be added. */
const char *import_accounting_file(const char *text);

/**
 * import_accounting_missing - sacctmgr commands for accounts, users and QoS that @cluster lacks.
 * @cluster: NULL: lacks all
 * @survey:  who is in a dump of sacct; NULL: the users of @load, in one account
 * @given:   the accounting file there is; NULL
 *
 * Told in @diags. Returns: (transfer full), or NULL when nothing is missing.
 */
char *import_accounting_missing(const Cluster *cluster, const SacctSurvey *survey, const Load *load,
                                const char *given, Diags *diags);
