/* Traces in the Standard Workload Format of the Parallel Workloads Archive. */
#include "slurmio/swf.h"

#include <string.h>
#include <zlib.h>

#define FIELDS      18
#define FIELDS_READ 15                 /* the last one that matters is the queue's number */
#define SWF_MOST    (INT64_C(1) << 40) /* [s] larger numbers are nonsense */

enum {
    JOB = 0,
    SUBMIT = 1,
    RUNTIME = 3,
    USED = 4,
    PROCESSORS = 7,
    TIME = 8,
    USER = 11,
    QUEUE = 14
};

/* A number, of which fractions are cut off; @at moves past it. False at the line's end. */
static bool read_field(const char **at, gint64 *out)
{
    const char *start;
    gint64 number = 0;
    bool negative;

    *at += strspn(*at, " \t");
    negative = **at == '-';
    *at += negative;
    for (start = *at; g_ascii_isdigit(**at); (*at)++)
        number = MIN(number * 10 + (**at - '0'), SWF_MOST);
    if (*at == start)
        return false;
    if (**at == '.')
        for ((*at)++; g_ascii_isdigit(**at);)
            (*at)++;
    *out = negative ? -number : number;
    return **at == '\0' || strchr(" \t\r\n", **at);
}

static bool read_fields(const char *at, gint64 fields[FIELDS])
{
    for (int i = 0; i < FIELDS; i++)
        fields[i] = -1;
    for (int i = 0; i < FIELDS_READ; i++)
        if (!read_field(&at, &fields[i]))
            return i > TIME && *(at + strspn(at, " \t\r\n")) == '\0';
    return true;
}

/* False for a job that no scheduler could have run. */
static bool make_job(const gint64 fields[FIELDS], SwfJob *out)
{
    gint64 processors = fields[PROCESSORS] > 0 ? fields[PROCESSORS] : fields[USED];

    if (processors <= 0 || processors > INT32_MAX || fields[RUNTIME] <= 0 || fields[SUBMIT] < 0)
        return false;
    *out = (SwfJob){
        .id = (uint32_t)CLAMP(fields[JOB], 0, (gint64)UINT32_MAX),
        .submit_at = fields[SUBMIT],
        .runtime = fields[RUNTIME],
        .estimate = MAX(fields[TIME], fields[RUNTIME]),
        .processors = (uint32_t)processors,
        .user = fields[USER] < 0 ? UINT32_MAX : (uint32_t)fields[USER],
        .queue = fields[QUEUE] < 0 ? UINT32_MAX : (uint32_t)fields[QUEUE],
    };
    return true;
}

/* "; MaxProcs: 240" */
static void read_header(Swf *self, const char *line, uint32_t *nodes)
{
    const char *colon = strchr(line, ':');
    gint64 number = colon ? g_ascii_strtoll(colon + 1, NULL, 10) : 0;

    line += strspn(line, "; \t");
    if (number <= 0 || number > INT64_C(0xffffffffff))
        return;
    if (g_str_has_prefix(line, "MaxProcs:"))
        self->processors = (uint32_t)MIN(number, INT32_MAX);
    else if (g_str_has_prefix(line, "MaxNodes:"))
        *nodes = (uint32_t)MIN(number, INT32_MAX);
    else if (g_str_has_prefix(line, "UnixStartTime:"))
        self->started_at = number;
}

static gint by_submit(gconstpointer a, gconstpointer b)
{
    const SwfJob *left = a, *right = b;

    return (left->submit_at > right->submit_at) - (left->submit_at < right->submit_at);
}

static bool read_job(Swf *self, const char *line)
{
    gint64 fields[FIELDS];
    SwfJob job;

    if (!read_fields(line, fields))
        return false;
    if (make_job(fields, &job))
        g_array_append_val(self->jobs, job);
    else
        self->skipped++;
    return true;
}

