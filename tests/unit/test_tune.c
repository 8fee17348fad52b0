/* Spaces, Parzen estimators, TPE and importances; golden values are Optuna's
 * (tests/golden/make_tune.py). */
#include "base/normal.h"
#include "tune/importance.h"
#include "tune/parzen.h"
#include "tune/sampler.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static json_t *golden;

static int load_golden(void **state)
{
    (void)state;
    golden = json_load_file("tests/golden/tune.json", 0, NULL);
    return golden == NULL;
}

static int free_golden(void **state)
{
    (void)state;
    json_decref(golden);
    return 0;
}

static struct har_space *space_of(const char *text)
{
    struct har_space *space;
    struct har_error err = {0};
    assert_int_equal(har_space_new(&space, text, strlen(text), "space", &err), HAR_OK);
    return space;
}

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance * fmax(1, fabs(expected))))
        fail_msg("%.17g, expected %.17g", value, expected);
}

/* Element INDEX of the golden list as a double; null is NAN. */
static double number(const json_t *list, size_t index)
{
    const json_t *value = json_array_get(list, index);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

/* Rows of WIDTH numbers; freed by the caller. */
static double *numbers(const json_t *rows, size_t width)
{
    const size_t count = json_array_size(rows);
    double *values = calloc(count * width + 1, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count * width; i++)
        values[i] = number(json_array_get(rows, i / width), i % width);
    return values;
}

static void normal_masses_are_optuna_s(void **state)
{
    (void)state;
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(golden, "normal"), i, row)
        assert_near(har_normal_log_mass(number(row, 0), number(row, 1)), number(row, 2), 1e-7);
}

static void normal_quantiles_invert(void **state)
{
    (void)state;
    for (double x = -8; x <= 5; x += 0.37)
        assert_near(har_normal_quantile(har_normal_cdf(x)), x, 1e-9);
    assert_near(har_normal_cdf(-1.959963984540054), 0.025, 1e-15);
    assert_near(har_normal_log_cdf(-40), -804.6084420137538, 1e-14);
    assert_near(har_erfc(0.5), 0.4795001221869535, 1e-15);
    assert_near(har_erfc(-3), 1.9999779095030015, 1e-15);
    assert_near(har_erfcx(10), 0.05614099274382259, 1e-15);
}

static void check_axes(const struct har_parzen *parzen, const json_t *example)
{
    for (size_t i = 0; i < parzen->axes; i++) {
        const json_t *centers = json_array_get(json_object_get(example, "centers"), i);
        const json_t *widths = json_array_get(json_object_get(example, "widths"), i);
        for (size_t j = 0; j < json_array_size(centers); j++) {
            assert_near(parzen->axis[i].center[j], number(centers, j), 1e-14);
            assert_near(parzen->axis[i].width[j], number(widths, j), 1e-13);
        }
    }
}

static void check_example(const json_t *example)
{
    struct har_space *space = space_of(json_string_value(json_object_get(example, "space")));
    const json_t *rows = json_object_get(example, "values");
    const struct har_parameter *parameter[HAR_PARAMETERS_MAX];
    struct har_parzen *parzen;
    struct har_error err = {0};
    double *values = numbers(rows, space->count), term[100];
    double *points = numbers(json_object_get(example, "points"), space->count);
    for (size_t i = 0; i < space->count; i++)
        parameter[i] = &space->parameter[i];
    assert_int_equal(
        har_parzen_new(&parzen, parameter, space->count, values, json_array_size(rows), &err),
        HAR_OK);
    assert_int_equal(parzen->kernels, json_array_size(rows) + 1);
    for (size_t i = 0; i < parzen->kernels; i++)
        assert_near(parzen->weight[i], number(json_object_get(example, "weights"), i), 1e-14);
    check_axes(parzen, example);
    for (size_t i = 0; i < 5; i++)
        assert_near(har_parzen_log_density(parzen, points + i * space->count, term),
                    number(json_object_get(example, "log_densities"), i), 1e-10);
    har_parzen_free(parzen);
    har_space_free(space);
    free(values);
    free(points);
}

static void parzen_estimators_are_optuna_s(void **state)
{
    (void)state;
    size_t i;
    const json_t *example;
    json_array_foreach(json_object_get(golden, "parzen"), i, example) check_example(example);
    assert_int_equal(i, 8);
}

