/* srx logs [JOB]...: what the jobs of a run wrote. */
#include "base/text.h"
#include "cli/runs.h"
#include "slurmio/dependence.h"
#include "slurmio/logpath.h"

#include <stdio.h>
#include <string.h>

enum {
    LINES = 10,
    LOOK_EVERY = G_USEC_PER_SEC / 2,
    ASK_EVERY = 15, /* [s] whether the jobs have ended */
    CHUNK = 65536,
};

typedef struct {
    char *run, *via, *lines;
    gboolean follow, errors, paths;
} Settings;

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    const GOptionEntry entries[] = {
        {"run", 'r', 0, G_OPTION_ARG_FILENAME, &self->run,
         "the run, or its beginning; default: the last one begun", "RUN"},
        {"follow", 'f', 0, G_OPTION_ARG_NONE, &self->follow,
         "go on with what is written, until the jobs have ended", NULL},
        {"lines", 'n', 0, G_OPTION_ARG_FILENAME, &self->lines,
         "begin with so many of the last lines; default: 10; all: everything", "COUNT|all"},
        {"errors", 0, 0, G_OPTION_ARG_NONE, &self->errors,
         "what went to stderr, where that has a file of its own", NULL},
        {"paths", 0, 0, G_OPTION_ARG_NONE, &self->paths, "only print where the files are", NULL},
        OPTIONS_END,
    };

    options_add(out, "Output", entries);
    runs_option_via(&self->via, out);
}

/* A job or task, and how far its file was printed. */
typedef struct {
    uint32_t job, task;
    char *path; /* NULL: not known yet */
    goffset at; /* < 0: nothing of it was printed yet */
} Log;

static void log_clear(void *item)
{
    g_free(((Log *)item)->path);
}

static void add_logs(const Run *run, uint32_t job, GArray *logs)
{
    g_autoptr(GArray) tasks = monitor_tasks(run, job);
    Log log = {.job = job, .task = COUNT_UNSET, .at = -1};

    if (tasks->len == 0)
        g_array_append_val(logs, log);
    for (guint i = 0; i < tasks->len; i++) {
        log.task = g_array_index(tasks, uint32_t, i);
        g_array_append_val(logs, log);
    }
}

/* The jobs that are named, all without. */
static bool choose(const Run *run, char **names, GArray *logs, GError **error)
{
    for (uint32_t i = 0; !names[0] && i < run->submission->n_jobs; i++)
        add_logs(run, i, logs);
    for (; *names; names++) {
        uint32_t job = submission_find(run->submission, *names);

        if (job == COUNT_UNSET)
            return srx_fail(error, SRX_ERROR_USAGE,
                            "run %s has no job '%s'; 'srx status' lists "
                            "them",
                            run->id, *names);
        add_logs(run, job, logs);
    }
    return true;
}

static bool read_lines(const char *text, uint64_t *out, GError **error)
{
    char *end;

    *out = text ? UINT64_MAX : LINES;
    if (!text || g_str_equal(text, "all"))
        return true;
    *out = g_ascii_strtoull(text, &end, 10);
    if (g_ascii_isdigit(*text) && !*end)
        return true;
    return srx_fail(error, SRX_ERROR_USAGE, "--lines: expected a number or 'all', found '%s'",
                    text);
}

/* Where the last @lines lines of @file begin. */
static long tail_of(FILE *file, uint64_t lines)
{
    long at;
    uint64_t ends = 0;

    if (lines == UINT64_MAX || fseek(file, 0, SEEK_END) != 0)
        return 0;
    for (at = ftell(file); at > 0; at--) {
        fseek(file, at - 1, SEEK_SET);
        if (fgetc(file) == '\n' && ends++ == lines)
            break;
    }
    return at;
}

