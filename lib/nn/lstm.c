/* lstm UNITS: z = x_t K + h_{t-1} R + b; i, f, o = sigmoid(z), g = tanh(z_c);
 * c_t = f c_{t-1} + i g; h_t = o tanh(c_t). Gates lie in the order i f c o.
 *
 * Inside, time comes first: (steps, rows, …), so that all steps' inputs are one product and each
 * step's rows lie together. With go_backwards step 0 is the last sample. */
#include "nn/kinds.h"

#include "base/memory.h"

#include <string.h>

struct lstm {
    size_t units;
    bool return_sequences, go_backwards;
};

enum { KERNEL, RECURRENT, BIAS };

static const struct har_argument arguments[] = {
    {.name = "units",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct lstm, units),
     .positional = true,
     .required = true,
     .low = 1,
     .high = 1e5},
    {.name = "return_sequences",
     .type = HAR_ARG_BOOL,
     .field = offsetof(struct lstm, return_sequences)},
    {.name = "go_backwards", .type = HAR_ARG_BOOL, .field = offsetof(struct lstm, go_backwards)},
    {.name = NULL},
};
static const char *const refused[] = {"activation",
                                      "recurrent_activation",
                                      "use_bias",
                                      "kernel_initializer",
                                      "recurrent_initializer",
                                      "bias_initializer",
                                      "unit_forget_bias",
                                      "kernel_regularizer",
                                      "recurrent_regularizer",
                                      "bias_regularizer",
                                      "activity_regularizer",
                                      "kernel_constraint",
                                      "recurrent_constraint",
                                      "bias_constraint",
                                      "dropout",
                                      "recurrent_dropout",
                                      "seed",
                                      "return_state",
                                      "stateful",
                                      "time_major",
                                      "unroll",
                                      "use_cudnn",
                                      "implementation",
                                      NULL};

/* The sizes of one pass, and its blocks: time-major input, gates, cell (of the step before at
 * index t), tanh of the cell, output; in scratch the gradients. */
struct blocks {
    size_t rows, steps, inputs, units;
    har_real *x, *z, *c, *t, *h;
    har_real *dz, *dh, *dc, *dx;
};

static struct blocks blocks_of(const struct har_layer *layer, const struct har_pass *pass)
{
    const struct lstm *config = layer->config;
    struct blocks b = {.rows = pass->rows,
                       .steps = layer->in[0].dim[0],
                       .inputs = layer->in[0].dim[1],
                       .units = config->units};
    const size_t state = b.steps * b.rows * b.units;
    b.x = pass->cache;
    b.z = b.x + b.steps * b.rows * b.inputs;
    b.c = b.z + 4 * state;
    b.t = b.c + state + b.rows * b.units;
    b.h = b.t + state;
    b.dz = pass->scratch;
    b.dh = b.dz + 4 * state;
    b.dc = b.dh + b.rows * b.units;
    b.dx = b.dc + b.rows * b.units;
    return b;
}

static void set_weights(struct har_layer *layer, size_t inputs, size_t units)
{
    layer->weights = 3;
    layer->weight[KERNEL] = (struct har_weight){.name = "kernel",
                                                .shape = {2, {inputs, 4 * units}},
                                                .initializer = HAR_GLOROT_UNIFORM,
                                                .fan_in = inputs,
                                                .fan_out = 4 * units};
    layer->weight[RECURRENT] = (struct har_weight){.name = "recurrent_kernel",
                                                   .shape = {2, {units, 4 * units}},
                                                   .initializer = HAR_ORTHOGONAL};
    layer->weight[BIAS] = (struct har_weight){
        .name = "bias", .shape = {1, {4 * units}}, .initializer = HAR_UNIT_FORGET};
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct lstm *config = layer->config;
    const struct har_shape *in = &layer->in[0];
    if (in->rank != 2)
        return har_fail(err, HAR_USAGE, "wants an input (time, channel), not one of rank %zu",
                        in->rank);
    const size_t steps = in->dim[0], inputs = in->dim[1], units = config->units;
    layer->out = config->return_sequences ? (struct har_shape){2, {steps, units}}
                                          : (struct har_shape){1, {units}};
    set_weights(layer, inputs, units);

    size_t per_step;
    if (!har_multiply(&per_step, units, 8) || __builtin_add_overflow(per_step, inputs, &per_step) ||
        !har_multiply(&layer->cache, steps, per_step))
        return har_fail(err, HAR_USAGE, "the input is too large");
    layer->scratch = layer->cache + 2 * units;
    layer->cache += units;
    return HAR_OK;
}

