/* Tests of slurmio/sbatchopts.h. */
#include "tests/test.h"

#include "slurmio/sbatchopts.h"

static bool parse(const char *line, JobSpec *spec, Diags *diags)
{
    g_auto(GStrv) argv = NULL;

    if (*line)
        assert_true(g_shell_parse_argv(line, NULL, &argv, NULL));
    else
        argv = g_new0(char *, 1);
    return sbatchopts_parse(argv, spec, "", 0, diags);
}

static JobSpec *parsed(const char *line)
{
    g_autoptr(Diags) diags = diags_new();
    JobSpec *spec = job_spec_new();

    if (!parse(line, spec, diags))
        fail_msg("%s: %s", line, diags_nth(diags, 0)->text);
    return spec;
}

static void assert_refused(const char *line, const char *message)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(JobSpec) spec = job_spec_new();
    g_autoptr(JobSpec) fresh = job_spec_new();

    if (parse(line, spec, diags))
        fail_msg("taken: %s", line);
    if (!strstr(diags_nth(diags, 0)->text, message))
        fail_msg("%s: said '%s', not '%s'", line, diags_nth(diags, 0)->text, message);
    assert_true(job_spec_equal(spec, fresh));
}

static void long_and_short_glued_and_apart_mean_the_same(void **state)
{
    const char *const lines[] = {"--time=15 --partition=hive --hold",
                                 "--time 15 --partition hive -H",
                                 "-t15 -phive -H",
                                 "-t 15 -p hive -H",
                                 "-Ht15 -p hive",
                                 "--parti=hive --ho -t15"};
    g_autoptr(JobSpec) first = parsed(lines[0]);

    (void)state;
    assert_int_equal(first->time_limit, 15);
    assert_string_equal(first->partition, "hive");
    assert_true(first->hold);
    for (size_t i = 1; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(JobSpec) spec = parsed(lines[i]);

        assert_true(job_spec_equal(first, spec));
    }
}

static void units_and_ranges_are_sbatchs(void **state)
{
    g_autoptr(JobSpec) spec = parsed("--mem=20Gb -N 1-12 --time=3-1:0 --gres=gpu:1080:1 -n 4 -S 0");

    (void)state;
    assert_int_equal(spec->mem, 20480);
    assert_int_equal(spec->min_nodes, 1);
    assert_int_equal(spec->max_nodes, 12);
    assert_int_equal(spec->time_limit, 3 * 1440 + 60);
    assert_string_equal(spec->gres, "gpu:1080:1");
    assert_int_equal(spec->ntasks, 4);
    assert_int_equal(spec->core_spec, 0);
}

static void memory_of_zero_is_not_no_memory(void **state)
{
    g_autoptr(JobSpec) spec = parsed("--mem=0");

    (void)state;
    assert_int_equal(spec->mem, 0);
    assert_true(spec->mem_per_cpu == UINT64_MAX);
}

static void optional_arguments_are_only_glued_ones(void **state)
{
    g_autoptr(JobSpec) spec = parsed("--exclusive --nice --get-user-env");
    g_autoptr(JobSpec) with = parsed("--exclusive=user --nice=-5 --get-user-env=10L -koff");

    (void)state;
    assert_int_equal(spec->exclusive, EXCLUSIVE_NODE);
    assert_int_equal(spec->nice, 100);
    assert_string_equal(spec->rest[0], "--get-user-env");
    assert_int_equal(with->exclusive, EXCLUSIVE_USER);
    assert_int_equal(with->nice, -5);
    assert_string_equal(with->rest[0], "--get-user-env=10L");
    assert_string_equal(with->rest[1], "--no-kill=off");
    assert_null(with->rest[2]);
}

