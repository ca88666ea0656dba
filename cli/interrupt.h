/* Ctrl-C for commands that have something to undo; for all others it simply ends srx. */
#pragma once

#include <stdbool.h>

/** interrupt_listen - from now on SIGINT, SIGTERM and SIGHUP are noted; the second one ends srx at
 * once, with status 130. */
void interrupt_listen(void);

/** interrupt_heard - whether there was one. */
bool interrupt_heard(void);
