/* The tables behind har_kernels_best. elementwise.c is compiled once per instruction set (see
 * isa.mk), with HAR_ISA its name, and so is cell.c; all give the same bits. */
#ifndef HAR_KERNEL_FAST_H
#define HAR_KERNEL_FAST_H

#include "kernel/kernels.h"

extern const struct har_kernels har_kernels_plain;
#ifdef __x86_64__
extern const struct har_kernels har_kernels_avx2;
extern const struct har_kernels har_kernels_avx512;
#endif

#define HAR_CELL(isa)                                                                   \
    void har_cell_##isa(float *h, float *c, const float *z, const float *c_before,      \
                        const struct har_cell *cell);                                   \
    void har_cell_backward_##isa(float *dz, float *dc, const float *dh, const float *z, \
                                 const float *c, const float *c_before,                 \
                                 const struct har_cell *cell)
HAR_CELL(plain);
HAR_CELL(avx2);
HAR_CELL(avx512);

/* OpenBLAS's sgemm, in the calling thread. */
void har_matmul_openblas(har_real *c, const har_real *a, const har_real *b,
                         const struct har_product *shape);

#endif
