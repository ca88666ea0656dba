/* Tests of slurmio/sacctmgr.h. */
#include "tests/test.h"

#include "slurmio/sacctmgr.h"

static Cluster *try_to_read(const char *text, Diags *diags, bool *ok)
{
    Cluster *cluster = cluster_new(SLURM_VERSION_DEFAULT);

    *ok = sacctmgr_parse(text, "a.txt", cluster, diags);
    return cluster;
}

static Cluster *read_text(const char *text)
{
    g_autoptr(Diags) diags = diags_new();
    bool ok;
    Cluster *cluster = try_to_read(text, diags, &ok);

    if (!ok)
        fail_msg("%s", diags_nth(diags, 0)->text);
    return cluster;
}

static const Assoc *assoc_of(const Cluster *cluster, const char *account, const char *user,
                             const char *partition)
{
    uint32_t index = cluster_find_assoc(cluster, user, account, partition);

    assert_int_not_equal(index, INDEX_NONE);
    return &cluster->assocs[index];
}

static const Qos *qos_of(const Cluster *cluster, const char *name)
{
    uint32_t index = cluster_find_qos(cluster, name);

    assert_int_not_equal(index, INDEX_NONE);
    return &cluster->qos[index];
}

static void slurmdbd_makes_root_and_normal(void **state)
{
    g_autoptr(Cluster) cluster = read_text("");

    (void)state;
    assert_true(cluster->config.has_accounting);
    assert_string_equal(cluster->qos[0].name, "normal");
    assert_string_equal(cluster->assocs[0].account, "root");
    assert_string_equal(cluster->assocs[0].qos[0], "normal");
    assert_string_equal(assoc_of(cluster, "root", "root", NULL)->user, "root");
    assert_true(cluster->users[cluster_find_user(cluster, "root")].is_admin);
}

static void accounts_and_users_come_with_their_settings(void **state)
{
    g_autoptr(Cluster) cluster = read_text(
        "add account physics fairshare=10 description='all of them' organization=x\n"
        "sudo sacctmgr -i create account name=deep parent=physics grptres=cpu=8,mem=2G\n"
        "add user ann,bob account=physics,deep maxjobs=3 qos=normal # two in two\n"
        "/usr/bin/sacctmgr --immediate add user Users=cy Accounts=deep Partitions=p,q \\\n"
        "  fairshare=parent adminlevel=operator defaultqos=normal\n");

    (void)state;
    assert_int_equal(assoc_of(cluster, "physics", NULL, NULL)->shares, 10);
    assert_string_equal(assoc_of(cluster, "deep", NULL, NULL)->parent_name, "physics");
    assert_int_equal(assoc_of(cluster, "deep", NULL, NULL)->grp_tres.v[TRES_CPU], 8);
    assert_int_equal(assoc_of(cluster, "deep", NULL, NULL)->grp_tres.v[TRES_MEM], 2048);
    assert_int_equal(assoc_of(cluster, "deep", "bob", NULL)->max_jobs, 3);
    assert_string_equal(assoc_of(cluster, NULL, "bob", NULL)->account, "physics");
    assert_int_equal(assoc_of(cluster, "deep", "cy", "q")->shares, SHARES_PARENT);
    assert_string_equal(assoc_of(cluster, "deep", "cy", "p")->default_qos, "normal");
    assert_true(cluster->users[cluster_find_user(cluster, "cy")].is_admin);
}

static void a_default_account_is_an_account_to_be_added_to(void **state)
{
    g_autoptr(Cluster) cluster = read_text("add account a\nadd account b\n"
                                           "add user ann DefaultAccount=b account=a\n");

    (void)state;
    assert_string_equal(assoc_of(cluster, NULL, "ann", NULL)->account, "b");
    assert_string_equal(assoc_of(cluster, "a", "ann", NULL)->user, "ann");
}