static void what_is_not_simulated_is_carried_in_order(void **state)
{
    g_autoptr(JobSpec) spec =
        parsed("-o 'out %j' --mail-type=END,FAIL -v --container-image=a#b "
               "--container-mount-home --export=A=1,B --comment=x --wrap 'sleep 1; echo'");
    const char *const expected[] = {
        "--output=out %j",        "--mail-type=END,FAIL", "--verbose",   "--container-image=a#b",
        "--container-mount-home", "--export=A=1,B",       "--comment=x", "--wrap=sleep 1; echo"};

    (void)state;
    assert_int_equal(g_strv_length(spec->rest), G_N_ELEMENTS(expected));
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
        assert_string_equal(spec->rest[i], expected[i]);
}

static void later_calls_override_earlier_ones_and_keep_the_rest(void **state)
{
    g_autoptr(JobSpec) spec = parsed("-t 10 -p a -o x");
    g_autoptr(Diags) diags = diags_new();

    (void)state;
    assert_true(parse("-p b -e y --requeue --no-requeue", spec, diags));
    assert_int_equal(spec->time_limit, 10);
    assert_string_equal(spec->partition, "b");
    assert_string_equal(spec->rest[0], "--output=x");
    assert_string_equal(spec->rest[1], "--error=y");
    assert_int_equal(spec->requeue, CHOICE_NO);
}

static void extra_node_info_sets_three_levels(void **state)
{
    g_autoptr(JobSpec) spec = parsed("-B 2-4:*:1");

    (void)state;
    assert_int_equal(spec->sockets_per_node, 2);
    assert_int_equal(spec->cores_per_socket, COUNT_UNSET);
    assert_int_equal(spec->threads_per_core, 1);
}

static void odd_values_are_told_as_sbatch_reads_them(void **state)
{
    const struct {
        const char *line, *note;
    } cases[] = {{"--nice=lots", "sbatch reads 'lots' as 0"},
                 {"--priority=7x", "sbatch reads '7x' as 7"},
                 {"-M other", "--clusters goes to sbatch as it is, but is not simulated"},
                 {"-N 1,2,8", "of the sizes '1,2,8' only the range 1-8 is kept"}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(JobSpec) spec = job_spec_new();

        assert_true(parse(cases[i].line, spec, diags));
        assert_int_equal(diags_count(diags, DIAG_WARNING), 1);
        assert_string_equal(diags_nth(diags, 0)->text, cases[i].note);
    }
}

