/* scale STDDEV: in training, y = x f, where f is 1 + a normal number of this standard deviation,
 * one for each channel of a row, or with each=row one for all of it. */
#include "nn/augment.h"

#include "nn/kinds.h"

enum { EACH_CHANNEL, EACH_ROW };

struct scale {
    double stddev;
    int each;
};

static const char *const each[] = {"channel", "row", NULL};
static const struct har_argument arguments[] = {
    {.name = "stddev",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct scale, stddev),
     .positional = true,
     .required = true,
     .low = 0,
     .high = 10},
    {.name = "each",
     .type = HAR_ARG_CHOICE,
     .field = offsetof(struct scale, each),
     .otherwise = EACH_CHANNEL,
     .choices = each},
    {.name = NULL},
};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    if (har_augment_shape(layer, err) != HAR_OK)
        return err->status;
    layer->scratch = har_layer_width(layer);
    return HAR_OK;
}

static void draw(har_real *factor, const struct har_layer *layer, const struct har_pass *pass,
                 size_t row)
{
    const struct scale *config = layer->config;
    const size_t width = har_layer_width(layer);
    const struct har_random random = har_layer_random(layer, pass, HAR_RANDOM_AUGMENT);
    const uint64_t first = har_layer_random_index(layer, pass, row, width);
    for (size_t c = 0; c < width; c++) {
        const uint64_t index = first + (config->each == EACH_ROW ? 0 : c);
        factor[c] = (har_real)(1 + config->stddev * har_random_normal(&random, index));
    }
}

static void scale_row(const struct har_layer *layer, const struct har_pass *pass, size_t row,
                      har_real *to, const har_real *from)
{
    const size_t width = har_layer_width(layer), vectors = har_layer_vectors(layer, 1);
    har_real *restrict factor = pass->scratch;
    draw(factor, layer, pass, row);
    for (size_t v = 0; v < vectors; v++, to += width, from += width)
        for (size_t c = 0; c < width; c++)
            to[c] = from[c] * factor[c];
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    har_augment_forward(layer, pass, y, x, scale_row);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    (void)x, (void)y;
    har_augment_backward(layer, pass, dx, dy, scale_row);
}

const struct har_layer_kind har_kind_scale = {
    .name = "scale",
    .config_size = sizeof(struct scale),
    .arguments = arguments,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
