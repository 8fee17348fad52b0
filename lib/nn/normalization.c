/* normalization: y = (x - mean) / max(sqrt(variance), 1e-7) along the last dimension, with the mean
 * and variance of the rows to learn from, found before training. */
#include "nn/kinds.h"

#include <math.h>
#include <string.h>

enum { MEAN, VARIANCE };

static const struct har_argument arguments[] = {{.name = NULL}};
static const char *const refused[] = {"axis", "mean", "variance", "invert", NULL};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    if (layer->in[0].rank == 0)
        return har_fail(err, HAR_USAGE, "wants an input of one dimension or more");
    const struct har_shape one = {1, {har_layer_width(layer)}};
    layer->out = layer->in[0];
    layer->weights = 2;
    layer->weight[MEAN] =
        (struct har_weight){.name = "mean", .shape = one, .initializer = HAR_ZEROS, .fixed = true};
    layer->weight[VARIANCE] = (struct har_weight){
        .name = "variance", .shape = one, .initializer = HAR_ONES, .fixed = true};
    layer->sums = 2 * har_layer_width(layer); /* of x - mean and its square */
    return HAR_OK;
}

static har_real deviation(har_real variance)
{
    const double root = sqrt((double)variance);
    return (har_real)(root > 1e-7 ? root : 1e-7);
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const size_t width = har_layer_width(layer), vectors = har_layer_vectors(layer, pass->rows);
    const har_real *mean = har_layer_weight(layer, pass, MEAN);
    const har_real *variance = har_layer_weight(layer, pass, VARIANCE);
    for (size_t j = 0; j < width; j++) {
        const har_real divisor = deviation(variance[j]);
        for (size_t i = j; i < vectors * width; i += width)
            y[i] = (x[i] - mean[j]) / divisor;
    }
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    (void)x, (void)y;
    const size_t width = har_layer_width(layer), vectors = har_layer_vectors(layer, pass->rows);
    const har_real *variance = har_layer_weight(layer, pass, VARIANCE);
    for (size_t j = 0; j < width && dx != NULL; j++) {
        const har_real divisor = deviation(variance[j]);
        for (size_t i = j; i < vectors * width; i += width)
            dx[i] = dy[i] / divisor;
    }
}

/* About the mean there is: where that is near the rows', the sums don't cancel. */
static void collect(const struct har_layer *layer, const struct har_pass *pass, double *sums,
                    const har_real *x)
{
    const size_t width = har_layer_width(layer);
    const size_t vectors = har_layer_vectors(layer, pass->rows - pass->padding);
    const har_real *mean = har_layer_weight(layer, pass, MEAN);
    memset(sums, 0, layer->sums * sizeof *sums);
    for (size_t v = 0; v < vectors; v++, x += width)
        for (size_t j = 0; j < width; j++) {
            const double d = (double)x[j] - (double)mean[j];
            sums[j] += d;
            sums[width + j] += d * d;
        }
}

static void settle(const struct har_layer *layer, har_real *weights, const double *sums,
                   size_t rows)
{
    const size_t width = har_layer_width(layer);
    const double count = (double)har_layer_vectors(layer, rows);
    har_real *mean = weights + layer->weight[MEAN].offset;
    har_real *variance = weights + layer->weight[VARIANCE].offset;
    for (size_t j = 0; j < width; j++) {
        const double shift = sums[j] / count;
        const double square = sums[width + j] / count - shift * shift;
        mean[j] = (har_real)((double)mean[j] + shift);
        variance[j] = (har_real)(square > 0 ? square : 0);
    }
}

const struct har_layer_kind har_kind_normalization = {
    .name = "normalization",
    .arguments = arguments,
    .refused = refused,
    .adapted = true,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .collect = collect,
    .settle = settle,
};
