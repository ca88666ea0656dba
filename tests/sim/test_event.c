/* The event heap gives events back in order. */
#include "tests/test.h"

#include "sim/event.h"

static void events_of_one_instant_come_by_kind_and_then_by_arrival(void **state)
{
    g_autoptr(EventHeap) heap = event_heap_new();

    (void)state;
    event_push(heap, (Event){.at = 5, .kind = EVENT_MAIN, .subject = 1});
    event_push(heap, (Event){.at = 5, .kind = EVENT_END, .subject = 2});
    event_push(heap, (Event){.at = 5, .kind = EVENT_END, .subject = 3});
    event_push(heap, (Event){.at = 4, .kind = EVENT_BACKFILL, .subject = 4});
    assert_int_equal(event_peek(heap)->subject, 4);
    assert_int_equal(event_pop(heap).subject, 4);
    assert_int_equal(event_pop(heap).subject, 2);
    assert_int_equal(event_pop(heap).subject, 3);
    assert_int_equal(event_pop(heap).subject, 1);
    assert_null(event_peek(heap));
}

static bool is_after(const Event *a, const Event *b)
{
    if (a->at != b->at)
        return a->at > b->at;
    if (a->kind != b->kind)
        return a->kind > b->kind;
    return a->arrival > b->arrival;
}

static void any_mixture_of_pushes_and_pops_comes_out_in_order(void **state)
{
    g_autoptr(EventHeap) heap = event_heap_new();
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    Event last = {.at = INSTANT_NEVER};
    size_t popped = 0;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        if (g_rand_int_range(random, 0, 3) > 0 || event_count(heap) == 0) {
            event_push(heap, (Event){.at = g_rand_int_range(random, 0, 50),
                                     .kind = (EventKind)g_rand_int_range(random, 0, EVENT_KINDS)});
            last.at = INSTANT_NEVER; /* a later push may come before what was popped */
        } else {
            const Event event = event_pop(heap);

            assert_true(last.at == INSTANT_NEVER || is_after(&event, &last));
            last = event;
            popped++;
        }
    }
    last.at = INSTANT_NEVER;
    while (event_count(heap) > 0) {
        const Event event = event_pop(heap);

        assert_true(last.at == INSTANT_NEVER || is_after(&event, &last));
        last = event;
        popped++;
    }
    assert_true(popped > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_of_one_instant_come_by_kind_and_then_by_arrival),
        cmocka_unit_test(any_mixture_of_pushes_and_pops_comes_out_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
