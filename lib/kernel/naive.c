/* The reference kernels: the equations as they stand. */
#include "kernel/kernels.h"

#include <tgmath.h>

void har_pack_in_order(har_real *packed, const har_real *b, const struct har_packing *p,
                       const struct har_block *block)
{
    packed += (block->tap * p->k + block->k) * p->n + block->n;
    b += block->tap * p->tap_step + block->k * p->k_step + block->n * p->n_step;
    for (size_t l = 0; l < block->k_count; l++)
        for (size_t j = 0; j < block->n_count; j++)
            packed[l * p->n + j] = b[l * p->k_step + j * p->n_step];
}

static bool is_padding(const struct har_rows *rows, size_t i, size_t tap)
{
    return rows->offset != NULL && rows->offset[i % rows->period * rows->taps + tap] == HAR_PADDING;
}

/* A[i][tap][l] */
static har_real element(const har_real *a, const struct har_rows *rows, size_t i, size_t tap,
                        size_t l)
{
    if (is_padding(rows, i, tap))
        return 0;
    const size_t offset =
        rows->offset == NULL ? 0 : rows->offset[i % rows->period * rows->taps + tap];
    return a[i / rows->period * rows->stride + offset + l];
}

static void product(har_real *c, const har_real *a, const har_real *packed,
                    const struct har_product *p)
{
    if (p->start != NULL)
        product(c, p->start->a, p->start->packed, p->start->product);
    for (size_t i = 0; i < p->m; i++)
        for (size_t j = 0; j < p->n; j++) {
            har_real *sum = &c[i * p->ldc + j];
            *sum = p->accumulate || p->start != NULL ? *sum : 0;
            for (size_t tap = 0; tap < p->rows.taps; tap++)
                for (size_t l = 0; l < p->k; l++)
                    *sum = fma(element(a, &p->rows, i, tap, l), packed[(tap * p->k + l) * p->n + j],
                               *sum);
            if (p->bias != NULL)
                *sum += p->bias[j];
        }
}

static void gradient(har_real *db, const har_real *a, const har_real *dc,
                     const struct har_product *p)
{
    for (size_t j = 0; j < p->rows.taps * p->k * p->n && !p->accumulate; j++)
        db[j] = 0;
    for (size_t tap = 0; tap < p->rows.taps; tap++)
        for (size_t l = 0; l < p->k; l++, db += p->n)
            for (size_t i = 0; i < p->m; i++)
                for (size_t j = 0; !is_padding(&p->rows, i, tap) && j < p->n; j++)
                    db[j] = fma(element(a, &p->rows, i, tap, l), dc[i * p->ldc + j], db[j]);
}

static void drop(har_real *y, const har_real *x, const uint8_t *kept, har_real factor, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] * (kept[i] ? factor : 0);
}

static void add_parts(har_real *sum, const har_real *part, size_t stride, size_t parts,
                      size_t count, bool on)
{
    for (size_t i = 0; i < count; i++) {
        sum[i] = on ? sum[i] : 0;
        for (size_t p = 0; p < parts; p++)
            sum[i] += part[p * stride + i];
    }
}

