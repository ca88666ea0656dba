/* One class of jobs held against every partition and QoS it may name. */
#include "planner/inquiry.h"

#include "planner/terms.h"

typedef struct {
    Asker asker;
    const WorkflowJob *job; /* the first of the class */
    const JobClass *class;
    GArray *found;                         /* Candidate */
    GPtrArray *rejected;                   /* Rejected * of this class */
    const char *want_partition, *want_qos; /* named by pin or file; NULL: free */
} Inquiry;

/* NULL when @candidate (partition and QoS set) can take the job; the rest of it is filled in. */
static char *judge(const Inquiry *self, Candidate *candidate)
{
    char *reason = asker_no_access(&self->asker, candidate->partition, candidate->qos);

    if (reason)
        return reason;
    terms_fill(&self->asker, &self->job->runtime, candidate);
    reason =
        asker_over_bounds(&self->asker, candidate->partition, candidate->qos, candidate->limit);
    if (!reason)
        reason = asker_does_not_fit(&self->asker, candidate->partition);
    return reason ? reason : terms_too_short(candidate);
}

static void reject(const Inquiry *self, const char *partition, const char *qos, const char *reason)
{
    Rejected *rejected = g_new0(Rejected, 1);

    rejected->job = g_strdup(self->job->name);
    rejected->n_jobs = self->class->n_jobs;
    rejected->partition = g_strdup(partition);
    rejected->qos = g_strdup(qos);
    rejected->reason = g_strdup(reason);
    g_ptr_array_add(self->rejected, rejected);
}

static const char *qos_name(const Cluster *cluster, uint32_t qos)
{
    return qos == INDEX_NONE ? NULL : cluster->qos[qos].name;
}
static const Candidate *find_equal(const Inquiry *self, const Candidate *candidate)
{
    const Cluster *cluster = self->asker.cluster;

    for (guint i = 0; i < self->found->len; i++) {
        const Candidate *other = &g_array_index(self->found, Candidate, i);

        if (!strchr(other->partitions, ',') && terms_equal(cluster, other, candidate))
            return other;
    }
    return NULL;
}

static void accept(const Inquiry *self, Candidate *candidate)
{
    const Candidate *equal = find_equal(self, candidate);

    if (equal) {
        g_autofree char *label = candidate_label(equal, self->asker.cluster);
        g_autofree char *reason = g_strdup_printf("no different from %s in any respect", label);

        reject(self, candidate->partitions, qos_name(self->asker.cluster, candidate->qos), reason);
        return;
    }
    candidate->partitions = g_strdup(candidate->partitions);
    candidate->allowed = true;
    g_array_append_val(self->found, *candidate);
}

/* A reason that holds with every QoS is told once. */
static void try_partition(const Inquiry *self, const char *name, const GArray *qos)
{
    const Cluster *cluster = self->asker.cluster;
    const uint32_t partition = cluster_find_partition(cluster, name);
    g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func(g_free);
    guint alike = 0;

    if (partition == INDEX_NONE) {
        reject(self, name, NULL, "the cluster has no such partition");
        return;
    }
    for (guint i = 0; i < qos->len; i++) {
        Candidate candidate = {.partition = partition,
                               .partitions = cluster->partitions[partition].name,
                               .qos = g_array_index(qos, uint32_t, i)};
        char *reason = judge(self, &candidate);

        if (!reason)
            accept(self, &candidate);
        g_ptr_array_add(reasons, reason);
        alike += reason && g_strcmp0(reason, g_ptr_array_index(reasons, 0)) == 0;
    }
    if (alike == qos->len && alike > 0) {
        reject(self, name, qos->len > 1 ? NULL : qos_name(cluster, g_array_index(qos, uint32_t, 0)),
               g_ptr_array_index(reasons, 0));
        return;
    }
    for (guint i = 0; i < reasons->len; i++) {
        if (g_ptr_array_index(reasons, i))
            reject(self, name, qos_name(cluster, g_array_index(qos, uint32_t, i)),
                   g_ptr_array_index(reasons, i));
    }
}

