/* The only door to Slurm: runs its commands, here or behind a prefix, or replays them. */
#include "slurmio/runner.h"

#include "slurmio/changeenv.h"

#include <jansson.h>
#include <string.h>

#define TIMEOUT       30 /* [s] */
#define CHANGE_FOR    90 /* [s] for a command that changes something */
#define RETRY_AFTER   (G_USEC_PER_SEC / 2)
#define MESSAGE_CHARS 300 /* of what a command said */

struct Runner {
    char **via;     /* NULL: this machine */
    char **environ; /* what commands get here */
    int kept_open;  /* descriptor that commands get that change something; 0: none */
    bool replays;
    json_t *answers; /* {"argv", "status", "out", "err"}: given before, or to be given */
};

/* Every setting of the user's that changes what a command prints or whom it asks. */
static bool shapes_output(const char *name)
{
    static const char *const prefixes[] = {"SLURM_", "SLURMD_",   "SQUEUE_",  "SINFO_",
                                           "SPRIO_", "SACCT_",    "SSHARE_",  "SSTAT_",
                                           "SDIAG_", "SCONTROL_", "SACCTMGR_"};
    static const char *const kept[] = {"SLURM_CONF", "SLURM_CONF_SERVER", "SLURM_JWT"};
    static const char *const others[] = {"LC_ALL", "LANG", "LANGUAGE"};

    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
        if (g_str_equal(name, kept[i]))
            return false;
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(name, prefixes[i]))
            return true;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (g_str_equal(name, others[i]))
            return true;
    return false;
}

static char **clean_environment(void)
{
    g_auto(GStrv) names = g_listenv();
    char **environment = g_get_environ();

    for (char **name = names; *name; name++)
        if (shapes_output(*name))
            environment = g_environ_unsetenv(environment, *name);
    environment = g_environ_setenv(environment, "LC_ALL", "C", TRUE);
    environment = g_environ_setenv(environment, "SLURM_BITSTR_LEN", "0", TRUE); /* no "..." */
    return g_environ_setenv(environment, "SLURM_TIME_FORMAT", "%s", TRUE);
}

static Runner *runner_blank(void)
{
    Runner *self = g_new0(Runner, 1);

    self->environ = clean_environment();
    self->answers = json_array();
    return self;
}

Runner *runner_new(const char *via, GError **error)
{
    g_autoptr(Runner) self = runner_blank();
    g_autoptr(GError) cause = NULL;

    if (via && !g_shell_parse_argv(via, NULL, &self->via, &cause))
        return srx_fail_null(error, SRX_ERROR_USAGE,
                             "--via: expected a command such as 'ssh login1', found '%s' (%s)", via,
                             cause->message);
    return g_steal_pointer(&self);
}

Runner *runner_replay(const char *path, GError **error)
{
    g_autoptr(Runner) self = runner_blank();
    json_error_t cause;
    json_t *answers = json_load_file(path, 0, &cause);

    if (!json_is_array(answers)) {
        json_decref(answers);
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "%s:%d: expected a list of recorded commands, found %s", path,
                             answers ? 1 : cause.line, answers ? "something else" : cause.text);
    }
    json_decref(self->answers);
    self->answers = answers;
    self->replays = true;
    return g_steal_pointer(&self);
}

void runner_free(Runner *self)
{
    if (!self)
        return;
    g_strfreev(self->via);
    g_strfreev(self->environ);
    json_decref(self->answers);
    g_free(self);
}

/* ---- what is run ---- */

/* Far away the environment is not ours to clean but by env. */
static void add_far_environment(GPtrArray *words)
{
    static const char *const unset[] = {
        "SQUEUE_ACCOUNT",      "SQUEUE_ALL",        "SQUEUE_ARRAY",    "SQUEUE_FORMAT",
        "SQUEUE_FORMAT2",      "SQUEUE_FEDERATION", "SQUEUE_LICENSES", "SQUEUE_LOCAL",
        "SQUEUE_NAMES",        "SQUEUE_PARTITION",  "SQUEUE_PRIORITY", "SQUEUE_QOS",
        "SQUEUE_SIBLING",      "SQUEUE_SORT",       "SQUEUE_STATES",   "SQUEUE_USERS",
        "SACCT_FEDERATION",    "SACCT_FORMAT",      "SACCT_LOCAL",     "SACCTMGR_JSON",
        "SLURM_CLUSTERS",      "SLURM_JSON",        "SLURM_YAML",      "SCONTROL_ALL",
        "SCONTROL_FEDERATION", "SCONTROL_FUTURE",   "SCONTROL_LOCAL",  "SCONTROL_SIBLING",
        "SLURM_JOB_ID"};

    g_ptr_array_add(words, g_strdup("env"));
    for (size_t i = 0; i < G_N_ELEMENTS(unset); i++) {
        g_ptr_array_add(words, g_strdup("-u"));
        g_ptr_array_add(words, g_strdup(unset[i]));
    }
    g_ptr_array_add(words, g_strdup("LC_ALL=C"));
    g_ptr_array_add(words, g_strdup("SLURM_BITSTR_LEN=0"));
    g_ptr_array_add(words, g_strdup("SLURM_TIME_FORMAT=%s"));
}

