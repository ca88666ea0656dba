/* How far a forecast can be trusted: from every tenth minute of a recording on the simulator runs
 * free, and its starts are held against those that really followed. */
#include "cli/following.h"

#include "base/table.h"
#include "cli/jsontext.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EVERY = 600 /* [s] */ };

static GHashTable *starts_of(Sim *sim)
{
    g_autoptr(GPtrArray) runs = sim_runs(sim);
    GHashTable *out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (guint i = 0; i < runs->len; i++) {
        const SimRun *run = g_ptr_array_index(runs, i);

        g_hash_table_replace(out, g_strdup_printf("%u/%u/%u", run->job, run->task, run->attempt),
                             g_memdup2(&run->start_at, sizeof run->start_at));
    }
    return out;
}

static bool is_near(GHashTable *starts, const RecordedRun *run)
{
    g_autofree char *name = g_strdup_printf("%u/%u/%u", run->job, run->task, run->attempt);
    const Instant *start = g_hash_table_lookup(starts, name);

    return start && *start != INSTANT_NEVER &&
           ABS(*start - run->start_at) <= (Instant)FOLLOW_TOLERANCE;
}

static void count(const Following *self, GHashTable *starts, Instant from, Horizon out[HORIZONS])
{
    for (guint i = 0; i < self->recording->runs->len; i++) {
        const RecordedRun *run = g_ptr_array_index(self->recording->runs, i);
        const Span ahead = run->start_at - from;
        const bool within = ahead > 0 && is_near(starts, run);

        for (int h = 0; ahead > 0 && h < HORIZONS; h++) {
            if (ahead > out[h].span)
                continue;
            out[h].starts++;
            out[h].within += within;
        }
    }
}

static void horizons_init(Horizon out[HORIZONS])
{
    static const Span spans[HORIZONS] = {300, 600, 1800, 3600, INSTANT_NEVER};

    for (int h = 0; h < HORIZONS; h++)
        out[h] = (Horizon){.span = spans[h]};
}

static Instant last_start(const Recording *recording)
{
    const guint n = recording->runs->len;

    return n ? ((const RecordedRun *)g_ptr_array_index(recording->runs, n - 1))->start_at : 0;
}

/* ---- free runs, each in a process of its own: a copy of all that was followed so far ---- */

/* A forecast under way. */
typedef struct {
    pid_t process;
    int answer; /* where it writes its Horizon[HORIZONS] */
} Forecast;

static Forecast none_yet(void)
{
    return (Forecast){.process = -1, .answer = -1};
}

static bool write_all(int to, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0) {
        const ssize_t n = write(to, at, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

static bool read_all(int from, void *data, size_t size)
{
    char *at = data;

    while (size > 0) {
        const ssize_t n = read(from, at, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

/* In the copy: runs free to the end and tells how that went. Nothing of the parent's is undone. */
static void G_GNUC_NORETURN run_free(const Following *self, Follow *follow, Sim *sim, int to)
{
    const Instant from = sim_now(sim);
    g_autoptr(GHashTable) starts = NULL;
    Horizon found[HORIZONS];

    horizons_init(found);
    follow_release(follow, sim);
    sim_run(sim, INSTANT_NEVER);
    starts = starts_of(sim);
    count(self, starts, from, found);
    _exit(write_all(to, found, sizeof found) ? EXIT_SUCCESS : EXIT_FAILURE);
}

static bool forecast_begin(Forecast *out, const Following *self, Follow *follow, Sim *sim,
                           GError **error)
{
    int ends[2];

    if (pipe(ends) != 0)
        return srx_fail(error, SRX_ERROR_FAILED, "a pipe for a forecast: %s", g_strerror(errno));
    out->process = fork();
    if (out->process == 0) {
        close(ends[0]);
        run_free(self, follow, sim, ends[1]);
    }
    close(ends[1]);
    out->answer = ends[0];
    if (out->process > 0)
        return true;
    close(ends[0]);
    return srx_fail(error, SRX_ERROR_FAILED, "a process for a forecast: %s", g_strerror(errno));
}

/* Adds what it found to @out. */
static bool forecast_end(Forecast *forecast, Horizon out[HORIZONS], GError **error)
{
    Horizon found[HORIZONS];
    bool done;

    if (forecast->process < 0)
        return true;
    done = read_all(forecast->answer, found, sizeof found);
    close(forecast->answer);
    while (waitpid(forecast->process, NULL, 0) < 0 && errno == EINTR)
        continue;
    *forecast = none_yet();
    if (!done)
        return srx_fail(error, SRX_ERROR_FAILED, "a forecast ended without an answer");
    for (int h = 0; h < HORIZONS; h++) {
        out[h].starts += found[h].starts;
        out[h].within += found[h].within;
    }
    return true;
}

/* While one forecast runs, the recording is followed to where the next one begins. */
bool following_horizons(const Following *self, Horizon out[HORIZONS], GError **error)
{
    g_autoptr(Follow) follow = follow_new(self->recording);
    g_autoptr(Sim) sim = following_sim(self, follow, -1);
    const Instant last = last_start(self->recording);
    Forecast running = none_yet();
    bool done = true;

    horizons_init(out);
    for (Instant from = 0; done && from < last; from += EVERY) {
        sim_run(sim, from);
        done = forecast_end(&running, out, error) &&
               forecast_begin(&running, self, follow, sim, error);
    }
    return done && forecast_end(&running, out, error);
}

static double share(const Horizon *self)
{
    return self->starts ? (double)self->within / self->starts : 1;
}

void horizons_text(const Horizon horizons[HORIZONS], const Terminal *terminal, FILE *out)
{
    g_autoptr(Table) table = table_new();
    g_autofree char *text = NULL;

    table_column(table, "AHEAD", TABLE_RIGHT, false);
    table_column(table, "STARTS", TABLE_RIGHT, false);
    table_column(table, "WITHIN 60 s", TABLE_RIGHT, false);
    for (int h = 0; h < HORIZONS; h++) {
        const Horizon *horizon = &horizons[h];
        g_autofree char *ahead =
            horizon->span == INSTANT_NEVER ? g_strdup("all") : span_words(horizon->span);

        table_row(table);
        table_cell(table, "%s", ahead);
        table_cell(table, "%u", horizon->starts);
        table_cell(table, "%.1f %%", 100 * share(horizon));
    }
    text = table_text(table, terminal->cut, true);
    fprintf(out, "Forecasts from every tenth minute on:\n%s", text);
}

void horizons_json(const Horizon horizons[HORIZONS], FILE *out)
{
    fputs("{\n  \"schema\": \"srx/horizons/1\",\n  \"every\": 600,\n  \"horizons\": [", out);
    for (int h = 0; h < HORIZONS; h++) {
        fprintf(out, "%s\n    {\"ahead\": ", h ? "," : "");
        json_instant(out, horizons[h].span);
        fprintf(out, ", \"starts\": %u, \"within\": %u, \"share\": ", horizons[h].starts,
                horizons[h].within);
        json_number(out, share(&horizons[h]));
        putc('}', out);
    }
    fputs("\n  ]\n}\n", out);
}
