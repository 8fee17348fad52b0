/* A cell's step with chosen functions, in float; like elementwise.c compiled once per instruction
 * set. The functions run over pieces of a row that stay in the fastest memory. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include <math.h>

enum { piece = 64, INPUT = 0, FORGET, CANDIDATE, OUTPUT, GATES };

static const struct har_function *function_of(const struct har_cell *cell, int gate)
{
    return gate == CANDIDATE ? &cell->activation : &cell->gate;
}

/* i, f, g, o of COUNT units; z is at the first of them */
static void evaluate(float y[GATES][piece], const float *z, size_t count,
                     const struct har_cell *cell)
{
    for (int k = 0; k < GATES; k++)
        function_of(cell, k)->value(y[k], z + (size_t)k * cell->units, count);
}

static void differentiate(float *dx, const struct har_function *function, const float *x,
                          const float *y, const float *dy, size_t count)
{
    function->backward(dx, function->from_x ? x : y, dy, count);
}

static void step(float *restrict h, float *restrict c, const float *z,
                 const float *restrict c_before, size_t count, const struct har_cell *cell)
{
    float y[GATES][piece], t[piece];
    evaluate(y, z, count, cell);
    for (size_t u = 0; u < count; u++)
        c[u] = fmaf(y[FORGET][u], c_before[u], y[INPUT][u] * y[CANDIDATE][u]);
    cell->activation.value(t, c, count);
    for (size_t u = 0; u < count; u++)
        h[u] = y[OUTPUT][u] * t[u];
}

void ISA_NAME(har_cell)(float *h, float *c, const float *z, const float *c_before,
                        const struct har_cell *cell)
{
    for (size_t row = 0; row < cell->rows; row++)
        for (size_t u = 0; u < cell->units; u += piece) {
            const size_t at = row * cell->units + u, left = cell->units - u;
            step(h + at, c + at, z + 4 * row * cell->units + u, c_before + at,
                 left < piece ? left : piece, cell);
        }
}

/* all = dL/dc_t = dc + (dh o) a'(c); D is dL/d of i, f, g, o */
static void share(float *restrict all, float d[GATES][piece], float y[GATES][piece],
                  const float *restrict c, const float *restrict c_before, const float *restrict dh,
                  const float *restrict dc, size_t count, const struct har_cell *cell)
{
    float t[piece];
    cell->activation.value(t, c, count);
    for (size_t u = 0; u < count; u++)
        d[INPUT][u] = dh[u] * y[OUTPUT][u];
    differentiate(all, &cell->activation, c, t, d[INPUT], count);
    for (size_t u = 0; u < count; u++) {
        all[u] += dc[u];
        d[INPUT][u] = all[u] * y[CANDIDATE][u];
        d[FORGET][u] = all[u] * c_before[u];
        d[CANDIDATE][u] = all[u] * y[INPUT][u];
        d[OUTPUT][u] = dh[u] * t[u];
    }
}

static void step_backward(float *dz, float *restrict dc, const float *dh, const float *z,
                          const float *c, const float *c_before, size_t count,
                          const struct har_cell *cell)
{
    float y[GATES][piece], d[GATES][piece], all[piece];
    evaluate(y, z, count, cell);
    share(all, d, y, c, c_before, dh, dc, count, cell);
    for (int k = 0; k < GATES; k++) {
        const size_t at = (size_t)k * cell->units;
        differentiate(dz + at, function_of(cell, k), z + at, y[k], d[k], count);
    }
    for (size_t u = 0; u < count; u++)
        dc[u] = all[u] * y[FORGET][u];
}

void ISA_NAME(har_cell_backward)(float *dz, float *dc, const float *dh, const float *z,
                                 const float *c, const float *c_before, const struct har_cell *cell)
{
    for (size_t row = 0; row < cell->rows; row++)
        for (size_t u = 0; u < cell->units; u += piece) {
            const size_t at = row * cell->units + u, first = 4 * row * cell->units + u;
            const size_t left = cell->units - u;
            step_backward(dz + first, dc + at, dh + at, z + first, c + at, c_before + at,
                          left < piece ? left : piece, cell);
        }
}

#endif
