/* Runs a command: argument vector and text in, what it printed and its status out. Never a shell.
 */
#pragma once

#include "base/units.h"

typedef struct {
    const char *const *argv;        /* NULL-terminated; [0] is looked up in the PATH of srx */
    const char *const *environment; /* "NAME=value", NULL-terminated; NULL: inherited */
    const char *input;              /* on its stdin; NULL: nothing */
    Span timeout;                   /* [s] > 0, on the real clock */
    int inherited;                  /* a descriptor that the command keeps open, too; 0: none */
} ProcessCommand;

typedef struct {
    char *out, *err; /* valid UTF-8, whatever the command printed */
    int status;      /* 0-255 as a shell has it: 128 + n when signal n ended it */
    bool timed_out;  /* it was killed; status says nothing */
} ProcessResult;

/**
 * process_run - runs @command to its end, at most for its timeout.
 *
 * Also waits no longer than that for what a child of the command keeps open. A status other than 0
 * is no failure.
 * Fails with SRX_ERROR_FAILED when the command could not be started.
 */
bool process_run(const ProcessCommand *command, ProcessResult *out, GError **error);

void process_result_clear(ProcessResult *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ProcessResult, process_result_clear)
