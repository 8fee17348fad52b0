/* The product that all layers are made of, C = A B, where rows of A may be put together from pieces
 * that lie apart: a convolution's patches are never copied.
 *
 * Every element of a result is one chain of fused multiply-adds in the order of the equation,
 * whatever the tiles, the vectors and the rows around it: any instruction set gives the same bits.
 */
#ifndef HAR_KERNEL_PRODUCT_H
#define HAR_KERNEL_PRODUCT_H

#include "kernel/real.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HAR_PADDING SIZE_MAX

/* Row i of A has TAPS pieces of k values; piece j starts at
 * a + (i / period) stride + offset[(i % period) taps + j], or is zeros where the offset is
 * HAR_PADDING. Without an offset (NULL) there is one tap, at 0. */
struct har_rows {
    size_t taps, period, stride;
    const size_t *offset; /* (period, taps), borrowed */
};

/* A matrix as it lies: rows LDA apart, in one piece. */
static inline struct har_rows har_rows_of(size_t lda)
{
    return (struct har_rows){1, 1, lda, NULL};
}

/* C (m,n) = start + sum over taps j and l < k, in this order, of A[i][j][l] B[j][l][:], + bias;
 * START is 0, C itself, or what another product gives. Rows of C are LDC apart. */
struct har_product {
    size_t m, n, k;
    struct har_rows rows;
    size_t ldc;
    bool accumulate;               /* starts from C */
    const har_real *bias;          /* (n), added last; or NULL */
    const struct har_start *start; /* or NULL; accumulate is false where there is one */
};

/* The product that another one of the same m, n and ldc starts from. */
struct har_start {
    const har_real *a, *packed; /* borrowed, like the product, which itself starts from 0 */
    const struct har_product *product;
};

/* B (taps, k, n), with its steps in the memory that it is packed from: B transposed is another
 * order of steps. k_step or n_step is 1. */
struct har_packing {
    size_t taps, k, n;
    size_t tap_step, k_step, n_step;
};

/* A block of B: of one tap, K_COUNT rows from K on and N_COUNT columns from N on. */
struct har_block {
    size_t tap, k, k_count, n, n_count;
};

/* Reals that B takes when packed, at most, the same for all kernels: where columns are padded to a
 * vector's end, with zeros, the block that has the last one does it. False: overflow. */
static inline bool har_packed_size(size_t *reals, size_t taps, size_t k, size_t n)
{
    enum { widest = 16 };
    size_t values;
    return !__builtin_mul_overflow(taps, k, &values) && n <= SIZE_MAX - widest &&
           !__builtin_mul_overflow(values, (n + widest - 1) / widest * widest, reals);
}

#endif