static bool all_finite(const har_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

static void adam(har_real *w, har_real *m, har_real *v, const har_real *g, size_t count,
                 const struct har_rates *rates)
{
    for (size_t i = 0; i < count; i++) {
        m[i] += (g[i] - m[i]) * rates->new_1;
        v[i] += (g[i] * g[i] - v[i]) * rates->new_2;
        w[i] -= m[i] * rates->rate / (sqrt(v[i]) + rates->epsilon);
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

static void gru_gates(har_real *h, har_real *q, har_real *a, const har_real *product,
                      const har_real *bias, const har_real *h_before, size_t rows, size_t units)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t u = 0; u < units; u++) {
            const size_t at = row * units + u, first = row * 3 * units + u;
            har_real *z = &a[first], *r = z + units, *g = r + units;
            q[at] = product[first + 2 * units] + bias[2 * units + u];
            *z = logistic(*z + product[first] + bias[u]);
            *r = logistic(*r + product[first + units] + bias[units + u]);
            *g = tanh(*g + *r * q[at]);
            h[at] = *z * h_before[at] + (1 - *z) * *g;
        }
}

static void gru_gates_backward(har_real *da, har_real *dq, har_real *dh, const har_real *gates,
                               const har_real *q, const har_real *h_before, size_t rows,
                               size_t units)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t u = 0; u < units; u++) {
            const size_t at = row * units + u, first = row * 3 * units + u;
            const har_real z = gates[first], r = gates[first + units], g = gates[first + 2 * units];
            const har_real dg = dh[at] * (1 - z) * (1 - g * g);
            da[first] = dq[first] = dh[at] * (h_before[at] - g) * z * (1 - z);
            da[first + units] = dq[first + units] = dg * q[at] * r * (1 - r);
            da[first + 2 * units] = dg;
            dq[first + 2 * units] = dg * r;
            dh[at] *= z;
        }
}

static har_real value(const struct har_function *function, har_real x)
{
    har_real y;
    function->value(&y, &x, 1);
    return y;
}

/* f'(x) */
static har_real slope(const struct har_function *function, har_real x)
{
    const har_real y = value(function, x), one = 1;
    har_real dx;
    function->backward(&dx, function->from_x ? &x : &y, &one, 1);
    return dx;
}

static void cell(har_real *h, har_real *c, const har_real *z, const har_real *c_before,
                 const struct har_cell *shape)
{
    const struct har_function *s = &shape->gate, *a = &shape->activation;
    const size_t units = shape->units;
    for (size_t at = 0; at < shape->rows * units; at++) {
        const har_real *i = z + at / units * 4 * units + at % units;
        const har_real *f = i + units, *g = f + units, *o = g + units;
        c[at] = value(s, *f) * c_before[at] + value(s, *i) * value(a, *g);
        h[at] = value(s, *o) * value(a, c[at]);
    }
}

static void cell_backward(har_real *dz, har_real *dc, const har_real *dh, const har_real *z,
                          const har_real *c, const har_real *c_before, const struct har_cell *shape)
{
    const struct har_function *s = &shape->gate, *a = &shape->activation;
    const size_t units = shape->units;
    for (size_t at = 0; at < shape->rows * units; at++) {
        const size_t first = at / units * 4 * units + at % units;
        const har_real *i = z + first, *f = i + units, *g = f + units, *o = g + units;
        const har_real all = dc[at] + dh[at] * value(s, *o) * slope(a, c[at]);
        dz[first] = all * value(a, *g) * slope(s, *i);
        dz[first + units] = all * c_before[at] * slope(s, *f);
        dz[first + 2 * units] = all * value(s, *i) * slope(a, *g);
        dz[first + 3 * units] = dh[at] * value(a, c[at]) * slope(s, *o);
        dc[at] = all * value(s, *f);
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

static void hard_sigmoid_keras2(har_real *y, const har_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const har_real line = (har_real)0.2 * x[i] + (har_real)0.5;
        const har_real above = line < 0 ? 0 : line; /* NaN stays */
        y[i] = above > 1 ? 1 : above;
    }
}

static void hard_sigmoid_keras2_backward(har_real *dx, const har_real *x, const har_real *dy,
                                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const har_real line = (har_real)0.2 * x[i] + (har_real)0.5;
        dx[i] = line >= 0 && line <= 1 ? (har_real)0.2 * dy[i] : 0;
    }
}

static void hard_sigmoid_keras3(har_real *y, const har_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const har_real above = x[i] + 3 < 0 ? 0 : x[i] + 3; /* NaN stays */
        y[i] = (above > 6 ? 6 : above) / 6;
    }
}

static void hard_sigmoid_keras3_backward(har_real *dx, const har_real *x, const har_real *dy,
                                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        dx[i] = x[i] + 3 > 0 && x[i] + 3 < 6 ? dy[i] / 6 : 0;
}

static void elu(har_real *y, const har_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] > 0 ? x[i] : expm1(x[i]);
}

