/* Fuzz target: a dump of sacct, and its jobs written and read again. */
#include "slurmio/sacct.h"
#include "slurmio/scenario.h"
#include "slurmio/scenario_write.h"
#include "tests/fuzz/fuzz.h"

static const char conf[] = "NodeName=n[1-4] CPUs=8 RealMemory=8000\n"
                           "PartitionName=batch Nodes=ALL Default=YES MaxTime=1-0\n"
                           "PartitionName=x Nodes=n[1-2] OverSubscribe=EXCLUSIVE\n"
                           "SelectType=select/cons_tres\nSelectTypeParameters=CR_Core_Memory\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *other = fuzz_file((const uint8_t *)conf, sizeof(conf) - 1, "slurm.conf");
    g_autofree char *dump = fuzz_file(data, size, "sacct.txt");
    g_autofree char *directory = g_path_get_dirname(dump);
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Scenario) scenario = scenario_load(directory, NULL, diags);

    g_unlink(other);
    fuzz_file_remove(dump);
    g_assert(scenario || diags_count(diags, DIAG_ERROR) > 0);
    if (scenario) {
        g_autofree char *jobs = scenario_jobs_format(scenario->load, UINT32_MAX);

        g_assert(g_utf8_validate(jobs, -1, NULL));
    }
    return 0;
}
