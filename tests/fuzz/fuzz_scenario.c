/* Fuzz target: the jobs of a scenario, and a run of what can be read. */
#include "sim/sim.h"
#include "slurmio/scenario.h"
#include "tests/fuzz/fuzz.h"

static const char conf[] = "NodeName=n[1-4] CPUs=4 RealMemory=8000\n"
                           "PartitionName=p Nodes=ALL Default=YES MaxTime=1-0\n"
                           "PartitionName=q Nodes=n[1-2] MaxTime=60 PriorityTier=2\n"
                           "SelectType=select/cons_tres\nSelectTypeParameters=CR_Core_Memory\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *other = fuzz_file((const uint8_t *)conf, sizeof(conf) - 1, "slurm.conf");
    g_autofree char *jobs = fuzz_file(data, size, "jobs.json");
    g_autofree char *directory = g_path_get_dirname(jobs);
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Scenario) scenario = scenario_load(directory, NULL, diags);

    g_unlink(other);
    fuzz_file_remove(jobs);
    g_assert(scenario || diags_count(diags, DIAG_ERROR) > 0);
    if (scenario) {
        SimOptions options;
        g_autoptr(Sim) sim = NULL;

        sim_options_init(&options);
        options.epoch = scenario->epoch;
        sim = sim_new(scenario->cluster, &options);
        sim_load(sim, scenario->load);
        sim_run(sim, 100000);
    }
    return 0;
}
