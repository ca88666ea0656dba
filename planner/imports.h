/* Images that jobs want imported first: one job more for each, which they wait for. */
#pragma once

#include "planner/workflow.h"

/**
 * workflow_imports - for each `import` of a container a job that does it, once for all jobs with
 * the same one, named import-NAME:
 *
 * - apptainer, singularity: pulls the image into that file, unless it is there
 * - pyxis, a file that ends in .sqsh: enroot imports it into that file, unless it is there
 * - pyxis, any other text: srun --container-image=IMAGE --container-name=TEXT true
 *
 * The jobs then use the file or the name. Each such job asks for one CPU, where the first job with
 * that image runs. One import of two images is an error in @diags.
 */
void workflow_imports(Workflow *self, Diags *diags);
