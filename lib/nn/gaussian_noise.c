/* gaussian_noise STDDEV, which is also called jitter: in training, y = x + normal numbers of this
 * standard deviation. */
#include "nn/kinds.h"

#include <string.h>

struct gaussian_noise {
    double stddev;
};

static const struct har_argument arguments[] = {
    {.name = "stddev",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct gaussian_noise, stddev),
     .positional = true,
     .required = true,
     .low = 0,
     .high = 1e6},
    {.name = NULL},
};
static const char *const refused[] = {"seed", NULL};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    size_t size;
    layer->out = layer->in[0];
    if (!har_shape_size(&size, &layer->in[0]))
        return har_fail(err, HAR_USAGE, "the input is too large");
    return HAR_OK;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct gaussian_noise *config = layer->config;
    const size_t size = har_layer_size(layer);
    const struct har_random random = har_layer_random(layer, pass, HAR_RANDOM_NOISE);
    memcpy(y, x, pass->rows * size * sizeof *y);
    for (size_t row = 0; row < pass->rows && pass->training; row++) {
        const uint64_t first = har_layer_random_index(layer, pass, row, size);
        for (size_t j = 0; j < size; j++)
            y[row * size + j] += (har_real)(config->stddev * har_random_normal(&random, first + j));
    }
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    (void)x, (void)y;
    if (dx != NULL)
        memcpy(dx, dy, pass->rows * har_layer_size(layer) * sizeof *dx);
}

const struct har_layer_kind har_kind_gaussian_noise = {
    .name = "gaussian_noise",
    .config_size = sizeof(struct gaussian_noise),
    .arguments = arguments,
    .refused = refused,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};

const struct har_layer_kind har_kind_jitter = {
    .name = "jitter",
    .config_size = sizeof(struct gaussian_noise),
    .arguments = arguments,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