static void elu_backward(har_real *dx, const har_real *y, const har_real *dy, size_t count)
{
    for (size_t i = 0; i < count; i++)
        dx[i] = y[i] < 0 ? dy[i] * (y[i] + 1) : dy[i];
}

/* The normal distribution function. */
static har_real normal_below(har_real x)
{
    return erfc(-x * (har_real)M_SQRT1_2) / 2;
}

static void gelu(har_real *y, const har_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] * normal_below(x[i]);
}

static void gelu_backward(har_real *dx, const har_real *x, const har_real *dy, size_t count)
{
    const har_real scale = (har_real)(M_2_SQRTPI * M_SQRT1_2 / 2); /* 1 / sqrt(2 pi) */
    for (size_t i = 0; i < count; i++)
        dx[i] = dy[i] * (normal_below(x[i]) + x[i] * scale * exp(-x[i] * x[i] / 2));
}

static void swish(har_real *y, const har_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] * logistic(x[i]);
}

static void swish_backward(har_real *dx, const har_real *x, const har_real *dy, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const har_real s = logistic(x[i]);
        dx[i] = dy[i] * s * (1 + x[i] * (1 - s));
    }
}

static void keep_larger(har_real *y, const har_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] > y[i] || isnan(x[i]) ? x[i] : y[i];
}

static void give_largest(har_real *dx, har_real *left, const har_real *x, const har_real *y,
                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (x[i] == y[i]) {
            dx[i] += left[i];
            left[i] = 0;
        }
}

static void random_words(uint32_t *words, const struct har_random *random, uint64_t block,
                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        har_random_block(words + 4 * i, random, block + i);
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

static void rocket(har_real *y, const har_real *x, const har_real *weights, const har_real *biases,
                   const struct har_rocket *shape, har_real *scratch)
{
    har_real *c = scratch;
    scratch += shape->steps;
    for (size_t n = 0; n < shape->dilations * HAR_ROCKET_KERNELS; n++) {
        const size_t first = har_rocket_uncounted(shape, n), end = shape->steps - first;
        har_rocket_output(c, x, weights + n * shape->channels, shape, n, scratch);
        const har_real share = 1 / (har_real)(end - first);
        for (size_t i = 0; i < shape->biases[n / HAR_ROCKET_KERNELS]; i++, y++, biases++) {
            har_real count = 0;
            for (size_t t = first; t < end; t++)
                count += c[t] > *biases;
            *y = count * share;
        }
    }
}

static const struct har_kernels naive = {
    .name = "naive",
    .pack = har_pack_in_order,
    .product = product,
    .gradient = gradient,
    .drop = drop,
    .add_parts = add_parts,
    .finite = all_finite,
    .adam = adam,
    .add_bias = add_bias,
    .sum_rows = sum_rows,
    .lstm_gates = lstm_gates,
    .lstm_gates_backward = lstm_gates_backward,
    .cell = cell,
    .cell_backward = cell_backward,
    .gru_gates = gru_gates,
    .gru_gates_backward = gru_gates_backward,
    .relu = relu,
    .relu_backward = relu_backward,
    .sigmoid = sigmoid,
    .sigmoid_backward = sigmoid_backward,
    .tanh = hyperbolic,
    .tanh_backward = tanh_backward,
    .hard_sigmoid_keras2 = hard_sigmoid_keras2,
    .hard_sigmoid_keras2_backward = hard_sigmoid_keras2_backward,
    .hard_sigmoid_keras3 = hard_sigmoid_keras3,
    .hard_sigmoid_keras3_backward = hard_sigmoid_keras3_backward,
    .elu = elu,
    .elu_backward = elu_backward,
    .gelu = gelu,
    .gelu_backward = gelu_backward,
    .swish = swish,
    .swish_backward = swish_backward,
    .keep_larger = keep_larger,
    .give_largest = give_largest,
    .random_words = random_words,
    .rocket = rocket,
    .softmax = softmax,
};

const struct har_kernels *har_kernels_naive(void)
{
    return &naive;
}
