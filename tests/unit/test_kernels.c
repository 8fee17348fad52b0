/* Fast kernels against their naive twins; functions against libm over the whole float range; all
 * instruction sets of this processor against each other, bit by bit. */
#include "base/memory.h"
#include "base/random.h"
#include "kernel/kernels.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { sweep = 4096 };

static float *filled(size_t count, uint16_t place, float scale)
{
    const struct har_random random = {11, HAR_RANDOM_NOISE, place, 0};
    float *values = har_allocate_aligned(count, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = scale * (float)(2 * har_random_uniform(&random, i) - 1);
    return values;
}

/* max|a-b| <= tolerance max|b| */
static void assert_close(const float *a, const float *b, size_t count, double tolerance)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        if (fabs((double)b[i]) > largest)
            largest = fabs((double)b[i]);
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)a[i] - (double)b[i]) <= tolerance * largest))
            fail_msg("[%zu]: %a, not %a; the largest is %g", i, (double)a[i], (double)b[i],
                     largest);
}

static const struct har_kernels *kernels_of(const char *isa)
{
    setenv("HAR_ISA", isa, 1);
    const struct har_kernels *kernels = har_kernels_best();
    unsetenv("HAR_ISA");
    return kernels;
}

static void test_choice(void **state)
{
    (void)state;
    assert_string_equal(kernels_of("plain")->name, "plain");
    assert_int_equal(strncmp(har_kernels_openblas()->name, "openblas ", 9), 0);
    assert_null(kernels_of("sse9"));
    assert_non_null(har_kernels_best());
}

/* ---- products ---- */

static const char *const isas[] = {"plain", "avx2", "avx512", "neon"};
enum { isa_count = sizeof isas / sizeof *isas };

/* A (m,k) in pieces, B (taps,k,n), C (m,n), dB. */
struct trial {
    struct har_product shape;
    size_t offset[64];
    float *a, *b, *c, *db;
    size_t c_count, b_count;
};

/* Trial NUMBER: any shape, rows in one piece or in several, some of them padding. */
static void begin(struct trial *trial, uint16_t number)
{
    const struct har_random random = {21, HAR_RANDOM_NOISE, number, 0};
    const size_t taps = 1 + har_random_below(&random, 0, 4), period = 1 + number % 7;
    const size_t m = 1 + har_random_below(&random, 1, 40), n = 1 + har_random_below(&random, 2, 70);
    const size_t k = 1 + har_random_below(&random, 3, number % 8 == 0 ? 400 : 30);
    struct har_rows rows = {taps, period, k * period + 3, trial->offset};
    for (size_t i = 0; i < taps * period; i++)
        trial->offset[i] = har_random_below(&random, 4 + i, 4) == 0
                               ? HAR_PADDING
                               : har_random_below(&random, 100 + i, k * period);
    if (number % 3 == 0)
        rows = har_rows_of(k + 5);
    trial->c_count = m * (n + 2);
    trial->b_count = rows.taps * k * n;
    trial->a = filled((m + 1) * rows.stride + 2 * k * period, 1, 1);
    trial->b = filled(trial->b_count, 2, 1);
    trial->c = filled(trial->c_count, 3, 1);
    trial->db = filled(trial->b_count, 4, 1);
    trial->shape = (struct har_product){.m = m,
                                        .n = n,
                                        .k = k,
                                        .rows = rows,
                                        .ldc = n + 2,
                                        .accumulate = number % 2 == 0,
                                        .bias = number % 5 == 1 ? trial->b : NULL};
}

static void end(struct trial *trial)
{
    free(trial->a);
    free(trial->b);
    free(trial->c);
    free(trial->db);
}

/* The gradient, from what product is given for C, and the product. */
static void run(struct trial *trial, const struct har_kernels *kernels)
{
    const struct har_product *p = &trial->shape;
    size_t size = 0;
    assert_true(har_packed_size(&size, p->rows.taps, p->k, p->n));
    float *packed = filled(size, 5, 1);
    kernels->pack(packed, trial->b,
                  &(struct har_packing){p->rows.taps, p->k, p->n, p->k * p->n, p->n, 1});
    kernels->gradient(trial->db, trial->a, trial->c, p);
    kernels->product(trial->c, trial->a, packed, p);
    free(packed);
}

