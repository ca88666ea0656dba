/* What the fuzz targets share: a reader that wants a path gets a file. */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <unistd.h>

/* Called by libFuzzer, or by replay.c with each seed and its mutations. Must not crash or leak. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** fuzz_file - writes @data to a file of this process. Returns: (transfer full) its path. */
static inline char *fuzz_file(const uint8_t *data, size_t size, const char *name)
{
    g_autofree char *directory = g_strdup_printf("%s/srx-fuzz-%d", g_get_tmp_dir(), (int)getpid());
    char *path = g_build_filename(directory, name, NULL);

    g_mkdir_with_parents(directory, 0700);
    if (!g_file_set_contents_full(path, (const char *)data, (gssize)size, G_FILE_SET_CONTENTS_NONE,
                                  0600, NULL))
        g_error("cannot write %s", path);
    return path;
}

/** fuzz_file_remove - the file and its directory. */
static inline void fuzz_file_remove(const char *path)
{
    g_autofree char *directory = g_path_get_dirname(path);

    g_unlink(path);
    g_rmdir(directory);
}
