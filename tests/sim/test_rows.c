/* Tests of sim/rows.h: jobs that lie over each other. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/cores.h"
#include "tests/sim/kit.h"

/* One node of 8 cores, and a job on cores [first, first + n). */
static SimJob *job_on(uint32_t first, uint32_t n)
{
    SimJob *job = g_new0(SimJob, 1);

    job->alloc = g_new0(Allocation, 1);
    job->alloc->shares = g_new0(NodeShare, 1);
    job->alloc->n_shares = 1;
    job->alloc->cores = g_new0(uint64_t, 1);
    job->alloc->total_cpus = n;
    for (uint32_t c = first; c < first + n; c++)
        core_add(job->alloc->cores, c);
    return job;
}

static void job_gone(gpointer job)
{
    allocation_free(((SimJob *)job)->alloc);
    g_free(job);
}

static void a_job_starts_in_the_first_row_it_fits(void **state)
{
    g_autoptr(RowTable) table = row_table_new(2, 1, 1);
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(job_gone);

    (void)state;
    g_ptr_array_add(jobs, job_on(0, 4));
    g_ptr_array_add(jobs, job_on(0, 2)); /* over the first one */
    g_ptr_array_add(jobs, job_on(4, 4)); /* beside it */
    for (guint i = 0; i < jobs->len; i++)
        row_table_add(table, jobs->pdata[i], 1, 1);
    assert_int_equal(table->rows[0].jobs->len, 2);
    assert_int_equal(table->rows[0].n_cores, 8);
    assert_ptr_equal(table->rows[1].jobs->pdata[0], jobs->pdata[1]);
}

/* Packed anew, small jobs come before large ones that begin at the same core. */
static void a_leaving_job_has_the_rows_packed_anew(void **state)
{
    g_autoptr(RowTable) table = row_table_new(2, 1, 1);
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(job_gone);

    (void)state;
    g_ptr_array_add(jobs, job_on(0, 8));
    g_ptr_array_add(jobs, job_on(0, 3));
    g_ptr_array_add(jobs, job_on(5, 2));
    for (guint i = 0; i < jobs->len; i++)
        row_table_add(table, jobs->pdata[i], 1, 1);
    row_table_remove(table, jobs->pdata[2]);
    assert_true(table->stale);
    row_table_pack(table, 1, 1);
    assert_false(table->stale);
    assert_ptr_equal(table->rows[0].jobs->pdata[0], jobs->pdata[0]); /* the denser row */
    assert_ptr_equal(table->rows[1].jobs->pdata[0], jobs->pdata[1]);
    assert_int_equal(table->rows[1].n_cores, 3);
}

static bool is_small(const SimJob *job, gconstpointer most)
{
    return job->alloc->total_cpus <= *(const uint32_t *)most;
}

static void a_copy_leaves_out_who_is_not_kept(void **state)
{
    g_autoptr(RowTable) table = row_table_new(1, 1, 1);
    g_autoptr(RowTable) copy = NULL;
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(job_gone);
    uint32_t most = 3;

    (void)state;
    g_ptr_array_add(jobs, job_on(0, 4));
    g_ptr_array_add(jobs, job_on(4, 2));
    row_table_add(table, jobs->pdata[0], 1, 1);
    row_table_add(table, jobs->pdata[1], 1, 1);
    copy = row_table_copy(table, 1, 1, is_small, &most);
    assert_int_equal(copy->rows[0].n_cores, 2);
    assert_int_equal(table->rows[0].n_cores, 6);
}

/* Two jobs over each other; the upper one becomes a victim: its cores look free although it runs,
 * and the row that now counts below 0 sorts first. A copy shows the same. Packing sets it right. */
