/* Fuzz target: slurm.conf. */
#include "slurmio/slurmconf.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *path = fuzz_file(data, size, "slurm.conf");
    g_autoptr(Cluster) cluster = cluster_new(SLURM_VERSION_DEFAULT);
    bool read = slurmconf_load(path, cluster, diags);

    fuzz_file_remove(path);
    g_assert(read || diags_count(diags, DIAG_ERROR) > 0);
    if (read)
        (void)cluster_finish(cluster, diags);
    return 0;
}
