/* What surrounds validation: Keras's rule of early stopping (tests/golden/make_stopping.py), which
 * rows are cut, SciPy's temperatures (tests/golden/make_temperature.py). */
#include "fit/calibrate.h"
#include "fit/holdout.h"
#include "fit/loss.h"
#include "fit/stopping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { rows_max = 200, classes_max = 6 };

/* CHECKs each line of FILE; how many. */
static size_t check_lines(const char *path, void (*check)(char *line))
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char line[1024];
    size_t lines = 0;
    for (; fgets(line, sizeof line, file) != NULL; lines++)
        check(line);
    fclose(file);
    return lines;
}

/* Follows the values of a line of rule.csv; all of it is as Keras has it. */
static void check_course(char *line)
{
    char *rest = line;
    struct har_error err = {0};
    struct har_stopping_rule rule = {.stops = true};
    struct har_stopping stopping = {0};
    assert_int_equal(har_monitor_read(&rule.monitor, strtok_r(NULL, ",", &rest), "--monitor", &err),
                     HAR_OK);
    rule.patience = strtoul(strtok_r(NULL, ",", &rest), NULL, 10);
    rule.min_delta = atof(strtok_r(NULL, ",", &rest));
    const size_t stop = strtoul(strtok_r(NULL, ",", &rest), NULL, 10);
    const size_t best = strtoul(strtok_r(NULL, ",", &rest), NULL, 10);
    size_t epoch = 0;
    const char *value;
    while (!stopping.stopped && (value = strtok_r(NULL, ",", &rest)) != NULL)
        har_stopping_epoch(&stopping, &rule, ++epoch, atof(value));
    assert_int_equal(stopping.best_epoch, best);
    assert_int_equal(stopping.stopped ? epoch : 0, stop);
}

static void stops_where_keras_does(void **state)
{
    (void)state;
    assert_int_equal(check_lines("tests/golden/stopping/rule.csv", check_course), 68);
}

static void test_never_stops_without_patience(void **state)
{
    (void)state;
    const struct har_stopping_rule rule = {.restore_best = true};
    struct har_stopping stopping = {0};
    for (size_t epoch = 1; epoch <= 50; epoch++)
        assert_true(har_stopping_epoch(&stopping, &rule, epoch, epoch == 7 ? 1 : 2) ==
                    (epoch == 1 || epoch == 7));
    assert_false(stopping.stopped);
    assert_int_equal(stopping.best_epoch, 7);
    assert_int_equal(stopping.wait, 43);
}

/* ---- which rows are cut ---- */

/* SUBJECTS: a digit a row; '-': nobody's is known. CUT: the rows that must be marked. */
static void check_holdout(const char *subjects, double share, const char *cut)
{
    struct har_error err = {0};
    size_t person[64];
    bool mark[64];
    const size_t rows = strlen(subjects);
    for (size_t r = 0; r < rows; r++)
        person[r] = (size_t)(subjects[r] - '0');
    const enum har_status status =
        har_holdout(mark, subjects[0] == '-' ? NULL : person, rows, share, &err);
    if (cut == NULL) {
        assert_int_equal(status, HAR_INPUT);
        return;
    }
    assert_int_equal(status, HAR_OK);
    for (size_t r = 0; r < rows; r++)
        assert_int_equal(mark[r], cut[r] == 'x');
}

static void test_holdout(void **state)
{
    (void)state;
    /* Keras: floor(10 0.75) = 7, floor(10 0.7) = 7, floor(10 0.05) = 0 */
    check_holdout("----------", 0.25, ".......xxx");
    check_holdout("----------", 0.3, ".......xxx");
    check_holdout("----------", 0.95, NULL);
    check_holdout("----------", 0.01, ".........x");
    check_holdout("-", 0.5, NULL);
    /* whole people */
    check_holdout("1111222334", 0.1, ".........x");
    check_holdout("1111222334", 0.2, ".........x");
    check_holdout("1111222334", 0.3, ".......xxx");
    check_holdout("1111222334", 0.5, ".......xxx");
    check_holdout("1111222334", 0.6, "....xxxxxx");
    check_holdout("1111222344", 0.1, NULL);
    check_holdout("1111111111", 0.5, NULL);
    /* wherever their rows stand, the one of the last row first; an earlier one doesn't fill in */
    check_holdout("2112111311", 0.2, NULL);
    check_holdout("1112111232", 0.5, "...x...xxx");
    check_holdout("1213141516", 0.3, ".........x");
    check_holdout("3333322221", 0.3, ".........x");
}

/* ---- temperatures ---- */

static void fill(har_real *z, int32_t *class, size_t rows, size_t classes, double scale,
                 size_t wrong)
{
    for (size_t r = 0; r < rows; r++, z += classes) {
        size_t best = 0;
        for (size_t c = 0; c < classes; c++) {
            z[c] = (har_real)(scale * ((double)((7 * r + 5 * c + r * c) % 11) - 5));
            best = z[c] > z[best] ? c : best;
        }
        class[r] = (int32_t)(r % wrong == 0 ? r % classes : best);
    }
}

static bool close_to(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance * fabs(b);
}

static void check_temperature(char *line)
{
    static har_real z[rows_max * classes_max];
    static int32_t class[rows_max];
    double number[7];
    for (size_t i = 0; i < 7; i++)
        number[i] = atof(strtok_r(NULL, ",", &line));
    const size_t rows = (size_t)number[0], classes = (size_t)number[1];
    fill(z, class, rows, classes, number[2], (size_t)number[3]);
    const struct har_calibration found = har_calibrate(z, class, rows, classes);
    assert_true(close_to(found.temperature, number[4], 1e-6)); /* as far as SciPy's search goes */
    assert_true(close_to(found.before, number[5], 1e-12));
    assert_true(close_to(found.after, number[6], 1e-12));
}

static void temperatures_are_scipys(void **state)
{
    (void)state;
    assert_int_equal(check_lines("tests/golden/temperature.csv", check_temperature), 9);
}

/* softmax(z / T), whose largest is that of the softmax, even where rounding makes them alike. */
static void test_temper(void **state)
{
    (void)state;
    const har_real z[] = {1, 3, 2}, near[] = {1, 1.0000001F, 1};
    float p[] = {0.1F, 0.7F, 0.2F}, alike[] = {0.3F, 0.31F, 0.3F};
    har_temper(p, z, 3, 2);
    const double sum = exp(0.5) + exp(1.5) + exp(1);
    assert_true(close_to((double)p[0], exp(0.5) / sum, 1e-6));
    assert_true(close_to((double)p[1], exp(1.5) / sum, 1e-6));
    assert_true(close_to((double)p[2], exp(1) / sum, 1e-6));
    har_temper(alike, near, 3, 20);
    assert_int_equal(har_argmax(alike, 3), 1);
    assert_true(close_to((double)alike[1], 1.0 / 3, 1e-6));
    const har_real far[] = {-2000, 3000, 0}; /* nothing overflows */
    har_temper(p, far, 3, 0.05);
    assert_true(p[0] == 0 && p[1] == 1 && p[2] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_where_keras_does),
        cmocka_unit_test(test_never_stops_without_patience),
        cmocka_unit_test(test_holdout),
        cmocka_unit_test(temperatures_are_scipys),
        cmocka_unit_test(test_temper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
