/* What a pass would do, done in place and taken back: the rest of the pass sees it, the state stays
 * what it was. Only sim/ includes it. */
#pragma once

#include "sim/core.h"

typedef struct Tentative Tentative;

Tentative *tentative_new(void);
void tentative_free(Tentative *self); /* nothing may be left to undo */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tentative, tentative_free)

/** tentative_open - before the first change, and before anything is asked that may stir the rows of
 * shared cores: undoing all puts them back as they are now. */
void tentative_open(Tentative *self, const Sim *sim);

/** tentative_start - @job (of a meta record: its next task) holds @alloc from now on. Returns: the
 * record that does. @alloc: (transfer full) */
SimJob *tentative_start(Tentative *self, Sim *sim, SimJob *job, Allocation *alloc);

/** tentative_end - a running job is gone, its nodes clean up. */
void tentative_end(Tentative *self, Sim *sim, SimJob *job);

/** tentative_lift - a running job waits, as if it had not started. */
void tentative_lift(Tentative *self, Sim *sim, SimJob *job);

/** tentative_length - how many changes stand; what tentative_undo goes back to. */
guint tentative_length(const Tentative *self);
void tentative_undo(Tentative *self, Sim *sim, guint length);
/** tentative_keep_rows - nothing was changed: what became of the rows of shared cores stands. */
void tentative_keep_rows(Tentative *self, const Sim *sim);
