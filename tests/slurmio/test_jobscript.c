/* Tests of slurmio/jobscript.h: the scripts are run. */
#include "tests/test.h"

#include "base/rng.h"
#include "tests/slurmio/hostile.h"
#include "tests/slurmio/jobscript_stage.h"

#define WORDS(...) ((char *const *)(uintptr_t)(const char *const[]){__VA_ARGS__, NULL})
#define KEPT(...)  ((const char *const[]){__VA_ARGS__, NULL})

static int set_up(void **state)
{
    *state = stage_new();
    return 0;
}

static int tear_down(void **state)
{
    stage_free(*state);
    return 0;
}

static bool has_variable(const Stage *stage, const char *pair)
{
    g_auto(GStrv) environment = stage_kept(stage, "environment");

    return g_strv_contains((const char *const *)environment, pair);
}

/* ---- values ---- */

static void every_hostile_argument_and_variable_arrives_verbatim(void **state)
{
    Stage *stage = *state;
    const size_t n = G_N_ELEMENTS(hostile);
    g_autoptr(GPtrArray) command = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) env = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) kept = NULL;

    g_ptr_array_add(command, g_strdup("probe"));
    for (size_t i = 0; i < n; i++) {
        g_ptr_array_add(command, g_strdup(hostile[i]));
        g_ptr_array_add(env, g_strdup_printf("SRX_V%zu=%s", i, hostile[i]));
    }
    g_ptr_array_add(command, NULL);
    g_ptr_array_add(env, NULL);
    stage_play(
        stage,
        &(JobScript){.command = (char *const *)command->pdata, .env = (char *const *)env->pdata},
        NULL);
    assert_int_equal(stage->status, 0);
    kept = stage_kept(stage, "arguments");
    assert_int_equal(g_strv_length(kept), n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(kept[i], hostile[i]);
        assert_true(has_variable(stage, g_ptr_array_index(env, i)));
    }
    assert_false(stage_has(stage, "injected"));
}

/* Each in every place that takes a value. */
static void hostile_values_do_nothing_wherever_they_stand(void **state)
{
    Stage *stage = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
        const char *text = hostile[i];
        g_autofree char *pair = g_strconcat("V=", text, NULL);
        const JobContainer container = {.runtime = JOB_CONTAINER_APPTAINER,
                                        .image = "a.sif",
                                        .overlay = text,
                                        .workdir = text,
                                        .mounts = WORDS(text),
                                        .env = WORDS(pair)};
        const JobScript job = {.command = WORDS("probe", text),
                               .conda = text,
                               .container = &container,
                               .done_when = text,
                               .guard_seconds = 1};

        stage_play(stage, &job, NULL);
        assert_int_equal(stage->status, 0);
        assert_kept(stage, "arguments", KEPT(text));
        assert_kept(stage, "conda", KEPT("activate", text));
        assert_false(stage_has(stage, "injected"));
    }
}

static void random_arguments_arrive_verbatim(void **state)
{
    Stage *stage = *state;
    g_autoptr(Rng) rng = rng_new(20261124, 0, "texts");

    for (int round = 0; round < 20; round++) {
        g_autoptr(GPtrArray) command = g_ptr_array_new_with_free_func(g_free);
        g_auto(GStrv) kept = NULL;

        g_ptr_array_add(command, g_strdup("probe"));
        for (int i = 0; i < 20; i++) {
            char text[16] = "";
            const uint32_t length = rng_below(rng, sizeof(text));

            for (uint32_t k = 0; k < length; k++)
                text[k] = (char)(1 + (int)rng_below(rng, 127));
            g_ptr_array_add(command, g_strdup(text));
        }
        g_ptr_array_add(command, NULL);
        stage_play(stage, &(JobScript){.command = (char *const *)command->pdata}, NULL);
        kept = stage_kept(stage, "arguments");
        assert_int_equal(g_strv_length(kept), 20);
        for (guint i = 0; i < 20; i++)
            assert_string_equal(kept[i], command->pdata[i + 1]);
    }
}

/* ---- the command ---- */

