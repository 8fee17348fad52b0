/* gru UNITS, as Keras has it with reset_after: a = x_t K + b_0, q = h_{t-1} R + b_1;
 * z, r = sigmoid(a + q); g = tanh(a_h + r q_h); h_t = z h_{t-1} + (1 - z) g. Gates lie in the order
 * z r h. */
#include "nn/kinds.h"

#include "base/memory.h"
#include "nn/steps.h"

#include <string.h>

static const char *const refused[] = {HAR_RECURRENT_REFUSED, "reset_after", NULL};

/* The blocks of one pass: time-major input, gates, the candidate's recurrent part, output (of the
 * step before at index t); in scratch the recurrent product, or the gradients of both products. */
struct blocks {
    struct har_steps steps;
    har_real *x, *a, *q, *h;
    har_real *product;
    har_real *da, *dq, *dh, *dx;
};

static struct blocks blocks_of(const struct har_layer *layer, const struct har_pass *pass)
{
    struct blocks b = {.steps = har_steps_of(layer, pass)};
    const size_t state = b.steps.rows * b.steps.units, all = b.steps.steps * state;
    b.x = pass->cache;
    b.a = b.x + b.steps.steps * b.steps.rows * b.steps.inputs;
    b.q = b.a + 3 * all;
    b.h = b.q + all;
    b.product = pass->scratch;
    b.da = pass->scratch;
    b.dq = b.da + 3 * all;
    b.dh = b.dq + 3 * all;
    b.dx = b.dh + state;
    return b;
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    struct har_steps steps;
    size_t per_step;
    if (har_steps_shape(&steps, layer, err) != HAR_OK)
        return err->status;
    har_steps_weights(
        layer, &steps, 3,
        (struct har_weight){.shape = {2, {2, 3 * steps.units}}, .initializer = HAR_ZEROS});
    if (!har_multiply(&per_step, steps.units, 6) ||
        __builtin_add_overflow(per_step, steps.inputs, &per_step) ||
        !har_multiply(&layer->scratch, steps.steps, per_step))
        return har_fail(err, HAR_USAGE, "the input is too large");
    layer->cache = layer->scratch - steps.steps * steps.units + steps.units;
    layer->scratch += steps.units;
    return HAR_OK;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t rows = b.steps.rows, units = b.steps.units, state = rows * units;
    const har_real *recurrent = har_layer_weight(layer, pass, HAR_RECURRENT_KERNEL);
    const har_real *bias = har_layer_weight(layer, pass, HAR_BIAS) + 3 * units;
    const struct har_product product = {
        .m = rows, .n = 3 * units, .k = units, .lda = units, .ldb = 3 * units, .ldc = 3 * units};
    har_steps_take(b.x, x, &b.steps);
    har_steps_product(b.a, b.x, &b.steps, layer, pass);
    memset(b.h, 0, state * sizeof *b.h);
    for (size_t t = 0; t < b.steps.steps; t++) {
        har_real *before = b.h + t * state;
        /* q = h_{t-1} R */
        pass->kernels->matmul(b.product, before, recurrent, &product);
        pass->kernels->gru_gates(before + state, b.q + t * state, b.a + t * 3 * state, b.product,
                                 bias, before, rows, units);
    }
    har_steps_give(y, b.h + state, &b.steps);
}

static void backward_in_time(const struct har_layer *layer, const struct har_pass *pass,
                             const struct blocks *b, const har_real *dy)
{
    const size_t rows = b->steps.rows, units = b->steps.units, state = rows * units;
    const struct har_product product = {.m = rows,
                                        .n = units,
                                        .k = 3 * units,
                                        .transpose_b = true,
                                        .lda = 3 * units,
                                        .ldb = 3 * units,
                                        .ldc = units,
                                        .accumulate = true};
    memset(b->dh, 0, state * sizeof *b->dh);
    for (size_t t = b->steps.steps; t-- > 0;) {
        har_real *dq = b->dq + t * 3 * state;
        har_steps_add_gradient(b->dh, dy, &b->steps, t);
        pass->kernels->gru_gates_backward(b->da + t * 3 * state, dq, b->dh, b->a + t * 3 * state,
                                          b->q + t * state, b->h + t * state, rows, units);
        /* dh_{t-1} = z dh_t + dq_t R^T */
        if (t > 0)
            pass->kernels->matmul(b->dh, dq, har_layer_weight(layer, pass, HAR_RECURRENT_KERNEL),
                                  &product);
    }
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t rows = b.steps.rows, units = b.steps.units, all = b.steps.steps * rows;
    har_real *bias = har_layer_gradient(layer, pass, HAR_BIAS);
    (void)x, (void)y;
    backward_in_time(layer, pass, &b, dy);
    har_steps_kernel_gradient(b.x, b.da, &b.steps, layer, pass);
    har_steps_recurrent_gradient(b.h + rows * units, b.dq + rows * 3 * units, &b.steps, layer,
                                 pass);
    /* db_0 += da, db_1 += dq */
    pass->kernels->sum_rows(bias, b.da, all, 3 * units);
    pass->kernels->sum_rows(bias + 3 * units, b.dq, all, 3 * units);
    if (dx != NULL)
        har_steps_input_gradient(dx, b.dx, b.da, &b.steps, layer, pass);
}

const struct har_layer_kind har_kind_gru = {
    .name = "gru",
    .config_size = sizeof(struct har_recurrent),
    .arguments = har_recurrent_arguments,
    .refused = refused,
    .reverses = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
