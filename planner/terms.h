/* On what terms a partition and QoS would take a job: its time limit there, its run time, the risk
 * of being thrown out; and whether two such offers differ at all. */
#pragma once

#include "planner/asker.h"
#include "planner/candidate.h"

/** terms_fill - limit and where it comes from, run times, preemptible. Partition and QoS are set.
 */
void terms_fill(const Asker *asker, const RuntimeGuess *guess, Candidate *candidate);

/** terms_too_short - why the time limit would end the job; NULL when it does not. (transfer full)
 */
char *terms_too_short(const Candidate *candidate);

/** terms_equal - same nodes, same rules, same weight: no simulation could tell them apart. */
bool terms_equal(const Cluster *cluster, const Candidate *a, const Candidate *b);
