/* How long the jobs of a plan queue. */
#pragma once

#include "planner/plan.h"
#include "sim/metric.h"

/** waits_of - over the jobs that start, those in @partition and @qos only unless NULL. */
void waits_of(const Plan *plan, const char *partition, const char *qos, Distribution *out);
