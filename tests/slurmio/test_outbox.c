/* Tests of slurmio/outbox.h. */
#include "tests/test.h"

#include "slurmio/outbox.h"

#define MILLISECOND 1000

/* Whom things are delivered to: fails as often as it is told, then takes them. */
typedef struct {
    guint failures;
    DeliveryFate fate; /* of those */
    Span wait;
    gint64 takes; /* [us] a delivery */
    GString *got; /* what was taken, a blank before each delivery */
    guint calls;
    gint64 at[16]; /* of each call */
} Receiver;

static Delivery receive(void *data, GPtrArray *items)
{
    Receiver *self = data;

    self->at[self->calls++ % G_N_ELEMENTS(self->at)] = g_get_monotonic_time();
    if (self->takes)
        g_usleep((gulong)self->takes);
    if (self->failures > 0) {
        self->failures--;
        return (Delivery){self->fate, self->wait, g_strdup("busy")};
    }
    g_string_append_c(self->got, ' ');
    for (guint i = 0; i < items->len; i++)
        g_string_append(self->got, items->pdata[i]);
    return (Delivery){.fate = DELIVERY_DONE};
}

static OutboxRules rules_of(Receiver *receiver)
{
    receiver->got = g_string_new(NULL);
    return (OutboxRules){.deliver = receive,
                         .self = receiver,
                         .free_item = g_free,
                         .batch = 2,
                         .capacity = 4,
                         .attempts = 3,
                         .back_off = 10 * MILLISECOND};
}

static void put(Outbox *box, const char *letters)
{
    for (const char *at = letters; *at; at++)
        outbox_put(box, g_strndup(at, 1));
}

/* Delivers @letters and says what came of it. */
static char *deliver(const OutboxRules *rules, const char *letters)
{
    Outbox *box = outbox_new(rules);
    char *trouble = NULL;

    put(box, letters);
    outbox_close(box, 5, &trouble);
    return trouble;
}

static void what_is_put_in_arrives_in_order(void **state)
{
    Receiver receiver = {0};
    OutboxRules rules = rules_of(&receiver);
    g_autofree char *trouble = deliver(&rules, "abcd");
    g_auto(GStrv) parts = g_strsplit(receiver.got->str, " ", -1);
    g_autofree char *all = g_strjoinv("", parts);

    (void)state;
    assert_null(trouble);
    assert_string_equal(all, "abcd");
    g_string_free(receiver.got, TRUE);
}

static void what_could_not_be_delivered_is_tried_again_each_time_later(void **state)
{
    Receiver receiver = {.failures = 2, .fate = DELIVERY_LATER};
    OutboxRules rules = rules_of(&receiver);
    g_autofree char *trouble = deliver(&rules, "a");

    (void)state;
    assert_string_equal(trouble, "busy (will be tried again)");
    assert_string_equal(receiver.got->str, " a");
    assert_int_equal(receiver.calls, 3);
    assert_true(receiver.at[1] - receiver.at[0] >= 10 * MILLISECOND);
    assert_true(receiver.at[2] - receiver.at[1] >= 20 * MILLISECOND);
    g_string_free(receiver.got, TRUE);
}

static void after_the_last_attempt_the_next_items_have_their_turn(void **state)
{
    Receiver receiver = {.failures = 3, .fate = DELIVERY_LATER};
    OutboxRules rules = rules_of(&receiver);
    g_autofree char *trouble = NULL;

    (void)state;
    rules.batch = 1;
    trouble = deliver(&rules, "ab");
    assert_string_equal(trouble, "1 not delivered: busy");
    assert_string_equal(receiver.got->str, " b");
    g_string_free(receiver.got, TRUE);
}

static void what_is_refused_for_good_is_tried_once(void **state)
{
    Receiver receiver = {.failures = 1, .fate = DELIVERY_NEVER};
    OutboxRules rules = rules_of(&receiver);
    g_autofree char *trouble = deliver(&rules, "a");

    (void)state;
    assert_string_equal(trouble, "1 not delivered: busy");
    assert_int_equal(receiver.calls, 1);
    g_string_free(receiver.got, TRUE);
}

static void a_receiver_is_left_alone_as_long_as_it_asks(void **state)
{
    Receiver receiver = {.failures = 1, .fate = DELIVERY_LATER, .wait = 1};
    OutboxRules rules = rules_of(&receiver);
    g_autofree char *trouble = deliver(&rules, "a");

    (void)state;
    assert_string_equal(trouble, "busy (will be tried again)");
    assert_true(receiver.at[1] - receiver.at[0] >= G_USEC_PER_SEC);
    g_string_free(receiver.got, TRUE);
}

static void deliveries_keep_the_pause_between_them(void **state)
{
    Receiver receiver = {0};
    OutboxRules rules = rules_of(&receiver);
    g_autofree char *trouble = NULL;

    (void)state;
    rules.batch = 1;
    rules.pause = 50 * MILLISECOND;
    trouble = deliver(&rules, "abc");
    assert_string_equal(receiver.got->str, " a b c");
    assert_true(receiver.at[2] - receiver.at[1] >= 50 * MILLISECOND);
    g_string_free(receiver.got, TRUE);
}