static void a_command_runs_by_srun_with_its_arguments_and_prefix(void **state)
{
    Stage *stage = *state;

    stage_play(stage,
               &(JobScript){.command = WORDS("probe", "x"),
                            .srun_args = "--mpi=pmix '--comment=a b' --n=$SLURM_JOB_ID",
                            .launch_prefix = "env PREFIX=1"},
               "SLURM_CPUS_PER_TASK=3");
    assert_kept(stage, "srun", KEPT("--mpi=pmix", "--comment=a b", "--n=77"));
    assert_kept(stage, "arguments", KEPT("x"));
    assert_true(has_variable(stage, "PREFIX=1"));
    assert_true(has_variable(stage, "SRUN_CPUS_PER_TASK=3"));
    assert_true(has_variable(stage, "WORLD_SIZE=1"));
}

static void a_text_is_for_the_shell_as_a_whole(void **state)
{
    Stage *stage = *state;

    stage_play(stage,
               &(JobScript){.kind = JOBSCRIPT_SHELL,
                            .command = WORDS("A='b c'; probe $A \"$A\" && echo \"it's $A\" >&1")},
               NULL);
    assert_kept(stage, "arguments", KEPT("b", "c", "b c"));
    assert_string_equal(stage->out, "it's b c\n");
}

static void without_slurm_it_runs_without_srun(void **state)
{
    Stage *stage = *state;

    stage_play(stage, &(JobScript){.command = WORDS("probe", "x")}, "SRX_LOCAL=1");
    assert_kept(stage, "arguments", KEPT("x"));
    assert_false(stage_has(stage, "srun"));
}

static void the_status_is_the_commands(void **state)
{
    Stage *stage = *state;

    stage_play(stage, &(JobScript){.command = WORDS("probe")}, "PROBE_STATUS=7");
    assert_int_equal(stage->status, 7);
}

/* ---- around it ---- */

static void setup_lines_work_for_the_command_and_teardown_comes_after(void **state)
{
    Stage *stage = *state;

    stage_play(stage,
               &(JobScript){.command = WORDS("probe"),
                            .setup = WORDS("export WANDB_MODE=offline", "echo before"),
                            .teardown = WORDS("echo after", "echo $srx_status")},
               "PROBE_STATUS=3");
    assert_int_equal(stage->status, 3);
    assert_true(has_variable(stage, "WANDB_MODE=offline"));
    assert_string_equal(stage->out, "before\nafter\n3\n");
}

static void a_failing_setup_line_ends_the_job(void **state)
{
    Stage *stage = *state;

    stage_play(stage, &(JobScript){.command = WORDS("probe"), .setup = WORDS("false", "echo on")},
               NULL);
    assert_int_equal(stage->status, 1);
    assert_string_equal(stage->out, "");
    assert_false(stage_has(stage, "arguments"));
}

static void a_failing_teardown_fails_a_job_that_had_succeeded(void **state)
{
    Stage *stage = *state;
    const JobScript job = {.command = WORDS("probe"), .teardown = WORDS("(exit 5)", "echo on")};

    stage_play(stage, &job, NULL);
    assert_int_equal(stage->status, 5);
    assert_string_equal(stage->out, "");
    stage_play(stage, &job, "PROBE_STATUS=7");
    assert_int_equal(stage->status, 7);
}

static void conda_is_activated_and_its_failure_ends_the_job(void **state)
{
    Stage *stage = *state;

    stage_play(stage, &(JobScript){.command = WORDS("probe"), .conda = "ml env"}, NULL);
    assert_int_equal(stage->status, 0);
    assert_kept(stage, "conda", KEPT("activate", "ml env"));
    g_unlink("arguments");
    stage_play(stage, &(JobScript){.command = WORDS("probe"), .conda = "none"}, NULL);
    assert_int_equal(stage->status, 1);
    assert_string_equal(stage->err, "srx: the conda environment 'none' cannot be activated here\n");
}

static void venv_is_sourced_wherever_it_is(void **state)
{
    Stage *stage = *state;
    g_autofree char *venv = g_build_filename(stage->place, "my $(venv)", NULL);
    g_autofree char *bin = g_build_filename(venv, "bin", NULL);
    g_autofree char *activate = g_build_filename(bin, "activate", NULL);

    assert_int_equal(g_mkdir_with_parents(bin, 0755), 0);
    assert_true(g_file_set_contents(activate, "export VIRTUAL_ENV=here\n", -1, NULL));
    stage_play(stage, &(JobScript){.command = WORDS("probe"), .venv = venv}, NULL);
    assert_true(has_variable(stage, "VIRTUAL_ENV=here"));
    stage_play(stage, &(JobScript){.command = WORDS("probe"), .venv = "my $(venv)"}, NULL);
    assert_int_equal(stage->status, 0);
    stage_play(stage, &(JobScript){.command = WORDS("probe"), .venv = "-gone"}, NULL);
    assert_int_equal(stage->status, 1);
    assert_non_null(strstr(stage->err, "srx: './-gone/bin/activate' cannot be activated here\n"));
}