/* Every spelling of a limit, with what it sets. */
static void limits_are_read_in_all_their_spellings(void **state)
{
    g_autoptr(Cluster) cluster = read_text(
        "add qos a MaxWall=1-00:00:00 MaxTRESPU=cpu=4 MaxJobsPU=2 MaxSubmitPU=5 MaxTRESPA=node=3\n"
        "add qos b MaxWallDurationPerJob=90 MaxTRESPerUser=cpu=4 MaxJobsPerUser=2 "
        "MaxSubmitJobsPerUser=5 MaxTRESPerAccount=node=3\n"
        "add qos c GrpCPUs=7 GrpNodes=2 GrpMemory=10 MaxCPUsPerUser=3 MaxNodesPerJob=1 GrpWall=60\n"
        "add qos d GrpTRESMins=cpu=20,gres/gpu=5 GrpTRESRunMins=cpu=9 MinTRES=gres/gpu:a100=1 "
        "MaxTRES=cpu=1 MaxTRESPerNode=cpu=2 MaxTRESMins=cpu=3 MaxTRESRunMinsPU=cpu=4 "
        "MaxTRESRunMinsPerAcct=cpu=5 MaxJobsAccruePU=6 GrpJobsAccrue=7 MinPrioThres=8\n");
    uint32_t gpu = cluster_find_tres(cluster, "gres/gpu");

    (void)state;
    for (int i = 0; i < 2; i++) {
        const Qos *qos = qos_of(cluster, i ? "b" : "a");

        assert_int_equal(qos->max_wall_pj, i ? 90 : 1440);
        assert_int_equal(qos->max_tres_pu.v[TRES_CPU], 4);
        assert_int_equal(qos->max_jobs_pu, 2);
        assert_int_equal(qos->max_submit_jobs_pu, 5);
        assert_int_equal(qos->max_tres_pa.v[TRES_NODE], 3);
    }
    assert_int_equal(qos_of(cluster, "c")->grp_tres.v[TRES_CPU], 7);
    assert_int_equal(qos_of(cluster, "c")->grp_tres.v[TRES_NODE], 2);
    assert_int_equal(qos_of(cluster, "c")->grp_tres.v[TRES_MEM], 10);
    assert_int_equal(qos_of(cluster, "c")->max_tres_pu.v[TRES_CPU], 3);
    assert_int_equal(qos_of(cluster, "c")->max_tres_pj.v[TRES_NODE], 1);
    assert_int_equal(qos_of(cluster, "c")->grp_wall, 60);
    assert_int_equal(qos_of(cluster, "d")->grp_tres_mins.v[gpu], 5);
    assert_int_equal(qos_of(cluster, "d")->grp_tres_run_mins.v[TRES_CPU], 9);
    assert_int_equal(qos_of(cluster, "d")->max_tres_pj.v[TRES_CPU], 1);
    assert_int_equal(qos_of(cluster, "d")->max_tres_pn.v[TRES_CPU], 2);
    assert_int_equal(qos_of(cluster, "d")->max_tres_mins_pj.v[TRES_CPU], 3);
    assert_int_equal(qos_of(cluster, "d")->max_tres_run_mins_pu.v[TRES_CPU], 4);
    assert_int_equal(qos_of(cluster, "d")->max_tres_run_mins_pa.v[TRES_CPU], 5);
    assert_int_equal(qos_of(cluster, "d")->max_jobs_accrue_pu, 6);
    assert_int_equal(qos_of(cluster, "d")->grp_jobs_accrue, 7);
    assert_int_equal(qos_of(cluster, "d")->min_prio_threshold, 8);
    assert_int_equal(
        qos_of(cluster, "d")->min_tres_pj.v[cluster_find_tres(cluster, "gres/gpu:a100")], 1);
}

