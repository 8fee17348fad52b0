#include "flop.h"

#include <string.h>

static double size_of(const struct har_shape *shape)
{
    double size = 1;
    for (size_t i = 0; i < shape->rank; i++)
        size *= (double)shape->dim[i];
    return size;
}

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* The rows that KERNEL's product has for a row of the layer's input: dense's vectors, conv1d's
 * places, an LSTM's steps. */
static double products(const struct har_layer *layer, const struct har_weight *kernel)
{
    const char *kind = layer->kind->name;
    const double width = (double)kernel->shape.dim[kernel->shape.rank - 1];
    const bool recurrent = is(kernel->name, "recurrent_kernel");
    if (is(kind, "dense") || is(kind, "conv1d"))
        return size_of(&layer->out) / width;
    const double steps = (double)layer->in[0].dim[0] - recurrent;
    if (!is(kind, "conv_lstm2d"))
        return steps;
    const size_t *out = layer->out.dim + layer->out.rank - 3;
    return steps * (double)(out[0] * out[1]);
}

/* Does LAYER's input depend on a trained weight? */
static bool needs_gradient(const bool *trained, const struct har_layer *layer)
{
    bool needed = false;
    for (size_t i = 0; i < layer->inputs; i++)
        needed = needed || (layer->input[i] != HAR_NET_INPUT && trained[layer->input[i]]);
    return needed;
}

struct flop flop_of_row(const struct har_net *net)
{
    struct flop flop = {0, 0};
    bool trained[net->layers];
    for (size_t i = 0; i < net->layers; i++) {
        const struct har_layer *layer = net->layer[i];
        const bool needed = needs_gradient(trained, layer);
        trained[i] = needed || layer->weights > 0;
        for (size_t w = 0; w < layer->weights; w++) {
            const struct har_weight *kernel = &layer->weight[w];
            if (strstr(kernel->name, "kernel") == NULL)
                continue;
            const double once =
                2 * size_of(&kernel->shape) * products(layer, kernel) * (double)layer->fold;
            flop.predict += once;
            flop.train += once * (needed || is(kernel->name, "recurrent_kernel") ? 3 : 2);
        }
    }
    return flop;
}
