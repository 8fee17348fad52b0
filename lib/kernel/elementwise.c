/* The elementwise kernels in float, in loops that compilers make vectors of. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include "kernel/functions.h"

#include <string.h>

static void drop(float *y, const float *x, const uint8_t *kept, float factor, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) y[i] = x[i] * either(kept[i] != 0, factor, 0.0f);
}

/* A piece of the sum stays in the fastest memory while all parts are added. */
static void add_parts(float *restrict sum, const float *restrict part, size_t stride, size_t parts,
                      size_t count, bool on)
{
    enum { PIECE = 1024 };
    for (size_t first = 0; first < count; first += PIECE) {
        const size_t end = count - first < PIECE ? count : first + PIECE;
        if (!on)
            memset(sum + first, 0, (end - first) * sizeof *sum);
        for (size_t p = 0; p < parts; p++)
            for (size_t i = first; i < end; i++)
                sum[i] += part[p * stride + i];
    }
}

static bool all_finite(const float *x, size_t count)
{
    int32_t greatest = 0;
    for (size_t i = 0; i < count; i++) {
        const int32_t magnitude = (int32_t)(bits_of(x[i]) & 0x7fffffffu);
        greatest = magnitude > greatest ? magnitude : greatest;
    }
    return greatest < 0x7f800000;
}

static void adam(float *restrict w, float *restrict m, float *restrict v, const float *restrict g,
                 size_t count, const struct har_rates *rates)
{
    const struct har_rates r = *rates;
    for (size_t i = 0; i < count; i++) {
        m[i] += (g[i] - m[i]) * r.new_1;
        v[i] += (g[i] * g[i] - v[i]) * r.new_2;
        w[i] -= m[i] * r.rate / (sqrtf(v[i]) + r.epsilon);
    }
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

static void relu(float *y, const float *x, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) y[i] = x[i] < 0.0f ? 0.0f : x[i]; /* NaN stays */
}

static void relu_backward(float *dx, const float *y, const float *dy, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) dx[i] = y[i] > 0.0f ? dy[i] : 0.0f;
}

static void sigmoid(float *y, const float *x, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) y[i] = sigmoid_of(x[i]);
}

static void sigmoid_backward(float *dx, const float *y, const float *dy, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) dx[i] = dy[i] * fmaf(-y[i], y[i], y[i]);
}

static void hyperbolic(float *y, const float *x, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) y[i] = tanh_of(x[i]);
}

static void tanh_backward(float *dx, const float *y, const float *dy, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) dx[i] = dy[i] * fmaf(-y[i], y[i], 1.0f);
}

static void hard_sigmoid_keras2(float *y, const float *x, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++)
    {
        const float line = 0.2f * x[i] + 0.5f;
        const float above = line < 0 ? 0 : line; /* NaN stays */
        y[i] = above > 1 ? 1 : above;
    }
}

static void hard_sigmoid_keras2_backward(float *dx, const float *x, const float *dy, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++)
    {
        const float line = 0.2f * x[i] + 0.5f;
        dx[i] = line >= 0 && line <= 1 ? 0.2f * dy[i] : 0;
    }
}

static void hard_sigmoid_keras3(float *y, const float *x, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++)
    {
        const float above = x[i] + 3 < 0 ? 0 : x[i] + 3; /* NaN stays */
        y[i] = (above > 6 ? 6 : above) / 6;
    }
}

static void hard_sigmoid_keras3_backward(float *dx, const float *x, const float *dy, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) dx[i] =
        x[i] + 3 > 0 && x[i] + 3 < 6 ? dy[i] / 6 : 0;
}

static void elu(float *y, const float *x, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) y[i] =
        either(x[i] > 0, x[i], expm1_negative(-fabsf(x[i])));
}

static void elu_backward(float *dx, const float *y, const float *dy, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) dx[i] = y[i] < 0 ? fmaf(dy[i], y[i], dy[i]) : dy[i];
}

static void gelu(float *y, const float *x, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) y[i] = x[i] * normal_of(x[i]).below;
}

static void gelu_backward(float *dx, const float *x, const float *dy, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++)
    {
        const struct normal normal = normal_of(x[i]);
        dx[i] = dy[i] * fmaf(x[i], normal.density, normal.below);
    }
}

static void swish(float *y, const float *x, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++) y[i] = x[i] * sigmoid_of(x[i]);
}

static void swish_backward(float *dx, const float *x, const float *dy, size_t count)
{
    LANEWISE for (size_t i = 0; i < count; i++)
    {
        const float s = sigmoid_of(x[i]);
        dx[i] = dy[i] * s * fmaf(x[i], 1.0f - s, 1.0f);
    }
}

static void keep_larger(float *restrict y, const float *restrict x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = either(x[i] > y[i] || x[i] != x[i], x[i], y[i]);
}

static void give_largest(float *restrict dx, float *restrict left, const float *restrict x,
                         const float *restrict y, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const bool largest = x[i] == y[i];
        dx[i] += either(largest, left[i], 0.0f);
        left[i] = either(largest, 0.0f, left[i]);
    }
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

/* clang-format off */
#define ELEMENTWISE \
    .drop = drop, \
    .add_parts = add_parts, \
    .finite = all_finite, \
    .adam = adam, \
    .random_words = ISA_NAME(har_random_words), \
    .rocket = ISA_NAME(har_rocket_features), \
    .keep_larger = keep_larger, \
    .give_largest = give_largest, \
    .add_bias = add_bias, \
    .sum_rows = sum_rows, \
    .lstm_gates = ISA_NAME(har_lstm_gates), \
    .lstm_gates_backward = ISA_NAME(har_lstm_gates_backward), \
    .cell = ISA_NAME(har_cell), \
    .cell_backward = ISA_NAME(har_cell_backward), \
    .gru_gates = ISA_NAME(har_gru_gates), \
    .gru_gates_backward = ISA_NAME(har_gru_gates_backward), \
    .relu = relu, \
    .relu_backward = relu_backward, \
    .sigmoid = sigmoid, \
    .sigmoid_backward = sigmoid_backward, \
    .tanh = hyperbolic, \
    .tanh_backward = tanh_backward, \
    .hard_sigmoid_keras2 = hard_sigmoid_keras2, \
    .hard_sigmoid_keras2_backward = hard_sigmoid_keras2_backward, \
    .hard_sigmoid_keras3 = hard_sigmoid_keras3, \
    .hard_sigmoid_keras3_backward = hard_sigmoid_keras3_backward, \
    .elu = elu, \
    .elu_backward = elu_backward, \
    .gelu = gelu, \
    .gelu_backward = gelu_backward, \
    .swish = swish, \
    .swish_backward = swish_backward, \
    .softmax = softmax
/* clang-format on */

const struct har_kernels ISA_NAME(har_kernels) = {
    .name = HAR_TEXT(HAR_ISA),
    .pack = ISA_NAME(har_pack),
    .product = ISA_NAME(har_product),
    .gradient = ISA_NAME(har_gradient),
    ELEMENTWISE,
};

const struct har_kernels ISA_NAME(har_kernels_openblas) = {
    .name = "openblas " HAR_TEXT(HAR_ISA),
    .pack = har_pack_in_order,
    .product = har_product_openblas,
    .gradient = har_gradient_openblas,
    ELEMENTWISE,
};

#endif
