/* OpenBLAS in place of product.c and gradient.c: a matrix product for every tap and every run of
 * rows that lie at equal steps. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include <cblas.h>
#include <string.h>

/* COUNT rows from FIRST on whose piece of one tap lies APART, the first of them at AT. */
struct run {
    size_t first, count, at, apart;
};

static size_t place_of(const struct har_rows *rows, size_t i, size_t tap)
{
    if (rows->offset == NULL)
        return i * rows->stride;
    const size_t offset = rows->offset[i % rows->period * rows->taps + tap];
    return offset == HAR_PADDING ? HAR_PADDING : i / rows->period * rows->stride + offset;
}

/* The run at row I or after it; of no rows where all others are padding. */
static struct run next_run(const struct har_product *p, size_t tap, size_t i)
{
    while (i < p->m && place_of(&p->rows, i, tap) == HAR_PADDING)
        i++;
    struct run run = {.first = i, .count = i < p->m, .apart = p->k};
    if (run.count == 0)
        return run;
    run.at = place_of(&p->rows, i, tap);
    for (size_t before = run.at; i + 1 < p->m; i++, run.count++) {
        const size_t place = place_of(&p->rows, i + 1, tap);
        if (place == HAR_PADDING || place < before + p->k ||
            (run.count > 1 && place - before != run.apart))
            break;
        run.apart = place - before;
        before = place;
    }
    return run;
}

void har_product_openblas(float *c, const float *a, const float *packed,
                          const struct har_product *p)
{
    if (p->start != NULL)
        har_product_openblas(c, p->start->a, p->start->packed, p->start->product);
    for (size_t i = 0; i < p->m && !p->accumulate && p->start == NULL; i++)
        memset(c + i * p->ldc, 0, p->n * sizeof *c);
    for (size_t tap = 0; tap < p->rows.taps; tap++)
        for (struct run run = next_run(p, tap, 0); run.count > 0;
             run = next_run(p, tap, run.first + run.count))
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)run.count,
                        (blasint)p->n, (blasint)p->k, 1, a + run.at, (blasint)run.apart,
                        packed + tap * p->k * p->n, (blasint)p->n, 1, c + run.first * p->ldc,
                        (blasint)p->ldc);
    for (size_t i = 0; i < p->m && p->bias != NULL; i++)
        for (size_t j = 0; j < p->n; j++)
            c[i * p->ldc + j] += p->bias[j];
}

void har_gradient_openblas(float *db, const float *a, const float *dc, const struct har_product *p)
{
    if (!p->accumulate)
        memset(db, 0, p->rows.taps * p->k * p->n * sizeof *db);
    for (size_t tap = 0; tap < p->rows.taps; tap++, db += p->k * p->n)
        for (struct run run = next_run(p, tap, 0); run.count > 0;
             run = next_run(p, tap, run.first + run.count))
            cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)p->k, (blasint)p->n,
                        (blasint)run.count, 1, a + run.at, (blasint)run.apart,
                        dc + run.first * p->ldc, (blasint)p->ldc, 1, db, (blasint)p->n);
}

#endif
