/* What differs between versions of Slurm, as data. */
#include "sim/version.h"

#include <glib.h>
#include <stddef.h>
#include <stdlib.h>

#define OLDEST_KNOWN 2011 /* 20.11 and later behave like the first row in all that counts here */

static const VersionRules version_table[SLURM_VERSIONS] = {
    [SLURM_22_05] = {.name = "22.05",
                     .up_before = 25,
                     .backfill_head_start = 6,
                     .backfill_wake = 8000,
                     .backfill_test_cost = 3500,
                     .clock_ahead = 183,
                     .accepts_unknown_dependency = true,
                     .max_mem_per_cpu_sets_cpt = true,
                     .min_cpus_per_core = true,
                     .plan_completing = COMPLETING_ALIKE,
                     .exclusive_user_backfills = true,
                     .priority_thread_needs_dbd = true},
    [SLURM_23_02] = {.name = "23.02",
                     .throttle_bounds_plans = true,
                     .up_before = 26,
                     .backfill_head_start = 1,
                     .backfill_wake = 8000,
                     .backfill_test_cost = 1600,
                     .clock_ahead = 35,
                     .max_mem_per_cpu_sets_cpt = true,
                     .min_cpus_per_core = true,
                     .plan_completing = COMPLETING_ALIKE,
                     .exclusive_user_backfills = true,
                     .priority_thread_needs_dbd = true},
    [SLURM_23_11] = {.name = "23.11",
                     .throttle_bounds_plans = true,
                     .up_before = 26,
                     .backfill_head_start = 1,
                     .backfill_wake = 8000,
                     .backfill_test_cost = 1600,
                     .clock_ahead = 35,
                     .default_multifactor = true,
                     .default_cons_tres = true,
                     .backfill_window_exit = true,
                     .max_mem_per_cpu_sets_cpt = true,
                     .min_cpus_per_core = true,
                     .exclusive_user_backfills = true,
                     .prefer_sorts = true},
    [SLURM_24_05] = {.name = "24.05",
                     .throttle_bounds_plans = true,
                     .up_before = 26,
                     .backfill_head_start = 1,
                     .backfill_wake = 8000,
                     .backfill_test_cost = 1600,
                     .clock_ahead = 35,
                     .default_multifactor = true,
                     .default_cons_tres = true,
                     .backfill_window_exit = true,
                     .run_minutes_decay_per_user = true,
                     .exclusive_user_backfills = true,
                     .prefer_sorts = true},
    [SLURM_24_11] = {.name = "24.11",
                     .throttle_bounds_plans = true,
                     .up_before = 26,
                     .backfill_head_start = 1,
                     .backfill_wake = 8000,
                     .backfill_test_cost = 1600,
                     .clock_ahead = 35,
                     .default_multifactor = true,
                     .default_cons_tres = true,
                     .backfill_window_exit = true,
                     .backfill_end_rounds_up = true,
                     .backfill_overlap_first = true,
                     .will_run_span = true,
                     .plan_completing = COMPLETING_LATER_ALIKE,
                     .run_minutes_decay_per_user = true,
                     .max_mem_per_cpu_sets_cpt = true,
                     .suspends_chosen_victims = true,
                     .prefer_sorts = true},
    [SLURM_25_05] = {.name = "25.05",
                     .throttle_bounds_plans = true,
                     .up_before = 26,
                     .backfill_head_start = 1,
                     .backfill_wake = 8000,
                     .backfill_test_cost = 1600,
                     .clock_ahead = 35,
                     .default_multifactor = true,
                     .default_cons_tres = true,
                     .backfill_window_exit = true,
                     .backfill_end_rounds_up = true,
                     .backfill_overlap_first = true,
                     .will_run_span = true,
                     .plan_completing = COMPLETING_LATER_ALIKE,
                     .time_min_full_limit = true,
                     .run_minutes_decay_per_user = true,
                     .max_mem_per_cpu_sets_cpt = true,
                     .suspends_chosen_victims = true,
                     .prefer_sorts = true},
};

static int release(const char *text)
{
    char *end = NULL;
    const long year = strtol(text, &end, 10);

    if (end == text || *end != '.' || !g_ascii_isdigit(end[1]) || year < 0 || year > 99)
        return -1;
    return (int)(year * 100 + strtol(end + 1, NULL, 10) % 100);
}

const VersionRules *version_rules(SlurmVersion version)
{
    return &version_table[version];
}

bool version_parse(const char *text, SlurmVersion *out)
{
    SlurmVersion found = SLURM_22_05;
    int wanted;

    while (*text && !g_ascii_isdigit(*text))
        text++;
    wanted = release(text);
    if (wanted < OLDEST_KNOWN)
        return false;
    for (int row = 0; row < SLURM_VERSIONS; row++)
        if (release(version_table[row].name) <= wanted)
            found = (SlurmVersion)row;
    *out = found;
    return true;
}
