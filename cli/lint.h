/* One file of any kind, read and judged. */
#pragma once

#include "base/diag.h"
#include "cli/filekind.h"

/**
 * lint_file - reads @path as what it is and says in @diags what is wrong with it.
 * @kind: what it was taken for
 * @summary: what was found, "5 jobs" (transfer full); NULL when it could not be read
 */
void lint_file(const char *path, Diags *diags, FileKind *kind, char **summary);
