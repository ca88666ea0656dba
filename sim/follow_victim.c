/* Preemptions while a recording is followed: were the real victims the simulator's too? Another
 * victim in the place of the real one is one disagreement, not two. */
#include "sim/follow_track.h"

#define LIMIT_PERIOD 30 /* [s] grace times are looked at so often */

Span follow_grace(const Sim *sim, const SimJob *victim)
{
    const Span grace = preempt_grace(sim, victim);

    return grace > 0 ? grace + LIMIT_PERIOD : 0;
}

static void choose(Follow *self, Sim *sim, Track *track, SimJob *victim, SimJob *preemptor)
{
    const Span grace = follow_grace(sim, victim);
    FollowDecision *decision = track->preempt;

    track->preemptor = preemptor;
    if (decision && decision->simulated_at == INSTANT_NEVER &&
        decision->real_at <= sim->now + FOLLOW_TOLERANCE + grace) {
        decision->simulated_at = sim->now;
    } else if (self->pass == PASS_REGULAR && track->chosen_at == INSTANT_NONE &&
               !(decision && decision->simulated_at != INSTANT_NEVER)) {
        track->chosen_at = sim->now;
        g_ptr_array_add(self->chosen, track);
        sim_wake_at(sim, sim->now + FOLLOW_TOLERANCE + grace, self);
    }
}

void follow_preempt(Sim *sim, SimJob *job, GPtrArray *victims)
{
    Follow *self = sim->follow;

    if (self->pass == PASS_REGULAR)
        job->preempted_other_at = sim->now;
    for (guint i = 0; i < victims->len; i++) {
        SimJob *victim = g_ptr_array_index(victims, i);
        Track *track = track_of(self, victim);

        if (track && track->run && (victim->preempt_at == INSTANT_NONE || track->preempt))
            choose(self, sim, track, victim, job);
        if (preempt_grace(sim, victim) == 0)
            tentative_end(self->tentative, sim, victim);
    }
}

/* ---- victims with a grace time: chosen some time before they end ---- */

void follow_expect_victim(Follow *self, Sim *sim, const Track *track)
{
    const Span grace = track->preempt ? follow_grace(sim, track->record) : 0;

    if (grace > 0)
        sim_wake_at(sim, MAX(sim->now, track->run->end_at - grace), self);
}

/* When exactly it was chosen is not recorded: at most a period of the time-limit check earlier. */
static void look_for_victim(Follow *self, Sim *sim, const Track *track)
{
    if (track->preempt->simulated_at != INSTANT_NEVER)
        return;
    sim_wake_at(sim, sim->now + 1, self);
    if (sim->changes == self->victims_seen)
        return;
    self->victims_seen = sim->changes;
    follow_probe(self, sim, NULL);
}

/* From when on it was surely a victim, it is one here too. */
static void mark_victim(const Sim *sim, const Track *track)
{
    SimJob *job = track->record;

    if (job->preempt_at != INSTANT_NONE)
        return;
    job->preempt_at = sim->now;
    job->end_at = MIN(job->end_at, track->run->end_at);
}

void follow_await_victims(Follow *self, Sim *sim)
{
    for (guint i = self->next_end; i < self->ends->len; i++) {
        const Track *track = g_ptr_array_index(self->ends, i);
        const Instant end = track->run->end_at;
        Span grace;

        if (end > sim->now + SECONDS_A_DAY)
            break;
        grace = track->preempt && track->record ? preempt_grace(sim, track->record) : 0;
        if (grace == 0)
            continue;
        if (end - follow_grace(sim, track->record) <= sim->now && sim->now <= end - grace)
            look_for_victim(self, sim, track);
        if (end - grace <= sim->now)
            mark_victim(sim, track);
    }
}

/* ---- the end of a victim ---- */

/* The victim the simulator took in the place of the real one; NULL. */
static Track *taken_instead(const Follow *self, const Sim *sim, const Track *track)
{
    const Span reach = FOLLOW_TOLERANCE + follow_grace(sim, track->record);

    for (guint i = 0; i < self->chosen->len; i++) {
        Track *other = g_ptr_array_index(self->chosen, i);

        if (other != track && !other->victim_settled && other->chosen_at + reach >= sim->now)
            return other;
    }
    return NULL;
}

static const char *id_of(const Sim *sim, uint32_t job)
{
    return sim_job(sim, job)->id;
}

static void tell_missed(Follow *self, const Sim *sim, const Track *track)
{
    Track *instead = taken_instead(self, sim, track);

    if (!instead) {
        track_tell(self, track, sim->now, FOLLOW_PREEMPT,
                   g_strdup("victim: really preempted, not here"));
        return;
    }
    instead->victim_settled = true;
    track_tell(self, track, sim->now, FOLLOW_PREEMPT,
               g_strdup_printf("victim: really preempted, here %s makes room for %s",
                               id_of(sim, instead->job), id_of(sim, instead->preemptor->load)));
}

void follow_victim_gone(Follow *self, Sim *sim, Track *track)
{
    if (track->preempt->simulated_at == INSTANT_NEVER)
        follow_probe(self, sim, NULL);
    if (track->preempt->simulated_at == INSTANT_NEVER) {
        tell_missed(self, sim, track);
        track->victim_settled = true;
    }
    /* it waits for this victim's nodes now, and does not look for another */
    if (track->preemptor && track->preemptor->state == JOB_PENDING)
        track->preemptor->preempted_other_at = sim->now;
}

static void settle(Follow *self, const Sim *sim, Track *track)
{
    const Instant end = track->run->end_at;

    track->victim_settled = true;
    if (end <= track->chosen_at + FOLLOW_TOLERANCE)
        return; /* it was over before the minute was */
    if (track->preempt && track->preempt->simulated_at == INSTANT_NEVER)
        track->preempt->simulated_at = track->chosen_at; /* too early: this decision's only word */
    track_tell(self, track, track->chosen_at, FOLLOW_PREEMPT,
               g_strdup_printf("victim: makes room for %s here, really ran %" G_GINT64_FORMAT
                               " s longer",
                               id_of(sim, track->preemptor->load),
                               end == INSTANT_NEVER ? -1 : end - track->chosen_at));
}

void follow_settle_victims(Follow *self, const Sim *sim)
{
    for (guint i = 0; i < self->chosen->len; i++) {
        Track *track = g_ptr_array_index(self->chosen, i);
        const Span grace = track->record ? follow_grace(sim, track->record) : 0;

        if (!track->victim_settled) {
            if (sim->now < track->chosen_at + FOLLOW_TOLERANCE + grace)
                continue;
            settle(self, sim, track);
        }
        g_ptr_array_remove_index(self->chosen, i--);
    }
}
