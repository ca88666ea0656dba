/* Advance reservations: who may use which nodes when, and what everybody else must avoid.
 * Source: Slurm reservation.c job_test_resv, create_resv; reference 10.4. */
#include "sim/calendar.h"
#include "sim/core.h"

#define MOST_MOVES 10

enum {
    RESV_MAINT = 1,
    RESV_OVERLAP = 2,
    RESV_FLEX = 4,
    RESV_IGNORE_JOBS = 8,
    RESV_DAILY = 16,
    RESV_WEEKLY = 32,
    RESV_WEEKDAY = 64,
    RESV_WEEKEND = 128,
    RESV_HOURLY = 256,
    RESV_MAGNETIC = 512,
    RESV_ANY_NODES = 1024,
    RESV_NO_HOLD_JOBS = 2048,
    RESV_PURGE_COMP = 4096,
    RESV_PART_NODES = 8192,
    RESV_ALL_NODES = 16384 /* Nodes=ALL */
};

typedef struct {
    char *name;
    Instant start, end; /* of the next occurrence */
    NodeSet *nodes;
    uint32_t flags;
    char **users, **accounts; /* NULL = nobody named; "-x" excludes */
    uint32_t partition;       /* INDEX_NONE */
    bool deleted;
} Reservation;

struct ReservationBook {
    GPtrArray *all; /* Reservation *, by creation */
};

static void reservation_free(void *data)
{
    Reservation *self = data;

    g_free(self->name);
    nodeset_free(self->nodes);
    g_strfreev(self->users);
    g_strfreev(self->accounts);
    g_free(self);
}

static Reservation *nth(const Sim *self, uint32_t index)
{
    return g_ptr_array_index(self->reservations->all, index);
}

uint32_t reservation_find(const Sim *self, const char *name)
{
    for (guint i = 0; i < self->reservations->all->len; i++) {
        if (!nth(self, i)->deleted && g_str_equal(nth(self, i)->name, name))
            return i;
    }
    return INDEX_NONE;
}

Instant reservation_start(const Sim *self, uint32_t reservation)
{
    return nth(self, reservation)->start;
}

/* ---- who may use it ---- */

/* Named with a minus sign: everybody but these. */
static bool list_allows(char *const *list, const char *name)
{
    bool only_exclusions = true;

    for (char *const *entry = list; entry && *entry; entry++) {
        if (**entry == '-') {
            if (name && g_str_equal(*entry + 1, name))
                return false;
        } else {
            only_exclusions = false;
            if (name && g_str_equal(*entry, name))
                return true;
        }
    }
    return only_exclusions;
}

bool reservation_may_use(const Sim *self, uint32_t index, const SimJob *job)
{
    const Reservation *resv = nth(self, index);
    const char *user = job->source->user ? job->source->user : "root";
    const char *account =
        job->assoc == INDEX_NONE ? NULL : self->cluster->assocs[job->assoc].account;

    if (resv->users && !list_allows(resv->users, user))
        return false;
    return !resv->accounts || list_allows(resv->accounts, account);
}

bool reservation_open(const Sim *self, SimJob *job)
{
    const uint32_t index = reservation_find(self, job->reservation);
    const Reservation *resv = index == INDEX_NONE ? NULL : nth(self, index);

    if (!resv) {
        job->reason = WAIT_RESERVATION_DELETED;
        return false;
    }
    if (resv->flags & RESV_FLEX || (resv->start <= self->now && self->now < resv->end))
        return true;
    job->reason = WAIT_RESERVATION;
    if (self->now >= resv->end && !(resv->flags & (RESV_DAILY | RESV_WEEKLY | RESV_NO_HOLD_JOBS)))
        job->priority = 0; /* it would wait for ever: Slurm holds it */
    return false;
}

GArray *reservation_magnets(const Sim *self, const SimJob *job)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (guint i = 0; i < self->reservations->all->len; i++) {
        const Reservation *resv = nth(self, i);
        const uint32_t index = i;

        if (!resv->deleted && resv->flags & RESV_MAGNETIC && resv->start <= self->now &&
            self->now < resv->end && reservation_may_use(self, i, job))
            g_array_append_val(out, index);
    }
    return out;
}

