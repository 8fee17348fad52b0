#include "nn/steps.h"

#include "base/memory.h"

#include <string.h>

const struct har_argument har_recurrent_arguments[] = {
    {.name = "units",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct har_recurrent, units),
     .positional = true,
     .required = true,
     .low = 1,
     .high = 1e5},
    {.name = "return_sequences",
     .type = HAR_ARG_BOOL,
     .field = offsetof(struct har_recurrent, return_sequences)},
    {.name = "go_backwards",
     .type = HAR_ARG_BOOL,
     .field = offsetof(struct har_recurrent, go_backwards)},
    {.name = NULL},
};

static size_t together(const struct har_layer *layer)
{
    enum { rows = 128 };
    const size_t steps = rows / HAR_SLICE / layer->fold, all = layer->in[0].dim[0];
    return steps < 1 ? 1 : steps < all ? steps : all;
}

static struct har_steps steps_of(const struct har_layer *layer, size_t rows)
{
    const struct har_recurrent *config = layer->config;
    return (struct har_steps){.rows = rows,
                              .steps = layer->in[0].dim[0],
                              .inputs = layer->in[0].dim[1],
                              .units = config->units,
                              .together = together(layer),
                              .backwards = config->go_backwards != layer->reversed,
                              .sequences = config->return_sequences,
                              .turned = layer->reversed};
}

enum har_status har_steps_shape(struct har_steps *steps, struct har_layer *layer,
                                struct har_error *err)
{
    if (layer->in[0].rank != 2)
        return har_fail(err, HAR_USAGE, "wants an input (time, channel), not one of rank %zu",
                        layer->in[0].rank);
    *steps = steps_of(layer, 1);
    layer->out = steps->sequences ? (struct har_shape){2, {steps->steps, steps->units}}
                                  : (struct har_shape){1, {steps->units}};
    return HAR_OK;
}

void har_steps_weights(struct har_layer *layer, const struct har_steps *steps, size_t gates,
                       struct har_weight bias)
{
    const size_t width = gates * steps->units;
    layer->weights = 3;
    layer->weight[HAR_KERNEL] = (struct har_weight){.name = "kernel",
                                                    .shape = {2, {steps->inputs, width}},
                                                    .multiplied = true,
                                                    .initializer = HAR_GLOROT_UNIFORM,
                                                    .fan_in = steps->inputs,
                                                    .fan_out = width};
    layer->weight[HAR_RECURRENT_KERNEL] = (struct har_weight){.name = "recurrent_kernel",
                                                              .shape = {2, {steps->units, width}},
                                                              .multiplied = true,
                                                              .initializer = HAR_ORTHOGONAL};
    bias.name = "bias";
    layer->weight[HAR_BIAS] = bias;
}

struct har_steps har_steps_of(const struct har_layer *layer, const struct har_pass *pass)
{
    return steps_of(layer, pass->rows);
}

static size_t sample_of(const struct har_steps *s, size_t step)
{
    return s->backwards ? s->steps - 1 - step : step;
}

/* Where in the output's sequence a step's h is. */
static size_t place_of(const struct har_steps *s, size_t step)
{
    return s->turned ? s->steps - 1 - step : step;
}

void har_steps_take(har_real *inside, const har_real *x, const struct har_steps *s)
{
    for (size_t step = 0; step < s->steps; step++)
        for (size_t row = 0; row < s->rows; row++)
            memcpy(inside + (step * s->rows + row) * s->inputs,
                   x + (row * s->steps + sample_of(s, step)) * s->inputs, s->inputs * sizeof *x);
}

size_t har_steps_count(const struct har_steps *s, size_t t)
{
    return s->together < s->steps - t ? s->together : s->steps - t;
}

bool har_steps_room(size_t *reals, size_t steps, size_t inputs, size_t width)
{
    return !__builtin_add_overflow(width, inputs, &width) && har_multiply(reals, steps, width);
}

/* x K + b, for ROWS rows */
static struct har_product input_product(size_t rows, const struct har_steps *s,
                                        const struct har_layer *layer, const struct har_pass *pass)
{
    const size_t width = layer->weight[HAR_KERNEL].shape.dim[1];
    return (struct har_product){.m = rows,
                                .n = width,
                                .k = s->inputs,
                                .rows = har_rows_of(s->inputs),
                                .ldc = width,
                                .bias = har_layer_weight(layer, pass, HAR_BIAS)};
}

/* a W, or a W^T, for the rows of a step */
static struct har_product step_product(const struct har_steps *s, size_t weight,
                                       enum har_direction direction, const struct har_layer *layer)
{
    const size_t *dim = layer->weight[weight].shape.dim;
    const size_t k = dim[direction == HAR_FORWARD ? 0 : 1];
    const size_t n = dim[direction == HAR_FORWARD ? 1 : 0];
    return (struct har_product){.m = s->rows, .n = n, .k = k, .rows = har_rows_of(k), .ldc = n};
}

