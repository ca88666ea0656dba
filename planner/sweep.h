/* A sweep: one copy of a workflow for each combination of its axes' values. */
#pragma once

#include "base/yaml.h"

#define SWEEP_CELLS_MOST 1000

typedef struct {
    char *name;
    char **values;
    uint32_t n;
    const YamlNode *map; /* where it was declared, for messages; NULL for --sweep */
    size_t index;
} SweepAxis;

typedef struct {
    GArray *axes; /* SweepAxis, in the order of the file, then of --sweep */
    uint32_t n_cells;
    uint32_t max_parallel; /* cells at a time; 0: all */
    bool fail_fast;
} Sweep;

/**
 * sweep_read - the `sweep` of a file and what --sweep adds to it.
 * @node: the map, or NULL
 * @options: "name=v1,v2" of --sweep, NULL-terminated; may be NULL; such an axis replaces the file's
 * @args: "name=value" of --arg, which may not name an axis; may be NULL
 *
 * Every error is in @diags. Without any axis there is one cell.
 * Returns: (transfer full)
 */
Sweep *sweep_read(const YamlNode *node, const char *const *options, const char *const *args,
                  Diags *diags);
void sweep_free(Sweep *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sweep, sweep_free)

/** sweep_value - what an axis says in a cell; the last axis runs fastest. */
const char *sweep_value(const Sweep *self, uint32_t axis, uint32_t cell);

/**
 * sweep_labels - what tells the cells apart in a job's name: the values ("0.01-2") where they are
 * short, plain and unique, else the number from 1 on. NULL without axes.
 *
 * Returns: (transfer full) n_cells texts
 */
char **sweep_labels(const Sweep *self);
