#include "base/elementary.h"
#include "base/random.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* How far GOT is from WANT, in units of WANT's last place in double. */
static double ulp(double got, long double want)
{
    int exponent;
    (void)frexpl(want, &exponent);
    if (exponent < DBL_MIN_EXP)
        exponent = DBL_MIN_EXP;
    return (double)(fabsl((long double)got - want) / ldexpl(1, exponent - DBL_MANT_DIG));
}

static const struct {
    const char *name;
    double (*ours)(double);
    long double (*libm)(long double);
    double low, high;
} ranges[] = {
    {"exp", har_exp, expl, -745, 709.7},
    {"exp", har_exp, expl, -1, 1},
    {"exp", har_exp, expl, -1e-8, 1e-8},
    {"log", har_log, logl, 0.5, 2},
    {"log", har_log, logl, 1e-300, 1e-290},
    {"log", har_log, logl, 1, 1e300},
    {"log", har_log, logl, 0.999, 1.001},
    {"sin", har_sin, sinl, -4, 4},
    {"sin", har_sin, sinl, -1e6, 1e6},
    {"sin", har_sin, sinl, -1e-5, 1e-5},
    {"cos", har_cos, cosl, -4, 4},
    {"cos", har_cos, cosl, -1e6, 1e6},
    {"tan", har_tan, tanl, -1.5707, 1.5707},
    {"tan", har_tan, tanl, -1e-3, 1e-3},
    {"tan", har_tan, tanl, 1.57079, 1.570796326},
};

static void test_ranges(void **state)
{
    (void)state;
    const struct har_random random = {5, HAR_RANDOM_SYNTH, 0, 0};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (uint64_t j = 0; j < 100000; j++) {
            const double x =
                ranges[i].low + (ranges[i].high - ranges[i].low) * har_random_uniform(&random, j);
            const double error = ulp(ranges[i].ours(x), ranges[i].libm(x));
            if (!(error <= 2))
                fail_msg("%s(%a): %g ulp", ranges[i].name, x, error);
        }
}

/* Where the argument nearly cancels. */
static void test_multiples_of_half_pi(void **state)
{
    (void)state;
    for (int k = -600000; k <= 600000; k++) {
        const double x = k * 1.5707963267948966;
        assert_true(ulp(har_sin(x), sinl(x)) <= 2);
        assert_true(ulp(har_cos(x), cosl(x)) <= 2);
    }
}

static void test_special_values(void **state)
{
    (void)state;
    assert_true(har_exp(0) == 1 && har_exp(-746) == 0 && har_exp(-INFINITY) == 0);
    assert_true(isinf(har_exp(710)) && isinf(har_exp(INFINITY)) && isnan(har_exp(NAN)));
    assert_true(har_exp(-745) == 0x1p-1074);
    assert_true(har_log(1) == 0 && har_sin(0) == 0 && har_cos(0) == 1 && har_tan(0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_multiples_of_half_pi),
        cmocka_unit_test(test_special_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
