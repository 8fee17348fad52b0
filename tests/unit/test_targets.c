/* Schedules, class weights, label smoothing, penalties and clipping. */
#include "base/memory.h"
#include "fit/gradient.h"
#include "fit/schedule.h"
#include "fit/targets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void test_schedules(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t t;
        double factor;
    } row[] = {
        {"exponential:0.5,4", 0, 1},
        {"exponential:0.5,4", 2, 0.70710678118654752},
        {"exponential:0.5,4", 8, 0.25},
        {"step:0.1,10", 9, 1},
        {"step:0.1,10", 10, 0.1},
        {"step:0.1,10", 29, 0.01},
        {"cosine:8", 0, 1},
        {"cosine:8", 4, 0.5},
        {"cosine:8", 2, 0.85355339059327376},
        {"cosine:8", 8, 0},
        {"cosine:8", 100, 0},
        {"cosine", 0, 1},
        {"cosine", 4, 0.85355339059327376},
        {"cosine", 8, 0.5},
        {"cosine", 16, 0},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct har_schedule schedule = {0};
        struct har_error err = {0};
        assert_int_equal(har_schedule_read(&schedule, row[i].text, "--s", &err), HAR_OK);
        const double factor = har_schedule_factor(&schedule, row[i].t, 16);
        if (!(fabs(factor - row[i].factor) <= 1e-14))
            fail_msg("%s at %zu: %.17g", row[i].text, row[i].t, factor);
    }
    const struct har_schedule none = {0};
    assert_true(har_schedule_factor(&none, 1000, 2000) == 1);
}

static void test_bad_schedules(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "cosin",         "cosine:",   "cosine:0",   "cosine:1.5",
        "cosine:5,5", "exponential:2", "step:0,10", "step:0.5,",  "step:0.5,-1",
        "step:,5",    "linear:5",      "cosine:x",  "step:nan,5", "step:0.5,5,5",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct har_schedule schedule = {0};
        struct har_error err = {0};
        if (har_schedule_read(&schedule, bad[i], "--s", &err) != HAR_USAGE)
            fail_msg("%s is taken", bad[i]);
        assert_memory_equal(err.text, "--s: ", 5);
    }
}

static const int32_t class[] = {0, 0, 2, 0};

static void check_weights(const char *text, const double expected[4])
{
    struct har_error err = {0};
    const struct har_targets targets = {.class_weights = text};
    double *weight;
    assert_int_equal(har_targets_check(&targets, 3, &err), HAR_OK);
    assert_int_equal(har_targets_weights(&weight, &targets, class, 4, 3, &err), HAR_OK);
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(weight[i] - expected[i]) < 1e-15);
    free(weight);
}

static void test_class_weights(void **state)
{
    (void)state;
    static const double balanced[] = {4.0 / 9, 4.0 / 9, 4.0 / 3, 4.0 / 9}, given[] = {1, 1, 0.5, 1};
    check_weights("balanced", balanced);
    check_weights("1,7,0.5", given);
    struct har_error err = {0};
    static const char *const bad[] = {"",     "1,2",    "1,2,3,4", "1,2,x",
                                      "1,,3", "1,2,-1", "1,2,3,",  "even"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct har_targets targets = {.class_weights = bad[i]};
        if (har_targets_check(&targets, 3, &err) != HAR_USAGE)
            fail_msg("'%s' is taken", bad[i]);
    }
    double *weight;
    const struct har_targets none = {0};
    assert_int_equal(har_targets_weights(&weight, &none, class, 4, 3, &err), HAR_OK);
    assert_null(weight);
}

static void test_smoothing(void **state)
{
    (void)state;
    float y[6];
    const struct har_targets none = {0}, some = {.label_smoothing = 0.3};
    har_targets_fill(y, &none, class + 1, 2, 3);
    assert_memory_equal(y, ((const float[]){1, 0, 0, 0, 0, 1}), sizeof y);
    har_targets_fill(y, &some, class + 1, 2, 3);
    static const float expected[] = {0.8F, 0.1F, 0.1F, 0.1F, 0.1F, 0.8F};
    for (size_t i = 0; i < 6; i++)
        assert_true(fabsf(y[i] - expected[i]) < 1e-6F);
}

static void test_clipping(void **state)
{
    (void)state;
    float g[] = {3, 0, -4};
    har_gradient_clip_norm(g, 3, 5);
    assert_memory_equal(g, ((const float[]){3, 0, -4}), sizeof g);
    har_gradient_clip_norm(g, 3, 2.5);
    assert_memory_equal(g, ((const float[]){1.5F, 0, -2}), sizeof g);
    har_gradient_clip_value(g, 3, 1.75);
    assert_memory_equal(g, ((const float[]){1.5F, 0, -1.75F}), sizeof g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schedules),     cmocka_unit_test(test_bad_schedules),
        cmocka_unit_test(test_class_weights), cmocka_unit_test(test_smoothing),
        cmocka_unit_test(test_clipping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
