/* The limits of associations and QoS, in all of sacctmgr's spellings, as data. Private to
 * slurmio/sacctmgr*.c. Source: Slurm 24.05 sacctmgr/{association,qos}_functions.c. */
#pragma once

#include "slurmio/sacctmgr_ledger.h"

typedef enum {
    LIMIT_COUNT,   /* uint32_t; -1 clears it */
    LIMIT_MINUTES, /* uint32_t [min]; -1 clears it */
    LIMIT_TRES,    /* TresLimits: "cpu=4,mem=10G"; others stay; -1 clears one */
    LIMIT_ONE_TRES /* one of TresLimits, by its old name: GrpCPUs=4 */
} LimitKind;

typedef struct {
    const char *name;
    size_t least; /* letters an abbreviation needs */
    LimitKind kind;
    size_t field;  /* its place in Assoc or Qos */
    uint32_t tres; /* for LIMIT_ONE_TRES */
} Limit;

/** limit_find - NULL when @setting names none. The first that fits, as sacctmgr does. */
const Limit *limit_find_assoc(const Setting *setting);
const Limit *limit_find_qos(const Setting *setting);

/** limit_set - @record: the Assoc or Qos. */
bool limit_set(const Limit *limit, void *record, Cluster *cluster, const char *value,
               GError **error);

/** accounting_number_parse - a whole number; a negative one, which clears, gives LIMIT_NONE. */
bool accounting_number_parse(const char *value, uint32_t *out, GError **error);