bool reservation_expired(const Sim *self, const SimJob *job)
{
    const Reservation *resv;
    uint32_t index;

    if (!job->reservation || (index = reservation_find(self, job->reservation)) == INDEX_NONE)
        return false;
    resv = nth(self, index);
    return !(resv->flags & RESV_FLEX) &&
           resv->end + (Span)self->cluster->config.resv_over_run * 60 < self->now;
}

/* ---- what it keeps from others ---- */

void reservation_remove_nodes(const Sim *self, uint32_t reservation, NodeSet *nodes)
{
    nodeset_remove(nodes, nth(self, reservation)->nodes);
}

static Span repeat_period(const Reservation *resv)
{
    if (resv->flags & RESV_HOURLY)
        return 3600;
    if (resv->flags & (RESV_DAILY | RESV_WEEKDAY | RESV_WEEKEND))
        return SECONDS_A_DAY;
    return resv->flags & RESV_WEEKLY ? 7 * SECONDS_A_DAY : 0;
}

static bool meets(const Reservation *resv, Instant from, Instant to)
{
    return !resv->deleted && resv->start < to && resv->end > from;
}

static Span planned_span(const Sim *self, const SimJob *job)
{
    const Partition *partition = &self->cluster->partitions[job->partition];
    const uint32_t minutes = job->limit == MINUTES_UNSET ? partition->max_time : job->limit;

    return (Span)MIN(minutes, MINUTES_A_YEAR) * 60;
}

/* Does it leave the job no choice: all of its partition, or a node it insists on? A reservation
 * without MAINT that just happens to hold all of the partition does not count. */
static bool leaves_nothing(const Sim *self, const SimJob *job, const Reservation *resv)
{
    const NodeSet *required = job->request->required;

    if (resv->flags & RESV_ALL_NODES ||
        (resv->flags & RESV_PART_NODES && resv->partition == job->partition))
        return true;
    if (resv->flags & RESV_MAINT &&
        nodeset_contains(resv->nodes, self->cluster->partitions[job->partition].nodes))
        return true;
    return required && !job->request->required_is_pool && nodeset_overlaps(required, resv->nodes);
}

/* The first that leaves no choice to a job from @start on; NULL: none. */
static const Reservation *first_to_block(const Sim *self, const SimJob *job, Instant start)
{
    const Span span = planned_span(self, job);

    for (guint i = 0; i < self->reservations->all->len; i++) {
        const Reservation *resv = nth(self, i);

        if (meets(resv, start, start + span) && leaves_nothing(self, job, resv))
            return resv;
    }
    return NULL;
}

static bool test_without(const Sim *self, const SimJob *job, ReservationTest *test, NodeSet *nodes)
{
    const NodeSet *partition = self->cluster->partitions[job->partition].nodes;
    const Span span = planned_span(self, job);
    const Reservation *blocks;

    for (int moves = 0; (blocks = first_to_block(self, job, test->when)); moves++) {
        if (!test->may_move || moves == MOST_MOVES)
            return false;
        test->when = blocks->end;
    }
    for (guint i = 0; i < self->reservations->all->len; i++) {
        const Reservation *resv = nth(self, i);

        if (!meets(resv, test->when, test->when + span))
            continue;
        nodeset_remove(nodes, resv->nodes);
        test->overlaps = test->overlaps || nodeset_overlaps(partition, resv->nodes);
    }
    return true;
}

static bool test_within(const Sim *self, const SimJob *job, ReservationTest *test, NodeSet *nodes)
{
    const uint32_t index = test->reservation;
    const Reservation *resv = nth(self, index);
    const bool flex = resv->flags & RESV_FLEX;
    const Span span = planned_span(self, job);

    if (resv->deleted || !reservation_may_use(self, index, job))
        return false;
    if (!flex && (test->when >= resv->end || test->when < resv->start))
        return false;
    if (!(resv->flags & (RESV_FLEX | RESV_ANY_NODES)))
        nodeset_and(nodes, resv->nodes);
    for (guint i = 0; i < self->reservations->all->len; i++) {
        const Reservation *other = nth(self, i);
        const bool over = resv->flags & RESV_OVERLAP && !(other->flags & RESV_MAINT);

        if (i == index || over || resv->flags & RESV_MAINT ||
            !meets(other, test->when, test->when + span) || !nodeset_overlaps(nodes, other->nodes))
            continue;
        nodeset_remove(nodes, other->nodes);
        test->overlaps = true;
    }
    return true;
}

