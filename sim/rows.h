/* Rows of cores: how jobs that share cores of one partition lie over each other. No two jobs of a
 * row hold the same core; a job starts in the first row it fits. Source: Slurm part_data.c,
 * job_resources.c; reference 7.5. */
#pragma once

#include "sim/cluster.h"

struct SimJob;

/* One row of one partition. */
typedef struct {
    GPtrArray *jobs;  /* SimJob *, as they came */
    uint64_t *cores;  /* [n_nodes][core_words] held by them, unless the table is uncovered */
    uint32_t n_cores; /* how many; runs over below 0, as Slurm's row_set_count, when uncovered */
} Row;

typedef struct {
    Row *rows;
    uint32_t n_rows;
    bool stale;     /* a job left: to be packed anew before the next use */
    bool uncovered; /* the last row shows more or less than its jobs hold, until packed */
} RowTable;

/** rows_of - how many rows a partition has: n of FORCE:n or YES:n, one more with preempt/qos. */
uint32_t rows_of(const Cluster *cluster, const Partition *partition);

/** row_table_new - empty, for a partition with @n_rows rows. @core_words: of World */
RowTable *row_table_new(uint32_t n_rows, uint32_t n_nodes, uint32_t core_words);
void row_table_free(RowTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RowTable, row_table_free)

/** row_table_add - in the first row it fits; in none when it fits nowhere (a resumed job). */
void row_table_add(RowTable *self, struct SimJob *job, uint32_t n_nodes, uint32_t core_words);
void row_table_remove(RowTable *self, const struct SimJob *job);

/** row_table_pack - if stale: all jobs anew by first core and size, dense rows first. */
void row_table_pack(RowTable *self, uint32_t n_nodes, uint32_t core_words);
void row_table_sort(RowTable *self); /* dense rows first */

/**
 * row_table_uncover - readies the last row for a job that suspends @victims: it shows as held what
 * the rows before it hold, less what the victims hold. Slurm since 24.11 does so in its real table
 * and leaves it like that: cores of victims that lie in the last row themselves look free from then
 * on, and the row's count may have run over, which makes it the first when rows are sorted.
 * Source: Slurm 24.11 job_test.c _job_test, step 4.
 */
void row_table_uncover(RowTable *self, const GPtrArray *victims, uint32_t n_nodes,
                       uint32_t core_words);

/** row_table_copy - the same table with only the jobs @keep says, packed anew if any is missing. */
RowTable *row_table_copy(const RowTable *self, uint32_t n_nodes, uint32_t core_words,
                         bool (*keep)(const struct SimJob *job, gconstpointer self_of_keep),
                         gconstpointer self_of_keep);
