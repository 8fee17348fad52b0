/* One time step of recurrent cells, in float, a row of units after the other; like elementwise.c
 * compiled once per instruction set. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include "kernel/functions.h"
#include "kernel/tile.h"

enum { PARTS_MAX = 7 };

/* What a row consists of: arrays of as many values as it has units. */
struct row {
    size_t outs, ins;
    float *out[PARTS_MAX]; /* may be read, too, before it is written */
    const float *in[PARTS_MAX];
};

typedef void row_function(const struct row *row, size_t units);

/* Whole vectors, and one more for what is left, which compilers would take value by value. */
INLINE void run_row(row_function *function, const struct row *row, size_t units)
{
    const size_t whole = units / LANES * LANES, left = units - whole;
    function(row, whole);
    if (left == 0)
        return;
    float out[PARTS_MAX][LANES], in[PARTS_MAX][LANES];
    struct row last = {.outs = row->outs, .ins = row->ins};
    for (size_t p = 0; p < row->outs; p++) {
        store(out[p], load_part(row->out[p] + whole, left));
        last.out[p] = out[p];
    }
    for (size_t p = 0; p < row->ins; p++) {
        store(in[p], load_part(row->in[p] + whole, left));
        last.in[p] = in[p];
    }
    function(&last, LANES);
    for (size_t p = 0; p < row->outs; p++)
        store_part(row->out[p] + whole, load(out[p]), left);
}

/* What waits for a unit's gates has a loop of its own, where it doesn't hold up the next ones. */

/* ---- LSTM ---- */

INLINE void lstm_row(const struct row *row, size_t units)
{
    float *i = row->out[0], *f = row->out[1], *g = row->out[2], *o = row->out[3];
    float *c = row->out[4], *t = row->out[5], *h = row->out[6];
    const float *c_before = row->in[0];
    LANEWISE for (size_t u = 0; u < units; u++)
    {
        const float in = sigmoid_of(i[u]), forget = sigmoid_of(f[u]);
        const float candidate = tanh_of(g[u]), output = sigmoid_of(o[u]);
        c[u] = fmaf(forget, c_before[u], in * candidate);
        i[u] = in;
        f[u] = forget;
        g[u] = candidate;
        o[u] = output;
    }
    LANEWISE for (size_t u = 0; u < units; u++)
    {
        t[u] = tanh_of(c[u]);
        h[u] = o[u] * t[u];
    }
}

void ISA_NAME(har_lstm_gates)(float *h, float *c, float *t, float *z, const float *c_before,
                              size_t rows, size_t units)
{
    for (size_t r = 0; r < rows; r++) {
        const size_t at = r * units;
        float *i = z + 4 * at, *f = i + units, *g = f + units, *o = g + units;
        const struct row row = {7, 1, {i, f, g, o, c + at, t + at, h + at}, {c_before + at}};
        run_row(lstm_row, &row, units);
    }
}

INLINE void lstm_row_backward(const struct row *row, size_t units)
{
    float *di = row->out[0], *df = row->out[1], *dg = row->out[2], *dout = row->out[3];
    float *dc = row->out[4];
    const float *i = row->in[0], *f = row->in[1], *g = row->in[2], *o = row->in[3];
    const float *t = row->in[4], *c_before = row->in[5], *dh = row->in[6];
    LANEWISE for (size_t u = 0; u < units; u++)
    {
        /* dL/dc_t = dc + dh o (1 - t^2) */
        const float all = fmaf(dh[u] * o[u], fmaf(-t[u], t[u], 1.0f), dc[u]);
        di[u] = all * g[u] * fmaf(-i[u], i[u], i[u]);
        df[u] = all * c_before[u] * fmaf(-f[u], f[u], f[u]);
        dg[u] = all * i[u] * fmaf(-g[u], g[u], 1.0f);
        dout[u] = dh[u] * t[u] * fmaf(-o[u], o[u], o[u]);
        dc[u] = all * f[u];
    }
}