void har_steps_product(har_real *z, const har_real *x, size_t count, const struct har_steps *s,
                       const struct har_layer *layer, const struct har_pass *pass)
{
    const struct har_product product = input_product(count * s->rows, s, layer, pass);
    pass->kernels->product(z, x, har_layer_packed(layer, pass, HAR_KERNEL, HAR_FORWARD), &product);
}

void har_steps_add_product(har_real *c, const har_real *a, const struct har_steps *s, size_t weight,
                           enum har_direction direction, const struct har_layer *layer,
                           const struct har_pass *pass)
{
    struct har_product product = step_product(s, weight, direction, layer);
    product.accumulate = true;
    pass->kernels->product(c, a, har_layer_packed(layer, pass, weight, direction), &product);
}

/* The product of a narrow input stays in registers until the state's is added. */
static void one_product(har_real *z, const har_real *x, const har_real *h_before,
                        const struct har_steps *s, const struct har_layer *layer,
                        const struct har_pass *pass)
{
    const struct har_product input = input_product(s->rows, s, layer, pass);
    const struct har_start start = {x, har_layer_packed(layer, pass, HAR_KERNEL, HAR_FORWARD),
                                    &input};
    struct har_product product = step_product(s, HAR_RECURRENT_KERNEL, HAR_FORWARD, layer);
    product.start = &start;
    pass->kernels->product(
        z, h_before, har_layer_packed(layer, pass, HAR_RECURRENT_KERNEL, HAR_FORWARD), &product);
}

void har_steps_gates(har_real *z, const har_real *x, const har_real *h_before, size_t t,
                     const struct har_steps *s, const struct har_layer *layer,
                     const struct har_pass *pass)
{
    const bool narrow = s->inputs <= 64; /* else K is too large to go by at every step */
    if (narrow && h_before != NULL) {
        one_product(z, x, h_before, s, layer, pass);
        return;
    }
    if (narrow || t % s->together == 0)
        har_steps_product(z, x, narrow ? 1 : har_steps_count(s, t), s, layer, pass);
    if (h_before != NULL)
        har_steps_add_product(z, h_before, s, HAR_RECURRENT_KERNEL, HAR_FORWARD, layer, pass);
}

void har_steps_give(har_real *y, const har_real *h, const struct har_steps *s)
{
    const size_t state = s->rows * s->units;
    if (!s->sequences) {
        memcpy(y, h + (s->steps - 1) * state, state * sizeof *y);
        return;
    }
    for (size_t row = 0; row < s->rows; row++)
        for (size_t step = 0; step < s->steps; step++)
            memcpy(y + (row * s->steps + place_of(s, step)) * s->units,
                   h + step * state + row * s->units, s->units * sizeof *y);
}

void har_steps_add_gradient(har_real *dh, const har_real *dy, const struct har_steps *s, size_t t)
{
    if (!s->sequences && t + 1 < s->steps)
        return;
    const size_t stride = s->sequences ? s->steps * s->units : s->units;
    if (s->sequences)
        dy += place_of(s, t) * s->units;
    for (size_t row = 0; row < s->rows; row++)
        for (size_t u = 0; u < s->units; u++)
            dh[row * s->units + u] += dy[row * stride + u];
}

void har_steps_gradient(const har_real *a, const har_real *dz, size_t count, bool more,
                        const struct har_steps *s, size_t weight, const struct har_layer *layer,
                        const struct har_pass *pass)
{
    const size_t *dim = layer->weight[weight].shape.dim;
    pass->kernels->gradient(har_layer_gradient(layer, pass, weight), a, dz,
                            &(struct har_product){.m = count * s->rows,
                                                  .n = dim[1],
                                                  .k = dim[0],
                                                  .rows = har_rows_of(dim[0]),
                                                  .ldc = dim[1],
                                                  .accumulate = more});
}

void har_steps_input_gradient(har_real *dx, har_real *inside, const har_real *dz, size_t t,
                              size_t count, const struct har_steps *s,
                              const struct har_layer *layer, const struct har_pass *pass)
{
    const size_t width = layer->weight[HAR_KERNEL].shape.dim[1];
    pass->kernels->product(inside, dz, har_layer_packed(layer, pass, HAR_KERNEL, HAR_BACKWARD),
                           &(struct har_product){.m = count * s->rows,
                                                 .n = s->inputs,
                                                 .k = width,
                                                 .rows = har_rows_of(width),
                                                 .ldc = s->inputs});
    for (size_t step = 0; step < count; step++)
        for (size_t row = 0; row < s->rows; row++)
            memcpy(dx + (row * s->steps + sample_of(s, t + step)) * s->inputs,
                   inside + (step * s->rows + row) * s->inputs, s->inputs * sizeof *dx);
}
