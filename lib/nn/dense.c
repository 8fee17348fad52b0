/* dense UNITS: y = x W + b over the last dimension. */
#include "nn/kinds.h"

struct dense {
    size_t units;
};

enum { KERNEL, BIAS };

static const struct har_argument arguments[] = {
    {.name = "units",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct dense, units),
     .positional = true,
     .required = true,
     .low = 1,
     .high = 1e6},
    {.name = NULL},
};
static const char *const refused[] = {"use_bias",          "kernel_initializer",
                                      "bias_initializer",  "kernel_regularizer",
                                      "bias_regularizer",  "activity_regularizer",
                                      "kernel_constraint", "bias_constraint",
                                      "lora_rank",         NULL};

static size_t width_in(const struct har_layer *layer)
{
    return layer->in[0].dim[layer->in[0].rank - 1];
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct dense *config = layer->config;
    if (layer->in[0].rank == 0)
        return har_fail(err, HAR_USAGE, "wants an input of one dimension or more");
    const size_t inputs = width_in(layer);
    layer->out = layer->in[0];
    layer->out.dim[layer->out.rank - 1] = config->units;
    layer->weights = 2;
    layer->weight[KERNEL] = (struct har_weight){.name = "kernel",
                                                .shape = {2, {inputs, config->units}},
                                                .multiplied = true,
                                                .initializer = HAR_GLOROT_UNIFORM,
                                                .fan_in = inputs,
                                                .fan_out = config->units};
    layer->weight[BIAS] = (struct har_weight){
        .name = "bias", .shape = {1, {config->units}}, .initializer = HAR_ZEROS};
    return HAR_OK;
}

/* Rows of the product: those of the slice, times all dimensions but the last. */
static size_t product_rows(const struct har_layer *layer, const struct har_pass *pass)
{
    size_t rows = pass->rows;
    for (size_t i = 0; i + 1 < layer->in[0].rank; i++)
        rows *= layer->in[0].dim[i];
    return rows;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const size_t inputs = width_in(layer), units = layer->weight[BIAS].size;

    /* y = b + x W */
    pass->kernels->product(y, x, har_layer_packed(layer, pass, KERNEL, HAR_FORWARD),
                           &(struct har_product){.m = product_rows(layer, pass),
                                                 .n = units,
                                                 .k = inputs,
                                                 .rows = har_rows_of(inputs),
                                                 .ldc = units,
                                                 .bias = har_layer_weight(layer, pass, BIAS)});
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const size_t rows = product_rows(layer, pass);
    const size_t inputs = width_in(layer), units = layer->weight[BIAS].size;
    (void)y;

    /* dW = x^T dy, db = sum dy */
    pass->kernels->gradient(
        har_layer_gradient(layer, pass, KERNEL), x, dy,
        &(struct har_product){
            .m = rows, .n = units, .k = inputs, .rows = har_rows_of(inputs), .ldc = units});
    pass->kernels->sum_rows(har_layer_zero_gradient(layer, pass, BIAS), dy, rows, units);
    if (dx == NULL)
        return;
    /* dx = dy W^T */
    pass->kernels->product(
        dx, dy, har_layer_packed(layer, pass, KERNEL, HAR_BACKWARD),
        &(struct har_product){
            .m = rows, .n = inputs, .k = units, .rows = har_rows_of(units), .ldc = inputs});
}

const struct har_layer_kind har_kind_dense = {
    .name = "dense",
    .config_size = sizeof(struct dense),
    .arguments = arguments,
    .refused = refused,
    .activation = true,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
