/* One channel of the input, as a channel of its own: (time, channel) -> (time, 1). */
#include "nn/kinds.h"

#include <string.h>

static const struct har_argument arguments[] = {{.name = NULL}};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    if (layer->in[0].rank == 0)
        return har_fail(err, HAR_USAGE, "wants an input of one dimension or more");
    layer->out = layer->in[0];
    layer->out.dim[layer->out.rank - 1] = 1;
    return HAR_OK;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct har_channel *config = layer->config;
    const size_t values = har_layer_vectors(layer, pass->rows), channels = har_layer_width(layer);
    for (size_t i = 0; i < values; i++)
        y[i] = x[i * channels + config->channel];
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct har_channel *config = layer->config;
    const size_t values = har_layer_vectors(layer, pass->rows), channels = har_layer_width(layer);
    (void)x, (void)y;
    if (dx == NULL)
        return;
    memset(dx, 0, values * channels * sizeof *dx);
    for (size_t i = 0; i < values; i++)
        dx[i * channels + config->channel] = dy[i];
}

const struct har_layer_kind har_kind_channel = {
    .name = "channel",
    .config_size = sizeof(struct har_channel),
    .arguments = arguments,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
