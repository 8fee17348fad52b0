/* The arithmetic of the layers: matrix products and elementwise functions, behind one table, so
 * that a fast kernel stands beside its naive twin and a test can run both.
 *
 * Matrices are row-major; ld is the distance between rows, in elements. Every sum has one order,
 * given by shapes alone. Kernels know no layers and no threads, and allocate nothing. */
#ifndef HAR_KERNEL_KERNELS_H
#define HAR_KERNEL_KERNELS_H

#include "kernel/real.h"
#include <stdbool.h>
#include <stddef.h>

/* C (m,n) = beta C + op(A) op(B), op(A) (m,k), op(B) (k,n); beta is 0 (C isn't read) or 1. */
struct har_product {
    size_t m, n, k;
    bool transpose_a, transpose_b; /* A is stored (k,m), B is stored (n,k) */
    size_t lda, ldb, ldc;
    bool accumulate; /* beta = 1 */
};

struct har_kernels {
    const char *name; /* "naive", "openblas avx2", … */

    void (*matmul)(har_real *c, const har_real *a, const har_real *b,
                   const struct har_product *shape);

    /* y[r,j] += b[j]; db[j] += sum over r of dy[r,j], rows in order. */
    void (*add_bias)(har_real *y, const har_real *b, size_t rows, size_t width);
    void (*sum_rows)(har_real *db, const har_real *dy, size_t rows, size_t width);

    /* One time step of an LSTM for ROWS rows of UNITS units, gates in the order i f c o:
     *   in:  z (rows, 4 units) = x K + h R + b; c_before (rows, units)
     *   out: z overwritten by i, f, tanh(z_c), o; c = f c_before + i g; t = tanh(c); h = o t */
    void (*lstm_gates)(har_real *h, har_real *c, har_real *t, har_real *z, const har_real *c_before,
                       size_t rows, size_t units);

    /* Its backward:
     *   in:  dh, gates (z as left by lstm_gates), t, c_before; dc (rows, units) = dL/dc from later
     *   out: dz (rows, 4 units); dc = dL/dc_before */
    void (*lstm_gates_backward)(har_real *dz, har_real *dc, const har_real *dh,
                                const har_real *gates, const har_real *t, const har_real *c_before,
                                size_t rows, size_t units);

    /* Elementwise over COUNT values; backward kernels write dx from y = f(x) and dy. */
    void (*relu)(har_real *y, const har_real *x, size_t count);
    void (*relu_backward)(har_real *dx, const har_real *y, const har_real *dy, size_t count);
    void (*sigmoid)(har_real *y, const har_real *x, size_t count);
    void (*sigmoid_backward)(har_real *dx, const har_real *y, const har_real *dy, size_t count);
    void (*tanh)(har_real *y, const har_real *x, size_t count);
    void (*tanh_backward)(har_real *dx, const har_real *y, const har_real *dy, size_t count);

    /* Rows of WIDTH: y = exp(x - max) / sum. */
    void (*softmax)(har_real *y, const har_real *x, size_t rows, size_t width);
};

/* The reference: plain loops in the order of the equations, libm. */
const struct har_kernels *har_kernels_naive(void);

/* What this machine runs fastest (in double: the naive ones). HAR_ISA=plain|avx2|avx512 in the
 * environment chooses the elementwise kernels; an ISA the processor lacks gives NULL. */
const struct har_kernels *har_kernels_best(void);

#endif
