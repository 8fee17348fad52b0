/* The elementwise kernels in float: own exponential, without branches, so that compilers make
 * vectors of it. Every operation is IEEE's, fused multiply-adds are explicit: all instruction sets
 * and compilers give the same bits. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifndef HAR_ISA
#define HAR_ISA plain
#endif
#define TEXT_OF(word) #word
#define TEXT(word) TEXT_OF(word)
#define JOIN_OF(a, b) a##b
#define JOIN(a, b) JOIN_OF(a, b)

static inline uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* condition ? yes : no, which compilers may turn into a branch and then can't make vectors of. */
static inline float select(bool condition, float yes, float no)
{
    const uint32_t mask = 0u - (uint32_t)condition;
    return of_bits((bits_of(yes) & mask) | (bits_of(no) & ~mask));
}

/* x = n ln 2 + r. */
struct reduced {
    float scale; /* 2^n */
    float below; /* exp r - 1 */
};

/* For -87.3 <= x <= 88; a NaN stays one. */
static inline struct reduced reduce(float x)
{
    static const float rounder = 0x1.8p+23f; /* adding it leaves an integer in the last bits */
    const float shifted = fmaf(x, 0x1.715476p+0f, rounder);
    const float n = shifted - rounder;
    const float r = fmaf(-n, -0x1.05c610p-29f, fmaf(-n, 0x1.62e430p-1f, x));

    struct reduced y;
    y.scale = of_bits((bits_of(shifted) << 23) + 0x3f800000u);

    /* exp r - 1 = r + r^2 (1/2 + r/6 + …), relative error 2^-28 */
    float sum = 0x1.6d117cp-10f;
    sum = fmaf(sum, r, 0x1.120be2p-7f);
    sum = fmaf(sum, r, 0x1.555518p-5f);
    sum = fmaf(sum, r, 0x1.5554dcp-3f);
    sum = fmaf(sum, r, 0.5f);
    y.below = fmaf(r * r, sum, r);
    return y;
}

/* exp x for x <= 0; what would be smaller than the smallest normal number is 0. */
static inline float exp_negative(float x)
{
    const float least = -0x1.5d589ep+6f; /* log of the smallest normal number */
    const struct reduced y = reduce(select(x < least, least, x));
    const float e = fmaf(y.scale, y.below, y.scale);
    return select(x < least, 0.0f, e);
}

/* 1 / (1 + exp -x) = e / (1 + e) with e = exp -|x| where x is negative */
static inline float sigmoid_of(float x)
{
    const float e = exp_negative(-fabsf(x));
    return select(x < 0, e, 1.0f) / (1.0f + e);
}

/* (1 - exp -2|x|) / (1 + exp -2|x|), with x's sign */
static inline float tanh_of(float x)
{
    const float least = -20.0f; /* tanh 10 is 1 */
    const float twice = -2.0f * fabsf(x);
    const struct reduced y = reduce(select(twice < least, least, twice));
    const float e = fmaf(y.scale, y.below, y.scale - 1.0f);
    return copysignf(e / (2.0f + e), x);
}

static void add_bias(float *restrict y, const float *restrict b, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < width; j++)
            y[r * width + j] += b[j];
}

static void sum_rows(float *restrict db, const float *restrict dy, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < width; j++)
            db[j] += dy[r * width + j];
}

/* One row of UNITS. */
static void gates(float *restrict h, float *restrict c, float *restrict t, float *restrict i,
                  float *restrict f, float *restrict g, float *restrict o,
                  const float *restrict c_before, size_t units)
{
    for (size_t u = 0; u < units; u++) {
        i[u] = sigmoid_of(i[u]);
        f[u] = sigmoid_of(f[u]);
        g[u] = tanh_of(g[u]);
        o[u] = sigmoid_of(o[u]);
        c[u] = fmaf(f[u], c_before[u], i[u] * g[u]);
        t[u] = tanh_of(c[u]);
        h[u] = o[u] * t[u];
    }
}