/* Prints what is new in it. @last: whose text stands last on stdout; a header is put in between */
static void print_new(const Run *run, Log *log, uint64_t lines, bool headers, const Log **last)
{
    FILE *file = log->path ? fopen(log->path, "re") : NULL;
    g_autofree char *buffer = g_malloc(CHUNK);
    g_autofree char *name = text_clean(run->submission->jobs[log->job].name);
    size_t n;

    if (!file)
        return;
    if (log->at < 0)
        log->at = tail_of(file, lines);
    fseek(file, (long)log->at, SEEK_SET);
    while ((n = fread(buffer, 1, CHUNK, file)) > 0) {
        if (headers && *last != log)
            printf("%s==> %s: %s <==\n", *last ? "\n" : "", name, log->path);
        *last = log;
        fwrite(buffer, 1, n, stdout);
        log->at += (goffset)n;
    }
    fclose(file);
    fflush(stdout);
}

static void find_paths(const Run *run, GArray *logs, bool errors)
{
    for (guint i = 0; i < logs->len; i++) {
        Log *log = &g_array_index(logs, Log, i);
        char *path = log_path(run, log->job, log->task, errors);

        if (g_strcmp0(path, log->path) != 0 && log->path)
            log->at = 0; /* another attempt: another file */
        g_free(log->path);
        log->path = path;
    }
}

static bool all_ended(const Run *run, const GArray *logs)
{
    for (guint i = 0; i < logs->len; i++)
        if (!dependence_settled(run, g_array_index(logs, Log, i).job))
            return false;
    return true;
}

static void print_all(const Run *run, GArray *logs, uint64_t lines, const Log **last)
{
    for (guint i = 0; i < logs->len; i++)
        print_new(run, &g_array_index(logs, Log, i), lines, logs->len > 1, last);
}

/* A Slurm that does not answer is asked again later: what is written is followed all the same. */
static void follow(const Settings *self, Runner *runner, Run *run, GArray *logs, uint64_t lines)
{
    const WatchRules rules = {.clock = runs_clock};
    g_autoptr(Watch) watch = watch_new(runner, run, &rules);
    const Log *last = NULL;
    Instant asked_at = 0;

    for (;;) {
        bool changed, ended;

        if (runs_clock() >= asked_at + ASK_EVERY) {
            watch_step(watch, &changed, NULL);
            asked_at = runs_clock();
        }
        ended = all_ended(run, logs);
        find_paths(run, logs, self->errors);
        print_all(run, logs, lines, &last);
        if (ended || ferror(stdout))
            return;
        g_usleep(LOOK_EVERY);
    }
}

static void print_paths(const Run *run, const GArray *logs)
{
    for (guint i = 0; i < logs->len; i++) {
        const Log *log = &g_array_index(logs, Log, i);

        if (log->path)
            printf("%s\t%s\n", run->submission->jobs[log->job].name, log->path);
    }
}

static bool run(G_GNUC_UNUSED const Session *session, const void *settings, char **operands,
                GError **error)
{
    const Settings *self = settings;
    char *wanted[] = {self->run, NULL};
    g_autoptr(GArray) logs = g_array_new(FALSE, FALSE, sizeof(Log));
    g_autoptr(Runner) runner = NULL;
    g_autoptr(Run) run = NULL;
    const Log *last = NULL;
    uint64_t lines;

    g_array_set_clear_func(logs, log_clear);
    if (!read_lines(self->lines, &lines, error))
        return false;
    run = runs_open(wanted, error);
    if (!run || !choose(run, operands, logs, error))
        return false;
    find_paths(run, logs, self->errors);
    if (self->paths) {
        print_paths(run, logs);
        return true;
    }
    if (!self->follow) {
        print_all(run, logs, lines, &last);
        return true;
    }
    runner = runs_runner(self->via, error);
    if (!runner)
        return false;
    follow(self, runner, run, logs, lines);
    return true;
}

const Command command_logs = {
    .name = "logs",
    .summary = "what the jobs of a run wrote, and write",
    .usage = "[OPTION]... [JOB]...",
    .examples = "srx logs\n"
                "srx logs -f train\n"
                "srx logs -r 3fa2 train -n all\n",
    .details = "JOB is a job's name in the workflow; without it all jobs. The files are read "
               "where srx runs: they must be on a file system that it sees.",
    .operands = OPERANDS_NONE,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
