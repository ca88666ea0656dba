/* Images that jobs want imported first. */
#include "planner/imports.h"

#include <string.h>

static bool is_pyxis(const Container *self)
{
    return strcmp(self->runtime, "pyxis") == 0;
}

static bool is_file(const Container *self)
{
    return !is_pyxis(self) || g_str_has_suffix(self->import, ".sqsh");
}

G_GNUC_NULL_TERMINATED static char **words(const char *first, ...)
{
    GPtrArray *out = g_ptr_array_new();
    va_list rest;

    va_start(rest, first);
    for (const char *word = first; word; word = va_arg(rest, const char *))
        g_ptr_array_add(out, g_strdup(word));
    va_end(rest);
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(out, FALSE);
}

/* ---- the job that imports ---------------------------------------------------------------- */

static char **file_command(const Container *self)
{
    g_autofree char *uri = strstr(self->image, "://") ? g_strdup(self->image)
                                                      : g_strconcat("docker://", self->image, NULL);

    if (is_pyxis(self))
        return words("sh", "-c", "[ -e \"$0\" ] || exec enroot import -o \"$0\" \"$1\"",
                     self->import, uri, NULL);
    return words("sh", "-c", "[ -e \"$0\" ] || exec \"$1\" pull \"$0\" \"$2\"", self->import,
                 self->runtime, self->image, NULL);
}

static char *name_option(const Container *self)
{
    return g_strconcat("--container-name=", self->import, NULL);
}

static bool is_taken(const Workflow *self, const char *name)
{
    for (uint32_t i = 0; i < self->n_jobs; i++)
        if (strcmp(self->jobs[i].name, name) == 0)
            return true;
    return false;
}

static char *free_name(const Workflow *self, const char *import)
{
    g_autofree char *base = g_path_get_basename(import);
    char *name = g_strconcat("import-", base, NULL);

    for (int i = 2; is_taken(self, name); i++) {
        g_free(name);
        name = g_strdup_printf("import-%s-%d", base, i);
    }
    return name;
}

/* Where and for whom it runs is the first user's business. */
static void ask_as(const WorkflowJob *user, WorkflowJob *out)
{
    out->spec = job_spec_new();
    out->spec->name = g_strdup(out->name);
    out->spec->partition = g_strdup(user->spec->partition);
    out->spec->account = g_strdup(user->spec->account);
    out->spec->qos = g_strdup(user->spec->qos);
    out->spec->reservation = g_strdup(user->spec->reservation);
    out->spec->ntasks = 1;
    out->partitions = g_strdupv(user->partitions);
    out->work_dir = g_strdup(user->work_dir);
    out->log_dir = g_strdup(user->log_dir);
    out->file = g_strdup(user->file);
    out->line = user->line;
    out->column = user->column;
}

static uint32_t add_job(Workflow *self, uint32_t user)
{
    const uint32_t index = self->n_jobs;
    g_autofree char *name = free_name(self, self->jobs[user].container->import);
    WorkflowJob *out;
    const Container *container;

    self->jobs = g_renew(WorkflowJob, self->jobs, (gsize)self->n_jobs + 1);
    out = &self->jobs[index];
    container = self->jobs[user].container;
    *out = (WorkflowJob){.name = g_steal_pointer(&name), .cell = COUNT_UNSET};
    out->base = g_strdup(out->name);
    ask_as(&self->jobs[user], out);
    out->runs = RUNS_COMMAND;
    if (is_file(container)) {
        out->command = file_command(container);
    } else {
        g_autofree char *option = name_option(container);

        out->command = words("true", NULL);
        out->container = g_new0(Container, 1);
        out->container->runtime = g_strdup("pyxis");
        out->container->image = g_strdup(container->image);
        out->container->flags = words(option, NULL);
    }
    self->n_jobs++;
    return index;
}

/* ---- those who use it -------------------------------------------------------------------- */

static void use_name(Container *self)
{
    const guint n = self->flags ? g_strv_length(self->flags) : 0;

    self->flags = g_renew(char *, self->flags, n + 2);
    self->flags[n] = name_option(self);
    self->flags[n + 1] = NULL;
    g_clear_pointer(&self->image, g_free);
}

static void use(WorkflowJob *user, uint32_t import)
{
    Container *container = user->container;

    user->after = g_renew(WorkflowEdge, user->after, user->n_after + 1);
    user->after[user->n_after++] = (WorkflowEdge){.type = DEPEND_AFTEROK, .job = import};
    if (is_file(container)) {
        g_free(container->image); /* pyxis takes a text without a slash for one of a registry */
        container->image = strchr(container->import, '/')
                               ? g_strdup(container->import)
                               : g_strconcat("./", container->import, NULL);
    } else {
        use_name(container);
    }
}

/* ---- all --------------------------------------------------------------------------------- */

typedef struct {
    char *key; /* runtime, import and where that is */
    char *image;
    uint32_t job;
} Import;

static void import_free(void *data)
{
    Import *self = data;

    g_free(self->key);
    g_free(self->image);
    g_free(self);
}

static const Import *find(const GPtrArray *imports, const char *key)
{
    for (guint i = 0; i < imports->len; i++) {
        const Import *each = g_ptr_array_index(imports, i);

        if (strcmp(each->key, key) == 0)
            return each;
    }
    return NULL;
}

static void import_for(Workflow *self, uint32_t user, GPtrArray *imports, Diags *diags)
{
    const WorkflowJob *job = &self->jobs[user];
    g_autofree char *key = g_strjoin("\n", job->container->runtime, job->container->import,
                                     job->work_dir ? job->work_dir : "", NULL);
    const Import *known = find(imports, key);

    if (known && strcmp(known->image, job->container->image) != 0) {
        diags_add(diags, DIAG_ERROR, job->file, job->line, 0, NULL,
                  "job '%s': expected one image for the import '%s', found '%s' and '%s'",
                  job->name, job->container->import, known->image, job->container->image);
        return;
    }
    if (!known) {
        Import *made = g_new0(Import, 1);

        *made =
            (Import){g_steal_pointer(&key), g_strdup(job->container->image), add_job(self, user)};
        g_ptr_array_add(imports, made);
        known = made;
    }
    use(&self->jobs[user], known->job);
}

void workflow_imports(Workflow *self, Diags *diags)
{
    g_autoptr(GPtrArray) imports = g_ptr_array_new_with_free_func(import_free);
    const uint32_t n = self->n_jobs;

    for (uint32_t i = 0; i < n; i++) {
        Container *container = self->jobs[i].container;

        if (!container || !container->import)
            continue;
        import_for(self, i, imports, diags);
    }
}
