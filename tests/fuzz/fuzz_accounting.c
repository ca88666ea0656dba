/* Fuzz target: sacctmgr's commands, dumps and tables. */
#include "slurmio/sacctmgr.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Cluster) cluster = cluster_new(SLURM_VERSION_DEFAULT);

    if (sacctmgr_parse(text, "fuzz.txt", cluster, diags))
        (void)cluster_finish(cluster, diags);
    return 0;
}