static void minus_one_clears_and_others_stay(void **state)
{
    g_autoptr(Cluster) cluster =
        read_text("add account a maxjobs=5 grptres=cpu=4,node=2 maxwall=10 fairshare=7\n"
                  "modify account a set maxjobs=-1 grptres=cpu=-1 maxwall=-1 fairshare=-1\n");
    const Assoc *assoc = assoc_of(cluster, "a", NULL, NULL);

    (void)state;
    assert_int_equal(assoc->max_jobs, LIMIT_NONE);
    assert_true(assoc->grp_tres.v[TRES_CPU] == TRES_NONE);
    assert_int_equal(assoc->grp_tres.v[TRES_NODE], 2);
    assert_int_equal(assoc->max_wall_pj, LIMIT_NONE);
    assert_int_equal(assoc->shares, 1);
}

static void qos_have_flags_preemption_and_factors(void **state)
{
    g_autoptr(Cluster) cluster = read_text(
        "add qos low preemptmode=requeue gracetime=90 usagefactor=0.5 usagethreshold=0.1\n"
        "add qos high priority=100 preempt=low,normal preemptmode=suspend,gang "
        "flags=DenyOnLimit,NoReserve preemptexempttime=00:03:00 limitfactor=2\n"
        "modify qos high set flags-=NoReserve flags+=OverPartQOS preempt-=normal\n"
        "modify qos where name=low set preemptmode=cluster\n");
    const Qos *high = qos_of(cluster, "high"), *low = qos_of(cluster, "low");

    (void)state;
    assert_int_equal(high->priority, 100);
    assert_int_equal(high->flags, QOS_DENY_ON_LIMIT | QOS_OVER_PART_QOS);
    assert_int_equal(high->preempt_mode, PREEMPT_SUSPEND | PREEMPT_GANG);
    assert_int_equal(high->preempt_exempt_time, 180);
    assert_string_equal(high->preempt[0], "low");
    assert_null(high->preempt[1]);
    assert_true(high->limit_factor == 2.0);
    assert_int_equal(low->grace_time, 90);
    assert_int_equal(low->preempt_mode, 0);
    assert_true(low->usage_factor == 0.5);
    assert_true(low->usage_threshold == 0.1);
}

static void lists_of_qos_grow_and_shrink(void **state)
{
    g_autoptr(Cluster) cluster =
        read_text("add qos high\nadd qos low\nadd account a\nadd user ann account=a qos=high\n"
                  "add user bob account=a\nmodify user ann set qos+=low\n"
                  "modify user ann set qos-=high\nmodify user bob set qos+=high,low\n"
                  "modify user bob set qos-=low\n");
    const Assoc *ann = assoc_of(cluster, "a", "ann", NULL);
    const Assoc *bob = assoc_of(cluster, "a", "bob", NULL);
    g_autofree char *of_ann = g_strjoinv(",", ann->qos);
    g_autofree char *of_bob = g_strjoinv(",", bob->qos);

    (void)state;
    assert_string_equal(of_ann, "low");
    assert_string_equal(of_bob, "+high,+low,-low"); /* of what is inherited */
}

static void conditions_say_who_is_meant(void **state)
{
    g_autoptr(Cluster) cluster = read_text(
        "add account a\nadd account b\nadd user ann,bob account=a,b\n"
        "modify user where name=ann account=b set maxjobs=1\n"
        "modify user set maxwall=5 where account=a\nmodify cluster c set maxsubmitjobs=9\n"
        "modify account name=b set parent=a\n");

    (void)state;
    assert_int_equal(assoc_of(cluster, "b", "ann", NULL)->max_jobs, 1);
    assert_int_equal(assoc_of(cluster, "a", "ann", NULL)->max_jobs, LIMIT_NONE);
    assert_int_equal(assoc_of(cluster, "a", "bob", NULL)->max_wall_pj, 5);
    assert_int_equal(assoc_of(cluster, "b", "bob", NULL)->max_wall_pj, LIMIT_NONE);
    assert_int_equal(cluster->assocs[0].max_submit_jobs, 9);
    assert_string_equal(assoc_of(cluster, "b", NULL, NULL)->parent_name, "a");
}