static void test_products(void **state)
{
    (void)state;
    for (uint16_t number = 0; number < 300; number++) {
        struct trial naive, fast, blas;
        begin(&naive, number);
        run(&naive, har_kernels_naive());
        for (size_t i = 0; i < isa_count; i++) {
            if (kernels_of(isas[i]) == NULL)
                continue;
            begin(&fast, number);
            run(&fast, kernels_of(isas[i]));
            assert_memory_equal(fast.c, naive.c, naive.c_count * sizeof *naive.c);
            assert_memory_equal(fast.db, naive.db, naive.b_count * sizeof *naive.db);
            end(&fast);
        }
        begin(&blas, number);
        run(&blas, har_kernels_openblas());
        assert_close(blas.c, naive.c, naive.c_count, 1e-5);
        assert_close(blas.db, naive.db, naive.b_count, 1e-5);
        end(&blas);
        end(&naive);
    }
}

/* B as it lies, and the same B packed from its transposed. */
static void test_packing(void **state)
{
    (void)state;
    enum { taps = 2, k = 37, n = 75 };
    size_t size = 0;
    assert_true(har_packed_size(&size, taps, k, n));
    for (size_t i = 0; i < isa_count; i++) {
        const struct har_kernels *kernels = kernels_of(isas[i]);
        if (kernels == NULL)
            continue;
        float *b = filled(taps * k * n, 1, 1), *turned = filled(taps * k * n, 2, 1);
        float *packed = filled(size, 3, 1), *again = filled(size, 3, 1);
        for (size_t tap = 0; tap < taps; tap++)
            for (size_t l = 0; l < k; l++)
                for (size_t j = 0; j < n; j++)
                    turned[(tap * n + j) * k + l] = b[(tap * k + l) * n + j];
        kernels->pack(packed, b, &(struct har_packing){taps, k, n, k * n, n, 1});
        kernels->pack(again, turned, &(struct har_packing){taps, k, n, k * n, 1, k});
        assert_memory_equal(packed, again, size * sizeof *packed);
        free(b);
        free(turned);
        free(packed);
        free(again);
    }
    assert_false(har_packed_size(&size, SIZE_MAX / 8, 16, 16));
    assert_false(har_packed_size(&size, 1, 1, SIZE_MAX));
}

/* A row alone has the bits that it has in any company, at any place. */
static void test_rows_are_independent(void **state)
{
    (void)state;
    enum { rows = 21, k = 100, n = 400 };
    size_t size = 0;
    assert_true(har_packed_size(&size, 1, k, n));
    float *a = filled(rows * k, 1, 1), *b = filled(k * n, 2, 1), *packed = filled(size, 3, 1);
    float *c = filled(rows * n, 4, 1), *alone = filled(n, 5, 1);
    struct har_product p = {.m = rows, .n = n, .k = k, .rows = har_rows_of(k), .ldc = n};
    har_kernels_best()->pack(packed, b, &(struct har_packing){1, k, n, k * n, n, 1});
    har_kernels_best()->product(c, a, packed, &p);
    p.m = 1;
    for (size_t row = 0; row < rows; row++) {
        har_kernels_best()->product(alone, a + row * k, packed, &p);
        assert_memory_equal(alone, c + row * n, n * sizeof *c);
    }
    free(a);
    free(b);
    free(packed);
    free(c);
    free(alone);
}

/* ---- functions over the whole float range ---- */

static double sigmoid_of(double x)
{
    return 1 / (1 + exp(-x));
}

static double elu_of(double x)
{
    return x > 0 ? x : expm1(x);
}

static double gelu_of(double x)
{
    return x * erfc(-x * M_SQRT1_2) / 2;
}

static double swish_of(double x)
{
    return x / (1 + exp(-x));
}

static double hard_sigmoid2_of(double x)
{
    return fmin(fmax(0.2 * x + 0.5, 0), 1);
}

