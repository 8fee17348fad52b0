/* global_max_pooling1d and global_average_pooling1d: the largest value, or the mean, of each
 * channel over time. Largest values that tie share the gradient. */
#include "nn/kinds.h"

#include <string.h>

static const struct har_argument arguments[] = {{.name = NULL}};
static const char *const refused[] = {"data_format", "keepdims", NULL};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct har_shape *in = &layer->in[0];
    if (in->rank != 2)
        return har_fail(err, HAR_USAGE, "wants an input (time, channel), not one of rank %zu",
                        in->rank);
    layer->out = (struct har_shape){1, {in->dim[1]}};
    layer->scratch = in->dim[1];
    return HAR_OK;
}

static void max_of(const struct har_kernels *kernels, har_real *y, const har_real *x, size_t steps,
                   size_t channels)
{
    memcpy(y, x, channels * sizeof *y);
    for (size_t step = 1; step < steps; step++)
        kernels->keep_larger(y, x + step * channels, channels);
}

/* dx = dy / (how many are the largest) where x is */
static void spread_max(har_real *restrict dx, har_real *restrict share, const har_real *restrict x,
                       const har_real *restrict y, const har_real *restrict dy, size_t steps,
                       size_t channels)
{
    memset(share, 0, channels * sizeof *share);
    for (size_t step = 0; step < steps; step++)
        for (size_t c = 0; c < channels; c++)
            share[c] += x[step * channels + c] == y[c];
    for (size_t c = 0; c < channels; c++)
        share[c] = dy[c] / share[c];
    for (size_t step = 0; step < steps; step++)
        for (size_t c = 0; c < channels; c++)
            dx[step * channels + c] = x[step * channels + c] == y[c] ? share[c] : 0;
}

static void average_of(har_real *restrict y, const har_real *restrict x, size_t steps,
                       size_t channels)
{
    memcpy(y, x, channels * sizeof *y);
    for (size_t step = 1; step < steps; step++)
        for (size_t c = 0; c < channels; c++)
            y[c] += x[step * channels + c];
    for (size_t c = 0; c < channels; c++)
        y[c] /= (har_real)steps;
}

static void spread_average(har_real *restrict dx, const har_real *restrict dy, size_t steps,
                           size_t channels)
{
    for (size_t step = 0; step < steps; step++)
        for (size_t c = 0; c < channels; c++)
            dx[step * channels + c] = dy[c] / (har_real)steps;
}

static void max_forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                        const har_real *x)
{
    const size_t steps = layer->in[0].dim[0], channels = layer->in[0].dim[1];
    for (size_t row = 0; row < pass->rows; row++)
        max_of(pass->kernels, y + row * channels, x + row * steps * channels, steps, channels);
}

static void max_backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                         const har_real *x, const har_real *y, const har_real *dy)
{
    const size_t steps = layer->in[0].dim[0], channels = layer->in[0].dim[1];
    for (size_t row = 0; row < pass->rows && dx != NULL; row++)
        spread_max(dx + row * steps * channels, pass->scratch, x + row * steps * channels,
                   y + row * channels, dy + row * channels, steps, channels);
}

static void average_forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                            const har_real *x)
{
    const size_t steps = layer->in[0].dim[0], channels = layer->in[0].dim[1];
    for (size_t row = 0; row < pass->rows; row++)
        average_of(y + row * channels, x + row * steps * channels, steps, channels);
}

static void average_backward(const struct har_layer *layer, const struct har_pass *pass,
                             har_real *dx, const har_real *x, const har_real *y, const har_real *dy)
{
    const size_t steps = layer->in[0].dim[0], channels = layer->in[0].dim[1];
    (void)x, (void)y;
    for (size_t row = 0; row < pass->rows && dx != NULL; row++)
        spread_average(dx + row * steps * channels, dy + row * channels, steps, channels);
}

const struct har_layer_kind har_kind_global_max_pooling1d = {
    .name = "global_max_pooling1d",
    .arguments = arguments,
    .refused = refused,
    .shape = shape,
    .forward = max_forward,
    .backward = max_backward,
};

const struct har_layer_kind har_kind_global_average_pooling1d = {
    .name = "global_average_pooling1d",
    .arguments = arguments,
    .refused = refused,
    .shape = shape,
    .forward = average_forward,
    .backward = average_backward,
};
