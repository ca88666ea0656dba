/* Traces in the Standard Workload Format of the Parallel Workloads Archive. */
#include "slurmio/swf.h"

#include <string.h>
#include <zlib.h>

#define FIELDS      18
#define FIELDS_READ 15                 /* the last one that matters is the queue's number */
#define SWF_MOST    (INT64_C(1) << 40) /* [s] larger numbers are nonsense */
#define LINE_MOST   65536              /* [bytes] */
#define WRONG_MOST  10                 /* lines that are told */

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

/* A trace while it is read, line by line: packed ones are large. */
typedef struct {
    Swf *swf;
    const char *file;
    Diags *diags;
    int line, wrong;
    uint32_t nodes; /* MaxNodes; 0 */
} Reader;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static const char *skip_blanks(const char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number, of which fractions are cut off; @at moves past it. False at the line's end. */
static bool read_field(const char **at, gint64 *out)
{
    const char *next = skip_blanks(*at);
    const bool negative = *next == '-';
    const char *const start = next += negative;
    gint64 number = 0;

    for (; is_digit(*next); next++) {
        if (number < SWF_MOST)
            number = number * 10 + (*next - '0');
    }
    *at = next;
    if (next == start)
        return false;
    if (*next == '.')
        for (next++; is_digit(*next);)
            next++;
    *at = next;
    *out = MIN(number, SWF_MOST) * (negative ? -1 : 1);
    return *next == '\0' || is_blank(*next);
}

static bool read_fields(const char *at, gint64 fields[FIELDS])
{
    for (int i = 0; i < FIELDS; i++)
        fields[i] = -1;
    for (int i = 0; i < FIELDS_READ; i++)
        if (!read_field(&at, &fields[i]))
            return i > TIME && *skip_blanks(at) == '\0';
    return true;
}

/* False for a job that no scheduler could have run. */
static bool make_job(Swf *self, const gint64 fields[FIELDS], SwfJob *out)
{
    const gint64 processors = fields[PROCESSORS] > 0 ? fields[PROCESSORS] : fields[USED];

    if (processors <= 0 || processors > INT32_MAX || fields[RUNTIME] <= 0 || fields[SUBMIT] < 0)
        return false;
    self->used += fields[PROCESSORS] <= 0;
    self->raised += fields[TIME] < fields[RUNTIME];
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
static void read_header(Reader *self, const char *line)
{
    const char *colon = strchr(line, ':');
    gint64 number = colon ? g_ascii_strtoll(colon + 1, NULL, 10) : 0;

    line += strspn(line, "; \t");
    if (number <= 0 || number > INT64_C(0xffffffffff))
        return;
    if (g_str_has_prefix(line, "MaxProcs:"))
        self->swf->processors = (uint32_t)MIN(number, INT32_MAX);
    else if (g_str_has_prefix(line, "MaxNodes:"))
        self->nodes = (uint32_t)MIN(number, INT32_MAX);
    else if (g_str_has_prefix(line, "UnixStartTime:"))
        self->swf->started_at = number;
}

static gint by_submit(gconstpointer a, gconstpointer b)
{
    const SwfJob *left = a, *right = b;

    return (left->submit_at > right->submit_at) - (left->submit_at < right->submit_at);
}

static void say_bad_line(const Reader *self, const char *at)
{
    g_autofree char *source = g_strndup(at, MIN(strlen(at), 200));

    diags_add(self->diags, DIAG_ERROR, self->file, self->line, 0, source,
              "expected a job of the Standard Workload Format, 18 numbers");
}

static bool read_job(Swf *self, const char *line)
{
    gint64 fields[FIELDS];
    SwfJob job;

    if (!read_fields(line, fields))
        return false;
    if (make_job(self, fields, &job))
        g_array_append_val(self->jobs, job);
    else
        self->skipped++;
    return true;
}

/* One line, without its end. */
static void read_line(Reader *self, const char *line)
{
    const char *at = skip_blanks(line);

    self->line++;
    if (*at == ';') {
        read_header(self, at);
    } else if (*at && !read_job(self->swf, at)) {
        say_bad_line(self, at);
        self->wrong++;
    }
}

static uint32_t widest(const Swf *self)
{
    uint32_t most = 1;

    for (guint i = 0; i < self->jobs->len; i++)
        most = MAX(most, g_array_index(self->jobs, SwfJob, i).processors);
    return most;
}

static uint32_t count_late(const Swf *self)
{
    Instant last = 0;
    uint32_t n = 0;

    for (guint i = 0; i < self->jobs->len; i++) {
        const Instant submit_at = g_array_index(self->jobs, SwfJob, i).submit_at;

        n += submit_at < last;
        last = MAX(last, submit_at);
    }
    return n;
}

static void say(const Reader *self, DiagLevel level, uint32_t count, const char *what)
{
    if (count > 0)
        diags_add(self->diags, level, self->file, 0, 0, NULL, "%u %s", count, what);
}

static void say_repairs(const Reader *self, uint32_t late)
{
    const Swf *swf = self->swf;

    say(self, DIAG_WARNING, swf->skipped, "jobs without processors or run time are left out");
    say(self, DIAG_NOTE, swf->used, "jobs ask for no processors: they get what they used");
    say(self, DIAG_NOTE, swf->raised,
        "jobs ask for less time than they ran, or for none: they ask for their run time");
    say(self, DIAG_NOTE, late, "jobs stand behind later ones: sorted by submit time");
    if (swf->processors == 0)
        diags_add(self->diags, DIAG_NOTE, self->file, 0, 0, NULL,
                  "the head has no MaxProcs: the machine is as large as %s",
                  self->nodes ? "its MaxNodes" : "the widest job");
}

/* What is to do when all lines are read. */
static bool finish(Reader *self)
{
    Swf *swf = self->swf;
    uint32_t late;

    if (self->wrong > 0)
        return false;
    if (swf->jobs->len == 0) {
        diags_add(self->diags, DIAG_ERROR, self->file, 0, 0, NULL,
                  "expected jobs of the Standard Workload Format, found none");
        return false;
    }
    late = count_late(swf);
    say_repairs(self, late);
    if (!swf->processors)
        swf->processors = self->nodes ? self->nodes : widest(swf);
    if (late > 0)
        g_array_sort(swf->jobs, by_submit); /* stable */
    return true;
}

static Swf *swf_new(void)
{
    Swf *self = g_new0(Swf, 1);

    self->jobs = g_array_new(FALSE, FALSE, sizeof(SwfJob));
    return self;
}

Swf *swf_parse(const char *text, const char *file, Diags *diags)
{
    g_autoptr(Swf) self = swf_new();
    Reader reader = {.swf = self, .file = file, .diags = diags};

    while (*text && reader.wrong < WRONG_MOST) {
        const size_t length = strcspn(text, "\n");
        g_autofree char *line = g_strndup(text, length);

        read_line(&reader, line);
        text += length + (text[length] == '\n');
    }
    return finish(&reader) ? g_steal_pointer(&self) : NULL;
}

/* Reads the whole lines of @buffer, which ends in NUL. Returns: the length of what is left. */
static size_t read_lines(Reader *self, char *buffer, size_t length)
{
    char *line = buffer;
    char *end;

    while ((end = memchr(line, '\n', length)) && self->wrong < WRONG_MOST) {
        *end++ = '\0';
        length -= (size_t)(end - line);
        read_line(self, line);
        line = end;
    }
    memmove(buffer, line, length + 1);
    return length;
}

static bool say_broken(const Reader *self, const char *message)
{
    diags_add(self->diags, DIAG_ERROR, self->file, self->line ? self->line + 1 : 0, 0, NULL, "%s",
              message);
    return false;
}

/* Unpacks it on the way where it is packed. */
static bool read_packed(Reader *self, gzFile file)
{
    g_autofree char *buffer = g_malloc(LINE_MOST + 1);
    size_t kept = 0;
    int status = Z_OK;
    int n;

    while (self->wrong < WRONG_MOST &&
           (n = gzread(file, buffer + kept, (unsigned)(LINE_MOST - kept))) > 0) {
        buffer[kept + (size_t)n] = '\0';
        kept = read_lines(self, buffer, kept + (size_t)n);
        if (kept == LINE_MOST)
            return say_broken(self, "expected lines of at most 65,536 characters");
    }
    gzerror(file, &status);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        return say_broken(self, "expected a whole gzip file, found a broken one");
    if (status == Z_BUF_ERROR)
        return say_broken(self, "expected a whole gzip file, found one that is cut off");
    if (kept > 0 && self->wrong < WRONG_MOST)
        read_line(self, buffer);
    return true;
}

Swf *swf_load(const char *path, Diags *diags)
{
    g_autoptr(Swf) self = swf_new();
    Reader reader = {.swf = self, .file = path, .diags = diags};
    gzFile file = gzopen(path, "rb");
    bool whole;

    if (!file) {
        say_broken(&reader, "could not be opened");
        return NULL;
    }
    gzbuffer(file, 2 * LINE_MOST);
    whole = read_packed(&reader, file);
    gzclose(file);
    return whole && finish(&reader) ? g_steal_pointer(&self) : NULL;
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
