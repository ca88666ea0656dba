/* What a job asked for, from the columns of sacct and its SubmitLine. Private to slurmio/sacct*.c.
 */
#pragma once

#include "sim/cluster.h"
#include "slurmio/sacct_notes.h"
#include "slurmio/sacct_record.h"

/**
 * sacct_request_build - the request behind @record, the table's current one.
 * @cluster: finished: its nodes and partitions settle what the columns leave open
 *
 * The SubmitLine has what was said on the command line only: not what #SBATCH lines said, nor what
 * was changed later. So it decides where it speaks of sizes and conditions; account, QoS and time
 * limit are the columns', which had the last word. spec->dependency is as written, with Slurm's
 * ids; spec->array is the SubmitLine's.
 *
 * Returns: (transfer full)
 */
JobSpec *sacct_request_build(const SacctTable *table, const Record *record, const Cluster *cluster,
                             SacctNotes *notes);
