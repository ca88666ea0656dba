/* Every job script of the corpus is taken, or refused as sbatch would refuse it. */
#include "tests/test.h"

#include "slurmio/sbatchopts.h"

#define FOLDER SRX_SHARED_DIR "/corpus/sbatch"

/* Scripts that sbatch refuses as well, with what is wrong. */
static const struct {
    const char *script;
    const char *message;
} refused[] = {
    {"001-hetjob-zsh.sh", "heterogeneous"},
    {"003-packjob-old.sh", "heterogeneous"},
    {"035-short-glued-wrong.sh", "found 'ccount=rwang753'; long options have two hyphens"},
    {"037-spaces-around-eq.sh", "found 'TrajCompile'; write options without blanks around '='"},
    {"039-spaces-list.sh", "found 'meitner,'"},
    {"041-endash-hyphen.sh", "it begins with a dash, write two hyphens"},
    {"053-gpus-per-node-type.sh", "found 'ID>'"},
    {"071-indented.sh", "expected a first line that begins with #!"},
};

static const char *expected_refusal(const char *script)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
        if (!strcmp(refused[i].script, script))
            return refused[i].message;
    return NULL;
}

static bool says(const Diags *diags, const char *message)
{
    for (size_t i = 0; i < diags_length(diags); i++)
        if (strstr(diags_nth(diags, i)->text, message))
            return true;
    return false;
}

static void print(const Diags *diags)
{
    for (size_t i = 0; i < diags_length(diags); i++) {
        g_autofree char *text = diag_format(diags_nth(diags, i));

        print_message("%s", text);
    }
}

static bool take(const char *script)
{
    g_autofree char *path = g_build_filename(FOLDER, script, NULL);
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(JobSpec) spec = job_spec_new();
    const char *message = expected_refusal(script);
    bool taken = sbatchopts_script_load(path, spec, diags);

    print(diags);
    assert_int_equal(taken, message == NULL);
    if (message)
        assert_true(says(diags, message));
    return taken;
}

static void every_script_is_taken_or_refused_as_sbatch_would(void **state)
{
    g_autoptr(GDir) folder = g_dir_open(FOLDER, 0, NULL);
    unsigned taken = 0, all = 0;

    (void)state;
    if (!folder) {
        print_message("no corpus at " FOLDER "\n");
        skip();
    }
    for (const char *script; (script = g_dir_read_name(folder));) {
        taken += take(script);
        all++;
    }
    print_message("%u of %u scripts taken\n", taken, all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_script_is_taken_or_refused_as_sbatch_would),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
