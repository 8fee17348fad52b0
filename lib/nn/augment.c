#include "nn/augment.h"

#include <string.h>

enum har_status har_augment_shape(struct har_layer *layer, struct har_error *err)
{
    size_t size;
    if (layer->in[0].rank == 0)
        return har_fail(err, HAR_USAGE, "wants an input of one dimension or more");
    if (!har_shape_size(&size, &layer->in[0]))
        return har_fail(err, HAR_USAGE, "the input is too large");
    layer->out = layer->in[0];
    return HAR_OK;
}

static void map_rows(const struct har_layer *layer, const struct har_pass *pass, har_real *to,
                     const har_real *from, har_augment_row *map)
{
    const size_t size = har_layer_size(layer);
    for (size_t row = 0; row < pass->rows; row++)
        map(layer, pass, row, to + row * size, from + row * size);
}

void har_augment_forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                         const har_real *x, har_augment_row *map)
{
    if (pass->training)
        map_rows(layer, pass, y, x, map);
    else
        memcpy(y, x, pass->rows * har_layer_size(layer) * sizeof *y);
}

void har_augment_backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                          const har_real *dy, har_augment_row *transposed)
{
    if (dx != NULL)
        map_rows(layer, pass, dx, dy, transposed);
}