/* What is drawn has the density: the share of draws below a value is the mixture's. */
static void draws_follow_the_density(void **state)
{
    (void)state;
    enum { DRAWS = 20000 };
    struct har_space *space = space_of("float x 0 1\nint n 1 5\ncategorical c a b\n");
    const struct har_parameter *parameter[] = {&space->parameter[0], &space->parameter[1],
                                               &space->parameter[2]};
    const double values[] = {0.2, 1, 0, 0.3, 2, 0};
    const struct har_random random = {.seed = 3, .purpose = HAR_RANDOM_TUNE};
    struct har_parzen *parzen;
    struct har_error err = {0};
    double draw[3], term[3], below = 0, fives = 0, seconds = 0;
    assert_int_equal(har_parzen_new(&parzen, parameter, 3, values, 2, &err), HAR_OK);
    for (uint64_t i = 0; i < DRAWS; i++) {
        har_parzen_draw(draw, parzen, &random, i);
        assert_true(draw[0] >= 0 && draw[0] <= 1 && draw[1] == rint(draw[1]));
        below += draw[0] < 0.25;
        fives += draw[1] == 5;
        seconds += draw[2] == 1;
    }
    double sum = 0, low = 0, five = 0, second = 0;
    for (int n = 1; n <= 5; n++)
        for (int c = 0; c < 2; c++)
            for (int i = 0; i < 1000; i++) {
                const double x = (i + 0.5) / 1000;
                const double p =
                    exp(har_parzen_log_density(parzen, (double[]){x, n, c}, term)) / 1000;
                sum += p;
                low += x < 0.25 ? p : 0;
                five += n == 5 ? p : 0;
                second += c == 1 ? p : 0;
            }
    assert_near(sum, 1, 1e-4);
    assert_near(below / DRAWS, low, 0.015);
    assert_near(fives / DRAWS, five, 0.015);
    assert_near(seconds / DRAWS, second, 0.015);
    har_parzen_free(parzen);
    har_space_free(space);
}

static void importances_are_optuna_s(void **state)
{
    (void)state;
    const json_t *example = json_object_get(golden, "importance");
    const json_t *losses = json_object_get(example, "losses");
    struct har_space *space = space_of(json_string_value(json_object_get(example, "space")));
    double *values = numbers(json_object_get(example, "values"), space->count), loss[100];
    double importance[HAR_PARAMETERS_MAX];
    const size_t count = json_array_size(losses);
    for (size_t i = 0; i < count; i++)
        loss[i] = number(losses, i);
    assert_true(har_importance(importance, space, values, loss, count));
    for (size_t i = 0; i < space->count; i++)
        assert_near(importance[i], number(json_object_get(example, "importances"), i), 1e-12);
    assert_true(har_importance(importance, space, values, loss, 1));
    assert_true(importance[0] == 0);
    free(values);
    har_space_free(space);
}

static void spaces_have_one_text(void **state)
{
    (void)state;
    struct har_space *space =
        space_of("  float a 0.00001 1e-1 log # rate\n\nint b 8 64 step=8\r\ncategorical c x y z\n"
                 "int d 1 3 if c=x,z\nfloat e -1 1 step=0.5 if d=2");
    char *text = har_space_text(space);
    assert_string_equal(text, "float a 1e-05 0.1 log\nint b 8 64 step=8\ncategorical c x y z\n"
                              "int d 1 3 if c=x,z\nfloat e -1.0 1.0 step=0.5 if d=2\n");
    struct har_space *again = space_of(text);
    assert_memory_equal(space, again, sizeof *space);
    assert_true(har_space_active(space, 4, (double[]){0, 0, 0, 2, NAN}));
    assert_false(har_space_active(space, 4, (double[]){0, 0, 1, NAN, NAN}));
    free(text);
    har_space_free(again);
    har_space_free(space);
}

/* COUNT trials of a search for the least (x - 0.3)^2 + (c is not 1), at VALUES. */
static void search(double *values, const struct har_space *space, const struct har_sampler *sampler,
                   size_t count)
{
    struct har_outcome *outcome = calloc(count, sizeof *outcome);
    struct har_error err = {0};
    assert_non_null(outcome);
    for (size_t i = 0; i < count; i++) {
        double *x = values + i * space->count;
        assert_int_equal(har_propose(x, space, sampler, outcome, values, i, &err), HAR_OK);
        outcome[i] = (struct har_outcome){.state = HAR_TRIAL_COMPLETE,
                                          .loss = (x[0] - 0.3) * (x[0] - 0.3) + (x[1] != 1)};
    }
    free(outcome);
}

