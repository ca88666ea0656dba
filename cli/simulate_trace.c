/* srx simulate TRACE.swf --policy fcfs|easy|conservative: a textbook policy on processors. */
#include "cli/filekind.h"
#include "cli/jsontext.h"
#include "cli/messages.h"
#include "cli/simulate.h"
#include "slurmio/swf.h"

/* A trace made ready: what the policy sees, and whose job is whose. */
typedef struct {
    TextbookPolicy policy;
    uint32_t processors;
    uint32_t n;
    TextbookJob *jobs; /* [n] by submit time */
    uint32_t *ids;     /* [n] the trace's numbers */
    Instant *starts;   /* [n] */
} Trace;

static void trace_clear(Trace *self)
{
    g_free(self->jobs);
    g_free(self->ids);
    g_free(self->starts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Trace, trace_clear)

bool simulate_is_trace(const char *path)
{
    FileKind kind;

    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return false;
    return g_str_has_suffix(path, ".swf") || g_str_has_suffix(path, ".swf.gz") ||
           (file_kind_probe(path, &kind, NULL) && kind == FILE_SACCT);
}

/* Jobs that are wider than the machine could never start: they are left out. */
static void take_jobs(Trace *self, const Swf *swf)
{
    self->processors = swf->processors;
    self->jobs = g_new(TextbookJob, swf->jobs->len);
    self->ids = g_new(uint32_t, swf->jobs->len);
    for (guint i = 0; i < swf->jobs->len; i++) {
        const SwfJob *job = &g_array_index(swf->jobs, SwfJob, i);

        if (job->processors > swf->processors)
            continue;
        self->ids[self->n] = job->id;
        self->jobs[self->n++] = (TextbookJob){.submit_at = job->submit_at,
                                              .runtime = job->runtime,
                                              .estimate = job->estimate,
                                              .processors = job->processors};
    }
}

static bool check_jobs(const Trace *self, const Swf *swf, const char *path, Diags *diags)
{
    const guint wide = swf->jobs->len - self->n;

    if (self->n == 0)
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL,
                  "expected jobs of at most %u processors (MaxProcs), found none",
                  self->processors);
    else if (wide > 0)
        diags_add(diags, DIAG_WARNING, path, 0, 0, NULL,
                  "%u jobs need more than the machine's %u processors: they are left out", wide,
                  self->processors);
    return self->n > 0;
}

/* Here every repair of the trace is told, not only with --verbose: it moves the result. */
static bool load(const Session *session, const char *path, Trace *out, GError **error)
{
    Session talking = *session;
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Swf) swf = swf_load(path, diags);
    bool ready = false;

    if (swf) {
        take_jobs(out, swf);
        ready = check_jobs(out, swf, path, diags);
    }
    talking.verbose = !session->quiet;
    messages_print(&talking, diags);
    if (!ready && diags_check(diags, path, error))
        srx_fail(error, SRX_ERROR_INPUT, "%s: could not be read", path);
    return ready;
}

static void put_text(const Trace *self, const Metrics *metrics, FILE *out)
{
    fprintf(out, "%-12s %s\n", "Policy", textbook_policy_name(self->policy));
    fprintf(out, "%-12s %u started, %u ended\n", "Runs", metrics->runs, metrics->ended);
    metrics_text(metrics, self->processors, "processors", out);
}

static void put_parsable(const Trace *self, FILE *out)
{
    fputs("Job|Submit|Start|End|Processors\n", out);
    for (uint32_t i = 0; i < self->n && !ferror(out); i++) {
        const TextbookJob *job = &self->jobs[i];

        fprintf(out, "%u|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|%u\n",
                self->ids[i], job->submit_at, self->starts[i], self->starts[i] + job->runtime,
                job->processors);
    }
}

static void put_run(const Trace *self, uint32_t i, FILE *out)
{
    const TextbookJob *job = &self->jobs[i];

    fprintf(out,
            "%s\n    {\"job\": %u, \"submit\": %" G_GINT64_FORMAT ", \"start\": %" G_GINT64_FORMAT
            ", \"end\": %" G_GINT64_FORMAT ", \"processors\": %u}",
            i ? "," : "", self->ids[i], job->submit_at, self->starts[i],
            self->starts[i] + job->runtime, job->processors);
}

static void put_json(const Trace *self, const Metrics *metrics, FILE *out)
{
    fprintf(out,
            "{\n  \"schema\": \"srx/trace/1\",\n  \"policy\": \"%s\",\n  \"processors\": %u,\n"
            "  \"runs\": [",
            textbook_policy_name(self->policy), self->processors);
    for (uint32_t i = 0; i < self->n && !ferror(out); i++)
        put_run(self, i, out);
    fputs("\n  ],\n  \"metrics\": ", out);
    metrics_json(metrics, out);
    fputs("\n}\n", out);
}

static void print(const Trace *self, const SimulateChoice *choice)
{
    Metrics metrics;

    if (choice->parsable && !choice->json) {
        put_parsable(self, stdout);
        return;
    }
    textbook_metrics(self->jobs, self->n, self->processors, self->starts, &metrics);
    if (choice->json)
        put_json(self, &metrics, stdout);
    else
        put_text(self, &metrics, stdout);
}

bool simulate_trace(const Session *session, const SimulateChoice *choice, const char *path,
                    GError **error)
{
    g_auto(Trace) trace = {.policy = TEXTBOOK_FCFS};

    if (!textbook_policy_parse(choice->policy, &trace.policy))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--policy: expected fcfs, easy or conservative, found '%s'",
                        choice->policy);
    if (choice->follow || choice->slurm_version || choice->until != INSTANT_NEVER)
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--policy: expected neither --follow, --slurm-version nor --until with it: "
                        "a textbook policy is no Slurm");
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--policy: expected a trace (.swf, .swf.gz), found the directory '%s'; its "
                        "jobs ask for more than processors",
                        path);
    if (!load(session, path, &trace, error))
        return false;
    trace.starts = g_new(Instant, trace.n);
    textbook_run(trace.policy, trace.jobs, trace.n, trace.processors, trace.starts);
    print(&trace, choice);
    return true;
}
