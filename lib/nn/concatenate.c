/* concatenate axis=A: the inputs one after the other along one dimension, by default the last. */
#include "nn/kinds.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

static const struct har_argument arguments[] = {
    {.name = "axis",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct har_concatenate, axis),
     .low = -HAR_DIMS_MAX,
     .high = HAR_DIMS_MAX,
     .otherwise = -1},
    {.name = NULL},
};

/* Keras counts the rows' axis as 0, from the end as -1 - rank. */
static size_t dimension_of(const struct har_layer *layer)
{
    const struct har_concatenate *config = layer->config;
    return (size_t)(config->axis < 0 ? (double)layer->in[0].rank + config->axis : config->axis - 1);
}

static enum har_status check_axis(const struct har_layer *layer, struct har_error *err)
{
    const struct har_concatenate *config = layer->config;
    const double axis = config->axis, rank = (double)layer->in[0].rank;
    if (axis == rint(axis) && axis >= -rank && axis <= rank && axis != 0)
        return HAR_OK;
    char text[HAR_SHAPE_TEXT];
    return har_fail(err, HAR_USAGE,
                    "axis is %g, expected a whole number from 1 to %g or from -1 to -%g for the "
                    "shape %s",
                    axis, rank, rank, har_shape_print(text, &layer->in[0]));
}

/* Do A and B agree but for dimension AXIS? */
static bool joinable(const struct har_shape *a, const struct har_shape *b, size_t axis)
{
    bool same = a->rank == b->rank;
    for (size_t i = 0; same && i < a->rank; i++)
        same = i == axis || a->dim[i] == b->dim[i];
    return same;
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    char first[HAR_SHAPE_TEXT], other[HAR_SHAPE_TEXT];
    if (check_axis(layer, err) != HAR_OK)
        return err->status;
    const size_t axis = dimension_of(layer);
    layer->out = layer->in[0];
    for (size_t k = 1; k < layer->inputs; k++) {
        if (!joinable(&layer->in[0], &layer->in[k], axis))
            return har_fail(err, HAR_USAGE, "the shapes %s and %s differ in more than the axis",
                            har_shape_print(first, &layer->in[0]),
                            har_shape_print(other, &layer->in[k]));
        if (__builtin_add_overflow(layer->out.dim[axis], layer->in[k].dim[axis],
                                   &layer->out.dim[axis]))
            return har_fail(err, HAR_USAGE, "the input is too large");
    }
    return HAR_OK;
}

/* What lies together of one input: the axis and all dimensions after it; and how often. */
static size_t piece_of(const struct har_shape *shape, size_t axis)
{
    size_t piece = 1;
    for (size_t i = axis; i < shape->rank; i++)
        piece *= shape->dim[i];
    return piece;
}

static size_t pieces_of(const struct har_layer *layer, const struct har_pass *pass, size_t axis)
{
    size_t pieces = pass->rows;
    for (size_t i = 0; i < axis; i++)
        pieces *= layer->out.dim[i];
    return pieces;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const size_t axis = dimension_of(layer), pieces = pieces_of(layer, pass, axis);
    const size_t width = piece_of(&layer->out, axis);
    (void)x;
    for (size_t k = 0; k < layer->inputs; k++) {
        const size_t piece = piece_of(&layer->in[k], axis);
        for (size_t i = 0; i < pieces; i++)
            memcpy(y + i * width, pass->x[k] + i * piece, piece * sizeof *y);
        y += piece;
    }
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const size_t axis = dimension_of(layer), pieces = pieces_of(layer, pass, axis);
    const size_t width = piece_of(&layer->out, axis);
    (void)dx, (void)x, (void)y;
    for (size_t k = 0; k < layer->inputs; k++) {
        const size_t piece = piece_of(&layer->in[k], axis);
        for (size_t i = 0; i < pieces && pass->dx[k] != NULL; i++)
            memcpy(pass->dx[k] + i * piece, dy + i * width, piece * sizeof *dy);
        dy += piece;
    }
}

const struct har_layer_kind har_kind_concatenate = {
    .name = "concatenate",
    .config_size = sizeof(struct har_concatenate),
    .arguments = arguments,
    .joins = true,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