static void what_is_deleted_is_gone(void **state)
{
    g_autoptr(Cluster) cluster =
        read_text("add qos high\nadd account a\nadd account b\nadd user ann,bob account=a,b\n"
                  "delete user ann account=b\ndelete account a\nremove qos where name=normal\n");

    (void)state;
    assert_int_equal(cluster_find_assoc(cluster, "ann", "b", NULL), INDEX_NONE);
    assert_int_equal(cluster_find_assoc(cluster, "bob", "a", NULL), INDEX_NONE);
    assert_int_equal(cluster_find_assoc(cluster, NULL, "a", NULL), INDEX_NONE);
    assert_string_equal(assoc_of(cluster, "b", "bob", NULL)->user, "bob");
    assert_int_equal(cluster_find_qos(cluster, "normal"), INDEX_NONE);
    assert_string_equal(cluster->qos[0].name, "high");
}

static void a_shell_script_is_read_for_its_commands(void **state)
{
    g_autoptr(Cluster) cluster = read_text("#!/bin/bash\nset -e\necho \"sacctmgr add qos no\"\n"
                                           "if true; then sacctmgr -i add account a || exit 1; fi\n"
                                           "sacctmgr show qos format=name | grep x > out\n"
                                           "sudo sacctmgr -i add user ann \\\n   account=a\n");

    (void)state;
    assert_string_equal(assoc_of(cluster, "a", "ann", NULL)->user, "ann");
    assert_int_equal(cluster->n_qos, 1);
}

static void a_dump_is_read(void **state)
{
    g_autoptr(Cluster) cluster = read_text(
        "# To edit this file ...\nQOS - 'high':Priority=100:Flags='DenyOnLimit,NoDecay':"
        "GrpTRES=cpu=4,gres/gpu:a100=2:MaxWall=1-00:00:00\nQOS - 'low'\n"
        "Cluster - 'c':Fairshare=1:QOS='high'\nParent - 'root'\n"
        "User - 'root':DefaultAccount='root':AdminLevel='Administrator':Fairshare=1\n"
        "Account - 'a':Description='it: all':Organization='x':Fairshare=8000\nParent - 'a'\n"
        "User - 'ann':Partition='p':DefaultAccount='a':Fairshare=parent:MaxJobs=1:\n"
        "Account - 'b':Fairshare=3\n");
    const Qos *high = qos_of(cluster, "high");

    (void)state;
    assert_int_equal(high->priority, 100);
    assert_int_equal(high->flags, QOS_DENY_ON_LIMIT | QOS_NO_DECAY);
    assert_int_equal(high->grp_tres.v[cluster_find_tres(cluster, "gres/gpu:a100")], 2);
    assert_int_equal(high->max_wall_pj, 1440);
    assert_string_equal(cluster->assocs[0].qos[0], "high");
    assert_int_equal(assoc_of(cluster, "a", NULL, NULL)->shares, 8000);
    assert_string_equal(assoc_of(cluster, "b", NULL, NULL)->parent_name, "a");
    assert_int_equal(assoc_of(cluster, "a", "ann", "p")->max_jobs, 1);
}

static void tables_are_read_one_after_the_other(void **state)
{
    g_autoptr(Cluster) cluster =
        read_text("Name|Priority|GraceTime|Preempt|PreemptMode|Flags|UsageThres|UsageFactor|"
                  "MaxTRESPU|MaxWall|\n"
                  "normal|10|00:00:00|||DenyOnLimit||1.000000|cpu=4|1-00:00:00|\n"
                  "high|100|00:01:30|normal|cluster|||2.000000|||\n\n"
                  "Cluster|Account|User|Partition|Share|MaxJobs|QOS|Def QOS|\n"
                  "c|root|||1||normal||\nc| a|||7||||\nc|  b|||parent||||\nc|  "
                  "b|ann|p|2|3|high,normal|high|\n"
                  "other|z|||1||||\n"
                  "User|Def Acct|Admin|\nann|b|Operator|\n");

    (void)state;
    assert_int_equal(qos_of(cluster, "normal")->max_wall_pj, 1440);
    assert_int_equal(qos_of(cluster, "normal")->flags, QOS_DENY_ON_LIMIT);
    assert_int_equal(qos_of(cluster, "high")->grace_time, 90);
    assert_string_equal(qos_of(cluster, "high")->preempt[0], "normal");
    assert_string_equal(assoc_of(cluster, "b", NULL, NULL)->parent_name, "a");
    assert_int_equal(assoc_of(cluster, "b", NULL, NULL)->shares, SHARES_PARENT);
    assert_int_equal(assoc_of(cluster, "b", "ann", "p")->max_jobs, 3);
    assert_string_equal(assoc_of(cluster, "b", "ann", "p")->default_qos, "high");
    assert_int_equal(cluster_find_assoc(cluster, NULL, "z", NULL), INDEX_NONE);
    assert_true(cluster->users[cluster_find_user(cluster, "ann")].is_admin);
}

