#include "nn/layer.h"

#include "base/memory.h"
#include "nn/packed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool har_shape_size(size_t *size, const struct har_shape *shape)
{
    *size = 1;
    for (size_t i = 0; i < shape->rank; i++)
        if (!har_multiply(size, *size, shape->dim[i]))
            return false;
    return true;
}

const char *har_shape_print(char text[HAR_SHAPE_TEXT], const struct har_shape *shape)
{
    size_t used = (size_t)snprintf(text, HAR_SHAPE_TEXT, "(");
    for (size_t i = 0; i < shape->rank; i++)
        used += (size_t)snprintf(text + used, HAR_SHAPE_TEXT - used, "%s%zu", i > 0 ? "," : "",
                                 shape->dim[i]);
    snprintf(text + used, HAR_SHAPE_TEXT - used, ")");
    return text;
}

bool har_layer_trains(const struct har_layer *layer)
{
    for (size_t w = 0; w < layer->weights; w++)
        if (!layer->weight[w].fixed)
            return true;
    return false;
}

struct har_shape har_layer_output(const struct har_layer *layer)
{
    if (!layer->distributed)
        return layer->out;
    struct har_shape shape = {.rank = layer->out.rank + 1, .dim = {layer->fold}};
    for (size_t i = 0; i < layer->out.rank; i++)
        shape.dim[i + 1] = layer->out.dim[i];
    return shape;
}

const har_real *har_layer_weight(const struct har_layer *layer, const struct har_pass *pass,
                                 size_t weight)
{
    return pass->weights + layer->weight[weight].offset;
}

const har_real *har_layer_packed(const struct har_layer *layer, const struct har_pass *pass,
                                 size_t weight, enum har_direction direction)
{
    return pass->packed->block[direction] + layer->weight[weight].packed[direction];
}

har_real *har_layer_gradient(const struct har_layer *layer, const struct har_pass *pass,
                             size_t weight)
{
    return pass->gradients + layer->weight[weight].offset;
}

har_real *har_layer_zero_gradient(const struct har_layer *layer, const struct har_pass *pass,
                                  size_t weight)
{
    har_real *gradient = har_layer_gradient(layer, pass, weight);
    memset(gradient, 0, layer->weight[weight].size * sizeof *gradient);
    return gradient;
}

void har_layer_free(struct har_layer *layer)
{
    if (layer != NULL)
        free(layer->config);
    for (size_t i = 0; layer != NULL && i < HAR_ROWS_MAX; i++)
        free((void *)layer->rows[i].offset);
    free(layer);
}

size_t har_layer_vectors(const struct har_layer *layer, size_t rows)
{
    for (size_t i = 0; i + 1 < layer->in[0].rank; i++)
        rows *= layer->in[0].dim[i];
    return rows;
}

size_t har_layer_width(const struct har_layer *layer)
{
    return layer->in[0].dim[layer->in[0].rank - 1];
}

size_t har_layer_size(const struct har_layer *layer)
{
    size_t size = 1;
    for (size_t i = 0; i < layer->in[0].rank; i++)
        size *= layer->in[0].dim[i];
    return size;
}

struct har_random har_layer_random(const struct har_layer *layer, const struct har_pass *pass,
                                   enum har_purpose purpose)
{
    return (struct har_random){.seed = pass->seed,
                               .purpose = (uint16_t)purpose,
                               .place = (uint16_t)layer->place,
                               .epoch = pass->epoch};
}

uint64_t har_layer_random_index(const struct har_layer *layer, const struct har_pass *pass,
                                size_t row, size_t per_row)
{
    const uint64_t padded = (per_row + 3) / 4 * 4;
    return (pass->row[row / layer->fold] * layer->fold + row % layer->fold) * padded;
}