static void a_victim_in_the_last_row_is_uncovered(void **state)
{
    g_autoptr(RowTable) table = row_table_new(2, 1, 1);
    g_autoptr(RowTable) copy = NULL;
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(job_gone);
    g_autoptr(GPtrArray) victims = g_ptr_array_new();
    uint32_t most = UINT32_MAX;

    (void)state;
    g_ptr_array_add(jobs, job_on(0, 6));
    g_ptr_array_add(jobs, job_on(0, 4));
    row_table_add(table, jobs->pdata[0], 1, 1);
    row_table_add(table, jobs->pdata[1], 1, 1);
    g_ptr_array_add(victims, jobs->pdata[0]);
    g_ptr_array_add(victims, jobs->pdata[1]);
    row_table_uncover(table, victims, 1, 1);
    assert_int_equal(table->rows[1].cores[0], 0);
    assert_int_equal(table->rows[1].n_cores, UINT32_MAX - 5); /* 4 - 6 - 4 */
    row_table_sort(table);
    assert_ptr_equal(table->rows[0].jobs->pdata[0], jobs->pdata[1]);
    copy = row_table_copy(table, 1, 1, is_small, &most);
    assert_true(copy->uncovered);
    assert_int_equal(copy->rows[0].n_cores, UINT32_MAX - 5);
    g_ptr_array_add(jobs, job_on(6, 2));
    row_table_add(table, jobs->pdata[2], 1, 1);
    row_table_remove(table, jobs->pdata[2]);
    row_table_pack(table, 1, 1);
    assert_false(table->uncovered);
    assert_int_equal(table->rows[0].n_cores, 6);
    assert_int_equal(table->rows[1].n_cores, 4);
}

/* An empty row forgets what it was made to show when a job comes. */
static void an_uncovered_row_without_jobs_takes_any(void **state)
{
    g_autoptr(RowTable) table = row_table_new(2, 1, 1);
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(job_gone);
    g_autoptr(GPtrArray) victims = g_ptr_array_new();

    (void)state;
    g_ptr_array_add(jobs, job_on(0, 6));
    g_ptr_array_add(jobs, job_on(4, 4));
    row_table_add(table, jobs->pdata[0], 1, 1);
    row_table_uncover(table, victims, 1, 1);
    assert_int_equal(table->rows[1].cores[0], 0x3f); /* what the first row holds */
    row_table_add(table, jobs->pdata[1], 1, 1);
    assert_int_equal(table->rows[1].cores[0], 0xf0);
    assert_int_equal(table->rows[1].n_cores, 4);
}

static void assert_rows_are_sound(const RowTable *table)
{
    for (uint32_t r = 0; r < table->n_rows; r++) {
        const GPtrArray *jobs = table->rows[r].jobs;
        uint64_t held = 0;

        for (guint i = 0; i < jobs->len; i++) {
            const SimJob *job = jobs->pdata[i];

            assert_int_equal(held & job->alloc->cores[0], 0);
            held |= job->alloc->cores[0];
        }
        assert_int_equal(held, table->rows[r].cores[0]);
        assert_int_equal(cores_count(&held, 0, 64), table->rows[r].n_cores);
    }
}

/* Whoever comes and goes: no two jobs of a row hold one core, and a row knows what it holds. */
static void random_comings_and_goings_keep_rows_sound(void **state)
{
    g_autoptr(RowTable) table = row_table_new(3, 1, 1);
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(job_gone);
    g_autoptr(Rng) rng = rng_new(23, 0, "rows");

    (void)state;
    for (int step = 0; step < 3000; step++) {
        if (jobs->len > 6) {
            guint leaving = rng_below(rng, jobs->len);

            row_table_remove(table, jobs->pdata[leaving]);
            row_table_pack(table, 1, 1);
            g_ptr_array_remove_index(jobs, leaving);
        } else {
            uint32_t first = rng_below(rng, 16);
            SimJob *job = job_on(first, 1 + rng_below(rng, 20 - first));

            g_ptr_array_add(jobs, job);
            row_table_add(table, job, 1, 1);
        }
        assert_rows_are_sound(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_starts_in_the_first_row_it_fits),
        cmocka_unit_test(a_leaving_job_has_the_rows_packed_anew),
        cmocka_unit_test(a_copy_leaves_out_who_is_not_kept),
        cmocka_unit_test(a_victim_in_the_last_row_is_uncovered),
        cmocka_unit_test(an_uncovered_row_without_jobs_takes_any),
        cmocka_unit_test(random_comings_and_goings_keep_rows_sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