/* ---- containers ---- */

static void pyxis_is_told_by_options_of_srun(void **state)
{
    Stage *stage = *state;
    const JobContainer container = {
        .image = "nvcr.io#nvidia/pytorch:24.12-py3",
        .mounts = WORDS("/data:/data:ro+rprivate", "/my dir:/x"),
        .workdir = "/work space",
        .flags = WORDS("--container-name=my image", "--no-container-mount-home",
                       "--container-remap-root", "--container-save /tmp/a b.sqsh",
                       "--container-env=A,B", "--container-writable", "--no-container-entrypoint")};

    stage_play(
        stage,
        &(JobScript){.command = WORDS("probe", "x"), .container = &container, .srun_args = "-v"},
        NULL);
    /* the stand-in stops at the first word that is no option: the value of --container-save */
    assert_int_equal(stage->status, 127);
    assert_kept(stage, "srun",
                KEPT("--container-image=nvcr.io#nvidia/pytorch:24.12-py3",
                     "--container-mounts=/data:/data:ro+rprivate,/my dir:/x",
                     "--container-workdir=/work space", "--container-name=my image",
                     "--no-container-mount-home", "--container-remap-root", "--container-save"));
}

static void pyxis_needs_slurm(void **state)
{
    Stage *stage = *state;
    const JobContainer container = {.image = "ubuntu:22.04"};

    stage_play(stage, &(JobScript){.command = WORDS("probe"), .container = &container},
               "SRX_LOCAL=1");
    assert_int_equal(stage->status, 1);
    assert_string_equal(stage->err, "srx: pyxis has no containers without Slurm\n");
}

static void apptainer_gets_every_flag_before_the_image(void **state)
{
    Stage *stage = *state;
    const JobContainer container = {.runtime = JOB_CONTAINER_APPTAINER,
                                    .image = "my image.sif",
                                    .mounts = WORDS("/a:/b", "/c d:/e:ro"),
                                    .workdir = "/w",
                                    .overlay = "o.img",
                                    .env = WORDS("A=plain text", "B=a,b", "C=1=2", "D='q'"),
                                    .flags = WORDS("--no-home"),
                                    .nv = true,
                                    .rocm = true,
                                    .cleanenv = true,
                                    .fakeroot = true,
                                    .writable_tmpfs = true};

    stage_play(stage,
               &(JobScript){.command = WORDS("probe", "x"),
                            .container = &container,
                            .launch_prefix = "env INSIDE=1"},
               NULL);
    assert_int_equal(stage->status, 0);
    assert_kept(stage, "apptainer",
                KEPT("exec", "--nv", "--rocm", "--cleanenv", "--fakeroot", "--writable-tmpfs",
                     "--overlay=o.img", "--bind=/a:/b", "--bind=/c d:/e:ro", "--pwd=/w",
                     "--env=A=plain text", "--no-home", "my image.sif"));
    assert_true(has_variable(stage, "APPTAINERENV_B=a,b"));
    assert_true(has_variable(stage, "APPTAINERENV_C=1=2"));
    assert_true(has_variable(stage, "APPTAINERENV_D='q'"));
    assert_true(has_variable(stage, "INSIDE=1"));
}

static void singularity_is_called_by_its_name(void **state)
{
    Stage *stage = *state;
    const JobContainer container = {.runtime = JOB_CONTAINER_SINGULARITY,
                                    .image = "docker://ubuntu:22.04",
                                    .env = WORDS("B=a,b")};

    stage_play(stage,
               &(JobScript){.kind = JOBSCRIPT_SHELL,
                            .command = WORDS("probe 'a b' && echo in the container"),
                            .container = &container},
               "SRX_LOCAL=1");
    assert_kept(stage, "singularity", KEPT("exec", "docker://ubuntu:22.04"));
    assert_kept(stage, "arguments", KEPT("a b"));
    assert_true(has_variable(stage, "SINGULARITYENV_B=a,b"));
    assert_string_equal(stage->out, "in the container\n");
}

/* ---- requeueing and the guard ---- */

