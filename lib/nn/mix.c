/* Targets follow their rows through the layers that mix these. */
#include "nn/net.h"

bool har_net_mixes(const struct har_net *net)
{
    for (size_t i = 0; i < net->layers; i++)
        if (net->layer[i]->kind->mix != NULL)
            return true;
    return false;
}

static void mix_column(float *values, size_t width, const struct har_mix *mix)
{
    double before[HAR_SLICE];
    for (size_t row = 0; row < HAR_SLICE; row++)
        before[row] = (double)values[row * width];
    for (size_t row = 0; row < HAR_SLICE; row++) {
        const double share = (double)mix->share[row];
        if (share < 1)
            values[row * width] =
                (float)(share * before[row] + (1 - share) * before[mix->partner[row]]);
    }
}

void har_net_mix(const struct har_net *net, const struct har_slice *slice, float *values,
                 size_t width)
{
    const struct har_pass pass = {.rows = HAR_SLICE,
                                  .padding = slice->padding,
                                  .training = true,
                                  .seed = slice->seed,
                                  .epoch = slice->epoch,
                                  .row = slice->row};
    for (size_t i = 0; i < net->layers; i++) {
        const struct har_layer *layer = net->layer[i];
        struct har_mix mix;
        if (layer->kind->mix == NULL)
            continue;
        layer->kind->mix(layer, &pass, &mix);
        for (size_t column = 0; column < width; column++)
            mix_column(values + column, width, &mix);
    }
}
