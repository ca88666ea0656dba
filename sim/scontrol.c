/* scontrol and scancel command lines, as users and admins give them while a simulation runs.
 * Source: scontrol(1), scancel(1) of Slurm 24.05. */
#include "sim/calendar.h"
#include "sim/core.h"

/* {j1} becomes the id slurmctld gave to that job. */
static char *replace_ids(const Sim *self, const char *text)
{
    GString *out = g_string_new(NULL);

    while (*text) {
        const char *close = *text == '{' ? strchr(text, '}') : NULL;
        g_autofree char *name = close ? g_strndup(text + 1, (gsize)(close - text - 1)) : NULL;
        const guint found = name ? GPOINTER_TO_UINT(g_hash_table_lookup(self->by_name, name)) : 0;
        const SimJob *job = found ? g_ptr_array_index(self->first, found - 1) : NULL;

        if (!close) {
            g_string_append_c(out, *text++);
            continue;
        }
        if (job)
            g_string_append_printf(out, "%u", job->base_id);
        else
            g_string_append(out, "0");
        text = close + 1;
    }
    return g_string_free(out, FALSE);
}

static bool fail(GError **error, const char *message)
{
    return srx_fail(error, SRX_ERROR_INPUT, "%s", message);
}

/* The records "12", "12_3" or "12_[1-4]" names. */
GPtrArray *scontrol_find_jobs(Sim *self, const char *text)
{
    GPtrArray *out = g_ptr_array_new();
    g_auto(GStrv) parts = g_strsplit(text, "_", 2);
    const guint64 id = parts[0] ? g_ascii_strtoull(parts[0], NULL, 10) : 0;
    SimJob *job = g_hash_table_lookup(self->by_id, GUINT_TO_POINTER((guint)id));
    g_autoptr(GArray) tasks = NULL;
    g_autofree char *list = NULL;
    uint32_t throttle;

    if (!job)
        return out;
    if (!job->array || job->id != job->base_id) {
        g_ptr_array_add(out, job);
        return out;
    }
    if (!parts[1]) {
        for (guint i = 0; i < job->array->records->len; i++)
            g_ptr_array_add(out, g_ptr_array_index(job->array->records, i));
        return out;
    }
    list = g_strdup(g_strdelimit(parts[1], "[]", ' '));
    if (!job_array_parse(g_strstrip(list), &tasks, &throttle, NULL))
        return out;
    for (guint t = 0; t < tasks->len; t++) {
        SimJob *task = record_task(self, job, g_array_index(tasks, uint32_t, t));

        if (task)
            g_ptr_array_add(out, task);
    }
    return out;
}

/* ---- scancel ---- */

static void cancel(Sim *self, SimJob *job)
{
    if (job->requeue_pending) {
        job->requeue_pending = false;
        job->state = JOB_CANCELLED;
    } else if (job->state == JOB_PENDING) {
        life_cancel_pending(self, job, JOB_CANCELLED);
    } else if (job->state == JOB_RUNNING || job->state == JOB_SUSPENDED) {
        life_end(self, job, JOB_CANCELLED);
    }
}

static bool matches(const Sim *self, const SimJob *job, const char *key, const char *value)
{
    if (g_str_equal(key, "user"))
        return job->source->user && g_str_equal(job->source->user, value);
    if (g_str_equal(key, "name"))
        return g_strcmp0(job->spec->name, value) == 0;
    if (g_str_equal(key, "partition"))
        return g_str_equal(self->cluster->partitions[job->partition].name, value);
    if (g_str_equal(key, "state"))
        return g_ascii_strcasecmp(job_state_name(job->state), value) == 0;
    return true;
}

static void cancel_matching(Sim *self, const char *key, const char *value)
{
    for (guint i = 0; i < self->records->len; i++) {
        SimJob *job = g_ptr_array_index(self->records, i);

        if (matches(self, job, key, value))
            cancel(self, job);
    }
}