bool reservation_any(const Sim *self)
{
    return self->reservations->all->len > 0;
}

bool reservation_test(Sim *self, const SimJob *job, ReservationTest *test, NodeSet *nodes)
{
    test->overlaps = false;
    if (self->reservations->all->len == 0)
        return true;
    return test->reservation != INDEX_NONE ? test_within(self, job, test, nodes)
                                           : test_without(self, job, test, nodes);
}

Instant reservation_end_after(const Sim *self, Instant when)
{
    Instant first = INSTANT_NEVER;

    for (guint i = 0; i < self->reservations->all->len; i++) {
        if (!nth(self, i)->deleted && nth(self, i)->end >= when)
            first = MIN(first, nth(self, i)->end);
    }
    return first;
}

uint32_t reservation_shorten(const Sim *self, const SimJob *job, uint32_t limit)
{
    for (guint i = 0; i < self->reservations->all->len; i++) {
        const Reservation *resv = nth(self, i);

        if (resv->deleted || resv->start <= self->now || !job->alloc ||
            (job->reservation && g_str_equal(job->reservation, resv->name)) ||
            !nodeset_overlaps(resv->nodes, job->alloc->nodes) ||
            resv->start >= self->now + (Span)limit * 60)
            continue;
        limit = (uint32_t)((resv->start - self->now) / 60);
    }
    return job->spec->time_min == MINUTES_UNSET ? limit : MAX(limit, job->spec->time_min);
}

/* ---- time ---- */

static void push_edge(Sim *self, Instant at)
{
    if (at > self->now && at != INSTANT_NEVER)
        timer_push(self, (Event){.at = at, .kind = EVENT_RESERVATION});
}

void reservation_strike(Sim *self)
{
    for (guint i = 0; i < self->reservations->all->len; i++) {
        Reservation *resv = nth(self, i);
        const Span period = repeat_period(resv);

        if (resv->deleted || resv->end > self->now)
            continue;
        if (period == 0) {
            resv->deleted = resv->flags & RESV_PURGE_COMP;
            continue;
        }
        while (resv->end <= self->now) {
            resv->start += period;
            resv->end += period;
        }
        push_edge(self, resv->end);
    }
    sched_request(self);
}

/* ---- scontrol create, update, delete ---- */

static const struct {
    const char *word;
    uint32_t flag;
} flag_words[] = {{"MAINT", RESV_MAINT},
                  {"OVERLAP", RESV_OVERLAP},
                  {"FLEX", RESV_FLEX},
                  {"IGNORE_JOBS", RESV_IGNORE_JOBS},
                  {"DAILY", RESV_DAILY},
                  {"WEEKLY", RESV_WEEKLY},
                  {"WEEKDAY", RESV_WEEKDAY},
                  {"WEEKEND", RESV_WEEKEND},
                  {"HOURLY", RESV_HOURLY},
                  {"MAGNETIC", RESV_MAGNETIC},
                  {"ANY_NODES", RESV_ANY_NODES},
                  {"PART_NODES", RESV_PART_NODES},
                  {"NO_HOLD_JOBS_AFTER", RESV_NO_HOLD_JOBS},
                  {"PURGE_COMP", RESV_PURGE_COMP}};

static void set_flags(Reservation *resv, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    for (char **word = words; *word; word++) {
        const bool off = **word == '-';
        const char *name = *word + (**word == '-' || **word == '+');

        for (size_t i = 0; i < G_N_ELEMENTS(flag_words); i++) {
            if (g_ascii_strncasecmp(name, flag_words[i].word, strlen(flag_words[i].word)) != 0)
                continue;
            resv->flags =
                off ? resv->flags & ~flag_words[i].flag : resv->flags | flag_words[i].flag;
        }
    }
}

