/* The tables behind har_kernels_best. elementwise.c is compiled once per instruction set (see
 * isa.mk), with HAR_ISA its name; all give the same bits. */
#ifndef HAR_KERNEL_FAST_H
#define HAR_KERNEL_FAST_H

#include "kernel/kernels.h"

extern const struct har_kernels har_kernels_plain;
#ifdef __x86_64__
extern const struct har_kernels har_kernels_avx2;
extern const struct har_kernels har_kernels_avx512;
#endif

/* OpenBLAS's sgemm, in the calling thread. */
void har_matmul_openblas(har_real *c, const har_real *a, const har_real *b,
                         const struct har_product *shape);

#endif
