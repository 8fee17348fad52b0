#include "fit/adam.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

static const struct har_adam defaults = {0.001, 0.9, 0.999, 1e-7};

/* The textbook in double: epsilon beside the root of the uncorrected second moment. */
static double reference(double w, const double *g, size_t steps, const struct har_adam *adam)
{
    double m = 0, v = 0;
    for (size_t t = 1; t <= steps; t++) {
        const double alpha = adam->learning_rate * sqrt(1 - pow(adam->beta_2, (double)t)) /
                             (1 - pow(adam->beta_1, (double)t));
        m = adam->beta_1 * m + (1 - adam->beta_1) * g[t - 1];
        v = adam->beta_2 * v + (1 - adam->beta_2) * g[t - 1] * g[t - 1];
        w -= alpha * m / (sqrt(v) + adam->epsilon);
    }
    return w;
}

static void check(const double *g, size_t steps, const struct har_adam *adam)
{
    har_real w = 0.5F, m = 0, v = 0;
    struct har_adam_state state = har_adam_start();
    for (size_t t = 0; t < steps; t++) {
        const har_real gradient = (har_real)g[t];
        const struct har_rates rates = har_adam_begin(&state, adam);
        har_kernels_best()->adam(&w, &m, &v, &gradient, 1, &rates);
    }
    const double expected = reference(0.5, g, steps, adam);
    assert_true(fabs((double)w - expected) <= 2e-6);
}

static void test_against_double(void **state)
{
    (void)state;
    static const double g[][10] = {{1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
                                   {0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8, 0.9, -1},
                                   {1e-6, 2e-6, 0, 0, 1e-7, 1e-8, 5e-7, 0, 0, 1e-6},
                                   {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}};
    static const struct har_adam other = {0.05, 0.5, 0.9, 1e-3};
    for (size_t i = 0; i < sizeof g / sizeof *g; i++) {
        check(g[i], 10, &defaults);
        check(g[i], 10, &other);
    }
}

/* The first step is learning_rate sign(g), but for epsilon: tells Keras's epsilon from PyTorch's.
 */
static void test_epsilon_is_keras(void **state)
{
    (void)state;
    const double g = 1e-6;
    har_real w = 0, m = 0, v = 0;
    const har_real gradient = (har_real)g;
    struct har_adam_state powers = har_adam_start();
    const struct har_rates rates = har_adam_begin(&powers, &defaults);
    har_kernels_best()->adam(&w, &m, &v, &gradient, 1, &rates);
    /* alpha 0.1 g / (sqrt(0.001) g + eps), alpha = 0.001 sqrt(0.001) / 0.1 */
    const double root = sqrt(0.001);
    const double expected = -0.001 * root * g / (root * g + 1e-7);
    assert_true(fabs((double)w - expected) <= 1e-5 * fabs(expected));
    assert_true(fabs((double)w + 0.001) > 1e-4);
}

/* Ranges are steps of their own: cut anywhere, the bits are the same. */
static void test_ranges_agree(void **state)
{
    (void)state;
    enum { count = 97 };
    har_real w[2][count], m[2][count], v[2][count], g[count];
    for (size_t i = 0; i < count; i++) {
        g[i] = (har_real)sin((double)i);
        w[0][i] = w[1][i] = (har_real)cos((double)i);
        m[0][i] = m[1][i] = (har_real)(0.1 * sin((double)(3 * i)));
        v[0][i] = v[1][i] = (har_real)(0.01 * (double)i);
    }
    const struct har_kernels *kernels = har_kernels_best();
    const struct har_rates rates = {0.1F, 0.001F, 0.01F, 1e-7F};
    kernels->adam(w[0], m[0], v[0], g, count, &rates);
    kernels->adam(w[1], m[1], v[1], g, 13, &rates);
    kernels->adam(w[1] + 13, m[1] + 13, v[1] + 13, g + 13, count - 13, &rates);
    assert_memory_equal(w[0], w[1], sizeof w[0]);
    assert_memory_equal(m[0], m[1], sizeof m[0]);
    assert_memory_equal(v[0], v[1], sizeof v[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_double),
        cmocka_unit_test(test_epsilon_is_keras),
        cmocka_unit_test(test_ranges_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
