/* The reference kernels: the equations as they stand. */
#include "kernel/kernels.h"

#include <tgmath.h>

static har_real element(const har_real *a, size_t row, size_t col, size_t ld, bool transposed)
{
    return transposed ? a[col * ld + row] : a[row * ld + col];
}

static void matmul(har_real *c, const har_real *a, const har_real *b,
                   const struct har_product *shape)
{
    for (size_t i = 0; i < shape->m; i++)
        for (size_t j = 0; j < shape->n; j++) {
            har_real sum = shape->accumulate ? c[i * shape->ldc + j] : 0;
            for (size_t l = 0; l < shape->k; l++)
                sum += element(a, i, l, shape->lda, shape->transpose_a) *
                       element(b, l, j, shape->ldb, shape->transpose_b);
            c[i * shape->ldc + j] = sum;
        }
}

static void add_bias(har_real *y, const har_real *b, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < width; j++)
            y[r * width + j] += b[j];
}

static void sum_rows(har_real *db, const har_real *dy, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < width; j++)
            db[j] += dy[r * width + j];
}

static har_real logistic(har_real x)
{
    return 1 / (1 + exp(-x));
}

static void lstm_gates(har_real *h, har_real *c, har_real *t, har_real *z, const har_real *c_before,
                       size_t rows, size_t units)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t u = 0; u < units; u++) {
            const size_t at = r * units + u;
            har_real *i = &z[r * 4 * units + u], *f = i + units, *g = f + units, *o = g + units;
            *i = logistic(*i);
            *f = logistic(*f);
            *g = tanh(*g);
            *o = logistic(*o);
            c[at] = *f * c_before[at] + *i * *g;
            t[at] = tanh(c[at]);
            h[at] = *o * t[at];
        }
}

static void lstm_gates_backward(har_real *dz, har_real *dc, const har_real *dh,
                                const har_real *gates, const har_real *t, const har_real *c_before,
                                size_t rows, size_t units)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t u = 0; u < units; u++) {
            const size_t at = r * units + u, first = r * 4 * units + u;
            const har_real i = gates[first], f = gates[first + units];
            const har_real g = gates[first + 2 * units], o = gates[first + 3 * units];
            const har_real all = dc[at] + dh[at] * o * (1 - t[at] * t[at]);
            dz[first] = all * g * i * (1 - i);
            dz[first + units] = all * c_before[at] * f * (1 - f);
            dz[first + 2 * units] = all * i * (1 - g * g);
            dz[first + 3 * units] = dh[at] * t[at] * o * (1 - o);
            dc[at] = all * f;
        }
}

static void relu(har_real *y, const har_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] < 0 ? 0 : x[i]; /* NaN stays */
}

static void relu_backward(har_real *dx, const har_real *y, const har_real *dy, size_t count)
{
    for (size_t i = 0; i < count; i++)
        dx[i] = y[i] > 0 ? dy[i] : 0;
}

static void sigmoid(har_real *y, const har_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = logistic(x[i]);
}

static void sigmoid_backward(har_real *dx, const har_real *y, const har_real *dy, size_t count)
{
    for (size_t i = 0; i < count; i++)
        dx[i] = dy[i] * y[i] * (1 - y[i]);
}

static void hyperbolic(har_real *y, const har_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = tanh(x[i]);
}

static void tanh_backward(har_real *dx, const har_real *y, const har_real *dy, size_t count)
{
    for (size_t i = 0; i < count; i++)
        dx[i] = dy[i] * (1 - y[i] * y[i]);
}

static void softmax(har_real *y, const har_real *x, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++, y += width, x += width) {
        har_real largest = x[0], sum = 0;
        for (size_t j = 1; j < width; j++)
            largest = x[j] > largest ? x[j] : largest;
        for (size_t j = 0; j < width; j++)
            sum += y[j] = exp(x[j] - largest);
        for (size_t j = 0; j < width; j++)
            y[j] /= sum;
    }
}

static const struct har_kernels naive = {
    .name = "naive",
    .matmul = matmul,
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

const struct har_kernels *har_kernels_naive(void)
{
    return &naive;
}
