/* rescaling SCALE offset=OFFSET: y = scale x + offset. */
#include "nn/kinds.h"

struct rescaling {
    double scale, offset;
};

static const struct har_argument arguments[] = {
    {.name = "scale",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct rescaling, scale),
     .positional = true,
     .required = true,
     .low = -1e6,
     .high = 1e6},
    {.name = "offset",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct rescaling, offset),
     .low = -1e6,
     .high = 1e6},
    {.name = NULL},
};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    if (layer->in[0].rank == 0)
        return har_fail(err, HAR_USAGE, "wants an input of one dimension or more");
    layer->out = layer->in[0];
    return HAR_OK;
}

static size_t count_of(const struct har_layer *layer, const struct har_pass *pass)
{
    return har_layer_vectors(layer, pass->rows) * har_layer_width(layer);
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct rescaling *config = layer->config;
    const har_real scale = (har_real)config->scale, offset = (har_real)config->offset;
    for (size_t i = 0; i < count_of(layer, pass); i++)
        y[i] = scale * x[i] + offset;
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct rescaling *config = layer->config;
    const har_real scale = (har_real)config->scale;
    (void)x, (void)y;
    for (size_t i = 0; dx != NULL && i < count_of(layer, pass); i++)
        dx[i] = scale * dy[i];
}

const struct har_layer_kind har_kind_rescaling = {
    .name = "rescaling",
    .config_size = sizeof(struct rescaling),
    .arguments = arguments,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
