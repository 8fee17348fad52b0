/* gru UNITS, as Keras has it with reset_after: a = x_t K + b_0, q = h_{t-1} R + b_1;
 * z, r = sigmoid(a + q); g = tanh(a_h + r q_h); h_t = z h_{t-1} + (1 - z) g. Gates lie in the order
 * z r h. */
#include "nn/kinds.h"

#include "base/memory.h"
#include "nn/steps.h"

#include <string.h>

static const char *const refused[] = {HAR_RECURRENT_REFUSED, "reset_after", NULL};

/* The blocks of one pass: time-major input, gates, the candidate's recurrent part, output (of the
 * step before at index t); in scratch the recurrent product, or the gradients: da, dq and dx of the
 * steps that are done together. */
struct blocks {
    struct har_steps steps;
    har_real *x, *a, *q, *h;
    har_real *product;
    har_real *da, *dq, *dx, *dh;
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
    b.dq = b.da + 3 * b.steps.together * state;
    b.dx = b.dq + 3 * b.steps.together * state;
    b.dh = b.dx + b.steps.together * b.steps.rows * b.steps.inputs;
    return b;
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    struct har_steps steps;
    if (har_steps_shape(&steps, layer, err) != HAR_OK)
        return err->status;
    har_steps_weights(
        layer, &steps, 3,
        (struct har_weight){.shape = {2, {2, 3 * steps.units}}, .initializer = HAR_ZEROS});
    if (!har_steps_room(&layer->cache, steps.steps, steps.inputs, 5 * steps.units) ||
        !har_steps_room(&layer->scratch, steps.together, steps.inputs, 6 * steps.units))
        return har_fail(err, HAR_USAGE, "the input is too large");
    layer->cache += steps.units;
    layer->scratch += steps.units;
    return HAR_OK;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t rows = b.steps.rows, units = b.steps.units, state = rows * units;
    const har_real *bias = har_layer_weight(layer, pass, HAR_BIAS) + 3 * units;
    har_steps_take(b.x, x, &b.steps);
    memset(b.h, 0, state * sizeof *b.h);
    for (size_t t = 0; t < b.steps.steps; t++) {
        har_real *a = b.a + t * 3 * state, *before = b.h + t * state;
        /* a_t = x_t K + b_0 */
        if (t % b.steps.together == 0)
            har_steps_product(a, b.x + t * rows * b.steps.inputs, har_steps_count(&b.steps, t),
                              &b.steps, layer, pass);
        /* q = h_{t-1} R; b_1 comes with the gates */
        memset(b.product, 0, 3 * state * sizeof *b.product);
        har_steps_add_product(b.product, before, &b.steps, HAR_RECURRENT_KERNEL, HAR_FORWARD, layer,
                              pass);
        pass->kernels->gru_gates(before + state, b.q + t * state, a, b.product, bias, before, rows,
                                 units);
    }
    har_steps_give(y, b.h + state, &b.steps);
}

/* The weights' and the input's gradients of the steps from T on whose da and dq are there. */
static void add_gradients(const struct har_layer *layer, const struct har_pass *pass,
                          const struct blocks *b, har_real *dx, size_t t)
{
    const size_t rows = b->steps.rows, units = b->steps.units;
    const size_t count = har_steps_count(&b->steps, t);
    har_real *bias = har_layer_gradient(layer, pass, HAR_BIAS);
    const bool more = t + count < b->steps.steps;
    har_steps_gradient(b->x + t * rows * b->steps.inputs, b->da, count, more, &b->steps, HAR_KERNEL,
                       layer, pass);
    har_steps_gradient(b->h + t * rows * units, b->dq, count, more, &b->steps, HAR_RECURRENT_KERNEL,
                       layer, pass);
    /* db_0 += da, db_1 += dq */
    pass->kernels->sum_rows(bias, b->da, count * rows, 3 * units);
    pass->kernels->sum_rows(bias + 3 * units, b->dq, count * rows, 3 * units);
    if (dx != NULL)
        har_steps_input_gradient(dx, b->dx, b->da, t, count, &b->steps, layer, pass);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t rows = b.steps.rows, units = b.steps.units, state = rows * units;
    (void)x, (void)y;
    memset(b.dh, 0, state * sizeof *b.dh);
    har_layer_zero_gradient(layer, pass, HAR_BIAS);
    for (size_t t = b.steps.steps; t-- > 0;) {
        const size_t slot = t % b.steps.together * 3 * state;
        har_steps_add_gradient(b.dh, dy, &b.steps, t);
        pass->kernels->gru_gates_backward(b.da + slot, b.dq + slot, b.dh, b.a + t * 3 * state,
                                          b.q + t * state, b.h + t * state, rows, units);
        /* dh_{t-1} = z dh_t + dq_t R^T */
        if (t > 0)
            har_steps_add_product(b.dh, b.dq + slot, &b.steps, HAR_RECURRENT_KERNEL, HAR_BACKWARD,
                                  layer, pass);
        if (t % b.steps.together == 0)
            add_gradients(layer, pass, &b, dx, t);
    }
}

const struct har_layer_kind har_kind_gru = {
    .name = "gru",
    .config_size = sizeof(struct har_recurrent),
    .arguments = har_recurrent_arguments,
    .refused = refused,
    .reverses = true,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