static uint32_t default_qos(const Inquiry *self)
{
    const Cluster *cluster = self->asker.cluster;
    const uint32_t assoc = asker_assoc(&self->asker, cluster_default_partition(cluster));

    if (cluster->n_qos == 0)
        return INDEX_NONE;
    if (assoc != INDEX_NONE && cluster->assocs[assoc].default_qos_index != INDEX_NONE)
        return cluster->assocs[assoc].default_qos_index;
    return 0;
}

static void insert_by_priority(GArray *list, const Cluster *cluster, uint32_t qos)
{
    guint at = 0;

    while (at < list->len &&
           cluster->qos[g_array_index(list, uint32_t, at)].priority >= cluster->qos[qos].priority)
        at++;
    g_array_insert_val(list, at, qos);
}

/* The default one first, then by priority. Those the association does not have are told of once. */
static GArray *free_qos(const Inquiry *self)
{
    const Cluster *cluster = self->asker.cluster;
    const uint32_t assoc = asker_assoc(&self->asker, cluster_default_partition(cluster));
    const uint8_t *may_use = assoc == INDEX_NONE ? NULL : cluster->assocs[assoc].may_use_qos;
    const uint32_t preferred = default_qos(self);
    GArray *list = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (uint32_t i = 0; i < cluster->n_qos; i++) {
        if (i == preferred)
            continue;
        if (!may_use || may_use[i])
            insert_by_priority(list, cluster, i);
        else
            reject(self, NULL, cluster->qos[i].name, "the user's association does not have it");
    }
    g_array_prepend_val(list, preferred);
    return list;
}

static GArray *wanted_qos(const Inquiry *self)
{
    GArray *list;
    uint32_t named;

    if (!self->want_qos)
        return free_qos(self);
    list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    named = cluster_find_qos(self->asker.cluster, self->want_qos);
    if (named == INDEX_NONE)
        reject(self, NULL, self->want_qos, "the cluster has no such QoS");
    else
        g_array_append_val(list, named);
    return list;
}

static void try_free_partitions(const Inquiry *self, const GArray *qos)
{
    const Cluster *cluster = self->asker.cluster;
    const uint32_t preferred = cluster_default_partition(cluster);

    if (preferred != INDEX_NONE)
        try_partition(self, cluster->partitions[preferred].name, qos);
    for (uint32_t i = 0; i < cluster->n_partitions; i++) {
        if (i == preferred)
            continue;
        if (cluster->partitions[i].hidden)
            reject(self, cluster->partitions[i].name, NULL,
                   "Hidden=YES: used only where it is named");
        else
            try_partition(self, cluster->partitions[i].name, qos);
    }
}

static void try_named_partitions(const Inquiry *self, char *const *names, const GArray *qos)
{
    for (char *const *name = names; *name; name++)
        try_partition(self, *name, qos);
}

/* "a,b" itself: Slurm takes whichever starts first. Limits are those of the first that will do. */
static void add_list(const Inquiry *self, const char *list)
{
    const guint singles = self->found->len;

    for (guint i = 0; i < singles; i++) {
        Candidate candidate = g_array_index(self->found, Candidate, i);
        bool known = false;

        for (guint k = singles; k < self->found->len; k++)
            known |= g_array_index(self->found, Candidate, k).qos == candidate.qos;
        if (known)
            continue;
        candidate.partitions = g_strdup(list);
        g_array_append_val(self->found, candidate);
    }
}

static void try_all(const Inquiry *self)
{
    g_autoptr(GArray) qos = wanted_qos(self);

    if (qos->len == 0)
        return;
    if (self->want_partition) {
        g_auto(GStrv) names = g_strsplit(self->want_partition, ",", -1);

        try_named_partitions(self, names, qos);
        if (names[0] && names[1])
            add_list(self, self->want_partition);
    } else if (self->job->partitions) {
        try_named_partitions(self, self->job->partitions, qos);
    } else {
        try_free_partitions(self, qos);
    }
}

