/* Other people's work as somebody who plans may see it: what they asked for and what has happened
 * by now, not what will. */
#pragma once

#include "planner/problem.h"

/**
 * background_load - the part of problem->load that is known at problem->now.
 *
 * Jobs and commands of the future are left out. A job that has ended by now keeps its real run
 * time, every other one runs to its limit: the schedule up to now comes out the same, as no
 * scheduler sees run times either. With known_runtimes all run times stay. Costs one simulation up
 * to now, none when nothing happened before.
 *
 * Returns: (transfer full), never NULL.
 */
Load *background_load(const Problem *problem);

/** background_limit - [s] what a job may run: its own limit, or what Slurm fills in; a year where
 * nothing limits it. */
Span background_limit(const Cluster *cluster, const JobSpec *spec);
