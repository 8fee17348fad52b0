/* dropout RATE: in training, y = x m, where m is 0 with probability RATE, else 1 / (1 - RATE). */
#include "nn/kinds.h"

#include <math.h>
#include <string.h>

struct dropout {
    double rate;
};

static const struct har_argument arguments[] = {
    {.name = "rate",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct dropout, rate),
     .positional = true,
     .required = true,
     .low = 0,
     .high = 0.999999999},
    {.name = NULL},
};
static const char *const refused[] = {"noise_shape", "seed", NULL};

/* The cache: which values were kept, a byte each, row after row. */
static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    size_t width;
    layer->out = layer->in[0];
    if (!har_shape_size(&width, &layer->in[0]))
        return har_fail(err, HAR_USAGE, "the input is too large");
    layer->cache = width / sizeof(har_real) + (width % sizeof(har_real) != 0);
    return HAR_OK;
}

static har_real factor_of(const struct dropout *config)
{
    return (har_real)(1 / (1 - config->rate));
}

/* One row, from block FIRST of RANDOM on. */
static void drop(har_real *y, const har_real *x, uint8_t *kept, size_t width,
                 const struct har_kernels *kernels, const struct har_random *random, uint64_t first,
                 const struct dropout *config)
{
    enum { blocks = 64 };
    const uint32_t threshold = (uint32_t)ceil(config->rate * 0x1p32);
    const har_real factor = factor_of(config);
    uint32_t word[4 * blocks];
    for (size_t at = 0; at < width; at += 4 * blocks) {
        const size_t left = width - at, count = left < 4 * blocks ? left : 4 * blocks;
        kernels->random_words(word, random, first + at / 4, (count + 3) / 4);
        for (size_t j = 0; j < count; j++)
            kept[at + j] = word[j] >= threshold;
        kernels->drop(y + at, x + at, kept + at, factor, count);
    }
}

static bool in_place(const struct har_layer *layer)
{
    (void)layer;
    return true;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const size_t width = har_layer_size(layer);
    uint8_t *kept = (uint8_t *)pass->cache;
    if (!pass->training) {
        if (y != x)
            memcpy(y, x, pass->rows * width * sizeof *y);
        return;
    }
    const struct har_random random = har_layer_random(layer, pass, HAR_RANDOM_DROPOUT);
    for (size_t row = 0; row < pass->rows; row++)
        drop(y + row * width, x + row * width, kept + row * width, width, pass->kernels, &random,
             har_layer_random_index(layer, pass, row, width) / 4, layer->config);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const uint8_t *kept = (const uint8_t *)pass->cache;
    (void)x, (void)y;
    if (dx != NULL)
        pass->kernels->drop(dx, dy, kept, factor_of(layer->config),
                            pass->rows * har_layer_size(layer));
}

const struct har_layer_kind har_kind_dropout = {
    .name = "dropout",
    .config_size = sizeof(struct dropout),
    .arguments = arguments,
    .refused = refused,
    .releases = true,
    .shape = shape,
    .in_place = in_place,
    .forward = forward,
    .backward = backward,
};
