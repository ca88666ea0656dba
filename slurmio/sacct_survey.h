/* Who and what appears in a dump of sacct: before there is a cluster to read its jobs for. */
#pragma once

#include "base/diag.h"

/* Each list sorted, without duplicates. */
typedef struct {
    GPtrArray *members;                     /* char *: "user\001account" */
    GPtrArray *accounts, *qos, *partitions; /* char * */
} SacctSurvey;

/** sacct_survey - reads the columns User, Account, QOS and Partition of the dump at @path.
 * Returns: (transfer full), or NULL; the reasons are in @diags. */
SacctSurvey *sacct_survey(const char *path, Diags *diags);
void sacct_survey_free(SacctSurvey *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SacctSurvey, sacct_survey_free)
