/* lstm UNITS: z = x_t K + h_{t-1} R + b; i, f, o = sigmoid(z), g = tanh(z_c);
 * c_t = f c_{t-1} + i g; h_t = o tanh(c_t). Gates lie in the order i f c o. */
#include "nn/kinds.h"

#include "base/memory.h"
#include "kernel/prefetch.h"
#include "nn/steps.h"

#include <string.h>

static const char *const refused[] = {HAR_RECURRENT_REFUSED, "unit_forget_bias", NULL};

/* The blocks of one pass: time-major input, gates, cell (of the step before at index t), tanh of
 * the cell, output; in scratch the gradients, dz and dx of the steps that are done together. */
struct blocks {
    struct har_steps steps;
    har_real *x, *z, *c, *t, *h;
    har_real *dz, *dx, *dh, *dc;
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
    b.dx = b.dz + 4 * b.steps.together * state;
    b.dh = b.dx + b.steps.together * b.steps.rows * b.steps.inputs;
    b.dc = b.dh + state;
    return b;
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    struct har_steps steps;
    if (har_steps_shape(&steps, layer, err) != HAR_OK)
        return err->status;
    har_steps_weights(
        layer, &steps, 4,
        (struct har_weight){.shape = {1, {4 * steps.units}}, .initializer = HAR_UNIT_FORGET});
    if (!har_steps_room(&layer->cache, steps.steps, steps.inputs, 7 * steps.units) ||
        !har_steps_room(&layer->scratch, steps.together, steps.inputs, 4 * steps.units))
        return har_fail(err, HAR_USAGE, "the input is too large");
    layer->cache += steps.units;
    layer->scratch += 2 * steps.units;
    return HAR_OK;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t rows = b.steps.rows, units = b.steps.units, state = rows * units;
    har_steps_take(b.x, x, &b.steps);
    memset(b.c, 0, state * sizeof *b.c);
    for (size_t t = 0; t < b.steps.steps; t++) {
        har_real *z = b.z + t * 4 * state, *c = b.c + t * state, *h = b.h + t * state;
        /* z_t = x_t K + b + h_{t-1} R */
        har_steps_gates(z, b.x + t * rows * b.steps.inputs, t == 0 ? NULL : h - state, t, &b.steps,
                        layer, pass);
        pass->kernels->lstm_gates(h, c + state, b.t + t * state, z, c, rows, units);
    }
    har_steps_give(y, b.h, &b.steps);
}

/* The weights' and the input's gradients of COUNT steps from T on, whose dz are there. */
static void add_gradients(const struct har_layer *layer, const struct har_pass *pass,
                          const struct blocks *b, har_real *dx, size_t t)
{
    const size_t rows = b->steps.rows, units = b->steps.units;
    const size_t count = har_steps_count(&b->steps, t), first = t == 0;
    const har_real *dz = b->dz;
    const bool more = t + count < b->steps.steps;
    har_steps_gradient(b->x + t * rows * b->steps.inputs, dz, count, more, &b->steps, HAR_KERNEL,
                       layer, pass);
    har_steps_gradient(b->h + (t + first - 1) * rows * units, dz + first * rows * 4 * units,
                       count - first, more, &b->steps, HAR_RECURRENT_KERNEL, layer, pass);
    pass->kernels->sum_rows(har_layer_gradient(layer, pass, HAR_BIAS), dz, count * rows, 4 * units);
    if (dx != NULL)
        har_steps_input_gradient(dx, b->dx, dz, t, count, &b->steps, layer, pass);
}

/* What was kept of step T comes from beyond a core's cache, while the product before its gates is
 * computed; h is for the gradient. */
static void prefetch(const struct blocks *b, size_t t)
{
    const size_t state = b->steps.rows * b->steps.units, bytes = state * sizeof *b->z;
    har_prefetch(b->z + t * 4 * state, 4 * bytes);
    har_prefetch(b->c + t * state, bytes);
    har_prefetch(b->t + t * state, bytes);
    har_prefetch(b->h + t * state, bytes);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t rows = b.steps.rows, units = b.steps.units, state = rows * units;
    const har_real *after = NULL;
    (void)x, (void)y;
    memset(b.dc, 0, state * sizeof *b.dc);
    har_layer_zero_gradient(layer, pass, HAR_BIAS);
    for (size_t t = b.steps.steps; t-- > 0;) {
        har_real *dz = b.dz + t % b.steps.together * 4 * state;
        prefetch(&b, t);
        memset(b.dh, 0, state * sizeof *b.dh);
        har_steps_add_gradient(b.dh, dy, &b.steps, t);
        /* dh_t += dz_{t+1} R^T */
        if (after != NULL)
            har_steps_add_product(b.dh, after, &b.steps, HAR_RECURRENT_KERNEL, HAR_BACKWARD, layer,
                                  pass);
        pass->kernels->lstm_gates_backward(dz, b.dc, b.dh, b.z + t * 4 * state, b.t + t * state,
                                           b.c + t * state, rows, units);
        if (t % b.steps.together == 0)
            add_gradients(layer, pass, &b, dx, t);
        after = dz;
    }
}

const struct har_layer_kind har_kind_lstm = {
    .name = "lstm",
    .config_size = sizeof(struct har_recurrent),
    .arguments = har_recurrent_arguments,
    .refused = refused,
    .reverses = true,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