/* The same for a command that changes something. */
static void add_far_change(GPtrArray *words, char *const *added)
{
    g_ptr_array_add(words, g_strdup("env"));
    change_environment_words(words);
    for (; added && *added; added++)
        g_ptr_array_add(words, g_strdup(*added));
}

/* The words as they are run: behind the prefix, each quoted for the shell over there. */
static char **words_of(const Runner *self, const char *const *argv, bool changes,
                       char *const *added)
{
    GPtrArray *words = g_ptr_array_new();
    guint from;

    for (char **word = self->via; word && *word; word++)
        g_ptr_array_add(words, g_strdup(*word));
    from = words->len;
    if (self->via && changes)
        add_far_change(words, added);
    else if (self->via)
        add_far_environment(words);
    for (const char *const *word = argv; *word; word++)
        g_ptr_array_add(words, g_strdup(*word));
    for (guint i = from; self->via && i < words->len; i++) {
        g_autofree char *word = words->pdata[i];

        words->pdata[i] = g_shell_quote(word);
    }
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

static bool may_answer_later(const ProcessResult *result)
{
    return result->timed_out || (result->status != 0 && (strstr(result->err, "timed out") ||
                                                         strstr(result->err, "try again")));
}

static bool run_once(const Runner *self, char **words, ProcessResult *out, GError **error)
{
    const ProcessCommand command = {.argv = (const char *const *)words,
                                    .environment = (const char *const *)self->environ,
                                    .timeout = TIMEOUT};

    return process_run(&command, out, error);
}

/* ---- what is said when it failed ---- */

/* "scontrol show config": without what only programs read. */
static char *name_of(const Runner *self, const char *const *argv)
{
    g_autofree char *via = self->via ? g_strjoinv(" ", self->via) : NULL;
    GString *name = g_string_new(via);

    for (size_t i = 0; argv[i] && i < 4; i++)
        if (!strstr(argv[i], RUNNER_UNIT))
            g_string_append_printf(name, "%s%s", name->len ? " " : "", argv[i]);
    return g_string_free(name, FALSE);
}

/* One line of what a command said. */
static char *said_by(const char *text)
{
    g_autofree char *plain = g_strdelimit(g_strdup(text), "\n\r\t", ' ');
    glong length;

    g_strstrip(plain);
    length = g_utf8_strlen(plain, -1);
    return g_utf8_substring(plain, 0, MIN(length, MESSAGE_CHARS));
}

static const char *advice_for(const Runner *self, const char *said)
{
    if (strstr(said, "onnect") || strstr(said, "contact"))
        return "is slurmctld up, and is SLURM_CONF the right one? 'scontrol ping' tells";
    if (strstr(said, "uthentication") || strstr(said, "munge"))
        return "is munged up on this machine? 'munge -n | unmunge' tells";
    if (strstr(said, "ermission") || strstr(said, "denied"))
        return "this user may not ask that";
    return self->via ? "run the same by hand to see more" : "run it by hand to see more";
}

static void *fail_missing(const Runner *self, const char *program, GError **error)
{
    if (self->via)
        return srx_fail_null(error, SRX_ERROR_SLURM,
                             "--via: cannot run '%s'; give a command that is there", self->via[0]);
    return srx_fail_null(error, SRX_ERROR_SLURM,
                         "no Slurm in reach: %s is not in PATH; go to a login node, reach one by "
                         "--via 'ssh LOGIN', or take a cluster from a directory: --cluster DIR",
                         program);
}

static void *fail_with(const Runner *self, const char *const *argv, const ProcessResult *result,
                       GError **error)
{
    g_autofree char *name = name_of(self, argv);
    g_autofree char *said = said_by(*result->err ? result->err : result->out);

    if (result->timed_out)
        return srx_fail_null(error, SRX_ERROR_SLURM,
                             "%s: no answer in time; is slurmctld up? 'scontrol ping' tells", name);
    if (result->status == 127 && self->via)
        return srx_fail_null(error, SRX_ERROR_SLURM,
                             "%s: %s; Slurm's commands must be in the PATH of a shell that is no "
                             "login there",
                             name, *said ? said : "not found");
    return srx_fail_null(error, SRX_ERROR_SLURM, "%s: %s (exit status %d); %s", name,
                         *said ? said : "it failed without a word", result->status,
                         advice_for(self, said));
}

/* ---- running, keeping and replaying ---- */

static json_t *words_to_json(const char *const *words)
{
    json_t *list = json_array();

    for (; *words; words++)
        json_array_append_new(list, json_string(*words));
    return list;
}

static void keep(Runner *self, const char *const *argv, const ProcessResult *result)
{
    json_t *answer = json_object();

    json_object_set_new(answer, "argv", words_to_json(argv));
    json_object_set_new(answer, "status", json_integer(result->timed_out ? -1 : result->status));
    json_object_set_new(answer, "out", json_string(result->out));
    json_object_set_new(answer, "err", json_string(result->err));
    json_array_append_new(self->answers, answer);
}

static bool run_really(Runner *self, const char *const *argv, ProcessResult *out, GError **error)
{
    g_auto(GStrv) words = words_of(self, argv, false, NULL);
    g_autoptr(GError) cause = NULL;
    g_auto(ProcessResult) first = {0};

    if (!run_once(self, words, &first, &cause)) {
        fail_missing(self, argv[0], error);
        return false;
    }
    if (may_answer_later(&first)) {
        process_result_clear(&first);
        g_usleep(RETRY_AFTER);
        if (!run_once(self, words, &first, error))
            return false;
    }
    *out = first;
    first = (ProcessResult){0};
    keep(self, argv, out);
    return true;
}

static bool run_recorded(const Runner *self, const char *const *argv, ProcessResult *out,
                         GError **error)
{
    json_t *wanted = words_to_json(argv);
    const json_t *found = NULL, *answer;
    size_t i;

    json_array_foreach(self->answers, i, answer)
    {
        if (!found && json_equal(json_object_get(answer, "argv"), wanted))
            found = answer;
    }
    json_decref(wanted);
    if (!found) {
        fail_missing(self, argv[0], error);
        return false;
    }
    *out = (ProcessResult){
        .out = g_strdup(json_string_value(json_object_get(found, "out"))),
        .err = g_strdup(json_string_value(json_object_get(found, "err"))),
        .status = (int)json_integer_value(json_object_get(found, "status")),
    };
    out->timed_out = out->status < 0;
    return true;
}

char *runner_run(Runner *self, const char *const *argv, GError **error)
{
    g_auto(ProcessResult) result = {0};

    if (!(self->replays ? run_recorded(self, argv, &result, error)
                        : run_really(self, argv, &result, error)))
        return NULL;
    if (result.timed_out || result.status != 0)
        return fail_with(self, argv, &result, error);
    return g_steal_pointer(&result.out);
}

static bool change_really(Runner *self, const char *const *argv, char *const *added,
                          const char *input, ProcessResult *out, GError **error)
{
    g_auto(GStrv) words = words_of(self, argv, true, added);
    g_auto(GStrv) user = g_get_environ();
    g_auto(GStrv) environment = change_environment(user, self->via ? NULL : added, NULL);
    const ProcessCommand command = {.argv = (const char *const *)words,
                                    .environment = (const char *const *)environment,
                                    .input = input,
                                    .timeout = CHANGE_FOR,
                                    .inherited = self->kept_open};
    g_autoptr(GError) cause = NULL;

    if (!process_run(&command, out, &cause)) {
        fail_missing(self, argv[0], error);
        return false;
    }
    keep(self, argv, out);
    return true;
}

bool runner_change(Runner *self, const char *const *argv, char *const *added, const char *input,
                   ProcessResult *out, GError **error)
{
    return self->replays ? run_recorded(self, argv, out, error)
                         : change_really(self, argv, added, input, out, error);
}

bool runner_complain(const Runner *self, const char *const *argv, const ProcessResult *result,
                     GError **error)
{
    fail_with(self, argv, result, error);
    return false;
}

void runner_keep_open(Runner *self, int descriptor)
{
    self->kept_open = descriptor;
}

char *runner_save(const Runner *self)
{
    char *dumped = json_dumps(self->answers, JSON_INDENT(1));
    char *text = g_strconcat(dumped, "\n", NULL);

    free(dumped);
    return text;
}
