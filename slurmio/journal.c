/* The journal of a run: what srx did and saw, a line an event, only ever added to. */
#include "slurmio/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct Journal {
    char *path;
    int file;
    JournalClock clock;
};

static const char *const kind_names[] = {"begin",    "intent",    "accepted", "refused",
                                         "released", "cancelled", "started",  "ended",
                                         "retry",    "note",      "done"};

G_STATIC_ASSERT(G_N_ELEMENTS(kind_names) == JOURNAL_KINDS);

const char *journal_kind_name(JournalKind kind)
{
    return kind_names[kind];
}

JournalEvent journal_event(JournalKind kind, uint32_t job, uint32_t attempt)
{
    return (JournalEvent){.kind = kind,
                          .job = job,
                          .task = COUNT_UNSET,
                          .attempt = attempt,
                          .when = INSTANT_NEVER,
                          .exit = -1};
}

void journal_event_clear(JournalEvent *self)
{
    g_clear_pointer(&self->mark, g_free);
    g_clear_pointer(&self->state, g_free);
    g_clear_pointer(&self->nodes, g_free);
    g_clear_pointer(&self->change, g_free);
    g_clear_pointer(&self->text, g_free);
}

/* ---- lines ---- */

static void add_text(json_t *object, const char *key, const char *text)
{
    g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

    if (text)
        json_object_set_new(object, key, json_string(valid));
}

static void add_number(json_t *object, const char *key, int64_t number, int64_t none)
{
    if (number != none)
        json_object_set_new(object, key, json_integer(number));
}

static char *line_of(const JournalEvent *event)
{
    json_t *object = json_object();
    char *dumped, *line;

    json_object_set_new(object, "at", json_integer(event->at));
    add_text(object, "event", kind_names[event->kind]);
    add_number(object, "job", event->job, COUNT_UNSET);
    add_number(object, "task", event->task, COUNT_UNSET);
    if (event->job != COUNT_UNSET)
        json_object_set_new(object, "attempt", json_integer(event->attempt));
    add_number(object, "id", event->id, 0);
    add_number(object, "when", event->when, INSTANT_NEVER);
    add_text(object, "state", event->state);
    add_number(object, "exit", event->exit, -1);
    if (event->held)
        json_object_set_new(object, "held", json_true());
    add_text(object, "mark", event->mark);
    add_text(object, "nodes", event->nodes);
    add_text(object, "change", event->change);
    add_text(object, "text", event->text);
    dumped = json_dumps(object, JSON_COMPACT);
    line = g_strconcat(dumped, "\n", NULL);
    free(dumped);
    json_decref(object);
    return line;
}

static int64_t number_of(const json_t *object, const char *key, int64_t none)
{
    const json_t *value = json_object_get(object, key);

    return json_is_integer(value) ? json_integer_value(value) : none;
}

static uint32_t count_of(const json_t *object, const char *key, uint32_t none)
{
    int64_t number = number_of(object, key, none);

    return number < 0 || number > UINT32_MAX ? none : (uint32_t)number;
}

static char *text_of(const json_t *object, const char *key)
{
    return g_strdup(json_string_value(json_object_get(object, key)));
}

static JournalKind kind_of(const char *name)
{
    JournalKind kind = JOURNAL_BEGIN;

    while (kind < JOURNAL_KINDS && !g_str_equal(name, kind_names[kind]))
        kind++;
    return kind;
}

/* The kind is JOURNAL_KINDS when nobody knows it. */
static bool event_read(const char *line, size_t length, JournalEvent *out)
{
    json_t *object = json_loadb(line, length, 0, NULL);
    const char *name = json_string_value(json_object_get(object, "event"));

    if (name)
        *out = (JournalEvent){.kind = kind_of(name),
                              .at = number_of(object, "at", 0),
                              .job = count_of(object, "job", COUNT_UNSET),
                              .task = count_of(object, "task", COUNT_UNSET),
                              .attempt = count_of(object, "attempt", 0),
                              .id = count_of(object, "id", 0),
                              .when = number_of(object, "when", INSTANT_NEVER),
                              .exit = (int)number_of(object, "exit", -1),
                              .held = json_is_true(json_object_get(object, "held")),
                              .mark = text_of(object, "mark"),
                              .state = text_of(object, "state"),
                              .nodes = text_of(object, "nodes"),
                              .change = text_of(object, "change"),
                              .text = text_of(object, "text")};
    json_decref(object);
    return name != NULL;
}

/* ---- writing ---- */

/* Where the last whole line of the file ends. */
static off_t whole_length(int file, off_t size)
{
    char byte;

    while (size > 0 && pread(file, &byte, 1, size - 1) == 1 && byte != '\n')
        size--;
    return size;
}

static bool cut_torn_line(int file)
{
    struct stat about;
    off_t whole;

    if (fstat(file, &about) != 0)
        return false;
    whole = whole_length(file, about.st_size);
    return whole == about.st_size || ftruncate(file, whole) == 0;
}

Journal *journal_open(const char *path, JournalClock clock, GError **error)
{
    int file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    Journal *self;

    if (file < 0 || !cut_torn_line(file)) {
        srx_fail(error, SRX_ERROR_FAILED, "%s: %s", path, g_strerror(errno));
        if (file >= 0)
            close(file);
        return NULL;
    }
    self = g_new0(Journal, 1);
    self->path = g_strdup(path);
    self->file = file;
    self->clock = clock;
    return self;
}

void journal_free(Journal *self)
{
    if (!self)
        return;
    close(self->file);
    g_free(self->path);
    g_free(self);
}

/* One write, so that two processes cannot mix their lines. */
static bool write_line(int file, const char *line)
{
    size_t length = strlen(line);
    ssize_t written;

    do
        written = write(file, line, length);
    while (written < 0 && errno == EINTR);
    if (written >= 0 && (size_t)written < length)
        errno = ENOSPC;
    if (written < 0 || (size_t)written < length)
        return false;
    return fsync(file) == 0 || errno == EINVAL; /* EINVAL: a file that cannot be synchronised */
}

bool journal_write(Journal *self, JournalEvent *event, GError **error)
{
    g_autofree char *line = NULL;
    int cause;

    event->at = self->clock();
    line = line_of(event);
    if (write_line(self->file, line))
        return true;
    cause = errno;
    cut_torn_line(self->file);
    return srx_fail(error, SRX_ERROR_FAILED, "%s: %s; the journal cannot be written", self->path,
                    g_strerror(cause));
}

/* ---- reading ---- */

bool journal_read(const char *path, JournalTake take, void *self, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) cause = NULL;
    int number = 0;
    char *end;

    if (!g_file_get_contents(path, &text, NULL, &cause))
        return srx_fail(error, SRX_ERROR_FAILED, "%s", cause->message);
    for (char *line = text; (end = strchr(line, '\n')); line = end + 1) {
        JournalEvent event = {0};

        number++;
        if (!event_read(line, (size_t)(end - line), &event))
            return srx_fail(error, SRX_ERROR_INPUT,
                            "%s:%d: expected an event of a journal, found '%.*s'", path, number,
                            (int)MIN(end - line, 60), line);
        if (event.kind < JOURNAL_KINDS)
            take(self, &event);
        journal_event_clear(&event);
    }
    return true;
}
