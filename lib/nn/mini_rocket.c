/* mini_rocket FEATURES: MiniRocket's features of a window (kernel/rocket.h), (time, channel) in,
 * (feature) out. Its weights are not trained: which channels each combination of a kernel and a
 * dilation adds up is drawn like a first weight, and the biases are quantiles of the combination's
 * output on one of the rows to learn from, drawn for it. */
#include "nn/kinds.h"

#include <math.h>
#include <stdlib.h>

struct mini_rocket {
    size_t features, max_dilations;
    struct har_rocket rocket;
};

enum { CHANNELS, BIASES };

static const struct har_argument arguments[] = {
    {.name = "features",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct mini_rocket, features),
     .positional = true,
     .low = HAR_ROCKET_KERNELS,
     .high = 1e6,
     .otherwise = 9996},
    {.name = "max_dilations",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct mini_rocket, max_dilations),
     .low = 1,
     .high = HAR_ROCKET_DILATIONS_MAX,
     .otherwise = 32},
    {.name = NULL},
};

/* Dilations 2^0 … 2^max, their exponents evenly spaced, rounded down; each as many biases as it
 * came out times. What rounding leaves goes to the shortest ones, by turns. Where a dilation is a
 * whole number before it is rounded (9 of 73 steps), libm decides, as in the published code. */
static void spread_dilations(struct har_rocket *rocket, size_t a_kernel, size_t most)
{
    const size_t tries = a_kernel < most ? a_kernel : most;
    const double max = log2((double)(rocket->steps - 1) / (HAR_ROCKET_LENGTH - 1));
    size_t left = a_kernel, times[HAR_ROCKET_DILATIONS_MAX] = {0};
    for (size_t i = 0; i < tries; i++) {
        const double exponent = i == 0           ? 0
                                : i + 1 == tries ? max
                                                 : (double)i * (max / (double)(tries - 1));
        const size_t dilation = (size_t)exp2(exponent);
        if (rocket->dilations == 0 || rocket->dilation[rocket->dilations - 1] != dilation)
            rocket->dilation[rocket->dilations++] = dilation;
        times[rocket->dilations - 1]++;
    }
    for (size_t i = 0; i < rocket->dilations; i++) {
        rocket->biases[i] = times[i] * a_kernel / tries;
        left -= rocket->biases[i];
    }
    for (size_t i = 0; left > 0; left--, i = (i + 1) % rocket->dilations)
        rocket->biases[i]++;
    rocket->features = HAR_ROCKET_KERNELS * a_kernel;
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    struct mini_rocket *config = layer->config;
    const struct har_shape *in = &layer->in[0];
    if (in->rank != 2)
        return har_fail(err, HAR_USAGE, "wants an input (time, channel), not one of rank %zu",
                        in->rank);
    if (in->dim[0] < HAR_ROCKET_LENGTH)
        return har_fail(err, HAR_USAGE, "wants %d steps or more, not %zu", HAR_ROCKET_LENGTH,
                        in->dim[0]);
    config->rocket = (struct har_rocket){.steps = in->dim[0], .channels = in->dim[1]};
    spread_dilations(&config->rocket, config->features / HAR_ROCKET_KERNELS, config->max_dilations);
    layer->samples = config->rocket.dilations * HAR_ROCKET_KERNELS;
    layer->out = (struct har_shape){1, {config->rocket.features}};
    layer->weights = 2;
    layer->weight[CHANNELS] = (struct har_weight){.name = "channels",
                                                  .shape = {2, {layer->samples, in->dim[1]}},
                                                  .initializer = HAR_CHANNEL_SETS,
                                                  .fixed = true};
    layer->weight[BIASES] = (struct har_weight){
        .name = "biases", .shape = layer->out, .initializer = HAR_ZEROS, .fixed = true};
    layer->scratch = har_rocket_scratch(&config->rocket);
    return HAR_OK;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct mini_rocket *config = layer->config;
    const size_t size = config->rocket.steps * config->rocket.channels;
    for (size_t row = 0; row < pass->rows; row++)
        pass->kernels->rocket(y + row * config->rocket.features, x + row * size,
                              har_layer_weight(layer, pass, CHANNELS),
                              har_layer_weight(layer, pass, BIASES), &config->rocket,
                              pass->scratch);
}

/* ---- biases ---- */

static int compare(const void *a, const void *b)
{
    const har_real x = *(const har_real *)a, y = *(const har_real *)b;
    return (x > y) - (x < y);
}

/* The quantile Q of sorted VALUES, between two of them in proportion. */
static double quantile(const har_real *values, size_t count, double q)
{
    const double rank = q * (double)(count - 1), below = floor(rank), share = rank - below;
    const size_t i = (size_t)below, next = i + 1 < count ? i + 1 : i;
    return (double)values[i] * (1 - share) + (double)values[next] * share;
}

/* Number I of a sequence that fills [0, 1) evenly: the fraction of (I + 1) times the golden ratio.
 */
static double spread_evenly(size_t i)
{
    const double golden = (sqrt(5) + 1) / 2;
    return (double)(float)fmod((double)(i + 1) * golden, 1);
}

static size_t first_feature(const struct har_rocket *rocket, size_t number)
{
    const size_t dilation = number / HAR_ROCKET_KERNELS;
    size_t first = 0;
    for (size_t i = 0; i < dilation; i++)
        first += HAR_ROCKET_KERNELS * rocket->biases[i];
    return first + number % HAR_ROCKET_KERNELS * rocket->biases[dilation];
}

/* The biases of combination NUMBER, from its output on the row X. */
static void sample(const struct har_layer *layer, const struct har_pass *pass, har_real *weights,
                   size_t number, const har_real *x)
{
    const struct mini_rocket *config = layer->config;
    const struct har_rocket *rocket = &config->rocket;
    const har_real *channels = weights + layer->weight[CHANNELS].offset;
    har_real *biases = weights + layer->weight[BIASES].offset;
    har_real *output = pass->scratch, *scratch = output + rocket->steps;
    const size_t first = first_feature(rocket, number);
    har_rocket_output(output, x, channels + number * rocket->channels, rocket, number, scratch);
    qsort(output, rocket->steps, sizeof *output, compare);
    for (size_t i = 0; i < rocket->biases[number / HAR_ROCKET_KERNELS]; i++)
        biases[first + i] = (har_real)quantile(output, rocket->steps, spread_evenly(first + i));
}

const struct har_layer_kind har_kind_mini_rocket = {
    .name = "mini_rocket",
    .config_size = sizeof(struct mini_rocket),
    .arguments = arguments,
    .without_gradient = true,
    .adapted = true,
    .shape = shape,
    .forward = forward,
    .sample = sample,
};
