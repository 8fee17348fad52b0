/* batch_normalization: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, along the last
 * dimension; in training with the batch's mean and variance, else with the moving ones. */
#include "nn/kinds.h"

#include <math.h>
#include <string.h>

struct batch_normalization {
    double momentum, epsilon;
    bool center, scale;
};

static const struct har_argument arguments[] = {
    {.name = "momentum",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct batch_normalization, momentum),
     .low = 0,
     .high = 1,
     .otherwise = 0.99},
    {.name = "epsilon",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct batch_normalization, epsilon),
     .low = 1e-12,
     .high = 1e6,
     .otherwise = 1e-3},
    {.name = "center",
     .type = HAR_ARG_BOOL,
     .field = offsetof(struct batch_normalization, center),
     .otherwise = 1},
    {.name = "scale",
     .type = HAR_ARG_BOOL,
     .field = offsetof(struct batch_normalization, scale),
     .otherwise = 1},
    {.name = NULL},
};
static const char *const refused[] = {"axis",
                                      "beta_initializer",
                                      "gamma_initializer",
                                      "moving_mean_initializer",
                                      "moving_variance_initializer",
                                      "beta_regularizer",
                                      "gamma_regularizer",
                                      "beta_constraint",
                                      "gamma_constraint",
                                      "synchronized",
                                      "renorm",
                                      "renorm_clipping",
                                      "renorm_momentum",
                                      "fused",
                                      "virtual_batch_size",
                                      NULL};

/* The weights' numbers: beta and gamma come first, where they are. */
static size_t beta_of(const struct batch_normalization *config)
{
    return config->scale;
}

static size_t moving_of(const struct batch_normalization *config)
{
    return (size_t)config->scale + config->center;
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct batch_normalization *config = layer->config;
    if (layer->in[0].rank == 0)
        return har_fail(err, HAR_USAGE, "wants an input of one dimension or more");
    if (layer->distributed && layer->profile == HAR_KERAS3)
        return har_fail(err, HAR_USAGE,
                        "Keras 3's time_distributed takes the statistics of each step by itself, "
                        "which isn't supported; leave time_distributed out, or profile keras2");
    const size_t width = har_layer_width(layer), moving = moving_of(config);
    const struct har_shape one = {1, {width}};
    layer->out = layer->in[0];
    layer->weights = moving + 2;
    if (config->scale)
        layer->weight[0] =
            (struct har_weight){.name = "gamma", .shape = one, .initializer = HAR_ONES};
    if (config->center)
        layer->weight[beta_of(config)] =
            (struct har_weight){.name = "beta", .shape = one, .initializer = HAR_ZEROS};
    layer->weight[moving] = (struct har_weight){
        .name = "moving_mean", .shape = one, .initializer = HAR_ZEROS, .fixed = true};
    layer->weight[moving + 1] = (struct har_weight){
        .name = "moving_variance", .shape = one, .initializer = HAR_ONES, .fixed = true};
    layer->sums = 2 * width; /* of x and x^2; of dy and dy xhat */
    layer->scratch = width;
    return HAR_OK;
}

struct moments {
    double mean, variance;
};

/* Of channel J, from the sums of x and x^2 over COUNT values; the variance is the biased one. */
static struct moments moments_of(const double *sums, size_t width, size_t j, double count)
{
    const double mean = sums[j] / count;
    const double variance = sums[width + j] / count - mean * mean;
    return (struct moments){mean, variance > 0 ? variance : 0};
}

/* What each channel is normalized with: rows of the scratch. */
struct channels {
    har_real *mean, *inverse; /* 1 / sqrt(variance + epsilon) */
};

static struct channels channels_of(const struct har_layer *layer, const struct har_pass *pass)
{
    const struct batch_normalization *config = layer->config;
    const size_t width = har_layer_width(layer), moving = moving_of(config);
    const double count = (double)har_layer_vectors(layer, pass->batch_rows);
    const har_real *moving_mean = har_layer_weight(layer, pass, moving);
    const har_real *moving_variance = har_layer_weight(layer, pass, moving + 1);
    const struct channels channels = {pass->scratch, pass->scratch + width};
    for (size_t j = 0; j < width; j++) {
        const struct moments moments = pass->training
                                           ? moments_of(pass->sums, width, j, count)
                                           : (struct moments){moving_mean[j], moving_variance[j]};
        channels.mean[j] = (har_real)moments.mean;
        channels.inverse[j] = (har_real)(1 / sqrt(moments.variance + config->epsilon));
    }
    return channels;
}

