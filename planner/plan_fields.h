/* The tables of plan.json: which member of a plan is which key. */
#pragma once

#include "planner/jsonfield.h"
#include "planner/plan.h"

typedef struct {
    const JsonField *fields;
    size_t n;
} FieldTable;

extern const FieldTable plan_fields;        /* Plan: its head */
extern const FieldTable plan_search_fields; /* Plan: how it was found */
extern const FieldTable plan_baseline_fields;
extern const FieldTable plan_job_fields; /* PlanJob */
extern const FieldTable path_fields;     /* PathStep, but its job */
extern const FieldTable considered_fields;
extern const FieldTable rejected_fields;
extern const FieldTable workflow_fields;     /* Workflow: its sweep */
extern const FieldTable workflow_job_fields; /* WorkflowJob: what it runs */
extern const FieldTable container_fields;
extern const FieldTable edge_fields; /* WorkflowEdge, but its job */
