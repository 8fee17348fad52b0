/* The vector functions over the whole float range, against double's libm, whose own error is a
 * billionth of a float's last place.
 *
 *   test_functions [STRIDE]     every STRIDE-th float (1: all 2^32) and all near special points */
#include "kernel/kernels.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { chunk = 4096 };
static uint32_t stride = 61;

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double sigmoid_exactly(double x)
{
    return 1 / (1 + exp(-x));
}

static double elu_exactly(double x)
{
    return x > 0 ? x : expm1(x);
}

static double gelu_exactly(double x)
{
    return x * erfc(-x * M_SQRT1_2) / 2;
}

static double swish_exactly(double x)
{
    return x / (1 + exp(-x));
}

/* The second of softmax(0, -|x|): e / (1 + e) with e = exp -|x|. */
static double softmax_exactly(double x)
{
    return sigmoid_exactly(-fabs(x));
}

static double clip(double x, double high)
{
    const double above = x < 0 ? 0 : x; /* NaN stays */
    return above > high ? high : above;
}

static double hard_sigmoid2_exactly(double x)
{
    return clip(0.2 * x + 0.5, 1);
}

static double hard_sigmoid3_exactly(double x)
{
    return clip(x + 3, 6) / 6;
}

typedef void function(float *y, const float *x, size_t count);

static void softmax(float *y, const float *x, size_t count)
{
    static float pairs[2 * chunk], shares[2 * chunk];
    for (size_t i = 0; i < count; i++) {
        pairs[2 * i] = 0;
        pairs[2 * i + 1] = -fabsf(x[i]);
    }
    har_kernels_best()->softmax(shares, pairs, count, 2);
    for (size_t i = 0; i < count; i++)
        y[i] = shares[2 * i + 1];
}

/* What kernels.h states: off by no more than ULP where the result is at least FLOOR, by no more
 * than ERROR below. */
static const struct accuracy {
    const char *name;
    size_t kernel; /* where in struct har_kernels; 0: softmax */
    double (*exact)(double);
    double ulp, floor, error;
} functions[] = {
    {"softmax", 0, softmax_exactly, 2.5, FLT_MIN, FLT_MIN},
    {"sigmoid", offsetof(struct har_kernels, sigmoid), sigmoid_exactly, 2.5, FLT_MIN, FLT_MIN},
    {"tanh", offsetof(struct har_kernels, tanh), tanh, 2.5, 0, 0},
    {"elu", offsetof(struct har_kernels, elu), elu_exactly, 1.1, 0, 0},
    {"gelu", offsetof(struct har_kernels, gelu), gelu_exactly, 7, 100 * FLT_MIN, 100 * FLT_MIN},
    {"swish", offsetof(struct har_kernels, swish), swish_exactly, 3.5, 100 * FLT_MIN,
     100 * FLT_MIN},
    {"hard_sigmoid_keras2", offsetof(struct har_kernels, hard_sigmoid_keras2),
     hard_sigmoid2_exactly, 0, 2, 0x1p-23},
    {"hard_sigmoid_keras3", offsetof(struct har_kernels, hard_sigmoid_keras3),
     hard_sigmoid3_exactly, 0, 2, 0x1p-23},
};
enum { function_count = sizeof functions / sizeof *functions };

static function *value_of(const struct accuracy *f)
{
    function *value = softmax;
    if (f->kernel > 0)
        memcpy(&value, (const char *)har_kernels_best() + f->kernel, sizeof value);
    return value;
}

/* |GOT - WANT| in units of the last place of floats as large as WANT. */
static double ulp(float got, double want)
{
    uint64_t bits;
    memcpy(&bits, &want, sizeof bits);
    const uint64_t exponent = bits >> 52 & 0x7ff, least = 1023 + FLT_MIN_EXP - 1;
    bits = (2046 + FLT_MANT_DIG - 1 - (exponent < least ? least : exponent)) << 52;
    double units;
    memcpy(&units, &bits, sizeof units);
    return fabs((double)got - want) * units;
}

/* The worst of values X of F. */
static void measure(double *worst, const struct accuracy *f, const float *x, size_t count)
{
    static float y[chunk];
    value_of(f)(y, x, count);
    for (size_t i = 0; i < count; i++) {
        const double want = f->exact((double)x[i]);
        if (isnan(want) || isinf(want) || (double)y[i] == want) {
            if (isnan(want) ? !isnan(y[i]) : (double)y[i] != want)
                fail_msg("%s(%a) = %a, not %a", f->name, (double)x[i], (double)y[i], want);
            continue;
        }
        const bool small = fabs(want) < f->floor;
        const double off = small ? fabs((double)y[i] - want) : ulp(y[i], want);
        if (!(off <= (small ? f->error : f->ulp)))
            fail_msg("%s(%a) = %a, not %a: off by %g", f->name, (double)x[i], (double)y[i], want,
                     off);
        if (!small && off > *worst)
            *worst = off;
    }
}

/* COUNT floats of the bit patterns from FIRST in steps of STEP. */
static void measure_patterns(double *worst, const struct accuracy *f, uint64_t first, uint32_t step,
                             uint64_t count)
{
    static float x[chunk];
    for (uint64_t done = 0; done < count; done += chunk) {
        const size_t now = count - done < chunk ? (size_t)(count - done) : chunk;
        for (size_t i = 0; i < now; i++)
            x[i] = of_bits((uint32_t)(first + (done + i) * step));
        measure(worst, f, x, now);
    }
}