static double hard_sigmoid3_of(double x)
{
    return fmin(fmax(x + 3, 0), 6) / 6;
}

static const struct {
    const char *name;
    size_t kernel; /* where in struct har_kernels */
    double (*exact)(double);
    double ulp, error; /* off by no more than one of these */
} functions[] = {
    {"sigmoid", offsetof(struct har_kernels, sigmoid), sigmoid_of, 2.5, FLT_MIN},
    {"tanh", offsetof(struct har_kernels, tanh), tanh, 2.5, FLT_MIN},
    {"elu", offsetof(struct har_kernels, elu), elu_of, 2.5, FLT_MIN},
    {"gelu", offsetof(struct har_kernels, gelu), gelu_of, 7, 100 * FLT_MIN},
    {"swish", offsetof(struct har_kernels, swish), swish_of, 4, 100 * FLT_MIN},
    {"hard_sigmoid_keras2", offsetof(struct har_kernels, hard_sigmoid_keras2), hard_sigmoid2_of,
     2.5, 1e-7},
    {"hard_sigmoid_keras3", offsetof(struct har_kernels, hard_sigmoid_keras3), hard_sigmoid3_of,
     2.5, 1e-7},
};

typedef void function(har_real *y, const har_real *x, size_t count);

static function *function_of(const struct har_kernels *kernels, size_t field)
{
    function *f;
    memcpy(&f, (const char *)kernels + field, sizeof f);
    return f;
}

/* COUNT floats of the bit patterns from FIRST in steps of STRIDE. */
static void patterns(float *x, uint32_t first, uint32_t stride, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t bits = first + (uint32_t)i * stride;
        memcpy(&x[i], &bits, sizeof bits);
    }
}

static double ulp(float got, double want)
{
    int exponent;
    (void)frexp(want, &exponent);
    if (exponent < FLT_MIN_EXP)
        exponent = FLT_MIN_EXP;
    return fabs((double)got - want) / ldexp(1, exponent - FLT_MANT_DIG);
}

static bool right(size_t f, float got, float x)
{
    const double want = functions[f].exact((double)x);
    if (isnan(x) || isnan(want))
        return isnan(got);
    return (double)got == want || ulp(got, want) <= functions[f].ulp ||
           fabs((double)got - want) <= functions[f].error;
}

static void test_functions(void **state)
{
    (void)state;
    static float x[sweep], y[sweep];
    const uint32_t stride = 1021; /* about 4.2 million values of all */
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++)
        for (uint64_t first = 0; first < UINT32_MAX; first += (uint64_t)stride * sweep) {
            patterns(x, (uint32_t)first, stride, sweep);
            function_of(har_kernels_best(), functions[f].kernel)(y, x, sweep);
            for (size_t i = 0; i < sweep; i++)
                if (!right(f, y[i], x[i]))
                    fail_msg("%s(%a) = %a", functions[f].name, (double)x[i], (double)y[i]);
        }
}

static void test_saturation(void **state)
{
    (void)state;
    const float x[] = {INFINITY, -INFINITY, 100, -100, 0, FLT_MAX, -FLT_MAX, NAN};
    const float s[] = {1, 0, 1, 0, 0.5f, 1, 0}, t[] = {1, -1, 1, -1, 0, 1, -1};
    float y[8];
    har_kernels_best()->sigmoid(y, x, 8);
    assert_memory_equal(y, s, sizeof s);
    assert_true(isnan(y[7]));
    har_kernels_best()->tanh(y, x, 8);
    assert_memory_equal(y, t, sizeof t);
    assert_true(isnan(y[7]));
    har_kernels_best()->relu(y, x, 8);
    assert_true(isnan(y[7]) && isinf(y[0]) && y[1] == 0);
}

