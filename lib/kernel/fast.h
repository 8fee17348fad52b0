/* The tables behind har_kernels_best. Some files are compiled once per instruction set (isa.mk),
 * with HAR_ISA its name; all give the same bits. */
#ifndef HAR_KERNEL_FAST_H
#define HAR_KERNEL_FAST_H

#include "kernel/kernels.h"

#ifndef HAR_ISA
#define HAR_ISA plain
#endif
#define HAR_TEXT_OF(word) #word
#define HAR_TEXT(word) HAR_TEXT_OF(word)
#define HAR_JOIN_OF(a, b) a##_##b
#define HAR_JOIN(a, b) HAR_JOIN_OF(a, b)
#define ISA_NAME(name) HAR_JOIN(name, HAR_ISA)

#define HAR_FAST(isa)                                                                             \
    extern const struct har_kernels har_kernels_##isa, har_kernels_openblas_##isa;                \
    void har_pack_##isa(har_real *packed, const har_real *b, const struct har_packing *shape,     \
                        const struct har_block *block);                                           \
    void har_product_##isa(har_real *c, const har_real *a, const har_real *packed,                \
                           const struct har_product *shape);                                      \
    void har_gradient_##isa(har_real *db, const har_real *a, const har_real *dc,                  \
                            const struct har_product *shape);                                     \
    void har_random_words_##isa(uint32_t *words, const struct har_random *random, uint64_t block, \
                                size_t count);                                                    \
    void har_rocket_features_##isa(har_real *y, const har_real *x, const har_real *weights,       \
                                   const har_real *biases, const struct har_rocket *shape,        \
                                   har_real *scratch);                                            \
    void har_lstm_gates_##isa(har_real *h, har_real *c, har_real *t, har_real *z,                 \
                              const har_real *c_before, size_t rows, size_t units);               \
    void har_lstm_gates_backward_##isa(har_real *dz, har_real *dc, const har_real *dh,            \
                                       const har_real *gates, const har_real *t,                  \
                                       const har_real *c_before, size_t rows, size_t units);      \
    void har_gru_gates_##isa(har_real *h, har_real *q, har_real *a, const har_real *product,      \
                             const har_real *bias, const har_real *h_before, size_t rows,         \
                             size_t units);                                                       \
    void har_gru_gates_backward_##isa(har_real *da, har_real *dq, har_real *dh,                   \
                                      const har_real *gates, const har_real *q,                   \
                                      const har_real *h_before, size_t rows, size_t units);       \
    void har_cell_##isa(har_real *h, har_real *c, const har_real *z, const har_real *c_before,    \
                        const struct har_cell *cell);                                             \
    void har_cell_backward_##isa(har_real *dz, har_real *dc, const har_real *dh,                  \
                                 const har_real *z, const har_real *c, const har_real *c_before,  \
                                 const struct har_cell *cell)
HAR_FAST(plain);
HAR_FAST(avx2);
HAR_FAST(avx512);
HAR_FAST(neon);

/* The next loop's values don't depend on each other, though results may lie where arguments do. */
#ifdef __clang__
#define LANEWISE _Pragma("clang loop vectorize(assume_safety)")
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define LANEWISE _Pragma("GCC ivdep")
#define UNROLL _Pragma("GCC unroll 16")
#endif
#define INLINE static inline __attribute__((always_inline))

/* OpenBLAS's sgemm, in the calling thread. */
void har_product_openblas(har_real *c, const har_real *a, const har_real *packed,
                          const struct har_product *shape);
void har_gradient_openblas(har_real *db, const har_real *a, const har_real *dc,
                           const struct har_product *shape);

#endif
