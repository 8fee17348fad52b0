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
    char input[HAR_SHAPE_TEXT], target[HAR_SHAPE_TEXT];
    size_t have, want;
    if (!har_shape_size(&have, &layer->in[0]) || !har_shape_size(&want, &config->target) ||
        have != want)
        return har_fail(err, HAR_USAGE, "the shapes %s and %s don't hold as many values",
                        har_shape_print(input, &layer->in[0]),
                        har_shape_print(target, &config->target));
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
