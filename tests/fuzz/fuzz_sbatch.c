/* Fuzz target: sbatch options in scripts and kept command lines. */
#include "slurmio/sbatchopts.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(JobSpec) script = job_spec_new();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    if (sbatchopts_script(text, "fuzz.sh", script, diags))
        g_strfreev(sbatchopts_argv(script));
    for (guint i = 0; lines[i]; i++) {
        g_autoptr(JobSpec) line = job_spec_new();
        g_autofree char *name = NULL;

        (void)sbatchopts_line(lines[i], line, &name, diags);
    }
    return 0;
}
