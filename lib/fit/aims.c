#include "fit/aims.h"

#include "fit/loss.h"
#include <string.h>

size_t har_class_of(const struct har_samples *samples, size_t row, size_t classes)
{
    return samples->class != NULL ? (size_t)samples->class[row]
                                  : har_argmax(samples->y + row * classes, classes);
}

/* MIXED: a row's targets and its class, one-hot, times its weight, and the weight; mixed, then
 * divided by it again. */
static void mix(struct har_aims *aims, float *mixed, const struct har_net *net,
                const struct har_slice *slice, size_t rows, size_t classes)
{
    const size_t width = 2 * classes + 1;
    memset(mixed, 0, HAR_SLICE * width * sizeof *mixed);
    for (size_t r = 0; r < rows; r++) {
        float *row = mixed + r * width;
        const float weight = (float)aims->weight[r];
        for (size_t c = 0; c < classes; c++)
            row[c] = weight * aims->y[r][c];
        row[classes + aims->class[r]] = weight;
        row[2 * classes] = weight;
    }
    har_net_mix(net, slice, mixed, width);
    for (size_t r = 0; r < rows; r++) {
        float *row = mixed + r * width, weight = row[2 * classes];
        for (size_t i = 0; i < 2 * classes && weight > 0; i++)
            row[i] /= weight;
        aims->weight[r] = (double)weight;
        aims->y[r] = row;
        aims->class[r] = har_argmax(row + classes, classes);
    }
}

void har_aims_fill(struct har_aims *aims, float *mixed, const struct har_net *net,
                   const struct har_slice *slice, const struct har_samples *samples,
                   const size_t *order, size_t rows, size_t classes)
{
    for (size_t r = 0; r < rows; r++) {
        aims->y[r] = samples->y + order[r] * classes;
        aims->weight[r] = samples->weight == NULL ? 1 : samples->weight[order[r]];
        aims->class[r] = har_class_of(samples, order[r], classes);
    }
    if (har_net_mixes(net))
        mix(aims, mixed, net, slice, rows, classes);
}