/* sbatch's own choice where the file makes none. False with a reason when it would never run. */
static bool file_says(const Inquiry *self, Candidate *out, char **note)
{
    const Cluster *cluster = self->asker.cluster;
    const char *list = self->job->spec->partition;
    const uint32_t standard = cluster_default_partition(cluster);
    g_auto(GStrv) names = NULL;

    if (!list && standard == INDEX_NONE) {
        *note = g_strdup("the file names no partition, and the cluster has no default one");
        return false;
    }
    list = list ? list : cluster->partitions[standard].name;
    names = g_strsplit(list, ",", -1);
    out->qos =
        self->job->spec->qos ? cluster_find_qos(cluster, self->job->spec->qos) : default_qos(self);
    if (self->job->spec->qos && out->qos == INDEX_NONE) {
        *note = g_strdup_printf("the cluster has no QoS '%s'", self->job->spec->qos);
        return false;
    }
    for (char **name = names; *name; name++) {
        g_clear_pointer(note, g_free);
        out->partition = cluster_find_partition(cluster, *name);
        if (out->partition == INDEX_NONE)
            *note = g_strdup_printf("the cluster has no partition '%s'", *name);
        else
            *note = judge(self, out);
        if (!*note)
            break;
    }
    if (*note)
        return false;
    out->partitions = g_strdup(list);
    return true;
}

static void add_baseline(const Inquiry *self, JobClass *class)
{
    Candidate baseline = {0};

    class->n_allowed = self->found->len;
    if (!file_says(self, &baseline, &class->baseline_note))
        return;
    for (guint i = 0; i < self->found->len; i++) {
        const Candidate *other = &g_array_index(self->found, Candidate, i);

        if (other->qos == baseline.qos && strcmp(other->partitions, baseline.partitions) == 0) {
            class->baseline = i;
            g_free(baseline.partitions);
            return;
        }
    }
    class->baseline = self->found->len;
    g_array_append_val(self->found, baseline);
}

/* "wf.yaml:12: ", nothing when the job was not read from a file. (transfer full) */
static char *place_of(const WorkflowJob *job)
{
    return job->file ? g_strdup_printf("%s:%d: ", job->file, job->line) : g_strdup("");
}

static bool infeasible(const Inquiry *self, GError **error)
{
    g_autoptr(GString) reasons = g_string_new(NULL);
    g_autofree char *where = NULL;

    for (guint i = 0; i < self->rejected->len; i++) {
        const Rejected *rejected = g_ptr_array_index(self->rejected, i);
        const bool both = rejected->partition && rejected->qos;

        g_string_append_printf(reasons, "\n  %s%s%s: %s",
                               rejected->partition ? rejected->partition : "", both ? "/" : "",
                               rejected->qos ? rejected->qos : "", rejected->reason);
    }
    where = place_of(self->job);
    return srx_fail(error, SRX_ERROR_INFEASIBLE, "%sjob %s fits no partition and QoS%s", where,
                    self->job->name, reasons->str);
}

bool inquiry_run(const Problem *problem, JobClass *class, GPtrArray *rejected, GError **error)
{
    const WorkflowJob *job = &problem->workflow->jobs[class->jobs[0]];
    g_autoptr(JobSpec) spec = job_spec_copy(job->spec);
    g_autofree char *refusal = NULL;
    g_autoptr(JobRequest) request = NULL;
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Candidate));
    Inquiry self = {.job = job, .class = class, .found = found};

    if (problem->pin_account) {
        g_free(spec->account);
        spec->account = g_strdup(problem->pin_account);
    }
    request = request_build(problem->cluster, spec, problem->now, problem->sim.epoch, &refusal);
    if (!request) {
        g_autofree char *where = place_of(job);

        return srx_fail(error, SRX_ERROR_INFEASIBLE, "%ssbatch would refuse job %s: %s", where,
                        job->name, refusal);
    }
    self.asker = (Asker){
        .problem = problem,
        .cluster = problem->cluster,
        .spec = spec,
        .request = request,
        .user = problem->user ? cluster_find_user(problem->cluster, problem->user) : INDEX_NONE,
    };
    self.rejected = rejected;
    self.want_partition = problem->pin_partition ? problem->pin_partition : spec->partition;
    self.want_qos = problem->pin_qos ? problem->pin_qos : spec->qos;
    try_all(&self);
    add_baseline(&self, class);
    class->pinned = class->n_allowed == 1 && self.want_partition && self.want_qos;
    class->n_candidates = found->len;
    class->candidates = (Candidate *)(void *)g_array_free(g_steal_pointer(&found), FALSE);
    return class->n_allowed > 0 || infeasible(&self, error);
}
