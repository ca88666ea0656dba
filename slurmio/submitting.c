/* A run that is being submitted, with patience for a slurmctld that does not answer. */
#include "slurmio/submitting.h"

#include "slurmio/submitline.h"

#include <string.h>

#define LOOK_AGAIN (2 * G_USEC_PER_SEC)
#define SLICE      (G_USEC_PER_SEC / 10) /* so that an interrupt is heard soon */
#define AT_ONCE    200                   /* ids on a command line */

bool submitting_begin(Submitting *self, Runner *runner, Run *run, const SubmitOptions *options,
                      GError **error)
{
    *self = (Submitting){.runner = runner, .run = run, .options = options};
    self->since = g_get_monotonic_time();
    if (!run_lock(run, options->patience, error))
        return false;
    runner_keep_open(runner, run->lock);
    return true;
}

void submitting_end(Submitting *self, bool was_locked)
{
    runner_keep_open(self->runner, was_locked ? self->run->lock : 0);
    if (!was_locked)
        run_unlock(self->run);
}

bool submitting_stopped(const Submitting *self)
{
    return self->options->stopped && self->options->stopped(self->options->self);
}

void submitting_say(const Submitting *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    if (!self->options->say)
        return;
    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    self->options->say(self->options->self, text);
}

void submitting_answered(Submitting *self)
{
    self->since = g_get_monotonic_time();
}

bool submitting_wait(Submitting *self, const char *said, GError **error)
{
    gint64 waited = g_get_monotonic_time() - self->since;
    g_autofree char *line = g_strdelimit(g_strstrip(g_strdup(said)), "\n\r\t", ' ');

    if (waited >= self->options->patience * G_USEC_PER_SEC) {
        self->unanswered = true;
        return srx_fail(error, SRX_ERROR_SLURM, "Slurm does not answer: %s", line);
    }
    submitting_say(self, "Slurm does not answer yet: %s", line);
    for (gint64 slept = 0; slept < LOOK_AGAIN; slept += SLICE) {
        if (submitting_stopped(self))
            return srx_fail(error, SRX_ERROR_INTERRUPTED, "interrupted");
        g_usleep(SLICE);
    }
    return true;
}

GArray *submitting_marks(Submitting *self, GError **error)
{
    for (;;) {
        g_autoptr(GError) cause = NULL;
        GArray *marks = queue_marks(self->runner, self->run, &cause);

        if (marks) {
            submitting_answered(self);
            return marks;
        }
        if (!submitting_wait(self, cause->message, error))
            return NULL;
    }
}

static char **words_for(const char *const *command, const GArray *ids, guint from)
{
    GPtrArray *words = g_ptr_array_new();

    for (; *command; command++)
        g_ptr_array_add(words, g_strdup(*command));
    for (guint i = from; i < ids->len && i < from + AT_ONCE; i++)
        g_ptr_array_add(words, g_strdup_printf("%u", g_array_index(ids, uint32_t, i)));
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

static bool change_some(Submitting *self, char *const *words, GError **error)
{
    for (;;) {
        g_auto(ProcessResult) result = {0};

        if (!runner_change(self->runner, (const char *const *)words, NULL, NULL, &result, error))
            return false;
        if (!result.timed_out && (result.status == 0 || !submit_may_be_in(result.err, 0)))
            break;
        if (!submitting_wait(self, result.timed_out ? "no answer in time" : result.err, error))
            return false;
    }
    submitting_answered(self);
    return true;
}

bool submitting_change(Submitting *self, const char *const *command, const GArray *ids,
                       GError **error)
{
    for (guint from = 0; from < ids->len; from += AT_ONCE) {
        g_auto(GStrv) words = words_for(command, ids, from);

        if (!change_some(self, words, error))
            return false;
    }
    return true;
}
