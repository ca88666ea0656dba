/* A run: a submission that is being carried out, with its directory and journal. */
#include "slurmio/run.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID_BYTES    6  /* twice as many hex digits */
#define NAME_MOST   40 /* characters of a job's name in the name of its script */
#define LOOK_AGAIN  (G_USEC_PER_SEC / 5)
#define MARK_PREFIX "srx:"

char *run_root(void)
{
    const char *state = g_getenv("XDG_STATE_HOME"); /* g_get_user_state_dir is of GLib 2.72 */

    if (state && *state == '/')
        return g_build_filename(state, "srx", "runs", NULL);
    return g_build_filename(g_get_home_dir(), ".local", "state", "srx", "runs", NULL);
}

static char *new_id(void)
{
    guint8 bytes[ID_BYTES];
    GString *id = g_string_new(NULL);

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        g_error("no random numbers: %s", g_strerror(errno));
    for (size_t i = 0; i < sizeof bytes; i++)
        g_string_append_printf(id, "%02x", bytes[i]);
    return g_string_free(id, FALSE);
}

static bool is_id(const char *name)
{
    return strlen(name) == (size_t)2 * ID_BYTES && strspn(name, "0123456789abcdef") == strlen(name);
}

void run_unlock(Run *self)
{
    if (self->lock >= 0)
        close(self->lock);
    self->lock = -1;
}

void run_free(Run *self)
{
    if (!self)
        return;
    run_unlock(self);
    g_free(self->id);
    g_free(self->path);
    submission_free(self->submission);
    journal_free(self->journal);
    run_state_free(self->state);
    g_free(self);
}

/* ---- making one ---- */

/* "12-train.sh": for people; what is no plain character becomes "_". */
static char *script_name(const Submission *submission, uint32_t job)
{
    g_autofree char *plain = g_strndup(submission->jobs[job].name, NAME_MOST);

    g_strcanon(plain, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", '_');
    return g_strdup_printf("%u-%s.sh", job, plain);
}

static bool write_file(const char *directory, const char *name, const char *text, GError **error)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autoptr(GError) cause = NULL;

    if (g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &cause))
        return true;
    return srx_fail(error, SRX_ERROR_FAILED, "%s", cause->message);
}

static bool write_scripts(const char *directory, const Submission *submission, GError **error)
{
    g_autofree char *scripts = g_build_filename(directory, "scripts", NULL);

    if (g_mkdir(scripts, 0700) != 0)
        return srx_fail(error, SRX_ERROR_FAILED, "%s: %s", scripts, g_strerror(errno));
    for (uint32_t i = 0; i < submission->n_jobs; i++) {
        g_autofree char *name = script_name(submission, i);
        g_autofree char *path = g_build_filename(scripts, name, NULL);
        g_autoptr(GError) cause = NULL;

        if (!g_file_set_contents_full(path, submission->jobs[i].script, -1,
                                      G_FILE_SET_CONTENTS_NONE, 0600, &cause))
            return srx_fail(error, SRX_ERROR_FAILED, "%s", cause->message);
    }
    return true;
}

static bool write_journal(const char *directory, const Submission *submission, JournalClock clock,
                          GError **error)
{
    g_autofree char *path = g_build_filename(directory, "journal", NULL);
    g_autofree char *name = g_strdup(submission->name);
    g_autoptr(Journal) journal = journal_open(path, clock, error);
    JournalEvent begin = journal_event(JOURNAL_BEGIN, COUNT_UNSET, 0);

    begin.text = name;
    return journal && journal_write(journal, &begin, error);
}

static bool fill(const char *directory, const Submission *submission, const char *plan,
                 JournalClock clock, GError **error)
{
    g_autofree char *text = submission_write(submission);

    return (!plan || write_file(directory, "plan.json", plan, error)) &&
           write_file(directory, "submission.json", text, error) &&
           write_scripts(directory, submission, error) &&
           write_journal(directory, submission, clock, error);
}

/* Of a directory that run_create has begun. */
static void remove_half(const char *directory)
{
    static const char *const names[] = {"scripts", ""};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(directory, names[i], NULL);
        g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
        const char *name;

        while (dir && (name = g_dir_read_name(dir))) {
            g_autofree char *file = g_build_filename(path, name, NULL);

            g_remove(file);
        }
        g_rmdir(path);
    }
}