static void a_job_requeued_too_often_ends_at_once(void **state)
{
    Stage *stage = *state;
    const JobScript job = {.command = WORDS("probe"), .requeue_max = 2};

    stage_play(stage, &job, "SLURM_RESTART_COUNT=2");
    assert_int_equal(stage->status, 0);
    stage_play(stage, &job, "SLURM_RESTART_COUNT=3");
    assert_int_equal(stage->status, 75);
    assert_string_equal(stage->err, "srx: requeued 3 times, at most 2 are wanted\n");
}

/* The command warns the script itself, as Slurm would, and saves when it hears of it. */
#define WARNS                                                                                      \
    "trap 'echo saved; exit 0' USR2; kill -USR2 $PPID; "                                           \
    "for i in 1 2 3 4 5 6; do sleep 0.5; done; exit 9"

static void near_its_limit_a_job_saves_and_is_requeued(void **state)
{
    Stage *stage = *state;
    const JobScript job = {.command = WORDS("bash", "-c", WARNS),
                           .requeue_max = 2,
                           .requeue_signal = "USR2",
                           .requeue_notice = 20};

    stage_play(stage, &job, "SLURM_RESTART_COUNT=1");
    assert_string_equal(stage->out, "saved\n");
    assert_string_equal(stage->err, "srx: the time limit is near; the job is requeued (2 of 2)\n");
    assert_int_equal(stage->status, 0);
    assert_kept(stage, "scontrol", KEPT("requeue", "77"));
}

static void at_its_cap_a_job_is_left_to_its_limit(void **state)
{
    Stage *stage = *state;
    const JobScript job = {.command = WORDS("bash", "-c", WARNS),
                           .requeue_max = 2,
                           .requeue_signal = "USR2",
                           .requeue_notice = 20};

    stage_play(stage, &job, "SLURM_RESTART_COUNT=2");
    assert_string_equal(stage->out, "");
    assert_int_equal(stage->status, 9);
    assert_false(stage_has(stage, "scontrol"));
    assert_string_equal(stage->err,
                        "srx: the time limit is near; not requeued, as that was done 2 times\n");
}

static void the_guard_ends_what_stays_behind(void **state)
{
    Stage *stage = *state;
    const JobScript job = {.command = WORDS("bash", "-c", "sleep 50 >/dev/null 2>&1 & exit 4"),
                           .teardown = WORDS("echo tidied"),
                           .guard_seconds = 1};

    stage_play(stage, &job, NULL);
    assert_int_equal(stage->status, 4);
    assert_string_equal(stage->out, "tidied\n");
    assert_string_equal(stage->err,
                        "srx: the main process ended 1 s ago, ending what is left (1 processes)\n");
}

/* ---- scripts of the user's ---- */

#define OWN                                                                                        \
    "#!/bin/bash -e\n# a comment\n\n  #SBATCH --time=5\nprobe \"$@\"\necho \"$V $W\"\n(exit 6)\n"

static void a_script_of_ones_own_gets_its_arguments_and_variables(void **state)
{
    Stage *stage = *state;

    stage_play(stage,
               &(JobScript){.kind = JOBSCRIPT_OWN,
                            .own = OWN,
                            .command = WORDS("a b", "$(touch injected)", "-x"),
                            .env = WORDS("V=line\nbreak"),
                            .setup = WORDS("W=set"),
                            .teardown = WORDS("echo after")},
               NULL);
    assert_kept(stage, "arguments", KEPT("a b", "$(touch injected)", "-x"));
    assert_string_equal(stage->out, "line\nbreak set\nafter\n");
    assert_int_equal(stage->status, 6);
    assert_false(stage_has(stage, "injected"));
}

static void a_script_without_anything_to_add_stays_as_it_is(void **state)
{
    g_autofree char *bash = jobscript_text(&(JobScript){.kind = JOBSCRIPT_OWN, .own = OWN}, NULL);
    g_autofree char *python = jobscript_text(
        &(JobScript){.kind = JOBSCRIPT_OWN, .own = "#!/usr/bin/env python3\nprint(1)"}, NULL);

    (void)state;
    assert_string_equal(bash, OWN);
    assert_string_equal(python, "#!/usr/bin/env python3\nprint(1)");
}

