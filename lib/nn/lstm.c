/* lstm UNITS: z = x_t K + h_{t-1} R + b; i, f, o = sigmoid(z), g = tanh(z_c);
 * c_t = f c_{t-1} + i g; h_t = o tanh(c_t). Gates lie in the order i f c o. */
#include "nn/kinds.h"

#include "base/memory.h"
#include "nn/steps.h"

#include <string.h>

static const char *const refused[] = {HAR_RECURRENT_REFUSED, "unit_forget_bias", NULL};

/* The blocks of one pass: time-major input, gates, cell (of the step before at index t), tanh of
 * the cell, output; in scratch the gradients. */
struct blocks {
    struct har_steps steps;
    har_real *x, *z, *c, *t, *h;
    har_real *dz, *dh, *dc, *dx;
};

static struct blocks blocks_of(const struct har_layer *layer, const struct har_pass *pass)
{
    struct blocks b = {.steps = har_steps_of(layer, pass)};
    const size_t state = b.steps.rows * b.steps.units, all = b.steps.steps * state;
    b.x = pass->cache;
    b.z = b.x + b.steps.steps * b.steps.rows * b.steps.inputs;
    b.c = b.z + 4 * all;
    b.t = b.c + all + state;
    b.h = b.t + all;
    b.dz = pass->scratch;
    b.dh = b.dz + 4 * all;
    b.dc = b.dh + state;
    b.dx = b.dc + state;
    return b;
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    struct har_steps steps;
    size_t per_step;
    if (har_steps_shape(&steps, layer, err) != HAR_OK)
        return err->status;
    har_steps_weights(
        layer, &steps, 4,
        (struct har_weight){.shape = {1, {4 * steps.units}}, .initializer = HAR_UNIT_FORGET});
    if (!har_multiply(&per_step, steps.units, 8) ||
        __builtin_add_overflow(per_step, steps.inputs, &per_step) ||
        !har_multiply(&layer->cache, steps.steps, per_step))
        return har_fail(err, HAR_USAGE, "the input is too large");
    layer->scratch = layer->cache + 2 * steps.units;
    layer->cache += steps.units;
    return HAR_OK;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t rows = b.steps.rows, units = b.steps.units, state = rows * units;
    const har_real *recurrent = har_layer_weight(layer, pass, HAR_RECURRENT_KERNEL);
    const struct har_product product = {.m = rows,
                                        .n = 4 * units,
                                        .k = units,
                                        .lda = units,
                                        .ldb = 4 * units,
                                        .ldc = 4 * units,
                                        .accumulate = true};
    har_steps_take(b.x, x, &b.steps);
    har_steps_product(b.z, b.x, &b.steps, layer, pass);
    memset(b.c, 0, state * sizeof *b.c);
    for (size_t t = 0; t < b.steps.steps; t++) {
        har_real *z = b.z + t * 4 * state, *c = b.c + t * state;
        /* z_t += h_{t-1} R */
        if (t > 0)
            pass->kernels->matmul(z, b.h + (t - 1) * state, recurrent, &product);
        pass->kernels->lstm_gates(b.h + t * state, c + state, b.t + t * state, z, c, rows, units);
    }
    har_steps_give(y, b.h, &b.steps);
}

static void backward_in_time(const struct har_layer *layer, const struct har_pass *pass,
                             const struct blocks *b, const har_real *dy)
{
    const size_t rows = b->steps.rows, units = b->steps.units, state = rows * units;
    const struct har_product product = {.m = rows,
                                        .n = units,
                                        .k = 4 * units,
                                        .transpose_b = true,
                                        .lda = 4 * units,
                                        .ldb = 4 * units,
                                        .ldc = units,
                                        .accumulate = true};
    memset(b->dc, 0, state * sizeof *b->dc);
    for (size_t t = b->steps.steps; t-- > 0;) {
        har_real *dz = b->dz + t * 4 * state;
        memset(b->dh, 0, state * sizeof *b->dh);
        har_steps_add_gradient(b->dh, dy, &b->steps, t);
        /* dh_t += dz_{t+1} R^T */
        if (t + 1 < b->steps.steps)
            pass->kernels->matmul(b->dh, dz + 4 * state,
                                  har_layer_weight(layer, pass, HAR_RECURRENT_KERNEL), &product);
        pass->kernels->lstm_gates_backward(dz, b->dc, b->dh, b->z + t * 4 * state, b->t + t * state,
                                           b->c + t * state, rows, units);
    }
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t rows = b.steps.rows, all = b.steps.steps * rows;
    (void)x, (void)y;
    backward_in_time(layer, pass, &b, dy);
    har_steps_kernel_gradient(b.x, b.dz, &b.steps, layer, pass);
    har_steps_recurrent_gradient(b.h, b.dz + rows * 4 * b.steps.units, &b.steps, layer, pass);
    /* db += dz */
    pass->kernels->sum_rows(har_layer_gradient(layer, pass, HAR_BIAS), b.dz, all,
                            4 * b.steps.units);
    if (dx != NULL)
        har_steps_input_gradient(dx, b.dx, b.dz, &b.steps, layer, pass);
}

const struct har_layer_kind har_kind_lstm = {
    .name = "lstm",
    .config_size = sizeof(struct har_recurrent),
    .arguments = har_recurrent_arguments,
    .refused = refused,
    .reverses = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