static void test_range(void **state)
{
    (void)state;
    for (const struct accuracy *f = functions; f < functions + function_count; f++) {
        double worst = 0;
        measure_patterns(&worst, f, 0, stride, (UINT64_C(1) << 32) / stride);
        printf("%s: %.3f ulp\n", f->name, worst);
    }
}

/* Zero, the ends of the denormals, of all floats, where functions saturate or change their form. */
static void test_special_points(void **state)
{
    (void)state;
    static const float points[] = {0,        FLT_TRUE_MIN, FLT_MIN, 1,       2.5f,     3,
                                   10,       14,           20,      87.33f,  87.3365f, 88.72f,
                                   103.972f, 0.34657f,     8.5f,    FLT_MAX, INFINITY};
    for (const struct accuracy *f = functions; f < functions + function_count; f++)
        for (size_t i = 0; i < sizeof points / sizeof *points; i++)
            for (uint32_t sign = 0; sign < 2; sign++) {
                double worst = 0;
                const uint32_t bits = bits_of(points[i]) | sign << 31;
                measure_patterns(&worst, f, bits - 2000u, 1, 4000);
            }
}

/* Bits, the sign of zero among them: -0 is another value than 0 here. */
static void test_special_values(void **state)
{
    (void)state;
    static const float tiny = FLT_TRUE_MIN;
    static const struct {
        const char *name;
        float x, y;
    } values[] = {
        {"sigmoid", INFINITY, 1},
        {"sigmoid", -INFINITY, 0},
        {"sigmoid", 0, 0.5f},
        {"sigmoid", -0.0f, 0.5f},
        {"sigmoid", 100, 1},
        {"sigmoid", -100, 0},
        {"sigmoid", -87.5f, 0},
        {"sigmoid", tiny, 0.5f},
        {"tanh", INFINITY, 1},
        {"tanh", -INFINITY, -1},
        {"tanh", 0, 0},
        {"tanh", -0.0f, -0.0f},
        {"tanh", tiny, tiny},
        {"tanh", -tiny, -tiny},
        {"tanh", FLT_MIN, FLT_MIN},
        {"tanh", FLT_MAX, 1},
        {"tanh", 10, 1},
        {"tanh", -10, -1},
        {"softmax", INFINITY, 0},
        {"softmax", 0, 0.5f},
        {"softmax", tiny, 0.5f},
        {"softmax", 87.5f, 0},
        {"elu", INFINITY, INFINITY},
        {"elu", -INFINITY, -1},
        {"elu", 0, 0},
        {"elu", -0.0f, 0},
        {"elu", tiny, tiny},
        {"elu", -tiny, -tiny},
        {"gelu", INFINITY, INFINITY},
        {"gelu", -INFINITY, NAN},
        {"gelu", 0, 0},
        {"gelu", -0.0f, -0.0f},
        {"gelu", 20, 20},
        {"gelu", -20, -0.0f},
        {"swish", INFINITY, INFINITY},
        {"swish", -INFINITY, NAN},
        {"swish", 0, 0},
        {"swish", -0.0f, -0.0f},
        {"swish", 100, 100},
        {"swish", -100, -0.0f},
        {"sigmoid", NAN, NAN},
        {"tanh", NAN, NAN},
        {"softmax", NAN, NAN},
        {"elu", NAN, NAN},
        {"gelu", NAN, NAN},
        {"swish", NAN, NAN},
        {"hard_sigmoid_keras2", NAN, NAN},
        {"hard_sigmoid_keras3", NAN, NAN},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        for (size_t f = 0; f < function_count; f++) {
            float y;
            if (strcmp(functions[f].name, values[i].name) != 0)
                continue;
            value_of (&functions[f])(&y, &values[i].x, 1);
            if (isnan(values[i].y) ? !isnan(y) : bits_of(y) != bits_of(values[i].y))
                fail_msg("%s(%a) = %a, not %a", values[i].name, (double)values[i].x, (double)y,
                         (double)values[i].y);
        }
}

/* Where the slope changes: at the borders keras2's is 0.2, keras3's 0. */
static void test_hard_sigmoid(void **state)
{
    (void)state;
    const float x2[] = {-2.6f, -2.5f, 0, 2.5f, 2.6f, NAN}, x3[] = {-3.1f, -3, 0, 3, 3.1f, NAN};
    const float dy[] = {5, 5, 5, 5, 5, 5}, want[] = {0, 0, 0.5f, 1, 1};
    const float dx2[] = {0, 1, 1, 1, 0}, dx3[] = {0, 0, 5.0f / 6, 0, 0};
    float y[6];
    har_kernels_best()->hard_sigmoid_keras2(y, x2, 6);
    assert_memory_equal(y, want, sizeof want);
    assert_true(isnan(y[5]));
    har_kernels_best()->hard_sigmoid_keras2_backward(y, x2, dy, 6);
    assert_memory_equal(y, dx2, sizeof dx2);
    har_kernels_best()->hard_sigmoid_keras3(y, x3, 6);
    assert_memory_equal(y, want, sizeof want);
    assert_true(isnan(y[5]));
    har_kernels_best()->hard_sigmoid_keras3_backward(y, x3, dy, 6);
    assert_memory_equal(y, dx3, sizeof dx3);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        stride = (uint32_t)strtoul(argv[1], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_range),
        cmocka_unit_test(test_special_points),
        cmocka_unit_test(test_special_values),
        cmocka_unit_test(test_hard_sigmoid),
    };
    return stride == 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