static void a_second_file_adds_to_the_first(void **state)
{
    g_autoptr(Cluster) cluster = read_text("add account a\nadd user ann account=a\n");
    g_autoptr(Diags) diags = diags_new();

    (void)state;
    assert_true(sacctmgr_parse("add user bob account=a -i\n", "b.txt", cluster, diags));
    assert_string_equal(assoc_of(cluster, "a", "bob", NULL)->user, "bob");
    assert_int_equal(cluster->n_qos, 1);
}

static void every_refusal_says_what_was_expected(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"hello world\n", "expected a command of sacctmgr such as 'add user u1 account=a', a dump"},
        {"add\n", "expected account, user, qos or cluster after 'add', found 'nothing'"},
        {"add thing x\n", "expected account, user, qos or cluster after 'add', found 'thing'"},
        {"add account\n", "expected a name to add, found none"},
        {"add user ann\n", "expected account=NAME for user 'ann', found none"},
        {"add account a parent=b\n", "parent: expected an account made before, found 'b'"},
        {"add account a parent=a\n", "parent: expected another account as parent, found 'a'"},
        {"add account a maxjobs=many\n", "maxjobs: expected a whole number, or -1 for none"},
        {"add account a fairshare=all\n", "fairshare: expected a number of shares or parent"},
        {"add account a grptres=4\n", "grptres: expected resources such as cpu=4,mem=10G"},
        {"add account a maxwall=long\n", "maxwall: expected a time such as"},
        {"add account a qos=x\n", "qos: expected a QOS made before, found 'x'; add it first"},
        {"add account a colour=red\n", "expected something to set on an account, found 'colour'"},
        {"add qos q preemptmode=kill\n", "preemptmode: expected cluster, cancel, requeue"},
        {"add qos q usagefactor=x\n", "usagefactor: expected a number, or -1 for none"},
        {"add qos q wall=5\n", "expected something to set on a QOS, found 'wall'"},
        {"modify user set\n", "expected something to set, found none"},
        {"modify user colour=red set maxjobs=1\n", "expected a condition such as name=, account="},
        {"delete user\n", "expected a name to delete, found none"},
        {"modify user root set adminlevel=king\n", "expected None, Operator or Administrator"},
        {"modify user root set defaultaccount=x\n", "expected an account made before, found 'x'"},
        {"add account 'a\n", "expected a closing quote, found the line's end"},
        {"#!/bin/sh\nexit\n", "expected commands of sacctmgr, found none"},
        {"Parent - 'root'\nhm\n", "expected a line such as User - 'name':Fairshare=1, found 'hm'"},
        {"User - 'u':colour=5\n", "expected something to set on an association"},
        {"Name|Priority|\n|5|\n", "expected a name in this row, found none"},
        {"c|root|||1|||normal||\n", "expected a line of column heads before the rows"},
        {"Account|User|Share|\n|ann|5|\n", "expected an account in this row, found none"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Diags) diags = diags_new();
        bool ok;
        g_autoptr(Cluster) cluster = try_to_read(cases[i].text, diags, &ok);

        assert_non_null(cluster);
        if (ok)
            fail_msg("taken: %s", cases[i].text);
        if (!strstr(diags_nth(diags, 0)->text, cases[i].message))
            fail_msg("%s: said '%s', not '%s'", cases[i].text, diags_nth(diags, 0)->text,
                     cases[i].message);
    }
}

