/* The arithmetic of the layers: products and elementwise functions, behind one table, so that a
 * fast kernel stands beside its naive twin and a test can run both.
 *
 * Matrices are row-major; ld is the distance between rows, in elements. Every sum has one order,
 * given by shapes alone. Kernels know no layers and no threads, and allocate nothing.
 *
 * The fast kernels' functions are off by at most, in units of a float's last place (tested over the
 * whole range, tests/unit/test_functions.c):
 *   sigmoid, tanh 2.5; elu 1.1; swish 3.5; gelu 7; softmax 2.5 (of two values);
 *   hard sigmoids 2^-23 in all.
 * Sigmoid and softmax give 0 for what is smaller than FLT_MIN; swish and gelu may be off by
 * 100 FLT_MIN where they are smaller than that. NaN gives NaN, and so does -infinity to swish and
 * gelu, as in Keras; tanh and elu keep denormals, and all but elu the sign of a result that is 0.
 */
#ifndef HAR_KERNEL_KERNELS_H
#define HAR_KERNEL_KERNELS_H

#include "base/random.h"
#include "kernel/product.h"
#include "kernel/rocket.h"
#include <stdbool.h>
#include <stddef.h>

/* An elementwise function of the table below, and its backward. */
struct har_function {
    void (*value)(har_real *y, const har_real *x, size_t count);
    void (*backward)(har_real *dx, const har_real *xy, const har_real *dy, size_t count);
    bool from_x; /* backward takes x, not y */
};

/* A cell like the LSTM's: s is the function of the gates i f o, a that of candidate and output. */
struct har_cell {
    size_t rows, units;
    struct har_function gate, activation;
};

/* Of a step of Adam: 1 - beta_1, 1 - beta_2, and the learning rate with both corrections in it. */
struct har_rates {
    har_real new_1, new_2, rate, epsilon;
};

struct har_kernels {
    const char *name; /* "naive", "avx2", "openblas avx2", … */

    /* PACKED (har_packed_size) = B as PRODUCT wants it, but only a block of both, which are given
     * from their start; blocks may be packed side by side. */
    void (*pack)(har_real *packed, const har_real *b, const struct har_packing *shape,
                 const struct har_block *block);

    /* C = start + A B + bias */
    void (*product)(har_real *c, const har_real *a, const har_real *packed,
                    const struct har_product *shape);

    /* Its backward for B, not packed: DB (taps, k, n) = start + A^T DC, rows in order; padding adds
     * nothing. START is DB itself or 0, as in product. */
    void (*gradient)(har_real *db, const har_real *a, const har_real *dc,
                     const struct har_product *shape);

    /* y = x m, m being FACTOR for what was KEPT (1; 0 the others), else 0; y may be x. */
    void (*drop)(har_real *y, const har_real *x, const uint8_t *kept, har_real factor,
                 size_t count);

    /* sum[i] = start + part[0][i] + part[1][i] + …, added one after the other, parts
     * STRIDE apart, START being sum[i] where it goes ON, or 0; are all values finite? */
    void (*add_parts)(har_real *sum, const har_real *part, size_t stride, size_t parts,
                      size_t count, bool on);
    bool (*finite)(const har_real *x, size_t count);

    /* Adam's step along the gradient g:
     *   m += (g - m) new_1; v += (g^2 - v) new_2; w -= m rate / (sqrt v + epsilon) */
    void (*adam)(har_real *w, har_real *m, har_real *v, const har_real *g, size_t count,
                 const struct har_rates *rates);

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

    /* One time step of a GRU, gates in the order z r h:
     *   in:  a (rows, 3 units) = x K + b_0; product (rows, 3 units) = h_before R; bias = b_1
     *   out: a overwritten by z, r, g = tanh(a_h + r q); q = product_h + bias_h;
     *        h = z h_before + (1 - z) g */
    void (*gru_gates)(har_real *h, har_real *q, har_real *a, const har_real *product,
                      const har_real *bias, const har_real *h_before, size_t rows, size_t units);

    /* Its backward:
     *   in:  dh, gates (a as left by gru_gates), q, h_before
     *   out: da, dq (rows, 3 units): gradients of x K + b_0 and of h_before R + b_1; dh = z dh */
    void (*gru_gates_backward)(har_real *da, har_real *dq, har_real *dh, const har_real *gates,
                               const har_real *q, const har_real *h_before, size_t rows,
                               size_t units);

    /* One time step of a cell, gates in the order i f c o:
     *   in:  z (rows, 4 units), c_before (rows, units); i, f, o = s(z), g = a(z_c)
     *   out: c = f c_before + i g; h = o a(c) */
    void (*cell)(har_real *h, har_real *c, const har_real *z, const har_real *c_before,
                 const struct har_cell *cell);

