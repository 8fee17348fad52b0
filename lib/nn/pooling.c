/* max_pooling1d and average_pooling1d POOL_SIZE: y_t is the largest value, or the mean, of each
 * channel in a window of pool_size samples from strides t - before on; samples that the padding
 * added don't count. On a tie the gradient goes to the first of the largest. */
#include "nn/kinds.h"

#include <string.h>

struct pooling {
    size_t pool_size, strides; /* strides 0: as pool_size */
    int padding;
};

enum { VALID, SAME };

static const char *const paddings[] = {"valid", "same", NULL};

static const struct har_argument arguments[] = {
    {.name = "pool_size",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct pooling, pool_size),
     .positional = true,
     .low = 1,
     .high = 1e6,
     .otherwise = 2},
    {.name = "strides",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct pooling, strides),
     .low = 1,
     .high = 1e6},
    {.name = "padding",
     .type = HAR_ARG_CHOICE,
     .field = offsetof(struct pooling, padding),
     .choices = paddings},
    {.name = NULL},
};
static const char *const refused[] = {"data_format", NULL};

static size_t strides_of(const struct pooling *config)
{
    return config->strides == 0 ? config->pool_size : config->strides;
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct pooling *config = layer->config;
    const struct har_shape *in = &layer->in[0];
    if (in->rank != 2)
        return har_fail(err, HAR_USAGE, "wants an input (time, channel), not one of rank %zu",
                        in->rank);
    const size_t steps = in->dim[0], channels = in->dim[1];
    if (config->padding == VALID && config->pool_size > steps)
        return har_fail(err, HAR_USAGE,
                        "the pool spans %zu steps, the input has %zu; a smaller pool_size, or "
                        "padding=same",
                        config->pool_size, steps);
    const size_t covered = config->padding == VALID ? steps - config->pool_size : steps - 1;
    layer->out = (struct har_shape){2, {covered / strides_of(config) + 1, channels}};
    layer->scratch = channels;
    return HAR_OK;
}

/* The window of output STEP of one row: samples FIRST .. END - 1. */
struct window {
    size_t first, end;
};

static struct window window_of(const struct har_layer *layer, size_t step)
{
    const struct pooling *config = layer->config;
    const size_t steps = layer->in[0].dim[0], strides = strides_of(config);
    const size_t reach = (layer->out.dim[0] - 1) * strides + config->pool_size;
    const size_t before = config->padding == SAME && reach > steps ? (reach - steps) / 2 : 0;
    const size_t start = step * strides, end = start + config->pool_size - before;
    return (struct window){start > before ? start - before : 0, end < steps ? end : steps};
}

static void add(har_real *restrict y, const har_real *restrict x, size_t channels)
{
    for (size_t c = 0; c < channels; c++)
        y[c] += x[c];
}

static void divide(har_real *restrict y, const har_real *restrict x, size_t count, size_t channels)
{
    for (size_t c = 0; c < channels; c++)
        y[c] = x[c] / (har_real)count;
}

/* What one window does, on pointers to the first sample of the row and to the output. */
typedef void reduce(const struct har_kernels *kernels, har_real *y, const har_real *x,
                    struct window window, size_t channels);
typedef void spread(const struct har_kernels *kernels, har_real *dx, har_real *left,
                    const har_real *x, const har_real *y, const har_real *dy, struct window window,
                    size_t channels);

static void max_of(const struct har_kernels *kernels, har_real *y, const har_real *x,
                   struct window window, size_t channels)
{
    memcpy(y, x + window.first * channels, channels * sizeof *y);
    for (size_t step = window.first + 1; step < window.end; step++)
        kernels->keep_larger(y, x + step * channels, channels);
}

static void spread_max(const struct har_kernels *kernels, har_real *dx, har_real *left,
                       const har_real *x, const har_real *y, const har_real *dy,
                       struct window window, size_t channels)
{
    memcpy(left, dy, channels * sizeof *left);
    for (size_t step = window.first; step < window.end; step++)
        /* dx += left where x is the largest, which leaves nothing for the samples after it */
        kernels->give_largest(dx + step * channels, left, x + step * channels, y, channels);
}

static void average_of(const struct har_kernels *kernels, har_real *y, const har_real *x,
                       struct window window, size_t channels)
{
    (void)kernels;
    memcpy(y, x + window.first * channels, channels * sizeof *y);
    for (size_t step = window.first + 1; step < window.end; step++)
        add(y, x + step * channels, channels);
    for (size_t c = 0; c < channels; c++)
        y[c] /= (har_real)(window.end - window.first);
}

static void spread_average(const struct har_kernels *kernels, har_real *dx, har_real *left,
                           const har_real *x, const har_real *y, const har_real *dy,
                           struct window window, size_t channels)
{
    (void)kernels, (void)x, (void)y;
    divide(left, dy, window.end - window.first, channels);
    for (size_t step = window.first; step < window.end; step++)
        add(dx + step * channels, left, channels);
}

static void pool(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                 const har_real *x, reduce *reduce_window)
{
    const size_t steps = layer->in[0].dim[0], outputs = layer->out.dim[0];
    const size_t channels = layer->out.dim[1];
    for (size_t row = 0; row < pass->rows; row++)
        for (size_t step = 0; step < outputs; step++)
            reduce_window(pass->kernels, y + (row * outputs + step) * channels,
                          x + row * steps * channels, window_of(layer, step), channels);
}

static void unpool(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                   const har_real *x, const har_real *y, const har_real *dy, spread *spread_window)
{
    const size_t steps = layer->in[0].dim[0], outputs = layer->out.dim[0];
    const size_t channels = layer->out.dim[1];
    if (dx == NULL)
        return;
    memset(dx, 0, pass->rows * steps * channels * sizeof *dx);
    for (size_t row = 0; row < pass->rows; row++)
        for (size_t step = 0; step < outputs; step++) {
            const size_t in = row * steps * channels, out = (row * outputs + step) * channels;
            spread_window(pass->kernels, dx + in, pass->scratch, x + in, y + out, dy + out,
                          window_of(layer, step), channels);
        }
}

static void max_forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                        const har_real *x)
{
    pool(layer, pass, y, x, max_of);
}

static void max_backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                         const har_real *x, const har_real *y, const har_real *dy)
{
    unpool(layer, pass, dx, x, y, dy, spread_max);
}

static void average_forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                            const har_real *x)
{
    pool(layer, pass, y, x, average_of);
}

static void average_backward(const struct har_layer *layer, const struct har_pass *pass,
                             har_real *dx, const har_real *x, const har_real *y, const har_real *dy)
{
    unpool(layer, pass, dx, x, y, dy, spread_average);
}

const struct har_layer_kind har_kind_max_pooling1d = {
    .name = "max_pooling1d",
    .config_size = sizeof(struct pooling),
    .arguments = arguments,
    .refused = refused,
    .shape = shape,
    .forward = max_forward,
    .backward = max_backward,
};

const struct har_layer_kind har_kind_average_pooling1d = {
    .name = "average_pooling1d",
    .config_size = sizeof(struct pooling),
    .arguments = arguments,
    .refused = refused,
    .shape = shape,
    .forward = average_forward,
    .backward = average_backward,
};
