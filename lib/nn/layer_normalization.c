/* layer_normalization: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with the mean and
 * variance of each vector of the last dimension. */
#include "nn/kinds.h"

#include <math.h>

struct layer_normalization {
    double epsilon;
    bool center, scale;
};

static const struct har_argument arguments[] = {
    {.name = "epsilon",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct layer_normalization, epsilon),
     .low = 1e-12,
     .high = 1e6,
     .otherwise = 1e-3},
    {.name = "center",
     .type = HAR_ARG_BOOL,
     .field = offsetof(struct layer_normalization, center),
     .otherwise = 1},
    {.name = "scale",
     .type = HAR_ARG_BOOL,
     .field = offsetof(struct layer_normalization, scale),
     .otherwise = 1},
    {.name = NULL},
};
static const char *const refused[] = {"axis",
                                      "beta_initializer",
                                      "gamma_initializer",
                                      "beta_regularizer",
                                      "gamma_regularizer",
                                      "beta_constraint",
                                      "gamma_constraint",
                                      "rms_scaling",
                                      NULL};

/* The weights' numbers: gamma is the first, where it is. */
static size_t beta_of(const struct layer_normalization *config)
{
    return config->scale;
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct layer_normalization *config = layer->config;
    if (layer->in[0].rank == 0)
        return har_fail(err, HAR_USAGE, "wants an input of one dimension or more");
    const struct har_shape one = {1, {har_layer_width(layer)}};
    layer->out = layer->in[0];
    layer->weights = (size_t)config->scale + config->center;
    if (config->scale)
        layer->weight[0] =
            (struct har_weight){.name = "gamma", .shape = one, .initializer = HAR_ONES};
    if (config->center)
        layer->weight[beta_of(config)] =
            (struct har_weight){.name = "beta", .shape = one, .initializer = HAR_ZEROS};
    layer->cache = har_layer_vectors(layer, 2); /* mean and 1 / sqrt(variance + epsilon) */
    return HAR_OK;
}

static double sum_of(const har_real *x, size_t width)
{
    double sum = 0;
    for (size_t j = 0; j < width; j++)
        sum += (double)x[j];
    return sum;
}

static double squares_of(const har_real *x, size_t width, double mean)
{
    double sum = 0;
    for (size_t j = 0; j < width; j++)
        sum += ((double)x[j] - mean) * ((double)x[j] - mean);
    return sum;
}

/* xhat = (x - mean) / sqrt(variance + epsilon) for each vector */
static void normalize(har_real *restrict y, har_real *cache, const har_real *restrict x,
                      size_t vectors, size_t width, double epsilon)
{
    for (size_t v = 0; v < vectors; v++, x += width, y += width, cache += 2) {
        const double mean = sum_of(x, width) / (double)width;
        const double variance = squares_of(x, width, mean) / (double)width;
        const har_real middle = cache[0] = (har_real)mean;
        const har_real inverse = cache[1] = (har_real)(1 / sqrt(variance + epsilon));
        for (size_t j = 0; j < width; j++)
            y[j] = (x[j] - middle) * inverse;
    }
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct layer_normalization *config = layer->config;
    const size_t width = har_layer_width(layer), vectors = har_layer_vectors(layer, pass->rows);
    normalize(y, pass->cache, x, vectors, width, config->epsilon);
    if (config->scale) {
        const har_real *gamma = har_layer_weight(layer, pass, 0);
        for (size_t i = 0; i < vectors * width; i += width)
            for (size_t j = 0; j < width; j++)
                y[i + j] *= gamma[j];
    }
    if (config->center)
        pass->kernels->add_bias(y, har_layer_weight(layer, pass, beta_of(config)), vectors, width);
}

/* dgamma += dy xhat */
static void add_gamma(har_real *restrict dgamma, const har_real *cache, const har_real *restrict x,
                      const har_real *restrict dy, size_t vectors, size_t width)
{
    for (size_t v = 0; v < vectors; v++, x += width, dy += width, cache += 2)
        for (size_t j = 0; j < width; j++)
            dgamma[j] += dy[j] * ((x[j] - cache[0]) * cache[1]);
}

/* With g = dy gamma: dx = (g - mean g - xhat mean(g xhat)) / sqrt(variance + epsilon) */
static void input_gradient(har_real *restrict dx, const har_real *cache, const har_real *restrict x,
                           size_t vectors, size_t width)
{
    for (size_t v = 0; v < vectors; v++, x += width, dx += width, cache += 2) {
        const double mean = sum_of(dx, width) / (double)width;
        double product = 0;
        for (size_t j = 0; j < width; j++)
            product += (double)dx[j] * (double)((x[j] - cache[0]) * cache[1]);
        const har_real middle = (har_real)mean;
        const har_real slope = (har_real)(product / (double)width) * cache[1];
        for (size_t j = 0; j < width; j++)
            dx[j] = cache[1] * (dx[j] - middle - (x[j] - cache[0]) * slope);
    }
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    (void)y;
    const struct layer_normalization *config = layer->config;
    const size_t width = har_layer_width(layer), vectors = har_layer_vectors(layer, pass->rows);
    if (config->scale)
        add_gamma(har_layer_zero_gradient(layer, pass, 0), pass->cache, x, dy, vectors, width);
    if (config->center)
        pass->kernels->sum_rows(har_layer_zero_gradient(layer, pass, beta_of(config)), dy, vectors,
                                width);
    if (dx == NULL)
        return;
    for (size_t i = 0; i < vectors * width; i++)
        dx[i] = dy[i] * (config->scale ? har_layer_weight(layer, pass, 0)[i % width] : 1);
    input_gradient(dx, pass->cache, x, vectors, width);
}

const struct har_layer_kind har_kind_layer_normalization = {
    .name = "layer_normalization",
    .config_size = sizeof(struct layer_normalization),
    .arguments = arguments,
    .refused = refused,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