/* Under another name until it is whole, so that run_list never sees half a run. */
static bool make_directory(const char *root, const char *id, const Submission *submission,
                           const char *plan, JournalClock clock, GError **error)
{
    g_autofree char *path = g_build_filename(root, id, NULL);
    g_autofree char *half = g_strconcat(path, ".new", NULL);

    if (g_mkdir_with_parents(root, 0700) != 0)
        return srx_fail(error, SRX_ERROR_FAILED, "%s: %s", root, g_strerror(errno));
    if (g_mkdir(half, 0700) != 0)
        return srx_fail(error, SRX_ERROR_FAILED, "%s: %s", half, g_strerror(errno));
    if (!fill(half, submission, plan, clock, error)) {
        remove_half(half);
        return false;
    }
    if (g_rename(half, path) == 0)
        return true;
    srx_fail(error, SRX_ERROR_FAILED, "%s: %s", path, g_strerror(errno));
    remove_half(half);
    return false;
}

static Run *run_at(const char *path, Submission *submission, JournalClock clock, GError **error)
{
    g_autoptr(Run) self = g_new0(Run, 1);
    g_autofree char *journal = g_build_filename(path, "journal", NULL);

    self->lock = -1;
    self->path = g_strdup(path);
    self->id = g_path_get_basename(path);
    self->submission = submission;
    self->journal = journal_open(journal, clock, error);
    if (!self->journal)
        return NULL;
    self->state = run_state_read(journal, submission->n_jobs, error);
    return self->state ? g_steal_pointer(&self) : NULL;
}

Run *run_create(const char *root, Submission *submission, const char *plan, JournalClock clock,
                GError **error)
{
    g_autoptr(Submission) owned = submission;
    g_autofree char *id = new_id();
    g_autofree char *path = g_build_filename(root, id, NULL);

    if (!make_directory(root, id, submission, plan, clock, error))
        return NULL;
    return run_at(path, g_steal_pointer(&owned), clock, error);
}

/* ---- finding one ---- */

typedef struct {
    char *id;
    gint64 began; /* the directory's scripts/ is made once and never changed */
} Found;

static gint later_first(gconstpointer a, gconstpointer b)
{
    const Found *left = a, *right = b;

    if (left->began != right->began)
        return left->began > right->began ? -1 : 1;
    return strcmp(left->id, right->id);
}

static gint64 began_at(const char *root, const char *id)
{
    g_autofree char *path = g_build_filename(root, id, "submission.json", NULL);
    struct stat about;

    if (stat(path, &about) != 0)
        return -1;
    return (gint64)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec;
}

GPtrArray *run_list(const char *root)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Found));
    g_autoptr(GDir) dir = g_dir_open(root, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        const Found found = {g_strdup(name), began_at(root, name)};

        if (is_id(name) && found.began >= 0)
            g_array_append_val(all, found);
        else
            g_free(found.id);
    }
    g_array_sort(all, later_first);
    for (guint i = 0; i < all->len; i++)
        g_ptr_array_add(names, g_array_index(all, Found, i).id);
    return names;
}

static const char *match(const GPtrArray *names, const char *wanted, const char *root,
                         GError **error)
{
    const char *found = NULL;

    for (guint i = 0; i < names->len; i++) {
        if (!g_str_has_prefix(names->pdata[i], wanted))
            continue;
        if (found)
            return srx_fail_null(error, SRX_ERROR_USAGE,
                                 "expected one run, found several that begin with '%s': %s, %s",
                                 wanted, found, (const char *)names->pdata[i]);
        found = names->pdata[i];
    }
    return found ? found : srx_fail_null(error, SRX_ERROR_USAGE, "no run '%s' in %s", wanted, root);
}