static const char *cancel_id(Sim *self, const char *id)
{
    g_autoptr(GPtrArray) jobs = scontrol_find_jobs(self, id);

    for (guint i = 0; i < jobs->len; i++)
        cancel(self, g_ptr_array_index(jobs, i));
    return jobs->len ? NULL : "Invalid job id specified";
}

static bool run_scancel(Sim *self, char *const *words, GError **error)
{
    static const struct {
        const char *name, *letter;
    } filters[] = {{"user", "-u"}, {"name", "-n"}, {"partition", "-p"}, {"state", "-t"}};
    const char *message = *words ? NULL : "No job identification provided";

    for (; *words; words++) {
        bool filtered = false;

        for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
            g_autofree char *option = g_strdup_printf("--%s=", filters[i].name);

            if (g_str_has_prefix(*words, option)) {
                cancel_matching(self, filters[i].name, *words + strlen(option));
                filtered = true;
            } else if (g_str_equal(*words, filters[i].letter) && words[1]) {
                cancel_matching(self, filters[i].name, *++words);
                filtered = true;
                break;
            }
        }
        if (!filtered && **words != '-') {
            const char *answer = cancel_id(self, *words);

            message = message ? message : answer;
        }
    }
    sched_request(self);
    return message == NULL || fail(error, message);
}

/* ---- scontrol hold, release, suspend, resume, requeue, requeuehold, top ---- */

/* Each says what Slurm answers where it does not do it; NULL when it does.
 * Source: Slurm job_mgr.c _update_job, _job_suspend_op, _job_requeue_op, _top_job. */

static bool is_finished(const SimJob *job)
{
    return job->state != JOB_PENDING && job->state != JOB_RUNNING && job->state != JOB_SUSPENDED;
}

static const char *hold(Sim *self, SimJob *job, bool by_user)
{
    if (is_finished(job))
        return "Job has already finished";
    if (job->state != JOB_PENDING)
        return NULL;
    queue_hold(self, job);
    job->held_by_user = by_user;
    job->reason = by_user ? WAIT_HELD_USER : WAIT_HELD_ADMIN;
    return NULL;
}

static const char *release(Sim *self, SimJob *job)
{
    if (is_finished(job))
        return "Job has already finished";
    if (job->state == JOB_PENDING && job->priority == 0)
        queue_release(self, job);
    return NULL;
}

static const char *suspend(Sim *self, SimJob *job)
{
    if (job->state == JOB_PENDING)
        return "Job is pending execution";
    if (is_finished(job))
        return "Job/step already completing or completed";
    life_suspend(self, job, false);
    return NULL;
}

static const char *resume(Sim *self, SimJob *job)
{
    if (job->state == JOB_PENDING)
        return "Job is pending execution";
    if (is_finished(job))
        return "Job/step already completing or completed";
    if (job->state != JOB_SUSPENDED)
        return "Job is not suspended";
    life_resume(self, job, false);
    return NULL;
}

static const char *requeue(Sim *self, SimJob *job, bool and_hold)
{
    if (job->state == JOB_PENDING && and_hold)
        return hold(self, job, true);
    if (is_finished(job))
        return "requeueing a job that has finished is not simulated";
    if (!job->may_requeue)
        return "Requested operation is presently disabled";
    if (job->state == JOB_PENDING)
        return "Job is pending execution";
    job->requeue_hold = and_hold;
    life_requeue(self, job, JOB_REQUEUED);
    return NULL;
}

/* scontrol top: above all other pending jobs of the same user, who lose what it gains. */
static const char *move_to_top(Sim *self, SimJob *job)
{
    uint32_t best = job->priority;

    if (job->state != JOB_PENDING)
        return "Job is no longer pending execution";
    if (job->n_partitions > 1)
        return "Requested partition configuration not available now";
    if (job->priority == 0)
        return "Job is in held state, pending scheduler release";
    for (guint i = 0; i < self->pending->len; i++) {
        const SimJob *other = g_ptr_array_index(self->pending, i);

        if (other->user == job->user)
            best = MAX(best, other->priority);
    }
    job->nice -= (int64_t)best + 1 - job->priority;
    job->priority = best + 1;
    for (uint32_t i = 0; i < job->n_partitions; i++)
        job->part_priority[i] = job->priority;
    return NULL;
}

