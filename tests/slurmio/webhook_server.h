/* A webhook of this machine for tests: tests/data/notify/server.py. */
#pragma once

#include "tests/test.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    GPid pid;
    int in;
    char *log, *url;
} WebhookServer;

/** webhook_server_start - @answers: "429:2 500 200", the last one for ever. */
static inline void webhook_server_start(WebhookServer *self, const char *answers)
{
    char port[16] = {0};
    int out, log = g_file_open_tmp("srx-webhook-XXXXXX", &self->log, NULL);
    g_autofree char *line = g_strdup_printf("exec python3 '%s/tests/data/notify/server.py' '%s' %s",
                                            SRX_SOURCE_DIR, self->log, answers);
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, line, NULL};

    close(log);
    assert_true(g_spawn_async_with_pipes(NULL, argv, NULL,
                                         G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                                         NULL, &self->pid, &self->in, &out, NULL, NULL));
    for (size_t n = 0; n < sizeof port - 1 && !strchr(port, '\n'); n++)
        assert_int_equal(read(out, port + n, 1), 1); /* to the line's end: its writer may be slow */
    close(out);
    self->url = g_strdup_printf("http://127.0.0.1:%d/services/SECRET", atoi(port));
}

/** webhook_server_log - the requests so far, a line of JSON each. (transfer full) */
static inline char *webhook_server_log(const WebhookServer *self)
{
    char *text = NULL;

    assert_true(g_file_get_contents(self->log, &text, NULL, NULL));
    return text;
}

static inline void webhook_server_stop(WebhookServer *self)
{
    close(self->in);
    kill(self->pid, SIGKILL);
    waitpid(self->pid, NULL, 0);
    g_remove(self->log);
    g_free(self->log);
    g_free(self->url);
}
