/* mixup ALPHA: in training, y = s x + (1 - s) x', where x' is another row of the slice and s is
 * drawn from Beta(ALPHA, ALPHA) for each row; the targets are mixed likewise (Zhang, Cisse,
 * Dauphin, Lopez-Paz: mixup: beyond empirical risk minimization; ICLR 2018). With ALPHA 0 (or below
 * 1e-12), or where the slice has one row, s = 1. */
#include "nn/kinds.h"

#include "base/elementary.h"

#include <math.h>
#include <string.h>

struct mixup {
    double alpha;
};

static const struct har_argument arguments[] = {
    {.name = "alpha",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct mixup, alpha),
     .positional = true,
     .required = true,
     .low = 0,
     .high = 1000},
    {.name = NULL},
};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    size_t size;
    layer->out = layer->in[0];
    if (!har_shape_size(&size, &layer->in[0]))
        return har_fail(err, HAR_USAGE, "the input is too large");
    return HAR_OK;
}

/* What a row draws: blocks of the stream from its first one on. */
enum { TRIES = 32, GAMMA_BLOCKS = 2 * TRIES + 1, ROW_BLOCKS = 2 * GAMMA_BLOCKS + 1 };

/* In (0, 1]. */
static double positive_uniform(const struct har_random *random, uint64_t block)
{
    return 1 - har_random_uniform(random, 4 * block);
}

/* The logarithm of a number from Gamma(SHAPE, 1), SHAPE >= 1, by rejection: 19 in 20 are taken at
 * the first try (Marsaglia, Tsang: A simple method for generating gamma variables; 2000). */
static double log_gamma_above_1(double shape, const struct har_random *random, uint64_t block)
{
    const double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (uint64_t try = 0; try < TRIES; try++) {
        const double normal = har_random_normal(random, block + 2 * try);
        const double uniform = positive_uniform(random, block + 2 * try + 1);
        const double root = 1 + c * normal, v = root * root * root;
        if (root > 1e-100 &&
            har_log(uniform) < normal * normal / 2 + d - d * v + 3 * d * har_log(root))
            return har_log(d) + 3 * har_log(root);
    }
    return har_log(d);
}

/* Gamma(a) = Gamma(a + 1) U^(1/a), in logarithms, for small a leaves nothing to tell from 0. */
static double log_gamma(double shape, const struct har_random *random, uint64_t block)
{
    return log_gamma_above_1(shape + 1, random, block) +
           har_log(positive_uniform(random, block + 2 * TRIES)) / shape;
}

/* Beta(a, a) = G / (G + G') with G and G' from Gamma(a) */
static double beta(double alpha, const struct har_random *random, uint64_t block)
{
    if (alpha < 1e-12)
        return 1;
    return 1 / (1 + har_exp(log_gamma(alpha, random, block + GAMMA_BLOCKS) -
                            log_gamma(alpha, random, block)));
}

static void mix(const struct har_layer *layer, const struct har_pass *pass, struct har_mix *mix)
{
    const struct mixup *config = layer->config;
    const struct har_random random = har_layer_random(layer, pass, HAR_RANDOM_AUGMENT);
    const size_t real = pass->rows - pass->padding;
    for (size_t row = 0; row < pass->rows; row++) {
        mix->partner[row] = row;
        mix->share[row] = 1;
        if (row >= real || real < 2)
            continue;
        const uint64_t first = har_layer_random_index(layer, pass, row, ROW_BLOCKS);
        const size_t other = (size_t)har_random_below(&random, first, real - 1);
        mix->partner[row] = other + (other >= row);
        mix->share[row] = (har_real)beta(config->alpha, &random, first + 1);
    }
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const size_t size = har_layer_size(layer);
    struct har_mix how;
    memcpy(y, x, pass->rows * size * sizeof *y);
    if (!pass->training)
        return;
    mix(layer, pass, &how);
    for (size_t row = 0; row < pass->rows; row++) {
        const har_real share = how.share[row], *other = x + how.partner[row] * size;
        har_real *to = y + row * size;
        for (size_t i = 0; i < size && share < 1; i++)
            to[i] = share * to[i] + (1 - share) * other[i];
    }
}

/* dx_r = s_r dy_r + the sum of (1 - s_q) dy_q over the rows q whose partner is r */
static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    (void)x, (void)y;
    const size_t size = har_layer_size(layer);
    struct har_mix how;
    if (dx == NULL)
        return;
    mix(layer, pass, &how);
    for (size_t row = 0; row < pass->rows; row++)
        for (size_t i = 0; i < size; i++)
            dx[row * size + i] = how.share[row] * dy[row * size + i];
    for (size_t row = 0; row < pass->rows; row++) {
        har_real *other = dx + how.partner[row] * size;
        for (size_t i = 0; i < size && how.share[row] < 1; i++)
            other[i] += (1 - how.share[row]) * dy[row * size + i];
    }
}

const struct har_layer_kind har_kind_mixup = {
    .name = "mixup",
    .config_size = sizeof(struct mixup),
    .arguments = arguments,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .mix = mix,
};