static void lstm_gates(float *h, float *c, float *t, float *z, const float *c_before, size_t rows,
                       size_t units)
{
    for (size_t r = 0; r < rows; r++) {
        const size_t at = r * units;
        float *gate = z + 4 * at;
        gates(h + at, c + at, t + at, gate, gate + units, gate + 2 * units, gate + 3 * units,
              c_before + at, units);
    }
}

static void gates_backward(float *restrict di, float *restrict df, float *restrict dg,
                           float *restrict dout, float *restrict dc, const float *restrict dh,
                           const float *restrict gate, const float *restrict t,
                           const float *restrict c_before, size_t units)
{
    const float *i = gate, *f = i + units, *g = f + units, *o = g + units;
    for (size_t u = 0; u < units; u++) {
        /* dL/dc_t = dc + dh o (1 - t^2) */
        const float all = fmaf(dh[u] * o[u], fmaf(-t[u], t[u], 1.0f), dc[u]);
        di[u] = all * g[u] * fmaf(-i[u], i[u], i[u]);
        df[u] = all * c_before[u] * fmaf(-f[u], f[u], f[u]);
        dg[u] = all * i[u] * fmaf(-g[u], g[u], 1.0f);
        dout[u] = dh[u] * t[u] * fmaf(-o[u], o[u], o[u]);
        dc[u] = all * f[u];
    }
}

static void lstm_gates_backward(float *dz, float *dc, const float *dh, const float *z,
                                const float *t, const float *c_before, size_t rows, size_t units)
{
    for (size_t r = 0; r < rows; r++) {
        const size_t at = r * units;
        float *d = dz + 4 * at;
        gates_backward(d, d + units, d + 2 * units, d + 3 * units, dc + at, dh + at, z + 4 * at,
                       t + at, c_before + at, units);
    }
}

static void relu(float *restrict y, const float *restrict x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] < 0.0f ? 0.0f : x[i]; /* NaN stays */
}

static void relu_backward(float *restrict dx, const float *restrict y, const float *restrict dy,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        dx[i] = y[i] > 0.0f ? dy[i] : 0.0f;
}

static void sigmoid(float *restrict y, const float *restrict x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = sigmoid_of(x[i]);
}

static void sigmoid_backward(float *restrict dx, const float *restrict y, const float *restrict dy,
                             size_t count)
{
    for (size_t i = 0; i < count; i++)
        dx[i] = dy[i] * fmaf(-y[i], y[i], y[i]);
}

static void hyperbolic(float *restrict y, const float *restrict x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = tanh_of(x[i]);
}

static void tanh_backward(float *restrict dx, const float *restrict y, const float *restrict dy,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        dx[i] = dy[i] * fmaf(-y[i], y[i], 1.0f);
}

static void softmax(float *restrict y, const float *restrict x, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++, y += width, x += width) {
        float largest = x[0], sum = 0;
        for (size_t j = 1; j < width; j++)
            largest = x[j] > largest ? x[j] : largest;
        for (size_t j = 0; j < width; j++)
            y[j] = exp_negative(x[j] - largest);
        for (size_t j = 0; j < width; j++)
            sum += y[j];
        for (size_t j = 0; j < width; j++)
            y[j] /= sum;
    }
}

const struct har_kernels JOIN(har_kernels_, HAR_ISA) = {
    .name = "openblas " TEXT(HAR_ISA),
    .matmul = har_matmul_openblas,
    .add_bias = add_bias,
    .sum_rows = sum_rows,
    .lstm_gates = lstm_gates,
    .lstm_gates_backward = lstm_gates_backward,
    .relu = relu,
    .relu_backward = relu_backward,
    .sigmoid = sigmoid,
    .sigmoid_backward = sigmoid_backward,
    .tanh = hyperbolic,
    .tanh_backward = tanh_backward,
    .softmax = softmax,
};

#endif
