/* What the recurrent layers have in common: arguments, the three weights, and the way through time.
 *
 * Inside, time comes first: (steps, rows, …), so that all steps' inputs are one product and each
 * step's rows lie together. Running backwards, step 0 is the last sample. */
#ifndef HAR_NN_STEPS_H
#define HAR_NN_STEPS_H

#include "nn/layer.h"

struct har_recurrent {
    size_t units;
    bool return_sequences, go_backwards;
};

extern const struct har_argument har_recurrent_arguments[];

/* Keras's arguments of all recurrent layers that aren't supported. */
#define HAR_RECURRENT_REFUSED                                                                     \
    "activation", "recurrent_activation", "use_bias", "kernel_initializer",                       \
        "recurrent_initializer", "bias_initializer", "kernel_regularizer",                        \
        "recurrent_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", \
        "recurrent_constraint", "bias_constraint", "dropout", "recurrent_dropout", "seed",        \
        "return_state", "stateful", "time_major", "unroll", "use_cudnn", "implementation",        \
        "zero_output_for_mask", "merge_mode", "backward_layer"

/* The numbers of the weights; gates times units wide. */
enum { HAR_KERNEL, HAR_RECURRENT_KERNEL, HAR_BIAS };

struct har_steps {
    size_t rows, steps, inputs, units;
    size_t together; /* steps whose products with K are done at once: about a hundred rows, which
                      * stay in the cache until the steps have used them */
    bool backwards;  /* step 0 is the last sample */
    bool sequences;  /* the output is each step's h, not the last one's, */
    bool turned;     /* the last step's first */
};

/* Sets the layer's output, and *STEPS for one row. */
HAR_RESULT enum har_status har_steps_shape(struct har_steps *steps, struct har_layer *layer,
                                           struct har_error *err);
/* Sets the layer's weights, GATES times units wide; the bias as it is given. */
void har_steps_weights(struct har_layer *layer, const struct har_steps *steps, size_t gates,
                       struct har_weight bias);
struct har_steps har_steps_of(const struct har_layer *layer, const struct har_pass *pass);

/* x (rows, samples, inputs) -> inside (steps, rows, inputs) */
void har_steps_take(har_real *inside, const har_real *x, const struct har_steps *s);

/* Steps that are done together with T, the first of them. */
size_t har_steps_count(const struct har_steps *s, size_t t);

/* *REALS = steps (inputs + width); false: overflow. */
HAR_RESULT bool har_steps_room(size_t *reals, size_t steps, size_t inputs, size_t width);

/* z (count, rows, gates units) = x K + b, for COUNT steps; of the bias its first row. */
void har_steps_product(har_real *z, const har_real *x, size_t count, const struct har_steps *s,
                       const struct har_layer *layer, const struct har_pass *pass);

/* z (rows, gates units) = x K + b + h_before R of step T; the first step's h_before is NULL. Steps
 * come in their order: a wide input's products are made for several of them together, in their z.
 */
void har_steps_gates(har_real *z, const har_real *x, const har_real *h_before, size_t t,
                     const struct har_steps *s, const struct har_layer *layer,
                     const struct har_pass *pass);

/* h (steps, rows, units) -> y: the last one, or (rows, steps, units) */
void har_steps_give(har_real *y, const har_real *h, const struct har_steps *s);

/* dh (rows, units) += what dy says of step T */
void har_steps_add_gradient(har_real *dh, const har_real *dy, const struct har_steps *s, size_t t);

/* c (rows, out) += a W (or W^T), W being WEIGHT, for the rows of one step. */
void har_steps_add_product(har_real *c, const har_real *a, const struct har_steps *s, size_t weight,
                           enum har_direction direction, const struct har_layer *layer,
                           const struct har_pass *pass);

/* dW = a^T dz for COUNT steps, W being WEIGHT; MORE: added to that of other steps. */
void har_steps_gradient(const har_real *a, const har_real *dz, size_t count, bool more,
                        const struct har_steps *s, size_t weight, const struct har_layer *layer,
                        const struct har_pass *pass);

/* dx = dz K^T for COUNT steps from T on, by way of INSIDE (count, rows, inputs). */
void har_steps_input_gradient(har_real *dx, har_real *inside, const har_real *dz, size_t t,
                              size_t count, const struct har_steps *s,
                              const struct har_layer *layer, const struct har_pass *pass);

#endif
