/* The tables of plan.json: which member of a plan is which key. */
#include "planner/plan_fields.h"

#define TABLE(name, ...)                                                                           \
    static const JsonField name##_rows[] = {__VA_ARGS__};                                          \
    const FieldTable name = {name##_rows, G_N_ELEMENTS(name##_rows)}

static const char *strategy_word(int value)
{
    return strategy_name((StrategyKind)value);
}

static const char *objective_word(int value)
{
    return objective_name((Objective)value);
}

static const char *limit_word(int value)
{
    return limit_source_name((LimitSource)value);
}

static const char *runtime_word(int value)
{
    return runtime_source_name((RuntimeSource)value);
}

static const char *state_word(int value)
{
    return job_state_name((JobState)value);
}

static const char *depend_word(int value)
{
    return depend_type_name((DependType)value);
}

static const char *runs_word(int value)
{
    static const char *const words[] = {"command", "shell", "script"};

    return words[value];
}

TABLE(plan_fields, JSON_FIELD(Plan, name, "workflow", FIELD_TEXT),
      JSON_FIELD(Plan, user, "user", FIELD_TEXT),
      JSON_CHOICE(Plan, strategy, "strategy", strategy_word, STRATEGIES),
      JSON_CHOICE(Plan, objective, "objective", objective_word, OBJECTIVE_DEADLINE + 1),
      JSON_FIELD(Plan, epoch, "epoch", FIELD_INSTANT), JSON_FIELD(Plan, now, "now", FIELD_INSTANT),
      JSON_FIELD(Plan, makespan, "makespan", FIELD_INSTANT),
      JSON_FIELD(Plan, makespan_p90, "makespan_p90", FIELD_INSTANT),
      JSON_FIELD(Plan, cost, "cost", FIELD_REAL),
      JSON_FIELD(Plan, deadline_at, "deadline", FIELD_INSTANT),
      JSON_FIELD(Plan, deadline_met, "deadline_met", FIELD_BOOL));

TABLE(plan_search_fields, JSON_FIELD(Plan, simulations, "simulations", FIELD_COUNT),
      JSON_FIELD(Plan, budget, "budget", FIELD_COUNT),
      JSON_FIELD(Plan, budget_hit, "budget_hit", FIELD_BOOL),
      JSON_FIELD(Plan, stopped, "stopped", FIELD_BOOL),
      JSON_FIELD(Plan, assignments, "assignments", FIELD_REAL),
      JSON_FIELD(Plan, untried, "untried", FIELD_REAL));

TABLE(plan_baseline_fields, JSON_FIELD(Plan, baseline_makespan, "makespan", FIELD_INSTANT),
      JSON_FIELD(Plan, baseline_cost, "cost", FIELD_REAL),
      JSON_FIELD(Plan, baseline_note, "note", FIELD_TEXT));

TABLE(plan_job_fields, JSON_FIELD(PlanJob, name, "name", FIELD_NAME),
      JSON_FIELD(PlanJob, partition, "partition", FIELD_TEXT),
      JSON_FIELD(PlanJob, qos, "qos", FIELD_TEXT),
      JSON_FIELD(PlanJob, account, "account", FIELD_TEXT),
      JSON_FIELD(PlanJob, nodes, "nodes", FIELD_COUNT),
      JSON_FIELD(PlanJob, cpus, "cpus", FIELD_COUNT),
      JSON_FIELD(PlanJob, limit, "limit", FIELD_MINUTES),
      JSON_CHOICE(PlanJob, limit_source, "limit_from", limit_word, LIMIT_NOWHERE + 1),
      JSON_FIELD(PlanJob, runtime, "runtime", FIELD_INSTANT),
      JSON_CHOICE(PlanJob, runtime_source, "runtime_from", runtime_word, RUNTIME_LIMIT + 1),
      JSON_FIELD(PlanJob, submit_at, "submit", FIELD_INSTANT),
      JSON_FIELD(PlanJob, eligible_at, "eligible", FIELD_INSTANT),
      JSON_FIELD(PlanJob, start_at, "start", FIELD_INSTANT),
      JSON_FIELD(PlanJob, end_at, "end", FIELD_INSTANT),
      JSON_FIELD(PlanJob, wait, "wait", FIELD_INSTANT),
      JSON_FIELD(PlanJob, cost, "cost", FIELD_REAL),
      JSON_CHOICE(PlanJob, state, "state", state_word, JOB_STATES),
      JSON_FIELD(PlanJob, priority, "priority", FIELD_COUNT),
      JSON_FIELD(PlanJob, node_list, "node_list", FIELD_TEXT),
      JSON_FIELD(PlanJob, critical, "critical", FIELD_BOOL),
      JSON_FIELD(PlanJob, conditional, "conditional", FIELD_BOOL),
      JSON_FIELD(PlanJob, why, "why", FIELD_TEXT));

TABLE(path_fields, JSON_FIELD(PathStep, ready_at, "ready", FIELD_INSTANT),
      JSON_FIELD(PathStep, start_at, "start", FIELD_INSTANT),
      JSON_FIELD(PathStep, end_at, "end", FIELD_INSTANT));

TABLE(considered_fields, JSON_FIELD(Considered, label, "label", FIELD_NAME),
      JSON_CHOICE(Considered, strategy, "strategy", strategy_word, STRATEGIES),
      JSON_FIELD(Considered, partition, "partition", FIELD_TEXT),
      JSON_FIELD(Considered, qos, "qos", FIELD_TEXT),
      JSON_FIELD(Considered, makespan, "makespan", FIELD_INSTANT),
      JSON_FIELD(Considered, cost, "cost", FIELD_REAL),
      JSON_FIELD(Considered, chosen, "chosen", FIELD_BOOL),
      JSON_FIELD(Considered, note, "note", FIELD_TEXT));

TABLE(rejected_fields, JSON_FIELD(Rejected, job, "job", FIELD_NAME),
      JSON_FIELD(Rejected, n_jobs, "n_jobs", FIELD_COUNT),
      JSON_FIELD(Rejected, partition, "partition", FIELD_TEXT),
      JSON_FIELD(Rejected, qos, "qos", FIELD_TEXT),
      JSON_FIELD(Rejected, reason, "reason", FIELD_NAME));

TABLE(workflow_fields, JSON_FIELD(Workflow, n_cells, "cells", FIELD_COUNT),
      JSON_FIELD(Workflow, max_parallel, "max_parallel", FIELD_COUNT),
      JSON_FIELD(Workflow, fail_fast, "fail_fast", FIELD_BOOL));

TABLE(workflow_job_fields, JSON_FIELD(WorkflowJob, base, "base", FIELD_TEXT),
      JSON_CHOICE(WorkflowJob, runs, "runs", runs_word, RUNS_SCRIPT + 1),
      JSON_FIELD(WorkflowJob, command, "command", FIELD_WORDS),
      JSON_FIELD(WorkflowJob, script_vars, "script_vars", FIELD_WORDS),
      JSON_FIELD(WorkflowJob, env, "env", FIELD_WORDS),
      JSON_FIELD(WorkflowJob, conda, "conda", FIELD_TEXT),
      JSON_FIELD(WorkflowJob, venv, "venv", FIELD_TEXT),
      JSON_FIELD(WorkflowJob, setup, "setup", FIELD_WORDS),
      JSON_FIELD(WorkflowJob, teardown, "teardown", FIELD_WORDS),
      JSON_FIELD(WorkflowJob, work_dir, "work_dir", FIELD_TEXT),
      JSON_FIELD(WorkflowJob, log_dir, "log_dir", FIELD_TEXT),
      JSON_FIELD(WorkflowJob, template_path, "template", FIELD_TEXT),
      JSON_FIELD(WorkflowJob, srun_args, "srun_args", FIELD_TEXT),
      JSON_FIELD(WorkflowJob, launch_prefix, "launch_prefix", FIELD_TEXT),
      JSON_FIELD(WorkflowJob, exports, "exports", FIELD_WORDS),
      JSON_FIELD(WorkflowJob, done_when, "done_when", FIELD_TEXT),
      JSON_FIELD(WorkflowJob, on_failure, "on_failure", FIELD_TEXT),
      JSON_FIELD(WorkflowJob, retry_on, "retry_on", FIELD_TEXT),
      JSON_FIELD(WorkflowJob, retry, "retry", FIELD_COUNT),
      JSON_FIELD(WorkflowJob, retry_delay, "retry_delay", FIELD_COUNT),
      JSON_FIELD(WorkflowJob, requeue_max, "requeue_max", FIELD_COUNT),
      JSON_FIELD(WorkflowJob, singleton, "singleton", FIELD_BOOL),
      JSON_FIELD(WorkflowJob, cell, "cell", FIELD_MAYBE),
      JSON_FIELD(WorkflowJob, file, "file", FIELD_TEXT));

TABLE(container_fields, JSON_FIELD(Container, runtime, "runtime", FIELD_TEXT),
      JSON_FIELD(Container, image, "image", FIELD_TEXT),
      JSON_FIELD(Container, mounts, "mounts", FIELD_WORDS),
      JSON_FIELD(Container, workdir, "workdir", FIELD_TEXT),
      JSON_FIELD(Container, nv, "nv", FIELD_BOOL), JSON_FIELD(Container, rocm, "rocm", FIELD_BOOL),
      JSON_FIELD(Container, cleanenv, "cleanenv", FIELD_BOOL),
      JSON_FIELD(Container, fakeroot, "fakeroot", FIELD_BOOL),
      JSON_FIELD(Container, writable_tmpfs, "writable_tmpfs", FIELD_BOOL),
      JSON_FIELD(Container, overlay, "overlay", FIELD_TEXT),
      JSON_FIELD(Container, env, "env", FIELD_WORDS),
      JSON_FIELD(Container, flags, "flags", FIELD_WORDS));

TABLE(edge_fields, JSON_CHOICE(WorkflowEdge, type, "type", depend_word, DEPEND_AFTERCORR + 1),
      JSON_FIELD(WorkflowEdge, delay, "delay", FIELD_MINUTES));
