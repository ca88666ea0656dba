/* A file written whole or not at all. */
#pragma once

#include "base/error.h"

/**
 * output_save - @text to the file at @path, replacing what is there at once: an interrupt, a full
 * disk or a crash leaves the old file. Links are followed; what is no regular file (a pipe,
 * /dev/stderr) is simply written to.
 */
bool output_save(const char *path, const char *text, GError **error);
