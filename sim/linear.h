/* select/linear: whole nodes, light ones first. Source: Slurm select_linear.c, node_scheduler.c
 * _pick_best_nodes. */
#pragma once

#include "sim/trial.h"

/** linear_nodes - as attempt_nodes, for select/linear. */
NodeSet *linear_nodes(Trial *trial, const NodeSet *candidates);
