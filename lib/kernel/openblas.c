#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include <cblas.h>

/* OpenBLAS cuts C into tiles whose sums have different orders: where a row lies in C would show in
 * its bits. Rows of activations (A as it is stored) go in groups of one size, in which all rows
 * are alike on every processor that OpenBLAS knows; or in periods, which is faster and as good. */
enum { group = 8 };

static void product(har_real *c, const har_real *a, const har_real *b,
                    const struct har_product *shape, size_t rows)
{
    cblas_sgemm(CblasRowMajor, shape->transpose_a ? CblasTrans : CblasNoTrans,
                shape->transpose_b ? CblasTrans : CblasNoTrans, (blasint)rows, (blasint)shape->n,
                (blasint)shape->k, 1, a, (blasint)shape->lda, b, (blasint)shape->ldb,
                shape->accumulate ? 1 : 0, c, (blasint)shape->ldc);
}

void har_matmul_openblas(har_real *c, const har_real *a, const har_real *b,
                         const struct har_product *shape)
{
    const size_t rows = shape->period > group ? shape->period : group;
    if (shape->transpose_a || shape->transpose_b || shape->m % rows != 0) {
        product(c, a, b, shape, shape->m);
        return;
    }
    for (size_t row = 0; row < shape->m; row += rows)
        product(c + row * shape->ldc, a + row * shape->lda, b, shape, rows);
}

#endif