static void every_refusal_says_what_was_expected(void **state)
{
    static const struct {
        const char *line, *message;
    } cases[] = {
        {"--partion=x", "expected an option of sbatch, found '--partion'; did you mean"},
        {"--zzzzzzzz", "expected an option of sbatch, found '--zzzzzzzz'"},
        {"--ntasks-per=2", "found '--ntasks-per', short for --ntasks-per-core, --ntasks-per-gpu"},
        {"-y", "expected letters of sbatch's options, found '-y'"},
        {"--hold=yes", "--hold: expected no value, found 'yes'"},
        {"--time", "--time: expected a value, found none"},
        {"--help", "--help: with it sbatch prints something and submits nothing"},
        {"-t 0", "--time: expected a time above 0 (Slurm reads 0 as no limit"},
        {"-t 1h", "--time: expected a time such as"},
        {"-n 0", "--ntasks: expected a whole number of at least 1, found '0'"},
        {"-n 1k", "--ntasks: expected a whole number"},
        {"--mem=1.5G", "--mem: expected memory as a whole number"},
        {"--mem=4GiB", "--mem: expected memory as a whole number"},
        {"--mem=-1", "--mem: expected memory as a whole number"},
        {"-N 4-2", "--nodes: expected the smaller number of nodes first, found '4-2'"},
        {"-N x", "--nodes: expected a number of nodes such as 4 or 2-8, found 'x'"},
        {"-N 0", "--nodes: expected at least 1 node, found '0'"},
        {"-a 5-1", "--array: expected array tasks such as"},
        {"--exclusive=yes", "--exclusive: expected nothing, user, mcs or topo, found 'yes'"},
        {"--exclusive -s", "expected only one of --exclusive and --oversubscribe"},
        {"--mem=1 --mem-per-cpu=1", "expected only one of --mem, --mem-per-cpu"},
        {"-c1 --cpus-per-gpu=1", "expected only one of --cpus-per-task and --cpus-per-gpu"},
        {"--ntasks-per-gpu=1 --gpus-per-task=1", "expected --ntasks-per-gpu without"},
        {"--ntasks-per-core=2 --threads-per-core=1", "expected --ntasks-per-core to be at most"},
        {"--tres-per-task=cpu:1,mem:4", "found 'mem' in 'cpu:1,mem:4', which sbatch does not"},
        {"--nice=99999999999", "--nice: expected a number within +/- 2147483645"},
        {"--priority=-1", "--priority: expected a number from 0 to 4294967293 or TOP"},
        {"--kill-on-invalid-dep=x", "expected yes or no, found 'x'"},
        {"--signal=USR9", "expected a signal such as USR1@120 or B:TERM@60"},
        {"--signal=B:USR1@70000", "expected a signal such as"},
        {"--switches=0", "expected a number of switches and how long"},
        {"--hint=fast", "expected compute_bound, memory_bound, multithread or nomultithread"},
        {"-m sideways", "expected a distribution such as block, cyclic:block or plane=4"},
        {"--gres=help", "expected resources such as gpu:2, found 'help'"},
        {"--gres-flags=x", "expected disable-binding, enforce-binding"},
        {"--gres-flags=enforce-binding,disable-binding", "expected one of two opposites"},
        {"--mail-type=sometimes", "expected mail types such as BEGIN,END,FAIL"},
        {"--open-mode=w", "expected append or truncate, found 'w'"},
        {"--no-kill=maybe", "expected set, off or no, found 'maybe'"},
        {"--wait-all-nodes=2", "expected 0 or 1, found '2'"},
        {"--begin=soonish", "--begin: "},
        {"--deadline=5x", "--deadline: "},
        {"-w n[1-", "--nodelist: "},
        {"-x n[3-1]", "--exclude: "},
        {"job.sh", "expected an option, found 'job.sh'"},
        {"-- -n4", "expected an option, found '-n4'"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_refused(cases[i].line, cases[i].message);
}

/* -partition=x is -p artition=x: only values that cannot be read betray the missing hyphen. */
static void one_hyphen_before_a_long_name_is_a_letter(void **state)
{
    g_autoptr(JobSpec) spec = parsed("-partition=x");

    (void)state;
    assert_string_equal(spec->partition, "artition=x");
    assert_refused("-time=10", "found 'ime=10'; long options have two hyphens");
}

static void a_whole_command_line_has_a_script_and_its_arguments(void **state)
{
    g_autoptr(JobSpec) spec = job_spec_new();
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *script = NULL;

    (void)state;
    assert_true(
        sbatchopts_line("/usr/bin/sbatch -n4 --parsable job.sh a -b", spec, &script, diags));
    assert_string_equal(script, "job.sh");
    assert_int_equal(spec->ntasks, 4);
    assert_string_equal(spec->script_args[1], "-b");
}

/* Slurm joins arguments by blanks: what follows --wrap belongs to it. */
static void a_wrapped_command_keeps_its_blanks(void **state)
{
    g_autoptr(JobSpec) spec = job_spec_new();
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *script = NULL;

    (void)state;
    assert_true(sbatchopts_line("sbatch -n4 --wrap=echo it's -n 5", spec, &script, diags));
    assert_null(script);
    assert_string_equal(spec->rest[0], "--wrap=echo it's -n 5");
    assert_int_equal(spec->ntasks, 4);
}

static void other_programs_are_refused(void **state)
{
    g_autoptr(JobSpec) spec = job_spec_new();
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *script = NULL;

    (void)state;
    assert_false(sbatchopts_line("srun -n4 x", spec, &script, diags));
    assert_string_equal(diags_nth(diags, 0)->text, "expected 'sbatch ...', found 'srun -n4 x'");
    assert_false(sbatchopts_line("", spec, &script, diags));
}

static JobSpec *script(const char *text)
{
    g_autoptr(Diags) diags = diags_new();
    JobSpec *spec = job_spec_new();

    if (!sbatchopts_script(text, "x.sh", spec, diags))
        fail_msg("%s", diags_nth(diags, 0)->text);
    return spec;
}

static void directives_end_at_the_first_command(void **state)
{
    g_autoptr(JobSpec) spec = script("#!/bin/sh\n\n# SBATCH -n9\n##SBATCH -n8\n#SBATCH--time=1\n"
                                     "#SBATCH -n4 -J 'a b' # six\n  # note\n#SBATCH -N2#x\n"
                                     "date\n#SBATCH -n7\n");

    (void)state;
    assert_int_equal(spec->time_limit, 1);
    assert_int_equal(spec->ntasks, 4);
    assert_string_equal(spec->name, "a b");
    assert_int_equal(spec->min_nodes, 2);
}

static void quotes_and_backslashes_group(void **state)
{
    g_autoptr(JobSpec) spec = script("#!/bin/sh\n#SBATCH --comment=\"a;b=c # d\" -J x\\ y\\\"z\n"
                                     "#SBATCH -o a\\ \\\n");

    (void)state;
    assert_string_equal(spec->rest[0], "--comment=a;b=c # d");
    assert_string_equal(spec->name, "x y\"z");
    assert_string_equal(spec->rest[1], "--output=a ");
}

/* sbatch makes one argument vector of all directives. */
static void a_value_may_stand_on_the_next_line(void **state)
{
    g_autoptr(JobSpec) spec = script("#!/bin/sh\n#SBATCH --partition\n#SBATCH hive\n");

    (void)state;
    assert_string_equal(spec->partition, "hive");
}

static void scripts_sbatch_would_refuse_are_refused_with_their_line(void **state)
{
    static const struct {
        const char *text, *message;
        int line, column;
    } cases[] = {
        {"", "expected a batch script, found an empty file", 1, 1},
        {" \n\n", "expected a batch script, found nothing but blanks", 1, 1},
        {"echo\n", "expected a first line that begins with #!", 1, 1},
        {"#!/bin/sh\r\n", "found those of DOS", 1, 1},
        {"#!/bin/sh\n#SBATCH -n4\n#SBATCH hetjob\n", "components of a heterogeneous job", 3, 9},
        {"#!/bin/sh\n#SBATCH -J 'x\n", "expected a closing quote, found the end of the line", 2,
         12},
        {"#!/bin/sh\n#SBATCH : -n4\n", "expected an option, found ':'", 2, 9},
        {"#!/bin/sh\n#SBATCH -n4 word\n", "expected an option, found 'word'", 2, 13},
        {"#!/bin/sh\n\n#SBATCH -J \303\244\303\266 -n x\n", "--ntasks: expected", 3, 15},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(JobSpec) spec = job_spec_new();
        g_autoptr(JobSpec) fresh = job_spec_new();

        assert_false(sbatchopts_script(cases[i].text, "x.sh", spec, diags));
        assert_non_null(strstr(diags_nth(diags, 0)->text, cases[i].message));
        assert_int_equal(diags_nth(diags, 0)->line, cases[i].line);
        assert_int_equal(diags_nth(diags, 0)->column, cases[i].column);
        assert_true(job_spec_equal(spec, fresh));
    }
}

static void other_systems_directives_get_a_warning_once(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(JobSpec) spec = job_spec_new();

    (void)state;
    assert_true(
        sbatchopts_script("#!/bin/sh\n#PBS -l x\n#PBS -l y\n#SLURM -n3\n", "x.sh", spec, diags));
    assert_int_equal(diags_count(diags, DIAG_WARNING), 2);
    assert_int_equal(spec->ntasks, 3);
}

static void a_missing_script_is_an_error(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(JobSpec) spec = job_spec_new();

    (void)state;
    assert_false(sbatchopts_script_load("/no/such/script", spec, diags));
    assert_non_null(strstr(diags_nth(diags, 0)->text, "No such file"));
}

static char *random_word(GRand *random)
{
    static const char letters[] = "abcXYZ019_-=,:;#'\"\\ %@[]()$";
    gint32 n = g_rand_int_range(random, 0, 12);
    GString *word = g_string_new(NULL);

    for (gint32 i = 0; i < n; i++)
        g_string_append_c(word, letters[g_rand_int_range(random, 0, sizeof letters - 1)]);
    return g_string_free(word, FALSE);
}

static bool maybe(GRand *random)
{
    return g_rand_int_range(random, 0, 3) == 0;
}

static uint32_t maybe_count(GRand *random, gint32 least)
{
    return maybe(random) ? (uint32_t)g_rand_int_range(random, least, 5000) : COUNT_UNSET;
}

static void randomize_texts(JobSpec *spec, GRand *random)
{
    char **texts[] = {&spec->name,   &spec->account,   &spec->partition,  &spec->qos,
                      &spec->user,   &spec->wckey,     &spec->licenses,   &spec->reservation,
                      &spec->gres,   &spec->gpus,      &spec->dependency, &spec->cluster_constraint,
                      &spec->prefer, &spec->constraint};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        if (maybe(random))
            *texts[i] = random_word(random);
    if (maybe(random))
        spec->array = g_strdup("0-15:2%4");
    if (maybe(random))
        spec->nodelist = g_strdup("n[1-3,07],x");
    if (maybe(random))
        spec->exclude = g_strdup("./hosts");
    if (maybe(random))
        spec->begin = g_strdup("now+1hour");
    if (maybe(random))
        spec->deadline = g_strdup("2026-01-20T12:34:00");
    if (maybe(random))
        spec->signal = g_strdup("B:USR1@600");
    if (maybe(random))
        spec->switches = g_strdup("1@00:03:00");
    if (maybe(random))
        spec->distribution = g_strdup("block:cyclic,Pack");
    if (maybe(random))
        spec->hint = g_strdup("nomultithread");
    if (maybe(random))
        spec->gres_flags = g_strdup("enforce-binding");
    if (maybe(random))
        spec->tres_per_task = g_strdup("cpu:2,gres/gpu:1");
}

static void randomize_numbers(JobSpec *spec, GRand *random)
{
    spec->ntasks = maybe_count(random, 1);
    spec->cpus_per_task = maybe_count(random, 1);
    spec->ntasks_per_node = maybe_count(random, 1);
    spec->ntasks_per_socket = maybe_count(random, 1);
    spec->sockets_per_node = maybe_count(random, 1);
    spec->threads_per_core = maybe_count(random, 1);
    spec->min_cpus = maybe_count(random, 1);
    spec->core_spec = maybe_count(random, 0);
    spec->priority = maybe(random) ? UINT32_C(0xfffffffd) : maybe_count(random, 0);
    spec->min_nodes = maybe_count(random, 1);
    if (spec->min_nodes != COUNT_UNSET)
        spec->max_nodes = spec->min_nodes + (maybe(random) ? 7 : 0);
    if (maybe(random))
        spec->time_limit = maybe(random) ? MINUTES_UNLIMITED : g_rand_int(random) % 1000000 + 1;
    if (maybe(random))
        spec->time_min = g_rand_int(random) % 1000 + 1;
    *(maybe(random) ? &spec->mem : &spec->mem_per_gpu) = (uint64_t)g_rand_int(random)
                                                         << g_rand_int_range(random, 0, 8);
    if (maybe(random))
        spec->tmp = 0;
    spec->nice = maybe(random) ? g_rand_int_range(random, -99999, 99999) : 0;
}

static void randomize_choices(JobSpec *spec, GRand *random)
{
    bool *flags[] = {&spec->overcommit,    &spec->contiguous, &spec->spread_job,
                     &spec->use_min_nodes, &spec->hold,       &spec->reboot};

    for (size_t i = 0; i < G_N_ELEMENTS(flags); i++)
        *flags[i] = maybe(random);
    spec->exclusive = (Exclusive)g_rand_int_range(random, 0, EXCLUSIVE_TOPO + 1);
    spec->oversubscribe = spec->exclusive == EXCLUSIVE_NO && maybe(random);
    spec->requeue = (Choice)g_rand_int_range(random, 0, 3);
    spec->kill_on_invalid_dep = (Choice)g_rand_int_range(random, 0, 3);
    if (maybe(random)) {
        g_autofree char *word = random_word(random);

        spec->rest = g_new0(char *, 3);
        spec->rest[0] = g_strdup_printf("--comment=%s", word);
        spec->rest[1] = g_strdup("--container-mount-home");
    }
}

/* A random request, written as options, is read back equal: 500 of them. */
static void a_request_survives_being_written_and_read(void **state)
{
    (void)state;
    for (guint32 seed = 0; seed < 500; seed++) {
        GRand *random = g_rand_new_with_seed(seed);
        g_autoptr(JobSpec) spec = job_spec_new();
        g_autoptr(JobSpec) back = job_spec_new();
        g_autoptr(Diags) diags = diags_new();
        g_auto(GStrv) argv = NULL;

        randomize_texts(spec, random);
        randomize_numbers(spec, random);
        randomize_choices(spec, random);
        argv = sbatchopts_argv(spec);
        if (!sbatchopts_parse(argv, back, "", 0, diags))
            fail_msg("seed %u: %s", seed, diags_nth(diags, 0)->text);
        if (!job_spec_equal(spec, back))
            fail_msg("seed %u: not equal", seed);
        g_rand_free(random);
    }
}

/* Whatever stands in a script, it is taken or refused. */
static void no_script_can_break_the_reader(void **state)
{
    static const char *const pieces[] = {
        "#SBATCH", " ", "\n", "'",      "\"",   "\\", "#",  "-",   "--",   "=",    ":", "time",
        "-n",      "4", "x",  "hetjob", "\303", "\t", "-N", "1-2", "date", "--ex", ",", "\r"};
    GRand *random = g_rand_new_with_seed(77);

    (void)state;
    for (int round = 0; round < 3000; round++) {
        g_autoptr(GString) text = g_string_new("#!/bin/sh\n#SBATCH ");
        g_autoptr(JobSpec) spec = job_spec_new();
        g_autoptr(Diags) diags = diags_new();

        for (int i = 0; i < 30; i++)
            g_string_append(text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
        if (!sbatchopts_script(text->str, "x.sh", spec, diags))
            assert_true(diags_count(diags, DIAG_ERROR) > 0);
    }
    g_rand_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_and_short_glued_and_apart_mean_the_same),
        cmocka_unit_test(units_and_ranges_are_sbatchs),
        cmocka_unit_test(memory_of_zero_is_not_no_memory),
        cmocka_unit_test(optional_arguments_are_only_glued_ones),
        cmocka_unit_test(what_is_not_simulated_is_carried_in_order),
        cmocka_unit_test(later_calls_override_earlier_ones_and_keep_the_rest),
        cmocka_unit_test(extra_node_info_sets_three_levels),
        cmocka_unit_test(odd_values_are_told_as_sbatch_reads_them),
        cmocka_unit_test(every_refusal_says_what_was_expected),
        cmocka_unit_test(one_hyphen_before_a_long_name_is_a_letter),
        cmocka_unit_test(a_whole_command_line_has_a_script_and_its_arguments),
        cmocka_unit_test(a_wrapped_command_keeps_its_blanks),
        cmocka_unit_test(other_programs_are_refused),
        cmocka_unit_test(directives_end_at_the_first_command),
        cmocka_unit_test(quotes_and_backslashes_group),
        cmocka_unit_test(a_value_may_stand_on_the_next_line),
        cmocka_unit_test(scripts_sbatch_would_refuse_are_refused_with_their_line),
        cmocka_unit_test(other_systems_directives_get_a_warning_once),
        cmocka_unit_test(a_missing_script_is_an_error),
        cmocka_unit_test(a_request_survives_being_written_and_read),
        cmocka_unit_test(no_script_can_break_the_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
