/* A directory with slurm.conf and its companions for one test, and its Cluster. */
#pragma once

#include "tests/test.h"

#include "slurmio/slurmconf.h"
#include <glib/gstdio.h>

typedef struct {
    char *directory;
    Cluster *cluster; /* NULL when refused */
    Diags *diags;
} ConfFixture;

static inline void conf_fixture_write(const ConfFixture *self, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(self->directory, name, NULL);
    g_autoptr(GError) error = NULL;

    assert_ok(g_file_set_contents(path, text, -1, &error), error);
}

static inline void conf_fixture_remove(const char *directory)
{
    GDir *dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(directory, name, NULL);

        g_unlink(path);
    }
    g_dir_close(dir);
    g_rmdir(directory);
}

static inline ConfFixture conf_fixture_new(void)
{
    ConfFixture self = {g_dir_make_tmp("srx-conf-XXXXXX", NULL), NULL, diags_new()};

    assert_non_null(self.directory);
    return self;
}

static inline void conf_fixture_load(ConfFixture *self, SlurmVersion version)
{
    g_autofree char *path = g_build_filename(self->directory, "slurm.conf", NULL);
    g_autoptr(Cluster) cluster = cluster_new(version);

    if (slurmconf_load(path, cluster, self->diags) && cluster_finish(cluster, self->diags))
        self->cluster = g_steal_pointer(&cluster);
}

static inline void conf_fixture_clear(ConfFixture *self)
{
    conf_fixture_remove(self->directory);
    g_free(self->directory);
    cluster_free(self->cluster);
    diags_free(self->diags);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ConfFixture, conf_fixture_clear)

/** conf_fixture_of - slurm.conf alone, for 24.05. */
static inline ConfFixture conf_fixture_of(const char *text)
{
    ConfFixture self = conf_fixture_new();

    conf_fixture_write(&self, "slurm.conf", text);
    conf_fixture_load(&self, SLURM_24_05);
    return self;
}

static inline bool conf_fixture_heard(const ConfFixture *self, DiagLevel level, const char *text)
{
    for (size_t i = 0; i < diags_length(self->diags); i++) {
        const Diag *diag = diags_nth(self->diags, i);

        if (diag->level == level && strstr(diag->text, text))
            return true;
    }
    return false;
}

static inline void conf_fixture_print(const ConfFixture *self)
{
    for (size_t i = 0; i < diags_length(self->diags); i++) {
        g_autofree char *text = diag_format(diags_nth(self->diags, i));

        print_message("%s", text);
    }
}

/** conf_says - loading @text says @message at @level. */
static inline void conf_says(const char *text, DiagLevel level, const char *message)
{
    g_auto(ConfFixture) conf = conf_fixture_of(text);

    if (conf_fixture_heard(&conf, level, message))
        return;
    conf_fixture_print(&conf);
    fail_msg("nothing says '%s'", message);
}

/** conf_quiet - loading @text says nothing above a note. */
static inline ConfFixture conf_quiet(const char *text)
{
    ConfFixture conf = conf_fixture_of(text);

    if (!conf.cluster || diags_count(conf.diags, DIAG_WARNING) > 0) {
        conf_fixture_print(&conf);
        fail_msg("expected no error and no warning");
    }
    return conf;
}