/* Where the slope changes: at the borders keras2's is 0.2, keras3's 0. */
static void test_hard_sigmoid(void **state)
{
    (void)state;
    const struct har_kernels *fast = har_kernels_best();
    const float x2[] = {-2.6f, -2.5f, 0, 2.5f, 2.6f, NAN}, x3[] = {-3.1f, -3, 0, 3, 3.1f, NAN};
    const float dy[] = {5, 5, 5, 5, 5, 5}, want[] = {0, 0, 0.5f, 1, 1};
    const float dx2[] = {0, 1, 1, 1, 0}, dx3[] = {0, 0, 5.0f / 6, 0, 0};
    float y[6];
    fast->hard_sigmoid_keras2(y, x2, 6);
    assert_memory_equal(y, want, sizeof want);
    assert_true(isnan(y[5]));
    fast->hard_sigmoid_keras2_backward(y, x2, dy, 6);
    assert_memory_equal(y, dx2, sizeof dx2);
    fast->hard_sigmoid_keras3(y, x3, 6);
    assert_memory_equal(y, want, sizeof want);
    assert_true(isnan(y[5]));
    fast->hard_sigmoid_keras3_backward(y, x3, dy, 6);
    assert_memory_equal(y, dx3, sizeof dx3);
}

/* ---- instruction sets ---- */

/* DX of X (or Y) and DY, the kernel KERNEL of struct har_kernels. */
static const size_t derivatives[] = {
    offsetof(struct har_kernels, relu_backward),
    offsetof(struct har_kernels, sigmoid_backward),
    offsetof(struct har_kernels, tanh_backward),
    offsetof(struct har_kernels, hard_sigmoid_keras2_backward),
    offsetof(struct har_kernels, hard_sigmoid_keras3_backward),
    offsetof(struct har_kernels, elu_backward),
    offsetof(struct har_kernels, gelu_backward),
    offsetof(struct har_kernels, swish_backward),
};
enum { derivative_count = sizeof derivatives / sizeof *derivatives };

typedef void derivative(har_real *dx, const har_real *x, const har_real *dy, size_t count);

static void derive(float *dx, const struct har_kernels *kernels, size_t kernel, const float *x,
                   const float *dy, size_t count)
{
    derivative *f;
    memcpy(&f, (const char *)kernels + kernel, sizeof f);
    f(dx, x, dy, count);
}

static void same_derivatives(const struct har_kernels *kernels)
{
    float *x = filled(sweep, 1, 6), *dy = filled(sweep, 2, 1);
    static float dx[sweep], plain[sweep];
    for (size_t d = 0; d < derivative_count; d++) {
        derive(dx, kernels, derivatives[d], x, dy, sweep);
        derive(plain, kernels_of("plain"), derivatives[d], x, dy, sweep);
        assert_memory_equal(dx, plain, sizeof dx);
    }
    free(x);
    free(dy);
}

static void same_functions(const struct har_kernels *kernels)
{
    static float x[sweep], y[sweep], plain[sweep];
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++)
        for (uint64_t first = 0; first < UINT32_MAX; first += UINT64_C(40009) * sweep) {
            patterns(x, (uint32_t)first, 40009, sweep);
            function_of(kernels, functions[f].kernel)(y, x, sweep);
            function_of(kernels_of("plain"), functions[f].kernel)(plain, x, sweep);
            for (size_t i = 0; i < sweep; i++)
                assert_true(isnan(x[i]) || memcmp(&y[i], &plain[i], sizeof *y) == 0);
        }
}

/* One LSTM step of ROWS x UNITS there and back: h c t z | dz dc, one after the other. */
static float *step(const struct har_kernels *kernels, size_t rows, size_t units)
{
    const size_t state = rows * units;
    float *all = filled(13 * state, 4, 3), *before = filled(state, 5, 1), *dh = filled(state, 6, 1);
    float *h = all, *c = h + state, *t = c + state, *z = t + state, *dz = z + 4 * state;
    float *dc = dz + 4 * state;
    kernels->lstm_gates(h, c, t, z, before, rows, units);
    kernels->lstm_gates_backward(dz, dc, dh, z, t, before, rows, units);
    free(before);
    free(dh);
    return all;
}

