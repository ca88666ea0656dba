/* What had to be guessed of a dump of sacct. */
#include "slurmio/sacct_notes.h"

static const struct {
    DiagLevel level;
    const char *one, *many; /* "1 job ..." and "2 jobs ..." */
} sentences[NOTE_KINDS] = {
    [NOTE_HET] = {DIAG_WARNING, "component of a heterogeneous job is left out",
                  "components of heterogeneous jobs are left out"},
    [NOTE_CLUSTERS] = {DIAG_WARNING, "job of another cluster is left out (sacct -M names one)",
                       "jobs of other clusters are left out (sacct -M names one)"},
    [NOTE_NO_SUBMIT] = {DIAG_WARNING, "job without a submit time is left out",
                        "jobs without a submit time are left out"},
    [NOTE_NOT_ENDED] = {DIAG_WARNING,
                        "job had not ended when the dump was made: how long it runs is guessed",
                        "jobs had not ended when the dump was made: how long they run is guessed"},
    [NOTE_LINE_WRONG] = {DIAG_WARNING, "SubmitLine is not understood: the columns stand for it",
                         "SubmitLines are not understood: the columns stand for them"},
    [NOTE_PARTITION] = {DIAG_WARNING, "job ran in a partition that slurm.conf does not have",
                        "jobs ran in partitions that slurm.conf does not have"},
    [NOTE_QOS] = {DIAG_WARNING, "job ran in a QoS that the accounting does not have",
                  "jobs ran in a QoS that the accounting does not have"},
    [NOTE_ASSOC] = {DIAG_WARNING,
                    "job is of a user without an association in its account: it would be refused",
                    "jobs are of users without an association in their account: they would be "
                    "refused"},
    [NOTE_RESERVATION] = {DIAG_WARNING,
                          "job ran in a reservation, of which sacct knows the name only: it asks "
                          "for none",
                          "jobs ran in reservations, of which sacct knows the names only: they ask "
                          "for none"},
    [NOTE_DEVICES] = {DIAG_WARNING, "job had devices that no node of slurm.conf has",
                      "jobs had devices that no node of slurm.conf has"},
    [NOTE_NODE_FAIL] = {DIAG_WARNING, "job was ended by a failing node: none fails here",
                        "jobs were ended by failing nodes: none fails here"},
    [NOTE_NO_LINE] = {DIAG_NOTE,
                      "job has no SubmitLine (Slurm 21.08): --nice, --exclusive, --dependency, "
                      "tasks per node and CPUs per task are not known",
                      "jobs have no SubmitLine (Slurm 21.08): --nice, --exclusive, --dependency, "
                      "tasks per node and CPUs per task are not known"},
    [NOTE_SIZE_ALLOCATED] = {DIAG_NOTE,
                             "job has neither ReqTRES nor ReqCPUS: it asks for what it was given",
                             "jobs have neither ReqTRES nor ReqCPUS: they ask for what they were "
                             "given"},
    [NOTE_WHOLE_NODES] = {DIAG_NOTE,
                          "job was given whole nodes beyond its request: --exclusive is assumed",
                          "jobs were given whole nodes beyond their request: --exclusive is "
                          "assumed"},
    [NOTE_NODES_GUESSED] = {DIAG_NOTE,
                            "job was spread evenly over nodes it did not fill: -N is assumed",
                            "jobs were spread evenly over nodes they did not fill: -N is assumed"},
    [NOTE_ONE_NODE] = {DIAG_NOTE,
                       "job ran on one node and is bound to it by no column: it may spread",
                       "jobs ran on one node and are bound to it by no column: they may spread"},
    [NOTE_MEMORY_SPREAD] = {DIAG_NOTE, "job's memory is known as a total: it is asked for by CPU",
                            "jobs' memory is known as a total: it is asked for by CPU"},
    [NOTE_NO_LIMIT] = {DIAG_NOTE, "job has no time limit recorded: the partition's holds",
                       "jobs have no time limit recorded: the partition's holds"},
    [NOTE_BEGIN] = {DIAG_NOTE,
                    "job became eligible later than it was submitted (a dependency, --begin or a "
                    "hold): --begin with that time stands for it",
                    "jobs became eligible later than they were submitted (a dependency, --begin "
                    "or a hold): --begin with that time stands for it"},
    [NOTE_HELD] = {DIAG_NOTE, "job never became eligible: it is held",
                   "jobs never became eligible: they are held"},
    [NOTE_DEPENDENCY] = {DIAG_NOTE,
                         "dependency names a job that is not in the dump, or one of several: left "
                         "out",
                         "dependencies name jobs that are not in the dump, or one of several: left "
                         "out"},
    [NOTE_CANCELLED_WAITING] = {DIAG_NOTE,
                                "job was cancelled before it started: scancel is run at that time",
                                "jobs were cancelled before they started: scancel is run at those "
                                "times"},
    [NOTE_CANCELLED_RUNNING] = {DIAG_NOTE,
                                "job was cancelled while it ran: it fails after as long a run",
                                "jobs were cancelled while they ran: they fail after as long a "
                                "run"},
    [NOTE_TIMEOUT] = {DIAG_NOTE, "job reached its time limit: it would run ten times as long",
                      "jobs reached their time limit: they would run ten times as long"},
    [NOTE_CUT_SHORT_NAME] = {DIAG_NOTE,
                             "job's own run was cut short or never began: it runs as long as the "
                             "median of its user's jobs of that name",
                             "jobs' own runs were cut short or never began: they run as long as "
                             "the median of their user's jobs of that name"},
    [NOTE_CUT_SHORT_LIMIT] = {DIAG_NOTE,
                              "job's own run was cut short or never began, and no job of that name "
                              "ended: it runs to its limit",
                              "jobs' own runs were cut short or never began, and no job of those "
                              "names ended: they run to their limits"},
    [NOTE_THROTTLE] = {DIAG_NOTE,
                       "array has no SubmitLine: how many of its tasks may run at a time is not "
                       "known",
                       "arrays have no SubmitLine: how many of their tasks may run at a time is "
                       "not known"},
    [NOTE_TASKS_DIFFER] = {DIAG_NOTE,
                           "array has tasks that ask for different things: all ask for what the "
                           "first does",
                           "arrays have tasks that ask for different things: all ask for what the "
                           "first does"},
    [NOTE_NO_USER] = {DIAG_NOTE, "job has no user recorded: it is submitted by 'user'",
                      "jobs have no user recorded: they are submitted by 'user'"},
};

void sacct_notes_clear(SacctNotes *self)
{
    for (int i = 0; i < NOTE_KINDS; i++) {
        g_clear_pointer(&self->first[i], g_free);
        g_clear_pointer(&self->detail[i], g_free);
        self->count[i] = 0;
    }
}

void sacct_note(SacctNotes *self, NoteKind kind, const char *job, const char *detail)
{
    if (self->count[kind]++ > 0)
        return;
    self->first[kind] = g_strdup(job);
    self->detail[kind] = g_strdup(detail);
}

void sacct_notes_say(const SacctNotes *self, const char *path, Diags *diags)
{
    for (int i = 0; i < NOTE_KINDS; i++) {
        const uint32_t n = self->count[i];

        if (n > 0)
            diags_add(diags, sentences[i].level, path, 0, 0, NULL, "%u %s (%s%s%s%s)", n,
                      n == 1 ? sentences[i].one : sentences[i].many,
                      n == 1 ? "job " : "first: job ", self->first[i], self->detail[i] ? ": " : "",
                      self->detail[i] ? self->detail[i] : "");
    }
}
