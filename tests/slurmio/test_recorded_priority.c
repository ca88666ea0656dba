/* Priorities against what sprio printed on a real Slurm: usage is rebuilt from the runs that
 * sacct recorded, every term is compared. Skipped where the recordings are not at hand. */
#include "tests/test.h"

#include "tests/slurmio/recorded.h"
#include <math.h>

#define PHASE_STEP 5   /* [s] when slurmctld's passes begin is not recorded: tried in such steps */
#define ROUNDED    1.6 /* sprio prints whole points; TRES are rounded one by one */

enum { AGE, FAIRSHARE, SIZE, PARTITION, QOS_TERM, TRES, TOTAL, TERMS };

typedef struct {
    uint32_t compared, equal[TERMS];
} Score;

static RecordedRun *find_run(const RecordedCase *self, const char *id, Instant at)
{
    for (guint i = 0; i < self->runs->len; i++) {
        RecordedRun *run = g_ptr_array_index(self->runs, i);

        if (strcmp(run->id, id) == 0 && run->submit_at <= at && run->start_at >= at)
            return run;
    }
    return NULL;
}

/* The weighted TRES of a line: "cpu=250,mem=38" */
static double tres_sum(const char *line)
{
    g_auto(GStrv) parts = g_strsplit(line, ",", -1);
    double sum = 0;

    for (char **part = parts; *part; part++)
        if (strchr(*part, '='))
            sum += g_ascii_strtod(strchr(*part, '=') + 1, NULL);
    return sum;
}

static void compare_line(const RecordedCase *self, const PriorityBook *book, const char *line,
                         Instant at, Instant passed, Score *score)
{
    g_auto(GStrv) words = g_strsplit(line, "|", -1);
    RecordedRun *run = g_strv_length(words) == 11 ? find_run(self, words[0], at) : NULL;
    PriorityTerms terms;

    if (!run || run->eligible_at > at)
        return;

    const uint32_t partition = cluster_find_partition(self->cluster, words[1]);
    const bool estimated = run->spec->exclusive == EXCLUSIVE_NODE;
    uint64_t *const held = run->job->tres_alloc;

    run->job->accrue_at = run->eligible_at;
    run->job->tres_alloc = NULL;
    const double total =
        priority_factors(book, run->job, partition, MAX(passed, run->submit_at), &terms);
    run->job->tres_alloc = held;

    const double ours[TERMS] = {terms.age, terms.fairshare, terms.job_size, terms.partition,
                                terms.qos, terms.tres,      total};
    double theirs[TERMS];

    theirs[AGE] = g_ascii_strtod(words[3], NULL);
    theirs[FAIRSHARE] = g_ascii_strtod(words[5], NULL);
    theirs[SIZE] = g_ascii_strtod(words[6], NULL);
    theirs[PARTITION] = g_ascii_strtod(words[7], NULL);
    theirs[QOS_TERM] = g_ascii_strtod(words[8], NULL);
    theirs[TRES] = tres_sum(words[10]);
    theirs[TOTAL] = g_ascii_strtod(words[2], NULL);
    score->compared++;
    for (int i = 0; i < TERMS; i++)
        score->equal[i] +=
            fabs(ours[i] - theirs[i]) < ROUNDED || (estimated && (i == SIZE || i == TOTAL));
}

static Score replay(const RecordedCase *self, Instant phase)
{
    const Span period = self->cluster->config.priority.calc_period;
    json_t *samples = json_object_get(self->recording, "samples");
    g_autoptr(Usage) usage = usage_new(self->cluster);
    g_autoptr(PriorityBook) book = priority_book_new(self->cluster, usage);
    Instant last = phase - period;
    Score score = {0};
    json_t *sample, *line;
    size_t i, j;

    usage_rank(usage);
    json_array_foreach(samples, i, sample)
    {
        const Instant at = number(sample, "t", 0);

        for (; last + period <= at; last += period)
            recorded_pass(self, usage, last, last + period);
        json_array_foreach(json_object_get(sample, "sprio"), j, line)
            compare_line(self, book, json_string_value(line), at, last, &score);
    }
    return score;
}

static Score best_replay(const RecordedCase *self, Instant *phase)
{
    Score best = {0};

    for (Instant p = 0; p < self->cluster->config.priority.calc_period; p += PHASE_STEP) {
        const Score score = replay(self, p);

        if (score.equal[AGE] + score.equal[FAIRSHARE] > best.equal[AGE] + best.equal[FAIRSHARE]) {
            best = score;
            *phase = p;
        }
    }
    return best;
}

/* Terms agree to a point; a whole-node job's size depends on the last test of the scheduler. */
static void check(SlurmVersion version, const char *name)
{
    static const char *const terms[TERMS] = {"age", "fair share", "size",    "partition",
                                             "QoS", "TRES",       "priority"};
    g_auto(RecordedCase) self = {0};
    Instant phase = 0;

    if (!recorded_load(&self, "recordings", version, name))
        return;

    const Score score = best_replay(&self, &phase);

    print_message("%s %s: %u lines of sprio\n", version_rules(version)->name, name, score.compared);
    assert_true(score.compared > 500);
    for (int i = 0; i < TERMS; i++)
        if (score.equal[i] < score.compared * 0.99)
            fail_msg("%s: only %u of %u agree", terms[i], score.equal[i], score.compared);
}

static void terms_are_those_sprio_printed(void **state)
{
    static const char *const names[] = {"multifactor-2", "fairtree-1", "campus-1", "gpus-2"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        check(SLURM_22_05, names[i]);
        check(SLURM_24_11, names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_those_sprio_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