static void collect(const struct har_layer *layer, const struct har_pass *pass, double *sums,
                    const har_real *x)
{
    const size_t width = har_layer_width(layer);
    const size_t vectors = har_layer_vectors(layer, pass->rows - pass->padding);
    double *restrict sum = sums, *restrict squares = sums + width;
    memset(sums, 0, layer->sums * sizeof *sums);
    for (size_t v = 0; v < vectors; v++, x += width)
        for (size_t j = 0; j < width; j++) {
            sum[j] += (double)x[j];
            squares[j] += (double)x[j] * (double)x[j];
        }
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct batch_normalization *config = layer->config;
    const size_t width = har_layer_width(layer), vectors = har_layer_vectors(layer, pass->rows);
    const struct channels channels = channels_of(layer, pass);
    const har_real *restrict mean = channels.mean;
    har_real *restrict factor = channels.inverse;
    if (config->scale)
        for (size_t j = 0; j < width; j++)
            factor[j] *= har_layer_weight(layer, pass, 0)[j];
    har_real *restrict to = y;
    for (size_t v = 0; v < vectors; v++, x += width, to += width)
        for (size_t j = 0; j < width; j++)
            to[j] = (x[j] - mean[j]) * factor[j];
    if (config->center)
        pass->kernels->add_bias(y, har_layer_weight(layer, pass, beta_of(config)), vectors, width);
}

/* dbeta = sum dy; dgamma = sum dy xhat */
static void collect_backward(const struct har_layer *layer, const struct har_pass *pass,
                             double *sums, const har_real *x, const har_real *dy)
{
    const struct batch_normalization *config = layer->config;
    const size_t width = har_layer_width(layer);
    const size_t vectors = har_layer_vectors(layer, pass->rows - pass->padding);
    const struct channels channels = channels_of(layer, pass);
    double *restrict sum = sums, *restrict product = sums + width;
    memset(sums, 0, layer->sums * sizeof *sums);
    for (size_t v = 0; v < vectors; v++, x += width, dy += width)
        for (size_t j = 0; j < width; j++) {
            const har_real normal = (x[j] - channels.mean[j]) * channels.inverse[j];
            sum[j] += (double)dy[j];
            product[j] += (double)dy[j] * (double)normal;
        }
    for (size_t j = 0; j < width && config->scale; j++)
        har_layer_gradient(layer, pass, 0)[j] = (har_real)product[j];
    for (size_t j = 0; j < width && config->center; j++)
        har_layer_gradient(layer, pass, beta_of(config))[j] = (har_real)sum[j];
}

/* dx = gamma (dy - mean dy - xhat mean(dy xhat)) / sqrt(variance + epsilon); none for padding */
static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    (void)y;
    if (dx == NULL)
        return;
    const struct batch_normalization *config = layer->config;
    const size_t width = har_layer_width(layer);
    const size_t vectors = har_layer_vectors(layer, pass->rows - pass->padding);
    const double count = (double)har_layer_vectors(layer, pass->batch_rows);
    const struct channels channels = channels_of(layer, pass);
    const har_real *restrict mean = channels.mean, *restrict inverse = channels.inverse;
    har_real *restrict factor = pass->scratch + 2 * width, *restrict middle = factor + width;
    har_real *restrict slope = middle + width, *restrict to = dx;
    for (size_t j = 0; j < width; j++) {
        factor[j] = inverse[j] * (config->scale ? har_layer_weight(layer, pass, 0)[j] : 1);
        middle[j] = (har_real)(pass->sums[layer->sums + j] / count);
        slope[j] = inverse[j] * (har_real)(pass->sums[layer->sums + width + j] / count);
    }
    for (size_t v = 0; v < vectors; v++, x += width, dy += width, to += width)
        for (size_t j = 0; j < width; j++)
            to[j] = factor[j] * (dy[j] - middle[j] - (x[j] - mean[j]) * slope[j]);
    memset(to, 0, har_layer_vectors(layer, pass->padding) * width * sizeof *to);
}

/* Keras 2 takes images by another way, which keeps the unbiased variance. */
static bool unbiased(const struct har_layer *layer)
{
    return layer->profile == HAR_KERAS2 && (layer->in[0].rank == 3 || layer->in[0].rank == 4);
}

/* moving -= (moving - batch's) (1 - momentum) */
static void settle(const struct har_layer *layer, har_real *weights, const double *sums,
                   size_t rows)
{
    const struct batch_normalization *config = layer->config;
    const size_t width = har_layer_width(layer), moving = moving_of(config);
    const double count = (double)har_layer_vectors(layer, rows);
    const double correction = unbiased(layer) && count > 1 ? count / (count - 1) : 1;
    const har_real decay = (har_real)(1 - config->momentum);
    har_real *mean = weights + layer->weight[moving].offset;
    har_real *variance = weights + layer->weight[moving + 1].offset;
    for (size_t j = 0; j < width; j++) {
        const struct moments batch = moments_of(sums, width, j, count);
        mean[j] -= (mean[j] - (har_real)batch.mean) * decay;
        variance[j] -= (variance[j] - (har_real)(batch.variance * correction)) * decay;
    }
}

const struct har_layer_kind har_kind_batch_normalization = {
    .name = "batch_normalization",
    .config_size = sizeof(struct batch_normalization),
    .arguments = arguments,
    .refused = refused,
    .whole_batch = true,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .collect = collect,
    .collect_backward = collect_backward,
    .settle = settle,
};