    /* Its backward, which computes the gates again:
     *   in:  dh, z, c, c_before; dc = dL/dc from later
     *   out: dz (rows, 4 units); dc = dL/dc_before */
    void (*cell_backward)(har_real *dz, har_real *dc, const har_real *dh, const har_real *z,
                          const har_real *c, const har_real *c_before, const struct har_cell *cell);

    /* Elementwise over COUNT values; backward kernels write dx from y = f(x) and dy. y may be x,
     * and dx may be dy. */
    void (*relu)(har_real *y, const har_real *x, size_t count);
    void (*relu_backward)(har_real *dx, const har_real *y, const har_real *dy, size_t count);
    void (*sigmoid)(har_real *y, const har_real *x, size_t count);
    void (*sigmoid_backward)(har_real *dx, const har_real *y, const har_real *dy, size_t count);
    void (*tanh)(har_real *y, const har_real *x, size_t count);
    void (*tanh_backward)(har_real *dx, const har_real *y, const har_real *dy, size_t count);

    /* clip(0.2 x + 0.5, 0, 1), its slope 0.2 on the borders too; min(max(x + 3, 0), 6) / 6, its
     * slope 0 there. Backward kernels from here on need x; elu's takes y. */
    void (*hard_sigmoid_keras2)(har_real *y, const har_real *x, size_t count);
    void (*hard_sigmoid_keras2_backward)(har_real *dx, const har_real *x, const har_real *dy,
                                         size_t count);
    void (*hard_sigmoid_keras3)(har_real *y, const har_real *x, size_t count);
    void (*hard_sigmoid_keras3_backward)(har_real *dx, const har_real *x, const har_real *dy,
                                         size_t count);
    void (*elu)(har_real *y, const har_real *x, size_t count); /* exp x - 1 for x < 0 */
    void (*elu_backward)(har_real *dx, const har_real *y, const har_real *dy, size_t count);
    void (*gelu)(har_real *y, const har_real *x, size_t count); /* x Phi(x) */
    void (*gelu_backward)(har_real *dx, const har_real *x, const har_real *dy, size_t count);
    void (*swish)(har_real *y, const har_real *x, size_t count); /* x sigmoid(x) */
    void (*swish_backward)(har_real *dx, const har_real *x, const har_real *dy, size_t count);

    /* y = max(x, y), and NaN where either is; and for the pooling's way back: where x = y, dx +=
     * left and left = 0. */
    void (*keep_larger)(har_real *y, const har_real *x, size_t count);
    void (*give_largest)(har_real *dx, har_real *left, const har_real *x, const har_real *y,
                         size_t count);

    /* Y (features) of one window X (steps, channels): by combination (rocket.h), whose row in
     * WEIGHTS (84 dilations, channels) mixes the channels, and in it by bias of BIASES (features).
     */
    void (*rocket)(har_real *y, const har_real *x, const har_real *weights, const har_real *biases,
                   const struct har_rocket *shape, har_real *scratch);

    /* The words of COUNT blocks of a stream from BLOCK on: har_random_block of each. */
    void (*random_words)(uint32_t *words, const struct har_random *random, uint64_t block,
                         size_t count);

    /* Rows of WIDTH: y = exp(x - max) / sum. */
    void (*softmax)(har_real *y, const har_real *x, size_t rows, size_t width);
};

/* The pack of kernels that want B as it is: (taps, k, n), nothing between. */
void har_pack_in_order(har_real *packed, const har_real *b, const struct har_packing *shape,
                       const struct har_block *block);

/* The reference: plain loops in the order of the equations, libm. */
const struct har_kernels *har_kernels_naive(void);

/* What this machine runs fastest (in double: the naive ones). HAR_ISA=plain|avx2|avx512|neon
 * in the environment chooses the instruction set; one that the processor lacks gives NULL. */
const struct har_kernels *har_kernels_best(void);

/* The name of instruction set I of those that there are kernels for, the widest first; NULL: no
 * more. *SUPPORTED: the processor has it. */
const char *har_kernels_isa(bool *supported, size_t i);

/* har_kernels_best with OpenBLAS's products, whose bits differ between machines, and with the
 * number of rows. */
const struct har_kernels *har_kernels_openblas(void);

/* One of both by its name, "own" (or NULL) or "openblas". HAR_USAGE: another name, or HAR_ISA's
 * fault. */
HAR_RESULT enum har_status har_kernels_find(const struct har_kernels **kernels, const char *engine,
                                            struct har_error *err);

#endif