static void the_first_item_waits_for_others_unless_the_box_is_closed(void **state)
{
    Receiver receiver = {0};
    OutboxRules rules = rules_of(&receiver);
    gint64 before = g_get_monotonic_time();
    Outbox *box;

    (void)state;
    rules.gather = G_MAXINT32;
    box = outbox_new(&rules);
    put(box, "a");
    g_usleep(20 * MILLISECOND);
    assert_int_equal(receiver.calls, 0);
    put(box, "b");
    outbox_close(box, 60, NULL);
    assert_string_equal(receiver.got->str, " ab");
    assert_true(g_get_monotonic_time() - before < 30 * G_USEC_PER_SEC);
    g_string_free(receiver.got, TRUE);
}

static void a_full_box_loses_its_oldest_and_says_so(void **state)
{
    Receiver receiver = {0};
    OutboxRules rules = rules_of(&receiver);
    g_autofree char *trouble = NULL;

    (void)state;
    rules.gather = G_MAXINT32;
    trouble = deliver(&rules, "abcdefgh");
    assert_string_equal(trouble, "2 not delivered: too many at once");
    assert_string_equal(receiver.got->str, " ab ef gh");
    g_string_free(receiver.got, TRUE);
}

static void closing_waits_no_longer_than_its_patience(void **state)
{
    Receiver receiver = {.failures = 1000, .fate = DELIVERY_LATER};
    OutboxRules rules = rules_of(&receiver);
    gint64 before = g_get_monotonic_time();
    g_autofree char *trouble = NULL;
    Outbox *box;

    (void)state;
    rules.back_off = 60 * G_USEC_PER_SEC;
    box = outbox_new(&rules);
    put(box, "ab");
    outbox_close(box, 0, &trouble);
    assert_true(g_get_monotonic_time() - before < 30 * G_USEC_PER_SEC);
    assert_true(g_str_has_prefix(trouble, "2 not delivered: "));
    g_string_free(receiver.got, TRUE);
}

static void putting_in_never_waits_for_a_slow_receiver(void **state)
{
    Receiver receiver = {.takes = 300 * MILLISECOND};
    OutboxRules rules = rules_of(&receiver);
    Outbox *box = outbox_new(&rules);
    gint64 before = g_get_monotonic_time();

    (void)state;
    put(box, "ab");
    g_usleep(30 * MILLISECOND);
    put(box, "cd");
    assert_true(g_get_monotonic_time() - before < 250 * MILLISECOND);
    outbox_close(box, 5, NULL);
    g_string_free(receiver.got, TRUE);
}

/* Whatever fails and however many there are: nothing is lost unsaid, nothing comes twice. */
static void all_that_is_put_in_is_delivered_once_or_counted(void **state)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(11);

    (void)state;
    for (int round = 0; round < 30; round++) {
        Receiver receiver = {.failures = (guint)g_rand_int_range(rand, 0, 5),
                             .fate = g_rand_boolean(rand) ? DELIVERY_LATER : DELIVERY_NEVER};
        OutboxRules rules = rules_of(&receiver);
        int n = g_rand_int_range(rand, 0, 12);
        g_autofree char *letters = g_strndup("abcdefghijkl", (gsize)n), *trouble = NULL;
        guint64 arrived = 0, lost = 0;

        rules.back_off = MILLISECOND;
        rules.batch = (guint)g_rand_int_range(rand, 1, 4);
        trouble = deliver(&rules, letters);
        if (trouble && g_ascii_isdigit(*trouble))
            lost = g_ascii_strtoull(trouble, NULL, 10);
        for (const char *at = receiver.got->str, *last = ""; *at; at++)
            if (*at != ' ') {
                assert_true(*last < *at);
                last = at;
                arrived++;
            }
        assert_int_equal(arrived + lost, n);
        g_string_free(receiver.got, TRUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_in_arrives_in_order),
        cmocka_unit_test(what_could_not_be_delivered_is_tried_again_each_time_later),
        cmocka_unit_test(after_the_last_attempt_the_next_items_have_their_turn),
        cmocka_unit_test(what_is_refused_for_good_is_tried_once),
        cmocka_unit_test(a_receiver_is_left_alone_as_long_as_it_asks),
        cmocka_unit_test(deliveries_keep_the_pause_between_them),
        cmocka_unit_test(the_first_item_waits_for_others_unless_the_box_is_closed),
        cmocka_unit_test(a_full_box_loses_its_oldest_and_says_so),
        cmocka_unit_test(closing_waits_no_longer_than_its_patience),
        cmocka_unit_test(putting_in_never_waits_for_a_slow_receiver),
        cmocka_unit_test(all_that_is_put_in_is_delivered_once_or_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