/* Sample t of a row lies at step t, or counted from the end. */
static size_t sample_of(const struct har_layer *layer, size_t step)
{
    const struct lstm *config = layer->config;
    return config->go_backwards ? layer->in[0].dim[0] - 1 - step : step;
}

/* x (rows, steps, inputs) -> (steps, rows, inputs) */
static void to_steps(const struct har_layer *layer, const struct blocks *b, const har_real *x)
{
    for (size_t step = 0; step < b->steps; step++)
        for (size_t row = 0; row < b->rows; row++)
            memcpy(b->x + (step * b->rows + row) * b->inputs,
                   x + (row * b->steps + sample_of(layer, step)) * b->inputs,
                   b->inputs * sizeof *x);
}

static void from_steps(har_real *dx, const struct har_layer *layer, const struct blocks *b)
{
    for (size_t step = 0; step < b->steps; step++)
        for (size_t row = 0; row < b->rows; row++)
            memcpy(dx + (row * b->steps + sample_of(layer, step)) * b->inputs,
                   b->dx + (step * b->rows + row) * b->inputs, b->inputs * sizeof *dx);
}

/* y: the last h, or all of them as (rows, steps, units) */
static void give_output(har_real *y, const struct har_layer *layer, const struct blocks *b)
{
    const struct lstm *config = layer->config;
    const size_t state = b->rows * b->units;
    if (!config->return_sequences) {
        memcpy(y, b->h + (b->steps - 1) * state, state * sizeof *y);
        return;
    }
    for (size_t row = 0; row < b->rows; row++)
        for (size_t step = 0; step < b->steps; step++)
            memcpy(y + (row * b->steps + step) * b->units, b->h + step * state + row * b->units,
                   b->units * sizeof *y);
}

/* z = x K + b for all steps */
static void input_product(const struct har_layer *layer, const struct har_pass *pass,
                          const struct blocks *b)
{
    const har_real *bias = har_layer_weight(layer, pass, BIAS);
    for (size_t row = 0; row < b->steps * b->rows; row++)
        memcpy(b->z + row * 4 * b->units, bias, 4 * b->units * sizeof *bias);
    pass->kernels->matmul(b->z, b->x, har_layer_weight(layer, pass, KERNEL),
                          &(struct har_product){.m = b->steps * b->rows,
                                                .n = 4 * b->units,
                                                .k = b->inputs,
                                                .lda = b->inputs,
                                                .ldb = 4 * b->units,
                                                .ldc = 4 * b->units,
                                                .accumulate = true});
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t state = b.rows * b.units;
    const har_real *recurrent = har_layer_weight(layer, pass, RECURRENT);
    const struct har_product product = {.m = b.rows,
                                        .n = 4 * b.units,
                                        .k = b.units,
                                        .lda = b.units,
                                        .ldb = 4 * b.units,
                                        .ldc = 4 * b.units,
                                        .accumulate = true};
    to_steps(layer, &b, x);
    input_product(layer, pass, &b);
    memset(b.c, 0, state * sizeof *b.c);
    for (size_t t = 0; t < b.steps; t++) {
        har_real *z = b.z + t * 4 * state, *c = b.c + t * state;
        /* z_t += h_{t-1} R */
        if (t > 0)
            pass->kernels->matmul(z, b.h + (t - 1) * state, recurrent, &product);
        pass->kernels->lstm_gates(b.h + t * state, c + state, b.t + t * state, z, c, b.rows,
                                  b.units);
    }
    give_output(y, layer, &b);
}