static char *path_of(const char *root, const char *wanted, GError **error)
{
    g_autoptr(GPtrArray) names = NULL;
    const char *name;

    if (wanted && strchr(wanted, '/')) {
        g_autofree char *plain = g_canonicalize_filename(wanted, NULL);
        g_autofree char *id = g_path_get_basename(plain);

        return is_id(id) && g_file_test(plain, G_FILE_TEST_IS_DIR)
                   ? g_steal_pointer(&plain)
                   : srx_fail_null(error, SRX_ERROR_USAGE,
                                   "expected the directory of a run, found '%s'", wanted);
    }
    names = run_list(root);
    if (names->len == 0)
        return srx_fail_null(error, SRX_ERROR_USAGE, "no run in %s; 'srx submit' begins one", root);
    name = wanted && *wanted ? match(names, wanted, root, error) : names->pdata[0];
    return name ? g_build_filename(root, name, NULL) : NULL;
}

Run *run_open(const char *root, const char *name, JournalClock clock, GError **error)
{
    g_autofree char *path = path_of(root, name, error);
    g_autofree char *file = path ? g_build_filename(path, "submission.json", NULL) : NULL;
    g_autofree char *text = NULL;
    g_autoptr(GError) cause = NULL;
    Submission *submission;

    if (!path)
        return NULL;
    if (!g_file_get_contents(file, &text, NULL, &cause))
        return srx_fail_null(error, SRX_ERROR_INPUT, "%s", cause->message);
    submission = submission_read(text, file, error);
    return submission ? run_at(path, submission, clock, error) : NULL;
}

/* ---- its parts ---- */

static bool read_anew(Run *self, GError **error)
{
    g_autofree char *journal = g_build_filename(self->path, "journal", NULL);
    RunState *state = run_state_read(journal, self->submission->n_jobs, error);

    if (!state)
        return false;
    run_state_free(self->state);
    self->state = state;
    return true;
}

/* The lock is of the open file, which commands that are started get too: a sbatch that outlives a
 * killed srx keeps the next one waiting. */
bool run_lock(Run *self, Span patience, GError **error)
{
    g_autofree char *path = g_build_filename(self->path, "lock", NULL);
    gint64 deadline = g_get_monotonic_time() + patience * G_USEC_PER_SEC;
    int file;

    if (self->lock >= 0)
        return true;
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return srx_fail(error, SRX_ERROR_FAILED, "%s: %s", path, g_strerror(errno));
    while (flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR && g_get_monotonic_time() >= deadline) {
            close(file);
            return srx_fail(error, SRX_ERROR_FAILED,
                            "run %s: another srx, or a sbatch it started, is still at it; wait for "
                            "it to end",
                            self->id);
        }
        g_usleep(LOOK_AGAIN);
    }
    self->lock = file;
    if (read_anew(self, error))
        return true;
    run_unlock(self);
    return false;
}

bool run_write(Run *self, JournalEvent *event, GError **error)
{
    if (!journal_write(self->journal, event, error))
        return false;
    run_state_take(self->state, event);
    return true;
}

bool run_note(Run *self, GError **error, const char *format, ...)
{
    JournalEvent event = journal_event(JOURNAL_NOTE, COUNT_UNSET, 0);
    va_list arguments;
    bool done;

    va_start(arguments, format);
    event.text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    done = run_write(self, &event, error);
    g_free(event.text);
    return done;
}

char *run_mark(const Run *self, uint32_t job, uint32_t attempt)
{
    return g_strdup_printf(MARK_PREFIX "%s:%u:%u", self->id, job, attempt);
}

static bool read_number(const char **at, char end, uint32_t *out)
{
    char *after;
    guint64 number;

    if (!g_ascii_isdigit(**at))
        return false;
    number = g_ascii_strtoull(*at, &after, 10);
    if (number >= UINT32_MAX || (*after != end && !(end == ' ' && *after == '\0')))
        return false;
    *out = (uint32_t)number;
    *at = after + (*after ? 1 : 0);
    return true;
}

bool run_mark_read(const Run *self, const char *comment, uint32_t *job, uint32_t *attempt)
{
    g_autofree char *prefix = g_strdup_printf(MARK_PREFIX "%s:", self->id);
    const char *at = comment + strlen(prefix);

    return g_str_has_prefix(comment, prefix) && read_number(&at, ':', job) &&
           read_number(&at, ' ', attempt);
}

char *run_script(const Run *self, uint32_t job)
{
    g_autofree char *name = script_name(self->submission, job);

    return g_build_filename(self->path, "scripts", name, NULL);
}
