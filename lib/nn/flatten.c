/* flatten: (a, b, …) -> (a b …), row-major. */
#include "nn/kinds.h"

static const struct har_argument arguments[] = {{.name = NULL}};
static const char *const refused[] = {"data_format", NULL};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    layer->out.rank = 1;
    if (!har_shape_size(&layer->out.dim[0], &layer->in[0]))
        return har_fail(err, HAR_USAGE, "the input is too large");
    return HAR_OK;
}

const struct har_layer_kind har_kind_flatten = {
    .name = "flatten",
    .arguments = arguments,
    .refused = refused,
    .view = true,
    .shape = shape,
};