static void say_bad_line(const char *at, const char *file, int line, Diags *diags)
{
    g_autofree char *source = g_strndup(at, MIN(strcspn(at, "\r\n"), 200));

    diags_add(diags, DIAG_ERROR, file, line, 0, source,
              "expected a job of the Standard Workload Format, 18 numbers");
}

static bool read_lines(Swf *self, const char *text, const char *file, uint32_t *nodes, Diags *diags)
{
    int line = 0, wrong = 0;

    while (*text && wrong < 10) {
        const char *at = text + strspn(text, " \t\r");

        line++;
        if (*at == ';')
            read_header(self, at, nodes);
        else if (*at && *at != '\n' && !read_job(self, at)) {
            say_bad_line(at, file, line, diags);
            wrong++;
        }
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return wrong == 0;
}

static uint32_t widest(const Swf *self)
{
    uint32_t most = 1;

    for (guint i = 0; i < self->jobs->len; i++)
        most = MAX(most, g_array_index(self->jobs, SwfJob, i).processors);
    return most;
}

Swf *swf_parse(const char *text, const char *file, Diags *diags)
{
    g_autoptr(Swf) self = g_new0(Swf, 1);
    uint32_t nodes = 0;

    self->jobs = g_array_new(FALSE, FALSE, sizeof(SwfJob));
    if (!read_lines(self, text, file, &nodes, diags))
        return NULL;
    if (!self->jobs->len) {
        diags_add(diags, DIAG_ERROR, file, 0, 0, NULL,
                  "expected jobs of the Standard Workload Format, found none");
        return NULL;
    }
    if (self->skipped)
        diags_add(diags, DIAG_WARNING, file, 0, 0, NULL,
                  "%u jobs without processors or run time are left out", self->skipped);
    if (!self->processors)
        self->processors = nodes ? nodes : widest(self);
    g_array_sort(self->jobs, by_submit); /* stable */
    return g_steal_pointer(&self);
}

/* The whole file, unpacked when it is packed. */
static char *read_file(const char *path, Diags *diags)
{
    gzFile file = gzopen(path, "rb");
    g_autoptr(GString) text = g_string_new(NULL);
    char buffer[65536];
    int n = 0, status = Z_OK;

    while (file && (n = gzread(file, buffer, sizeof buffer)) > 0)
        g_string_append_len(text, buffer, n);
    if (file)
        gzerror(file, &status);
    if (!file || n < 0 || (status != Z_OK && status != Z_STREAM_END)) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL,
                  file ? "expected a whole gzip file, found a broken one" : "could not be opened");
        if (file)
            gzclose(file);
        return NULL;
    }
    gzclose(file);
    return g_strdup(text->str);
}

Swf *swf_load(const char *path, Diags *diags)
{
    g_autofree char *text = read_file(path, diags);

    return text ? swf_parse(text, path, diags) : NULL;
}

void swf_free(Swf *self)
{
    if (!self)
        return;
    g_array_unref(self->jobs);
    g_free(self);
}

static LoadJob *load_job_of(const SwfJob *job)
{
    g_autofree char *id = g_strdup_printf("%u", job->id);
    LoadJob *load_job = load_job_new(id);

    load_job->user = job->user == UINT32_MAX ? g_strdup("user") : g_strdup_printf("u%u", job->user);
    load_job->submit_at = job->submit_at;
    load_job->runtime_known = true;
    load_job->truth.runtime = job->runtime;
    load_job->spec->name = g_strdup(id);
    load_job->spec->ntasks = job->processors;
    load_job->spec->time_limit = (uint32_t)MIN((job->estimate + 59) / 60, INT32_MAX);
    return load_job;
}

Load *swf_to_load(const Swf *self)
{
    Load *load = load_new();

    for (guint i = 0; i < self->jobs->len; i++)
        g_ptr_array_add(load->jobs, load_job_of(&g_array_index(self->jobs, SwfJob, i)));
    return load;
}
