/* Runs a command: argument vector and text in, what it printed and its status out. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK 20 /* [ms] between looks at whether the command has ended */

typedef struct {
    GPid pid;
    int pipes[2]; /* its stdout and stderr; -1 when closed */
    GString *texts[2];
    gint64 deadline; /* [us] of the monotonic clock */
    bool ended;
    int wait_status;
} Running;

/* A file nobody else sees, as a pipe would have to be filled while the output is read. */
static int input_file(const char *text, GError **error)
{
    g_autofree char *name = NULL;
    size_t length = text ? strlen(text) : 0;
    int file;

    if (length == 0)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    file = g_file_open_tmp("srx-XXXXXX", &name, error);
    if (file < 0)
        return -1;
    unlink(name);
    fcntl(file, F_SETFD, FD_CLOEXEC);
    while (length > 0) {
        ssize_t n = write(file, text, length);

        if (n < 0 && errno != EINTR) {
            srx_fail(error, SRX_ERROR_FAILED, "a temporary file: %s", g_strerror(errno));
            close(file);
            return -1;
        }
        text += MAX(n, 0);
        length -= (size_t)MAX(n, 0);
    }
    lseek(file, 0, SEEK_SET);
    return file;
}

static bool start(Running *self, const ProcessCommand *command, GError **error)
{
    g_autoptr(GError) cause = NULL;
    int pipes[2][2] = {{-1, -1}, {-1, -1}};
    int input = input_file(command->input, error);
    const int inherited[] = {command->inherited};
    bool started;

    if (input < 0)
        return false;
    if (pipe2(pipes[0], O_CLOEXEC) != 0 || pipe2(pipes[1], O_CLOEXEC) != 0) {
        close(input);
        return srx_fail(error, SRX_ERROR_FAILED, "a pipe: %s", g_strerror(errno));
    }
    started = g_spawn_async_with_pipes_and_fds(
        NULL, command->argv, command->environment, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
        NULL, NULL, input, pipes[0][1], pipes[1][1], inherited, inherited,
        command->inherited > 0 ? 1 : 0, &self->pid, NULL, NULL, NULL, &cause);
    close(input);
    for (int i = 0; i < 2; i++) {
        close(pipes[i][1]);
        self->pipes[i] = pipes[i][0];
        self->texts[i] = g_string_new(NULL);
    }
    return started || srx_fail(error, SRX_ERROR_FAILED, "%s: %s", command->argv[0], cause->message);
}

/* Takes what there is; false when there is nothing more to come. */
static bool take(Running *self, int i)
{
    char buffer[16384];
    ssize_t n = read(self->pipes[i], buffer, sizeof buffer);

    if (n > 0)
        g_string_append_len(self->texts[i], buffer, n);
    if (n > 0 || (n < 0 && errno == EINTR))
        return true;
    close(self->pipes[i]);
    self->pipes[i] = -1;
    return false;
}

/* Whether anything came within @wait milliseconds. */
static bool listen_for(Running *self, int wait)
{
    struct pollfd polled[2] = {{self->pipes[0], POLLIN, 0}, {self->pipes[1], POLLIN, 0}};
    bool any = false;

    if (poll(polled, 2, wait) <= 0)
        return false;
    for (int i = 0; i < 2; i++)
        if (polled[i].revents)
            any = take(self, i) || any;
    return any;
}

static void look_whether_ended(Running *self)
{
    if (!self->ended)
        self->ended = waitpid(self->pid, &self->wait_status, WNOHANG) == self->pid;
}

/* Reads to the end of both pipes. A grandchild may keep them open: then what came by the time the
 * command itself has ended counts. */
static bool attend(Running *self)
{
    while (!self->ended || self->pipes[0] >= 0 || self->pipes[1] >= 0) {
        bool any;

        look_whether_ended(self);
        any = listen_for(self, self->ended ? 0 : TICK);
        if (self->ended && !any)
            return true;
        if (g_get_monotonic_time() >= self->deadline)
            return self->ended;
    }
    return true;
}

static void stop(Running *self)
{
    kill(self->pid, SIGKILL);
    while (waitpid(self->pid, &self->wait_status, 0) < 0 && errno == EINTR)
        ;
}

static int status_of(int wait_status)
{
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

static char *text_of(GString *text)
{
    char *valid = g_utf8_make_valid(text->str, (gssize)strlen(text->str));

    g_string_free(text, TRUE);
    return valid;
}

static void hand_over(Running *self, ProcessResult *out)
{
    out->out = text_of(self->texts[0]);
    out->err = text_of(self->texts[1]);
    out->status = status_of(self->wait_status);
}

bool process_run(const ProcessCommand *command, ProcessResult *out, GError **error)
{
    Running running = {.pipes = {-1, -1}};
    ProcessResult result = {0};
    bool started;

    running.deadline = g_get_monotonic_time() + command->timeout * G_USEC_PER_SEC;
    started = start(&running, command, error);
    if (started && !attend(&running)) {
        result.timed_out = true;
        stop(&running);
    }
    for (int i = 0; i < 2; i++)
        if (running.pipes[i] >= 0)
            close(running.pipes[i]);
    if (running.texts[0])
        hand_over(&running, &result);
    if (started)
        *out = result;
    else
        process_result_clear(&result);
    return started;
}

void process_result_clear(ProcessResult *self)
{
    g_clear_pointer(&self->out, g_free);
    g_clear_pointer(&self->err, g_free);
}