static void a_posix_script_gets_what_any_shell_can_do(void **state)
{
    Stage *stage = *state;

    stage_play(stage,
               &(JobScript){.kind = JOBSCRIPT_OWN,
                            .own = "#!/bin/sh\n#SBATCH -n1",
                            .command = WORDS("a\nb"),
                            .setup = WORDS("probe \"$@\" \"${SLURM_RESTART_COUNT:-0}\""),
                            .requeue_max = 1},
               NULL);
    assert_int_equal(stage->status, 0);
    assert_kept(stage, "arguments", KEPT("a\nb", "0"));
}

static void a_script_of_ones_own_can_be_guarded(void **state)
{
    Stage *stage = *state;

    stage_play(stage,
               &(JobScript){.kind = JOBSCRIPT_OWN,
                            .own = "#!/usr/bin/env bash\nsleep 50 >/dev/null 2>&1 &\nexit 3\n",
                            .guard_seconds = 1},
               NULL);
    assert_int_equal(stage->status, 3);
    assert_string_equal(stage->err,
                        "srx: the main process ended 1 s ago, ending what is left (1 processes)\n");
}

/* ---- arrays, and at a terminal ---- */

static void each_task_of_an_array_runs_its_own(void **state)
{
    Stage *stage = *state;
    const JobScript tasks[] = {
        {.command = WORDS("probe", "0.1"), .env = WORDS("LR=a;b"), .task = "0"},
        {.command = WORDS("probe", "$(0.2)"), .setup = WORDS("export S=2"), .task = "17"}};
    g_autoptr(GError) error = NULL;
    g_autofree char *text = jobscript_array(tasks, 2, &error);

    assert_ok(text, error);
    stage_run(stage, text, "SLURM_ARRAY_TASK_ID=0");
    assert_kept(stage, "arguments", KEPT("0.1"));
    assert_true(has_variable(stage, "LR=a;b"));
    stage_run(stage, text, "SLURM_ARRAY_TASK_ID=17");
    assert_kept(stage, "arguments", KEPT("$(0.2)"));
    assert_true(has_variable(stage, "S=2"));
    stage_run(stage, text, "SLURM_ARRAY_TASK_ID=1");
    assert_int_equal(stage->status, 1);
    assert_string_equal(stage->err, "srx: no task 1 in this array\n");
}

static void an_interactive_line_is_set_up_as_the_job(void **state)
{
    const JobContainer pyxis = {.image = "ubuntu:22.04", .flags = WORDS("--container-name=my i")};
    const JobContainer sif = {.runtime = JOB_CONTAINER_APPTAINER, .image = "a.sif", .nv = true};
    g_autofree char *plain =
        jobscript_interactive(&(JobScript){0}, WORDS("--time=5", "--job-name=a b"), NULL);
    g_autofree char *named =
        jobscript_interactive(&(JobScript){.container = &pyxis}, WORDS("-n1"), NULL);
    g_autofree char *inside = jobscript_interactive(
        &(JobScript){.container = &sif, .env = WORDS("A=b c"), .srun_args = "--mpi=none"}, NULL,
        NULL);

    (void)state;
    assert_string_equal(plain, "srun --time=5 '--job-name=a b' --pty bash -i");
    assert_string_equal(named, "srun -n1 --container-image=ubuntu:22.04 '--container-name=my i' "
                               "--pty bash -i");
    assert_string_equal(inside, "srun --mpi=none --pty apptainer exec --nv a.sif bash -c $'export "
                                "A=\\'b c\\'\\nexec bash -i'");
}

/* ---- messages ---- */

static void assert_refused(const JobScript *job, const char *message)
{
    g_autoptr(GError) error = NULL;

    assert_null(jobscript_text(job, &error));
    assert_int_equal(error->code, SRX_ERROR_INPUT);
    assert_string_equal(error->message, message);
}