/* dh = what comes from above at step t */
static void take_gradient(const struct har_layer *layer, const struct blocks *b, const har_real *dy,
                          size_t t)
{
    const struct lstm *config = layer->config;
    if (config->return_sequences)
        for (size_t row = 0; row < b->rows; row++)
            memcpy(b->dh + row * b->units, dy + (row * b->steps + t) * b->units,
                   b->units * sizeof *dy);
    else if (t + 1 == b->steps)
        memcpy(b->dh, dy, b->rows * b->units * sizeof *dy);
}

static void backward_in_time(const struct har_layer *layer, const struct har_pass *pass,
                             const struct blocks *b, const har_real *dy)
{
    const struct lstm *config = layer->config;
    const size_t state = b->rows * b->units;
    const struct har_product product = {.m = b->rows,
                                        .n = b->units,
                                        .k = 4 * b->units,
                                        .transpose_b = true,
                                        .lda = 4 * b->units,
                                        .ldb = 4 * b->units,
                                        .ldc = b->units,
                                        .accumulate = config->return_sequences};
    memset(b->dc, 0, state * sizeof *b->dc);
    for (size_t t = b->steps; t-- > 0;) {
        har_real *dz = b->dz + t * 4 * state;
        take_gradient(layer, b, dy, t);
        /* dh_t += dz_{t+1} R^T */
        if (t + 1 < b->steps)
            pass->kernels->matmul(b->dh, dz + 4 * state, har_layer_weight(layer, pass, RECURRENT),
                                  &product);
        pass->kernels->lstm_gates_backward(dz, b->dc, b->dh, b->z + t * 4 * state, b->t + t * state,
                                           b->c + t * state, b->rows, b->units);
    }
}

/* dK += x^T dz, dR += h_{t-1}^T dz_t, db += dz, over all steps at once */
static void weight_gradients(const struct har_layer *layer, const struct har_pass *pass,
                             const struct blocks *b)
{
    const size_t all = b->steps * b->rows, width = 4 * b->units;
    struct har_product product = {.m = b->inputs,
                                  .n = width,
                                  .k = all,
                                  .transpose_a = true,
                                  .lda = b->inputs,
                                  .ldb = width,
                                  .ldc = width,
                                  .accumulate = true};
    pass->kernels->matmul(har_layer_gradient(layer, pass, KERNEL), b->x, b->dz, &product);
    product.m = product.lda = b->units;
    product.k = all - b->rows;
    if (product.k > 0)
        pass->kernels->matmul(har_layer_gradient(layer, pass, RECURRENT), b->h,
                              b->dz + b->rows * width, &product);
    pass->kernels->sum_rows(har_layer_gradient(layer, pass, BIAS), b->dz, all, width);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct blocks b = blocks_of(layer, pass);
    (void)x, (void)y;
    backward_in_time(layer, pass, &b, dy);
    weight_gradients(layer, pass, &b);
    if (dx == NULL)
        return;
    /* dx = dz K^T */
    pass->kernels->matmul(b.dx, b.dz, har_layer_weight(layer, pass, KERNEL),
                          &(struct har_product){.m = b.steps * b.rows,
                                                .n = b.inputs,
                                                .k = 4 * b.units,
                                                .transpose_b = true,
                                                .lda = 4 * b.units,
                                                .ldb = 4 * b.units,
                                                .ldc = b.inputs});
    from_steps(dx, layer, &b);
}

const struct har_layer_kind har_kind_lstm = {
    .name = "lstm",
    .config_size = sizeof(struct lstm),
    .arguments = arguments,
    .refused = refused,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
