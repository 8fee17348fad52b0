/* reshape A B …: the same values, in the same order, as (A, B, …). */
#include "nn/kinds.h"

struct reshape {
    struct har_shape target;
};

static const struct har_argument arguments[] = {
    {.name = "target_shape",
     .type = HAR_ARG_SHAPE,
     .field = offsetof(struct reshape, target),
     .positional = true,
     .required = true,
     .low = 1,
     .high = 1e9},
    {.name = NULL},
};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct reshape *config = layer->config;
    size_t have, want;
    if (!har_shape_size(&have, &layer->in[0]) || !har_shape_size(&want, &config->target) ||
        have != want)
        return har_fail(err, HAR_USAGE, "the target shape doesn't hold the input's values");
    layer->out = config->target;
    return HAR_OK;
}

const struct har_layer_kind har_kind_reshape = {
    .name = "reshape",
    .config_size = sizeof(struct reshape),
    .arguments = arguments,
    .view = true,
    .shape = shape,
};
