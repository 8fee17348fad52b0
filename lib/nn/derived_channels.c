/* with_differences: (time, channel) -> (time, 2 channel): the channels, and after them how much
 * each changes to the next step, 0 at the last one. with_magnitudes GROUP: the channels, and after
 * them the length of each GROUP of them as a vector: (time, channel + channel / GROUP). */
#include "nn/kinds.h"

#include <string.h>
#include <tgmath.h>

struct with_magnitudes {
    size_t group;
};

static const struct har_argument no_arguments[] = {{.name = NULL}};
static const struct har_argument magnitudes_arguments[] = {
    {.name = "group",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct with_magnitudes, group),
     .positional = true,
     .low = 2,
     .high = 1000,
     .otherwise = 3},
    {.name = NULL},
};

static enum har_status check_rank(const struct har_layer *layer, struct har_error *err)
{
    const size_t rank = layer->in[0].rank;
    return rank == 2 ? HAR_OK
                     : har_fail(err, HAR_USAGE,
                                "wants an input (time, channel), not one of rank %zu", rank);
}

/* ---- differences ---- */

static enum har_status differences_shape(struct har_layer *layer, struct har_error *err)
{
    if (check_rank(layer, err) != HAR_OK)
        return err->status;
    layer->out = (struct har_shape){2, {layer->in[0].dim[0], 2 * layer->in[0].dim[1]}};
    return HAR_OK;
}

static void differences_forward(const struct har_layer *layer, const struct har_pass *pass,
                                har_real *y, const har_real *x)
{
    const size_t steps = layer->in[0].dim[0], channels = layer->in[0].dim[1];
    for (size_t row = 0; row < pass->rows; row++)
        for (size_t t = 0; t < steps; t++, x += channels, y += 2 * channels)
            for (size_t c = 0; c < channels; c++) {
                y[c] = x[c];
                y[channels + c] = t + 1 < steps ? x[channels + c] - x[c] : 0;
            }
}

/* dx_t = dy_t + dd_(t-1) - dd_t */
static void differences_backward(const struct har_layer *layer, const struct har_pass *pass,
                                 har_real *dx, const har_real *x, const har_real *y,
                                 const har_real *dy)
{
    const size_t steps = layer->in[0].dim[0], channels = layer->in[0].dim[1];
    const size_t width = 2 * channels;
    (void)x, (void)y;
    for (size_t row = 0; row < pass->rows && dx != NULL; row++)
        for (size_t t = 0; t < steps; t++, dx += channels, dy += width)
            for (size_t c = 0; c < channels; c++) {
                const har_real *dd = dy + channels + c;
                dx[c] = dy[c] + (t > 0 ? *(dd - width) : 0) - (t + 1 < steps ? *dd : 0);
            }
}

/* ---- magnitudes ---- */

static enum har_status magnitudes_shape(struct har_layer *layer, struct har_error *err)
{
    const struct with_magnitudes *config = layer->config;
    if (check_rank(layer, err) != HAR_OK)
        return err->status;
    const size_t channels = layer->in[0].dim[1];
    if (channels % config->group != 0)
        return har_fail(err, HAR_USAGE, "%zu channels aren't groups of %zu", channels,
                        config->group);
    layer->out = (struct har_shape){2, {layer->in[0].dim[0], channels + channels / config->group}};
    return HAR_OK;
}

static void magnitudes_forward(const struct har_layer *layer, const struct har_pass *pass,
                               har_real *y, const har_real *x)
{
    const struct with_magnitudes *config = layer->config;
    const size_t channels = layer->in[0].dim[1], vectors = har_layer_vectors(layer, pass->rows);
    for (size_t v = 0; v < vectors; v++, y += layer->out.dim[1]) {
        memcpy(y, x, channels * sizeof *y);
        for (size_t g = 0; g < channels / config->group; g++) {
            har_real sum = 0;
            for (size_t c = 0; c < config->group; c++, x++)
                sum += *x * *x;
            y[channels + g] = sqrt(sum);
        }
    }
}

/* dx = dy + dm x / m; a vector of zeros has no direction */
static void magnitudes_backward(const struct har_layer *layer, const struct har_pass *pass,
                                har_real *dx, const har_real *x, const har_real *y,
                                const har_real *dy)
{
    const struct with_magnitudes *config = layer->config;
    const size_t channels = layer->in[0].dim[1], width = layer->out.dim[1];
    const size_t vectors = har_layer_vectors(layer, pass->rows);
    for (size_t v = 0; v < vectors && dx != NULL; v++, y += width, dy += width)
        for (size_t c = 0; c < channels; c++, x++, dx++) {
            const size_t g = channels + c / config->group;
            *dx = dy[c] + (y[g] > 0 ? dy[g] * *x / y[g] : 0);
        }
}

const struct har_layer_kind har_kind_with_differences = {
    .name = "with_differences",
    .arguments = no_arguments,
    .shape = differences_shape,
    .forward = differences_forward,
    .backward = differences_backward,
};

const struct har_layer_kind har_kind_with_magnitudes = {
    .name = "with_magnitudes",
    .config_size = sizeof(struct with_magnitudes),
    .arguments = magnitudes_arguments,
    .shape = magnitudes_shape,
    .forward = magnitudes_forward,
    .backward = magnitudes_backward,
};