/* NodeCnt=n: nodes without jobs first, in index order. */
static NodeSet *pick_nodes(const Sim *self, uint32_t count, const NodeSet *from)
{
    NodeSet *out = nodeset_new(self->cluster->n_nodes);

    for (int turn = 0; turn < 2; turn++) {
        for (uint32_t n = nodeset_next(from, 0); n != NODE_NONE && count > 0;
             n = nodeset_next(from, n + 1)) {
            if (nodeset_has(out, n) || nodeset_has(self->world->idle, n) == (turn == 1))
                continue;
            nodeset_add(out, n);
            count--;
        }
    }
    return out;
}

static bool set_nodes(const Sim *self, Reservation *resv, const char *key, const char *value,
                      GError **error)
{
    const NodeSet *all = self->cluster->all_nodes;
    const NodeSet *within =
        resv->partition == INDEX_NONE ? all : self->cluster->partitions[resv->partition].nodes;
    NodeSet *nodes;

    resv->flags &= ~(uint32_t)RESV_ALL_NODES;
    if (g_ascii_strcasecmp(key, "NodeCnt") == 0) {
        nodes = pick_nodes(self, (uint32_t)g_ascii_strtoull(value, NULL, 10), within);
    } else if (g_ascii_strcasecmp(value, "ALL") == 0 && resv->flags & RESV_PART_NODES) {
        nodes = nodeset_copy(within);
    } else if (g_ascii_strcasecmp(value, "ALL") == 0) {
        resv->flags |= RESV_ALL_NODES;
        nodes = nodeset_copy(all);
    } else {
        nodes = cluster_nodeset(self->cluster, value, NULL);
    }
    if (!nodes)
        return srx_fail(error, SRX_ERROR_INPUT, "Invalid node name specified");
    nodeset_free(resv->nodes);
    resv->nodes = nodes;
    return true;
}

static bool set_time(const Sim *self, Reservation *resv, const char *key, const char *value,
                     GError **error)
{
    Span span;

    if (g_ascii_strcasecmp(key, "Duration") == 0) {
        uint32_t minutes;

        if (!minutes_parse(value, &minutes, error))
            return false;
        span = minutes == MINUTES_UNLIMITED ? (Span)MINUTES_A_YEAR * 60 : (Span)minutes * 60;
        resv->end = resv->start + span;
        return true;
    }
    if (g_ascii_strcasecmp(key, "EndTime") == 0)
        return calendar_parse(value, self->now, self->options.epoch, &resv->end, error);
    span = resv->end - resv->start;
    if (!calendar_parse(value, self->now, self->options.epoch, &resv->start, error))
        return false;
    resv->end = resv->start + span;
    return true;
}

static char **split_list(const char *value)
{
    return *value ? g_strsplit(value, ",", -1) : NULL;
}

static bool set_field(const Sim *self, Reservation *resv, const char *key, const char *value,
                      GError **error)
{
    static const char *const times[] = {"StartTime", "EndTime", "Duration"};
    static const char *const places[] = {"Nodes", "NodeCnt"};

    for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
        if (g_ascii_strcasecmp(key, times[i]) == 0)
            return set_time(self, resv, key, value, error);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        if (g_ascii_strcasecmp(key, places[i]) == 0)
            return set_nodes(self, resv, key, value, error);
    }
    if (g_ascii_strcasecmp(key, "Users") == 0 || g_ascii_strcasecmp(key, "User") == 0) {
        g_strfreev(resv->users);
        resv->users = split_list(value);
    } else if (g_ascii_strncasecmp(key, "Account", 7) == 0) {
        g_strfreev(resv->accounts);
        resv->accounts = split_list(value);
    } else if (g_ascii_strcasecmp(key, "Flags") == 0) {
        set_flags(resv, value);
    } else if (g_ascii_strcasecmp(key, "PartitionName") == 0) {
        resv->partition = cluster_find_partition(self->cluster, value);
        if (resv->partition == INDEX_NONE)
            return srx_fail(error, SRX_ERROR_INPUT, "Invalid partition name specified");
    }
    return true;
}

/* StartTime first, so that Duration has something to be counted from; nodes last, within the
 * partition and as the flags say. */
