/* add: y = x_0 + x_1 + …, all of one shape. */
#include "nn/kinds.h"

#include <string.h>

static const struct har_argument arguments[] = {{.name = NULL}};

static bool same_shape(const struct har_shape *a, const struct har_shape *b)
{
    return a->rank == b->rank && memcmp(a->dim, b->dim, a->rank * sizeof a->dim[0]) == 0;
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    char first[HAR_SHAPE_TEXT], other[HAR_SHAPE_TEXT];
    for (size_t k = 1; k < layer->inputs; k++)
        if (!same_shape(&layer->in[0], &layer->in[k]))
            return har_fail(err, HAR_USAGE, "the shapes %s and %s differ",
                            har_shape_print(first, &layer->in[0]),
                            har_shape_print(other, &layer->in[k]));
    layer->out = layer->in[0];
    return HAR_OK;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const size_t values = har_layer_vectors(layer, pass->rows) * har_layer_width(layer);
    memcpy(y, x, values * sizeof *y);
    for (size_t k = 1; k < layer->inputs; k++)
        for (size_t i = 0; i < values; i++)
            y[i] += pass->x[k][i];
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const size_t values = har_layer_vectors(layer, pass->rows) * har_layer_width(layer);
    (void)dx, (void)x, (void)y;
    for (size_t k = 0; k < layer->inputs; k++)
        if (pass->dx[k] != NULL)
            memcpy(pass->dx[k], dy, values * sizeof *dy);
}

const struct har_layer_kind har_kind_add = {
    .name = "add",
    .arguments = arguments,
    .joins = true,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