static void tpe_comes_near(void **state)
{
    (void)state;
    enum { TRIALS = 60 };
    struct har_space *space = space_of("float x 0 1\ncategorical c a b c\nfloat y 0 1 if c=b\n");
    double values[3 * TRIALS], again[3 * TRIALS], evenly[3 * TRIALS];
    const struct har_sampler tpe = {HAR_SAMPLER_TPE, 4, 10};
    const struct har_sampler random = {HAR_SAMPLER_RANDOM, 4, 10};
    size_t good = 0, luck = 0;
    search(values, space, &tpe, TRIALS);
    search(again, space, &tpe, TRIALS);
    search(evenly, space, &random, TRIALS);
    assert_memory_equal(values, again, sizeof values);
    assert_memory_equal(values, evenly, 10 * 3 * sizeof *values); /* the startup trials */
    for (size_t i = 0; i < TRIALS; i++) {
        const double *v = values + 3 * i;
        assert_true(isnan(v[2]) == (v[1] != 1));
        good += i >= 20 && fabs(v[0] - 0.3) < 0.1 && v[1] == 1;
        luck += i >= 20 && fabs(evenly[3 * i] - 0.3) < 0.1 && evenly[3 * i + 1] == 1;
    }
    assert_true(good >= 12 && good > 4 * luck);
    har_space_free(space);
}

static void evenly_drawn_values_are_even(void **state)
{
    (void)state;
    enum { TRIALS = 4000 };
    struct har_space *space =
        space_of("float r 1e-4 1 log\nint n 1 4\ncategorical c a b\nfloat s 0 1 step=0.5\n");
    const struct har_sampler sampler = {HAR_SAMPLER_RANDOM, 9, 0};
    struct har_outcome *outcome = calloc(TRIALS, sizeof *outcome);
    struct har_error err = {0};
    double values[4], decades = 0, ones = 0, seconds = 0, halves = 0;
    assert_non_null(outcome);
    for (size_t i = 0; i < TRIALS; i++) {
        assert_int_equal(har_propose(values, space, &sampler, outcome, NULL, i, &err), HAR_OK);
        decades += values[0] < 1e-3;
        ones += values[1] == 1;
        seconds += values[2] == 1;
        halves += values[3] == 0.5;
    }
    assert_near(decades / TRIALS, 0.25, 0.03);
    assert_near(ones / TRIALS, 0.25, 0.03);
    assert_near(seconds / TRIALS, 0.5, 0.03);
    assert_near(halves / TRIALS, 1.0 / 3, 0.03);
    free(outcome);
    har_space_free(space);
}

static void outcomes_have_an_order(void **state)
{
    (void)state;
    const struct har_outcome outcome[] = {
        {HAR_TRIAL_RUNNING, 0, 0}, {HAR_TRIAL_PRUNED, 0, -9},   {HAR_TRIAL_FAILED, 0, 0},
        {HAR_TRIAL_PRUNED, 1, 3},  {HAR_TRIAL_COMPLETE, 2, 5},  {HAR_TRIAL_PRUNED, 1, 2},
        {HAR_TRIAL_PRUNED, 1, 2},  {HAR_TRIAL_COMPLETE, 2, -1}, {HAR_TRIAL_FAILED, 1, -7}};
    const size_t expected[] = {7, 4, 5, 6, 3, 1, 2, 8, 0};
    size_t order[9];
    assert_true(har_outcome_order(order, outcome, 9));
    assert_memory_equal(order, expected, sizeof expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_masses_are_optuna_s),
        cmocka_unit_test(normal_quantiles_invert),
        cmocka_unit_test(parzen_estimators_are_optuna_s),
        cmocka_unit_test(draws_follow_the_density),
        cmocka_unit_test(importances_are_optuna_s),
        cmocka_unit_test(spaces_have_one_text),
        cmocka_unit_test(tpe_comes_near),
        cmocka_unit_test(evenly_drawn_values_are_even),
        cmocka_unit_test(outcomes_have_an_order),
    };
    return cmocka_run_group_tests(tests, load_golden, free_golden);
}