void ISA_NAME(har_lstm_gates_backward)(float *dz, float *dc, const float *dh, const float *z,
                                       const float *t, const float *c_before, size_t rows,
                                       size_t units)
{
    for (size_t r = 0; r < rows; r++) {
        const size_t at = r * units;
        const float *i = z + 4 * at, *f = i + units, *g = f + units, *o = g + units;
        float *di = dz + 4 * at, *df = di + units, *dg = df + units, *dout = dg + units;
        const struct row row = {
            5, 7, {di, df, dg, dout, dc + at}, {i, f, g, o, t + at, c_before + at, dh + at}};
        run_row(lstm_row_backward, &row, units);
    }
}

/* ---- GRU ---- */

INLINE void gru_row(const struct row *row, size_t units)
{
    float *z = row->out[0], *r = row->out[1], *g = row->out[2], *q = row->out[3];
    float *h = row->out[4];
    const float *product_z = row->in[0], *product_r = row->in[1], *product_q = row->in[2];
    const float *bias_z = row->in[3], *bias_r = row->in[4], *bias_q = row->in[5];
    const float *h_before = row->in[6];
    LANEWISE for (size_t u = 0; u < units; u++)
    {
        q[u] = product_q[u] + bias_q[u];
        z[u] = sigmoid_of(z[u] + (product_z[u] + bias_z[u]));
        r[u] = sigmoid_of(r[u] + (product_r[u] + bias_r[u]));
    }
    LANEWISE for (size_t u = 0; u < units; u++)
    {
        g[u] = tanh_of(fmaf(r[u], q[u], g[u]));
        h[u] = fmaf(z[u], h_before[u] - g[u], g[u]);
    }
}

void ISA_NAME(har_gru_gates)(float *h, float *q, float *a, const float *product, const float *bias,
                             const float *h_before, size_t rows, size_t units)
{
    for (size_t row = 0; row < rows; row++) {
        const size_t at = row * units;
        float *z = a + 3 * at, *r = z + units, *g = r + units;
        const float *product_z = product + 3 * at;
        const struct row parts = {5,
                                  7,
                                  {z, r, g, q + at, h + at},
                                  {product_z, product_z + units, product_z + 2 * units, bias,
                                   bias + units, bias + 2 * units, h_before + at}};
        run_row(gru_row, &parts, units);
    }
}

INLINE void gru_row_backward(const struct row *row, size_t units)
{
    float *da_z = row->out[0], *da_r = row->out[1], *da_g = row->out[2];
    float *dq_z = row->out[3], *dq_r = row->out[4], *dq_g = row->out[5], *dh = row->out[6];
    const float *z = row->in[0], *r = row->in[1], *g = row->in[2], *q = row->in[3];
    const float *h_before = row->in[4];
    LANEWISE for (size_t u = 0; u < units; u++)
    {
        const float dz = dh[u] * (h_before[u] - g[u]) * fmaf(-z[u], z[u], z[u]);
        const float dg = dh[u] * (1.0f - z[u]) * fmaf(-g[u], g[u], 1.0f);
        const float dr = dg * q[u] * fmaf(-r[u], r[u], r[u]);
        da_z[u] = dz;
        dq_z[u] = dz;
        da_r[u] = dr;
        dq_r[u] = dr;
        da_g[u] = dg;
        dq_g[u] = dg * r[u];
        dh[u] *= z[u];
    }
}

void ISA_NAME(har_gru_gates_backward)(float *da, float *dq, float *dh, const float *gates,
                                      const float *q, const float *h_before, size_t rows,
                                      size_t units)
{
    for (size_t row = 0; row < rows; row++) {
        const size_t at = row * units;
        const float *z = gates + 3 * at, *r = z + units, *g = r + units;
        float *a = da + 3 * at, *b = dq + 3 * at;
        const struct row parts = {
            7,
            5,
            {a, a + units, a + 2 * units, b, b + units, b + 2 * units, dh + at},
            {z, r, g, q + at, h_before + at}};
        run_row(gru_row_backward, &parts, units);
    }
}

#endif
