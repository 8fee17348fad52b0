#include "base/order.h"
#include "stats/metrics.h"
#include "stats/summary.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void accuracy_counts_labelled_rows(void **state)
{
    (void)state;
    struct har_accuracy accuracy = {0};
    har_accuracy_add(&accuracy, (int64_t[]){0, 1, -1, 2}, (int64_t[]){0, 2, -1, 2}, 4);
    har_accuracy_add(&accuracy, (int64_t[]){5}, (int64_t[]){5}, 1);
    assert_int_equal(accuracy.judged, 4);
    assert_int_equal(accuracy.right, 3);
    assert_int_equal(accuracy.skipped, 1);
}

static void score_is_the_float_times_100(void **state)
{
    (void)state;
    struct har_accuracy accuracy = {.judged = 2947, .right = 2660};
    assert_true(har_accuracy_score(&accuracy) == 90.26128053665161);
    assert_true(isnan(har_accuracy_score(&(struct har_accuracy){0})));
}

static void deviation_is_the_population_s(void **state)
{
    (void)state;
    const double value[] = {90.26128053665161, 90.39701223373413};
    char line[64];
    snprintf(line, sizeof line, "%.3f %.3f", har_mean(value, 2), har_deviation(value, 2));
    assert_string_equal(line, "90.329 0.068");
    assert_true(har_deviation(value, 1) == 0);
}

static void published_scores_give_the_published_line(void **state)
{
    (void)state;
    const double value[] = {90.261, 90.397, 91.177, 89.345, 90.465,
                            90.533, 89.583, 90.193, 88.191, 90.126};
    char line[64];
    snprintf(line, sizeof line, "%.3f %.3f", har_mean(value, 10), har_deviation(value, 10));
    assert_string_equal(line, "90.027 0.777");
}

static void floats_are_written_as_python_does(void **state)
{
    (void)state;
    static const struct {
        double x;
        const char *text;
    } row[] = {
        {90.26128053665161, "90.26128053665161"},
        {90.39701223373413, "90.39701223373413"},
        {100, "100.0"},
        {0, "0.0"},
        {-0.0, "-0.0"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {0.0001, "0.0001"},
        {0.00001, "1e-05"},
        {1.5e-7, "1.5e-07"},
        {123456789012345.0, "123456789012345.0"},
        {9007199254740993.0, "9007199254740992.0"},
        {1e16, "1e+16"},
        {1e22, "1e+22"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {0x1p-44, "5.684341886080802e-14"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        char text[HAR_FLOAT_TEXT];
        har_float_text(text, row[i].x);
        assert_string_equal(text, row[i].text);
    }
}

/* numpy.quantile([3, 1, 2.5, -1], q) */
static void quantiles_are_numpy_s(void **state)
{
    (void)state;
    static const struct {
        double q, expected;
    } row[] = {{0, -1}, {0.05, -0.7}, {0.5, 1.75}, {0.75, 2.625}, {0.9, 2.85}, {1, 3}};
    double value[] = {3, 1, 2.5, -1};
    har_sort(value, 4);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        assert_true(fabs(har_quantile(value, 4, row[i].q) - row[i].expected) < 1e-15);
    assert_true(har_quantile(value, 1, 0.3) == -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accuracy_counts_labelled_rows),
        cmocka_unit_test(score_is_the_float_times_100),
        cmocka_unit_test(deviation_is_the_population_s),
        cmocka_unit_test(published_scores_give_the_published_line),
        cmocka_unit_test(floats_are_written_as_python_does),
        cmocka_unit_test(quantiles_are_numpy_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
