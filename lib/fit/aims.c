#include "fit/aims.h"

#include <string.h>

/* MIXED: a row's targets times its weight, and the weight; mixed, then divided by it again. */
static void mix(struct har_aims *aims, float *mixed, const struct har_net *net,
                const struct har_slice *slice, size_t rows, size_t classes)
{
    const size_t width = classes + 1;
    memset(mixed, 0, HAR_SLICE * width * sizeof *mixed);
    for (size_t r = 0; r < rows; r++) {
        const float weight = (float)aims->weight[r];
        for (size_t c = 0; c < classes; c++)
            mixed[r * width + c] = weight * aims->y[r][c];
        mixed[r * width + classes] = weight;
    }
    har_net_mix(net, slice, mixed, width);
    for (size_t r = 0; r < rows; r++) {
        float *y = mixed + r * width;
        for (size_t c = 0; c < classes && y[classes] > 0; c++)
            y[c] /= y[classes];
        aims->weight[r] = (double)y[classes];
        aims->y[r] = y;
    }
}

void har_aims_fill(struct har_aims *aims, float *mixed, const struct har_net *net,
                   const struct har_slice *slice, const struct har_samples *samples,
                   const size_t *order, size_t rows, size_t classes)
{
    for (size_t r = 0; r < rows; r++) {
        aims->y[r] = samples->y + order[r] * classes;
        aims->weight[r] = samples->weight == NULL ? 1 : samples->weight[order[r]];
    }
    if (har_net_mixes(net))
        mix(aims, mixed, net, slice, rows, classes);
}
