/* Ctrl-C for commands that have something to undo. */
#include "cli/interrupt.h"

#include "base/error.h"

#include <signal.h>
#include <unistd.h>

/* A handler reaches nothing but what is static. */
static volatile sig_atomic_t *heard(void)
{
    static volatile sig_atomic_t number = 0;

    return &number;
}

static void note(int number)
{
    if (*heard())
        _exit(SRX_ERROR_INTERRUPTED);
    *heard() = number;
}

void interrupt_listen(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        sigaction(numbers[i], &action, NULL);
}

bool interrupt_heard(void)
{
    return *heard() != 0;
}