static void what_cannot_be_run_is_refused(void **state)
{
    const JobContainer nothing = {.runtime = JOB_CONTAINER_APPTAINER};
    const JobContainer unnamed = {.mounts = WORDS("a:b")};
    const JobContainer foreign = {.image = "x", .flags = WORDS("--nv")};
    const JobContainer word = {
        .runtime = JOB_CONTAINER_SINGULARITY, .image = "x", .flags = WORDS("nv")};
    const JobContainer pair = {
        .runtime = JOB_CONTAINER_APPTAINER, .image = "x", .env = WORDS("a b")};

    (void)state;
    assert_refused(&(JobScript){0}, "expected a command, found an empty one");
    assert_refused(&(JobScript){.command = WORDS("--help")},
                   "expected a program to run, found '--help'");
    assert_refused(&(JobScript){.command = WORDS("x"), .env = WORDS("a-b=c")},
                   "env_vars: expected variables as NAME=VALUE, found 'a-b=c'");
    assert_refused(&(JobScript){.command = WORDS("x"), .requeue_signal = "a b"},
                   "signal: expected one such as USR2, found 'a b'");
    assert_refused(&(JobScript){.command = WORDS("x"), .container = &nothing},
                   "container: expected an image");
    assert_refused(&(JobScript){.command = WORDS("x"), .container = &unnamed},
                   "container: expected an image, or --container-name in its flags");
    assert_refused(&(JobScript){.command = WORDS("x"), .container = &foreign},
                   "container: expected flags of pyxis (--container-... or --no-container-...), "
                   "found '--nv'");
    assert_refused(&(JobScript){.command = WORDS("x"), .container = &word},
                   "container: expected flags that begin with '-', found 'nv'");
    assert_refused(&(JobScript){.command = WORDS("x"), .container = &pair},
                   "container: expected variables as NAME=VALUE, found 'a b'");
    assert_null(jobscript_text(&(JobScript){.command = WORDS("x"), .srun_args = "a;b"}, NULL));
    assert_null(jobscript_text(&(JobScript){.command = WORDS("x"), .launch_prefix = "`a`"}, NULL));
}

static JobScript own(const char *text)
{
    return (JobScript){.kind = JOBSCRIPT_OWN, .own = text};
}

static void scripts_that_cannot_be_run_are_refused(void **state)
{
    const JobContainer container = {.image = "x"};
    JobScript job = own("echo");

    (void)state;
    assert_refused(&job, "expected a script that begins with '#!', found 'echo'");
    job = own("#!/bin/sh\r\necho\r\n");
    assert_refused(&job, "expected line ends of Unix, found those of DOS, which Slurm refuses; "
                         "dos2unix changes them");
    job = own("#!/bin/sh\n");
    job.conda = "x";
    assert_refused(&job, "expected a script for bash, as conda needs, found '#!' with 'sh'");
    job = own("#!/usr/bin/env -S python3 -u\n");
    job.setup = WORDS("x");
    assert_refused(&job, "expected a script for a shell, as its arguments, variables, setup and "
                         "teardown are put in as shell lines, found '#!' with 'python3'");
    job = own("#!/bin/bash\n");
    job.container = &container;
    assert_refused(&job, "a script cannot be put into a container as a whole; let its commands say "
                         "so, or give a command in place of the script");
    job = own("#!/bin/bash\n");
    job.srun_args = "-v";
    assert_refused(&job, "srun_args and launch_prefix are for commands; a script has its own");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_hostile_argument_and_variable_arrives_verbatim),
        TEST(hostile_values_do_nothing_wherever_they_stand),
        TEST(random_arguments_arrive_verbatim),
        TEST(a_command_runs_by_srun_with_its_arguments_and_prefix),
        TEST(a_text_is_for_the_shell_as_a_whole),
        TEST(without_slurm_it_runs_without_srun),
        TEST(the_status_is_the_commands),
        TEST(setup_lines_work_for_the_command_and_teardown_comes_after),
        TEST(a_failing_setup_line_ends_the_job),
        TEST(a_failing_teardown_fails_a_job_that_had_succeeded),
        TEST(conda_is_activated_and_its_failure_ends_the_job),
        TEST(venv_is_sourced_wherever_it_is),
        TEST(pyxis_is_told_by_options_of_srun),
        TEST(pyxis_needs_slurm),
        TEST(apptainer_gets_every_flag_before_the_image),
        TEST(singularity_is_called_by_its_name),
        TEST(a_job_requeued_too_often_ends_at_once),
        TEST(near_its_limit_a_job_saves_and_is_requeued),
        TEST(at_its_cap_a_job_is_left_to_its_limit),
        TEST(the_guard_ends_what_stays_behind),
        TEST(a_script_of_ones_own_gets_its_arguments_and_variables),
        TEST(a_script_without_anything_to_add_stays_as_it_is),
        TEST(a_posix_script_gets_what_any_shell_can_do),
        TEST(a_script_of_ones_own_can_be_guarded),
        TEST(each_task_of_an_array_runs_its_own),
        TEST(an_interactive_line_is_set_up_as_the_job),
        TEST(what_cannot_be_run_is_refused),
        TEST(scripts_that_cannot_be_run_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
