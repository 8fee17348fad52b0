/* Tests of significance against scipy and statsmodels (tests/golden/make_significance.py). */
#include "stats/significance.h"
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST = 100 };

static json_t *golden;

static void assert_near(double value, const json_t *expected)
{
    const double other = json_number_value(expected);
    if (!(fabs(value - other) <= 1e-9 * fmax(fabs(other), 1e-3)))
        fail_msg("%.17g, expected %.17g", value, other);
}

static double number(const json_t *one, const char *key)
{
    return json_number_value(json_object_get(one, key));
}

static size_t numbers(double value[MOST], const json_t *one, const char *key)
{
    const json_t *list = json_object_get(one, key);
    const size_t count = json_array_size(list);
    assert_in_range(count, 1, MOST);
    for (size_t i = 0; i < count; i++)
        value[i] = json_number_value(json_array_get(list, i));
    return count;
}

static void mcnemar(void **state)
{
    (void)state;
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(golden, "mcnemar"), i, one)
    {
        struct har_mcnemar test;
        har_mcnemar(&test, (size_t)number(one, "first"), (size_t)number(one, "second"));
        assert_near(test.p, json_object_get(one, "p"));
        assert_near(test.statistic, json_object_get(one, "statistic"));
        assert_int_equal(test.exact, test.first + test.second < HAR_MCNEMAR_EXACT);
    }
    assert_int_equal(i, 12);
}

static void wilcoxon(void **state)
{
    (void)state;
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(golden, "wilcoxon"), i, one)
    {
        struct har_wilcoxon test;
        struct har_error err = {0};
        double d[MOST];
        const size_t count = numbers(d, one, "differences");
        assert_int_equal(har_wilcoxon(&test, d, count, &err), HAR_OK);
        assert_near(test.plus, json_object_get(one, "plus"));
        assert_near(test.minus, json_object_get(one, "minus"));
        assert_near(test.p, json_object_get(one, "p"));
        assert_int_equal(test.exact, test.count <= HAR_WILCOXON_EXACT);
    }
    assert_int_equal(i, 13);
}

static void wilcoxon_of_nothing(void **state)
{
    (void)state;
    struct har_wilcoxon test;
    struct har_error err = {0};
    assert_int_equal(har_wilcoxon(&test, (double[]){0, 0, 1e-15}, 3, &err), HAR_OK);
    assert_int_equal(test.count, 0);
    assert_true(test.p == 1);
}

/* 0.95 - 0.9 and 0.9 - 0.85 aren't the same double, but the same difference. */
static void quotients_tie(void **state)
{
    (void)state;
    struct har_wilcoxon test;
    struct har_error err = {0};
    const double d[] = {0.95 - 0.9, 0.9 - 0.85, -(0.8 - 0.75)};
    assert_true(d[0] != d[1]);
    assert_int_equal(har_wilcoxon(&test, d, 3, &err), HAR_OK);
    assert_true(test.plus == 4 && test.minus == 2);
}

static void resampled_t(void **state)
{
    (void)state;
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(golden, "resampled_t"), i, one)
    {
        struct har_resampled_t test;
        double d[MOST];
        const size_t count = numbers(d, one, "differences");
        har_resampled_t(&test, d, count, number(one, "ratio"));
        assert_near(test.t, json_object_get(one, "t"));
        assert_near(test.p, json_object_get(one, "p"));
    }
    assert_int_equal(i, 4);
}

static void resampled_t_without_spread(void **state)
{
    (void)state;
    struct har_resampled_t test;
    har_resampled_t(&test, (double[]){0, 0, 0}, 3, 0.4);
    assert_true(test.t == 0 && test.p == 1);
    har_resampled_t(&test, (double[]){0.1, 0.1, 0.1}, 3, 0.4);
    assert_true(isnan(test.p));
    har_resampled_t(&test, (double[]){0.1}, 1, 0.4);
    assert_true(isnan(test.p));
}

static void holm(void **state)
{
    (void)state;
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(golden, "holm"), i, one)
    {
        struct har_error err = {0};
        double p[MOST], adjusted[MOST];
        const size_t count = numbers(p, one, "p");
        assert_int_equal(har_holm(adjusted, p, count, &err), HAR_OK);
        for (size_t k = 0; k < count; k++)
            assert_near(adjusted[k], json_array_get(json_object_get(one, "adjusted"), k));
    }
    assert_int_equal(i, 5);
}

static void holm_leaves_out_what_was_not_tested(void **state)
{
    (void)state;
    struct har_error err = {0};
    double adjusted[3];
    assert_int_equal(har_holm(adjusted, (double[]){0.02, NAN, 0.03}, 3, &err), HAR_OK);
    assert_true(adjusted[0] == 0.04 && isnan(adjusted[1]) && adjusted[2] == 0.04);
}

static void median_p_is_doubled(void **state)
{
    (void)state;
    struct har_error err = {0};
    double p;
    assert_int_equal(har_median_p(&p, (double[]){0.03}, 1, &err), HAR_OK);
    assert_true(p == 0.03);
    assert_int_equal(har_median_p(&p, (double[]){0.25, 0.125, 0.5}, 3, &err), HAR_OK);
    assert_true(p == 0.5);
    assert_int_equal(har_median_p(&p, (double[]){0.75, 0.5}, 2, &err), HAR_OK);
    assert_true(p == 1);
}

static int load(void **state)
{
    (void)state;
    golden = json_load_file("tests/golden/significance.json", 0, NULL);
    return golden == NULL;
}

static int unload(void **state)
{
    (void)state;
    json_decref(golden);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mcnemar),
        cmocka_unit_test(wilcoxon),
        cmocka_unit_test(wilcoxon_of_nothing),
        cmocka_unit_test(quotients_tie),
        cmocka_unit_test(resampled_t),
        cmocka_unit_test(resampled_t_without_spread),
        cmocka_unit_test(holm),
        cmocka_unit_test(holm_leaves_out_what_was_not_tested),
        cmocka_unit_test(median_p_is_doubled),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