static const char *act_on_job(Sim *self, const char *verb, SimJob *job)
{
    if (g_str_equal(verb, "hold") || g_str_equal(verb, "uhold"))
        return hold(self, job, g_str_equal(verb, "uhold"));
    if (g_str_equal(verb, "release"))
        return release(self, job);
    if (g_str_equal(verb, "suspend"))
        return suspend(self, job);
    if (g_str_equal(verb, "resume"))
        return resume(self, job);
    if (g_str_equal(verb, "top"))
        return move_to_top(self, job);
    return requeue(self, job, g_str_equal(verb, "requeuehold"));
}

/* The tasks of an array are one job: it is enough when something could be done to some. */
static const char *act_on_id(Sim *self, const char *verb, const char *id)
{
    const char *equals = strchr(id, '='); /* JobId=12 */
    g_autoptr(GPtrArray) jobs = scontrol_find_jobs(self, equals ? equals + 1 : id);
    const char *message = jobs->len ? NULL : "Invalid job id specified";
    guint done = 0;

    for (guint i = 0; i < jobs->len; i++) {
        const char *answer = act_on_job(self, verb, g_ptr_array_index(jobs, i));

        done += answer == NULL;
        message = message ? message : answer;
    }
    return done ? NULL : message;
}

/* An id that cannot be acted on does not spare the others. */
static bool act_on_jobs(Sim *self, const char *verb, char *const *words, GError **error)
{
    const char *message = *words ? NULL : "expected a job's id, found none";

    for (; *words; words++) {
        g_auto(GStrv) ids = g_strsplit(*words, ",", -1);

        for (char **id = ids; *id; id++) {
            const char *answer = act_on_id(self, verb, *id);

            message = message ? message : answer;
        }
    }
    sched_request(self);
    return message == NULL || fail(error, message);
}

static bool is_job_verb(const char *verb)
{
    static const char *const verbs[] = {"hold",   "uhold",   "release",     "suspend",
                                        "resume", "requeue", "requeuehold", "top"};

    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (g_str_equal(verb, verbs[i]))
            return true;
    }
    return false;
}

static bool scontrol_act(Sim *self, char *const *words, GError **error)
{
    const char *verb = words[0] ? words[0] : "";

    if (is_job_verb(verb))
        return act_on_jobs(self, verb, words + 1, error);
    if (g_str_equal(verb, "update"))
        return update_run(self, words + 1, error);
    if (g_str_equal(verb, "create") || g_str_equal(verb, "delete")) {
        const char *what = words[1] ? words[1] : "";

        if (g_ascii_strncasecmp(what, "reservation", 11) == 0) {
            const bool bare = strchr(what, '=') == NULL;

            return reservation_command(self, verb, words + (bare ? 2 : 1), error);
        }
        if (g_ascii_strncasecmp(what, "partition", 9) == 0)
            return fail(error, "creating partitions is not simulated: put it into slurm.conf, "
                               "DOWN, and bring it UP at that time");
    }
    return srx_fail(error, SRX_ERROR_INPUT, "scontrol %s is not simulated", verb);
}

bool scontrol_is_scancel(char *const *argv)
{
    return g_strcmp0(argv[0], "scancel") == 0;
}

bool scontrol_run(Sim *self, char *const *argv, GError **error)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    char *const *all;

    self->commands++;
    for (; *argv; argv++)
        g_ptr_array_add(words, replace_ids(self, *argv));
    g_ptr_array_add(words, NULL);
    all = (char *const *)words->pdata;
    if (scontrol_is_scancel(all))
        return run_scancel(self, all + 1, error);
    if (g_strcmp0(all[0], "scontrol") == 0)
        return scontrol_act(self, all + 1, error);
    return fail(error, "only scontrol and scancel command lines can be simulated");
}