static void what_changes_nothing_is_told(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"add qos normal\n", "QOS 'normal' is there already: sacctmgr adds nothing"},
        {"modify user nobody set maxjobs=1\n", "no user matches: sacctmgr changes nothing"},
        {"delete account nobody\n", "no account matches: sacctmgr changes nothing"},
        {"modify qos set normal priority=5\n", "sacctmgr does not look at 'normal' after set"},
        {"add coordinator account=a names=b\n", "'coordinator' has no bearing on scheduling"},
        {"Name|Priority|Shoes|\nq|5|6|\n", "column 'Shoes' is not read"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Diags) diags = diags_new();
        bool ok;
        g_autoptr(Cluster) cluster = try_to_read(cases[i].text, diags, &ok);

        assert_non_null(cluster);
        assert_true(ok);
        assert_int_equal(diags_length(diags), 1);
        assert_non_null(strstr(diags_nth(diags, 0)->text, cases[i].message));
    }
}

static void a_missing_file_is_an_error(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Cluster) cluster = cluster_new(SLURM_VERSION_DEFAULT);

    (void)state;
    assert_false(sacctmgr_load("/no/such/accounting", cluster, diags));
    assert_non_null(strstr(diags_nth(diags, 0)->text, "No such file"));
}

/* Whatever pieces a file is made of, it is taken or refused, and can be finished or freed. */
static void no_file_can_break_the_reader(void **state)
{
    static const char *const pieces[] = {
        "add ",     "modify ", "delete ",  "account ", "user ",     "qos ",     "a",
        "b,c",      "set ",    "where ",   " ",        "\n",        "=",        "+=",
        "-=",       "name=",   "'",        "\"",       "\\",        "|",        "Name|",
        "Account|", "User|",   "Share|",   "parent=",  "Parent - ", "User - ",  "Account - ",
        "QOS - ",   ":",       "MaxJobs=", "-1",       "cpu=4",     "grptres=", "sacctmgr ",
        "#",        "\t",      "preempt=", "normal",   "root"};
    GRand *random = g_rand_new_with_seed(5);

    (void)state;
    for (int round = 0; round < 3000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(Cluster) cluster = NULL;
        bool ok;

        for (int i = 0; i < 25; i++)
            g_string_append(text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
        cluster = try_to_read(text->str, diags, &ok);
        assert_int_equal(ok, diags_count(diags, DIAG_ERROR) == 0);
        if (ok)
            cluster_finish(cluster, diags);
    }
    g_rand_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slurmdbd_makes_root_and_normal),
        cmocka_unit_test(accounts_and_users_come_with_their_settings),
        cmocka_unit_test(a_default_account_is_an_account_to_be_added_to),
        cmocka_unit_test(limits_are_read_in_all_their_spellings),
        cmocka_unit_test(minus_one_clears_and_others_stay),
        cmocka_unit_test(qos_have_flags_preemption_and_factors),
        cmocka_unit_test(lists_of_qos_grow_and_shrink),
        cmocka_unit_test(conditions_say_who_is_meant),
        cmocka_unit_test(what_is_deleted_is_gone),
        cmocka_unit_test(a_shell_script_is_read_for_its_commands),
        cmocka_unit_test(a_dump_is_read),
        cmocka_unit_test(tables_are_read_one_after_the_other),
        cmocka_unit_test(a_second_file_adds_to_the_first),
        cmocka_unit_test(every_refusal_says_what_was_expected),
        cmocka_unit_test(what_changes_nothing_is_told),
        cmocka_unit_test(a_missing_file_is_an_error),
        cmocka_unit_test(no_file_can_break_the_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
