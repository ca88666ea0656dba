/* Fuzz target: workflow files. */
#include "planner/workflow_yaml.h"
#include "slurmio/sbatchopts.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const WorkflowOptions options = {
        .readers = {.options = sbatchopts_parse, .script = sbatchopts_script_load}};
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *path = fuzz_file(data, size, "workflow.yaml");
    g_autoptr(Workflow) workflow = workflow_yaml_load(path, &options, diags);

    fuzz_file_remove(path);
    g_assert(workflow || diags_count(diags, DIAG_ERROR) > 0);
    if (workflow)
        g_free(workflow_order(workflow));
    return 0;
}
