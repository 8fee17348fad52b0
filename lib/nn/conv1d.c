/* conv1d FILTERS kernel_size=K: y_t = b + sum over taps j of x_{strides t + dilation_rate j -
 * before} W_j, where x is 0 outside its steps; BEFORE zeros come from the padding. */
#include "nn/kinds.h"

#include "nn/taps.h"

struct conv1d {
    size_t filters, kernel_size, strides, dilation_rate;
    int padding;
};

enum { KERNEL, BIAS };

/* in the order of enum har_convolution_padding */
static const char *const paddings[] = {"valid", "same", "causal", NULL};

static const struct har_argument arguments[] = {
    {.name = "filters",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct conv1d, filters),
     .positional = true,
     .required = true,
     .low = 1,
     .high = 1e6},
    {.name = "kernel_size",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct conv1d, kernel_size),
     .required = true,
     .low = 1,
     .high = 1e6},
    {.name = "strides",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct conv1d, strides),
     .low = 1,
     .high = 1e6,
     .otherwise = 1},
    {.name = "padding",
     .type = HAR_ARG_CHOICE,
     .field = offsetof(struct conv1d, padding),
     .choices = paddings},
    {.name = "dilation_rate",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct conv1d, dilation_rate),
     .low = 1,
     .high = 1e6,
     .otherwise = 1},
    {.name = NULL},
};
static const char *const refused[] = {"data_format",
                                      "groups",
                                      "use_bias",
                                      "kernel_initializer",
                                      "bias_initializer",
                                      "kernel_regularizer",
                                      "bias_regularizer",
                                      "activity_regularizer",
                                      "kernel_constraint",
                                      "bias_constraint",
                                      NULL};

static struct har_image image_of(const struct har_layer *layer)
{
    const struct conv1d *config = layer->config;
    return (struct har_image){.axis = {{1, 1, 1, 1, 1, 0},
                                       {.in = layer->in[0].dim[0],
                                        .kernel = config->kernel_size,
                                        .stride = config->strides,
                                        .dilation = config->dilation_rate}},
                              .channels = layer->in[0].dim[1],
                              .filters = config->filters};
}

static enum har_status plan(struct har_image *image, const struct har_layer *layer,
                            struct har_error *err)
{
    const struct conv1d *config = layer->config;
    if (layer->in[0].rank != 2)
        return har_fail(err, HAR_USAGE, "wants an input (time, channel), not one of rank %zu",
                        layer->in[0].rank);
    if (config->strides > 1 && config->dilation_rate > 1)
        return har_fail(err, HAR_USAGE, "has strides or a dilation_rate above 1, not both");
    *image = image_of(layer);
    struct har_axis *time = &image->axis[1];
    if (!har_axis_plan(time, (enum har_convolution_padding)config->padding))
        return har_fail(err, HAR_USAGE,
                        "the kernel spans %zu steps, the input has %zu; a smaller kernel_size, or "
                        "padding=same",
                        har_axis_span(time), time->in);
    return HAR_OK;
}

static void set_weights(struct har_layer *layer, const struct conv1d *config, size_t inputs)
{
    layer->weights = 2;
    layer->weight[KERNEL] =
        (struct har_weight){.name = "kernel",
                            .shape = {3, {config->kernel_size, inputs, config->filters}},
                            .multiplied = true,
                            .initializer = HAR_GLOROT_UNIFORM,
                            .fan_in = config->kernel_size * inputs,
                            .fan_out = config->kernel_size * config->filters};
    layer->weight[BIAS] = (struct har_weight){
        .name = "bias", .shape = {1, {config->filters}}, .initializer = HAR_ZEROS};
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct conv1d *config = layer->config;
    struct har_image image;
    if (plan(&image, layer, err) != HAR_OK)
        return err->status;
    layer->out = (struct har_shape){2, {image.axis[1].out, config->filters}};
    set_weights(layer, config, image.channels);
    if (har_taps_forward(&layer->rows[HAR_FORWARD], &image, image.axis[1].in * image.channels,
                         err) != HAR_OK)
        return err->status;
    return har_taps_backward(&layer->rows[HAR_BACKWARD], &image, err);
}

/* The product from one side to the other: of all outputs' inputs, or all inputs' outputs. */
static struct har_product product_of(const struct har_layer *layer, const struct har_pass *pass,
                                     enum har_direction way)
{
    const struct conv1d *config = layer->config;
    const struct har_rows *rows = &layer->rows[way];
    const size_t inputs = layer->in[0].dim[1];
    const size_t n = way == HAR_FORWARD ? config->filters : inputs;
    const size_t k = way == HAR_FORWARD ? inputs : config->filters;
    return (struct har_product){.m = pass->rows * rows->period,
                                .n = n,
                                .k = config->kernel_size * k / rows->taps,
                                .rows = *rows,
                                .ldc = n};
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    struct har_product product = product_of(layer, pass, HAR_FORWARD);
    product.bias = har_layer_weight(layer, pass, BIAS);
    pass->kernels->product(y, x, har_layer_packed(layer, pass, KERNEL, HAR_FORWARD), &product);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct har_product there = product_of(layer, pass, HAR_FORWARD);
    const struct har_product back = product_of(layer, pass, HAR_BACKWARD);
    (void)y;
    /* dW_j = x_j^T dy, db = sum dy, dx_j += dy W_j^T */
    pass->kernels->gradient(har_layer_gradient(layer, pass, KERNEL), x, dy, &there);
    pass->kernels->sum_rows(har_layer_zero_gradient(layer, pass, BIAS), dy, there.m, there.n);
    if (dx != NULL)
        pass->kernels->product(dx, dy, har_layer_packed(layer, pass, KERNEL, HAR_BACKWARD), &back);
}

const struct har_layer_kind har_kind_conv1d = {
    .name = "conv1d",
    .config_size = sizeof(struct conv1d),
    .arguments = arguments,
    .refused = refused,
    .activation = true,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