/* One GRU step there and back: h q a da dq dh. */
static float *gru_step(const struct har_kernels *kernels, size_t rows, size_t units)
{
    const size_t state = rows * units;
    float *all = filled(12 * state, 4, 3), *before = filled(state, 5, 1);
    float *product = filled(3 * state, 6, 2), *bias = filled(3 * units, 8, 1);
    float *h = all, *q = h + state, *a = q + state, *da = a + 3 * state, *dq = da + 3 * state;
    kernels->gru_gates(h, q, a, product, bias, before, rows, units);
    kernels->gru_gates_backward(da, dq, dq + 3 * state, a, q, before, rows, units);
    free(before);
    free(product);
    free(bias);
    return all;
}

static float *softmax(const struct har_kernels *kernels, size_t rows, size_t width)
{
    float *x = filled(rows * width, 7, 30), *y = filled(rows * width, 8, 1);
    kernels->softmax(y, x, rows, width);
    free(x);
    return y;
}

static const size_t shapes[][2] = {{1, 1}, {3, 5}, {16, 100}, {2, 17}, {5, 64}, {7, 33}};

static void test_instruction_sets(void **state)
{
    (void)state;
    for (size_t i = 1; i < isa_count; i++) {
        const struct har_kernels *kernels = kernels_of(isas[i]);
        if (kernels == NULL)
            continue;
        same_functions(kernels);
        same_derivatives(kernels);
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
            const size_t rows = shapes[s][0], units = shapes[s][1];
            float *a = step(kernels, rows, units), *b = step(kernels_of("plain"), rows, units);
            assert_memory_equal(a, b, 12 * rows * units * sizeof *a);
            free(a);
            free(b);
            a = gru_step(kernels, rows, units);
            b = gru_step(kernels_of("plain"), rows, units);
            assert_memory_equal(a, b, 12 * rows * units * sizeof *a);
            free(a);
            free(b);
            a = softmax(kernels, rows, units);
            b = softmax(kernels_of("plain"), rows, units);
            assert_memory_equal(a, b, rows * units * sizeof *a);
            free(a);
            free(b);
        }
    }
}

static void test_naive_twins(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        const size_t rows = shapes[s][0], units = shapes[s][1], count = rows * units;
        float *a = step(har_kernels_best(), rows, units);
        float *b = step(har_kernels_naive(), rows, units);
        assert_close(a, b, 12 * count, 1e-6);
        free(a);
        free(b);
        a = gru_step(har_kernels_best(), rows, units);
        b = gru_step(har_kernels_naive(), rows, units);
        assert_close(a, b, 12 * count, 1e-6);
        free(a);
        free(b);
        a = softmax(har_kernels_best(), rows, units);
        b = softmax(har_kernels_naive(), rows, units);
        assert_close(a, b, count, 1e-6);
        free(a);
        free(b);
    }
}

static void test_backward_twins(void **state)
{
    (void)state;
    enum { count = 103 };
    const struct har_kernels *fast = har_kernels_best(), *naive = har_kernels_naive();
    float *y = filled(count, 1, 3), *dy = filled(count, 2, 1);
    float *a = filled(count, 3, 1), *b = filled(count, 3, 1);
    for (size_t d = 0; d < derivative_count; d++) {
        derive(a, fast, derivatives[d], y, dy, count);
        derive(b, naive, derivatives[d], y, dy, count);
        assert_close(a, b, count, 1e-6);
    }
    fast->add_bias(a, y, 1, count);
    naive->add_bias(b, y, 1, count);
    assert_close(a, b, count, 1e-6);
    fast->sum_rows(a, y, 10, count / 10);
    naive->sum_rows(b, y, 10, count / 10);
    assert_close(a, b, count, 1e-6);
    free(y);
    free(dy);
    free(a);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),       cmocka_unit_test(test_products),
        cmocka_unit_test(test_packing),      cmocka_unit_test(test_rows_are_independent),
        cmocka_unit_test(test_functions),    cmocka_unit_test(test_saturation),
        cmocka_unit_test(test_hard_sigmoid), cmocka_unit_test(test_instruction_sets),
        cmocka_unit_test(test_naive_twins),  cmocka_unit_test(test_backward_twins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