static int turn_of(const char *key)
{
    static const char *const first[] = {"StartTime", "PartitionName", "Flags"};

    for (int i = 0; i < (int)G_N_ELEMENTS(first); i++) {
        if (g_ascii_strcasecmp(key, first[i]) == 0)
            return i;
    }
    return (int)G_N_ELEMENTS(first);
}

static bool set_fields(const Sim *self, Reservation *resv, char *const *fields, GError **error)
{
    for (int turn = 0; turn <= turn_of(""); turn++) {
        for (char *const *field = fields; *field; field++) {
            g_auto(GStrv) pair = g_strsplit(*field, "=", 2);

            if (pair[0] && pair[1] && turn_of(pair[0]) == turn &&
                !set_field(self, resv, pair[0], pair[1], error))
                return false;
        }
    }
    return true;
}

static bool is_busy(const Sim *self, const Reservation *resv)
{
    for (guint i = 0; i < self->running->len; i++) {
        const SimJob *job = g_ptr_array_index(self->running, i);

        if (job->end_at > resv->start && nodeset_overlaps(job->alloc->nodes, resv->nodes))
            return true;
    }
    return false;
}

static bool overlaps_another(const Sim *self, const Reservation *resv)
{
    for (guint i = 0; i < self->reservations->all->len; i++) {
        const Reservation *other = nth(self, i);

        if (meets(other, resv->start, resv->end) && !(other->flags & RESV_MAINT) &&
            nodeset_overlaps(other->nodes, resv->nodes))
            return true;
    }
    return false;
}

static const char *field_value(char *const *fields, const char *key)
{
    for (; *fields; fields++) {
        const size_t n = strlen(key);

        if (g_ascii_strncasecmp(*fields, key, n) == 0 && (*fields)[n] == '=')
            return *fields + n + 1;
    }
    return NULL;
}

static bool create(Sim *self, char *const *fields, GError **error)
{
    Reservation *resv = g_new0(Reservation, 1);
    const char *name = field_value(fields, "ReservationName");

    resv->partition = INDEX_NONE;
    resv->start = self->now;
    resv->end = self->now + (Span)MINUTES_A_YEAR * 60;
    resv->nodes = nodeset_new(self->cluster->n_nodes);
    resv->name =
        name ? g_strdup(name) : g_strdup_printf("resv_%u", self->reservations->all->len + 1);
    if (!set_fields(self, resv, fields, error)) {
        reservation_free(resv);
        return false;
    }
    if (!(resv->flags & RESV_IGNORE_JOBS) && is_busy(self, resv)) {
        reservation_free(resv);
        return srx_fail(error, SRX_ERROR_INPUT, "Requested nodes are busy");
    }
    if (!(resv->flags & (RESV_MAINT | RESV_OVERLAP)) && overlaps_another(self, resv)) {
        reservation_free(resv);
        return srx_fail(error, SRX_ERROR_INPUT, "Requested nodes are busy");
    }
    g_ptr_array_add(self->reservations->all, resv);
    push_edge(self, resv->start);
    push_edge(self, resv->end);
    sched_request(self);
    return true;
}

bool reservation_command(Sim *self, const char *verb, char *const *fields, GError **error)
{
    const char *name;
    uint32_t index;

    if (g_ascii_strcasecmp(verb, "create") == 0)
        return create(self, fields, error);
    name = field_value(fields, "ReservationName");
    if (!name)
        name = field_value(fields, "Reservation");
    if (!name)
        name = fields[0] ? fields[0] : "";
    index = reservation_find(self, name);
    if (index == INDEX_NONE)
        return srx_fail(error, SRX_ERROR_INPUT, "Requested reservation is invalid");
    if (g_ascii_strcasecmp(verb, "delete") == 0) {
        nth(self, index)->deleted = true;
    } else {
        if (!set_fields(self, nth(self, index), fields, error))
            return false;
        push_edge(self, nth(self, index)->start);
        push_edge(self, nth(self, index)->end);
    }
    sched_request(self);
    return true;
}

ReservationBook *reservation_book_new(void)
{
    ReservationBook *self = g_new0(ReservationBook, 1);

    self->all = g_ptr_array_new_with_free_func(reservation_free);
    return self;
}

void reservation_book_free(ReservationBook *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->all);
    g_free(self);
}
