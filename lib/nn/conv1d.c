/* conv1d FILTERS kernel_size=K: y_t = b + sum over taps j of x_{strides t + dilation_rate j -
 * before} W_j, where x is 0 outside its steps; BEFORE zeros come from the padding.
 *
 * Each tap of each row is a matrix product of its own, over the outputs whose sample lies inside:
 * no copy of x, and a row's numbers don't depend on its place among the rows. */
#include "nn/kinds.h"

#include <string.h>

struct conv1d {
    size_t filters, kernel_size, strides, dilation_rate;
    int padding;
};

enum { KERNEL, BIAS };
enum { VALID, SAME, CAUSAL };

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

/* Samples that a kernel spans. */
static size_t span_of(const struct conv1d *config)
{
    return (config->kernel_size - 1) * config->dilation_rate + 1;
}

static enum har_status check(const struct conv1d *config, const struct har_shape *in,
                             struct har_error *err)
{
    if (in->rank != 2)
        return har_fail(err, HAR_USAGE, "wants an input (time, channel), not one of rank %zu",
                        in->rank);
    if (config->strides > 1 && config->dilation_rate > 1)
        return har_fail(err, HAR_USAGE, "has strides or a dilation_rate above 1, not both");
    if (config->padding == VALID && span_of(config) > in->dim[0])
        return har_fail(err, HAR_USAGE,
                        "the kernel spans %zu steps, the input has %zu; a smaller kernel_size, or "
                        "padding=same",
                        span_of(config), in->dim[0]);
    return HAR_OK;
}

static void set_weights(struct har_layer *layer, const struct conv1d *config, size_t inputs)
{
    layer->weights = 2;
    layer->weight[KERNEL] =
        (struct har_weight){.name = "kernel",
                            .shape = {3, {config->kernel_size, inputs, config->filters}},
                            .initializer = HAR_GLOROT_UNIFORM,
                            .fan_in = config->kernel_size * inputs,
                            .fan_out = config->kernel_size * config->filters};
    layer->weight[BIAS] = (struct har_weight){
        .name = "bias", .shape = {1, {config->filters}}, .initializer = HAR_ZEROS};
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct conv1d *config = layer->config;
    const struct har_shape *in = &layer->in[0];
    if (check(config, in, err) != HAR_OK)
        return err->status;
    const size_t covered = config->padding == VALID ? in->dim[0] - span_of(config) : in->dim[0] - 1;
    layer->out = (struct har_shape){2, {covered / config->strides + 1, config->filters}};
    set_weights(layer, config, in->dim[1]);
    return HAR_OK;
}

/* Zeros in front of the first sample. */
static size_t before(const struct har_layer *layer)
{
    const struct conv1d *config = layer->config;
    if (config->padding == VALID)
        return 0;
    if (config->padding == CAUSAL)
        return span_of(config) - 1;
    const size_t reach = (layer->out.dim[0] - 1) * config->strides + span_of(config);
    return reach > layer->in[0].dim[0] ? (reach - layer->in[0].dim[0]) / 2 : 0;
}

/* Where one tap of the kernel meets samples: COUNT outputs from FIRST on, the first of them at
 * sample FROM. */
struct meeting {
    size_t first, count, from;
};

static struct meeting meeting_of(const struct har_layer *layer, size_t tap)
{
    const struct conv1d *config = layer->config;
    const size_t steps = layer->in[0].dim[0], outputs = layer->out.dim[0];
    const size_t at = tap * config->dilation_rate, zeros = before(layer);
    const size_t first = zeros > at ? (zeros - at + config->strides - 1) / config->strides : 0;
    const size_t from = first * config->strides + at - zeros;
    if (first >= outputs || from >= steps)
        return (struct meeting){0};
    const size_t inside = (steps - 1 - from) / config->strides + 1;
    return (struct meeting){first, inside < outputs - first ? inside : outputs - first, from};
}

/* The sizes of one pass. */
struct sizes {
    size_t taps, inputs, filters;
    size_t in, out; /* reals of a row */
    size_t lda;     /* reals from one output's sample to the next one's */
};

static struct sizes sizes_of(const struct har_layer *layer)
{
    const struct conv1d *config = layer->config;
    const size_t inputs = layer->in[0].dim[1];
    return (struct sizes){.taps = config->kernel_size,
                          .inputs = inputs,
                          .filters = config->filters,
                          .in = layer->in[0].dim[0] * inputs,
                          .out = layer->out.dim[0] * config->filters,
                          .lda = config->strides * inputs};
}

/* y += x_j W_j for all rows */
static void add_tap(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x, size_t tap)
{
    const struct sizes size = sizes_of(layer);
    const struct meeting meeting = meeting_of(layer, tap);
    const har_real *kernel =
        har_layer_weight(layer, pass, KERNEL) + tap * size.inputs * size.filters;
    const struct har_product product = {.m = meeting.count,
                                        .n = size.filters,
                                        .k = size.inputs,
                                        .lda = size.lda,
                                        .ldb = size.filters,
                                        .ldc = size.filters,
                                        .accumulate = true,
                                        .period = meeting.count};
    for (size_t row = 0; row < pass->rows && meeting.count > 0; row++)
        pass->kernels->matmul(y + row * size.out + meeting.first * size.filters,
                              x + row * size.in + meeting.from * size.inputs, kernel, &product);
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct sizes size = sizes_of(layer);
    memset(y, 0, pass->rows * size.out * sizeof *y);
    for (size_t tap = 0; tap < size.taps; tap++)
        add_tap(layer, pass, y, x, tap);
    pass->kernels->add_bias(y, har_layer_weight(layer, pass, BIAS), pass->rows * layer->out.dim[0],
                            size.filters);
}

/* dW_j += x_j^T dy for all rows */
static void weight_gradient(const struct har_layer *layer, const struct har_pass *pass,
                            const har_real *x, const har_real *dy, size_t tap)
{
    const struct sizes size = sizes_of(layer);
    const struct meeting meeting = meeting_of(layer, tap);
    har_real *gradient = har_layer_gradient(layer, pass, KERNEL) + tap * size.inputs * size.filters;
    const struct har_product product = {.m = size.inputs,
                                        .n = size.filters,
                                        .k = meeting.count,
                                        .transpose_a = true,
                                        .lda = size.lda,
                                        .ldb = size.filters,
                                        .ldc = size.filters,
                                        .accumulate = true};
    for (size_t row = 0; row < pass->rows && meeting.count > 0; row++)
        pass->kernels->matmul(gradient, x + row * size.in + meeting.from * size.inputs,
                              dy + row * size.out + meeting.first * size.filters, &product);
}

/* dx_j += dy W_j^T for all rows */
static void input_gradient(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                           const har_real *dy, size_t tap)
{
    const struct sizes size = sizes_of(layer);
    const struct meeting meeting = meeting_of(layer, tap);
    const har_real *kernel =
        har_layer_weight(layer, pass, KERNEL) + tap * size.inputs * size.filters;
    const struct har_product product = {.m = meeting.count,
                                        .n = size.inputs,
                                        .k = size.filters,
                                        .transpose_b = true,
                                        .lda = size.filters,
                                        .ldb = size.filters,
                                        .ldc = size.lda,
                                        .accumulate = true,
                                        .period = meeting.count};
    for (size_t row = 0; row < pass->rows && meeting.count > 0; row++)
        pass->kernels->matmul(dx + row * size.in + meeting.from * size.inputs,
                              dy + row * size.out + meeting.first * size.filters, kernel, &product);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct sizes size = sizes_of(layer);
    (void)y;
    for (size_t tap = 0; tap < size.taps; tap++)
        weight_gradient(layer, pass, x, dy, tap);
    pass->kernels->sum_rows(har_layer_gradient(layer, pass, BIAS), dy,
                            pass->rows * layer->out.dim[0], size.filters);
    if (dx == NULL)
        return;
    memset(dx, 0, pass->rows * size.in * sizeof *dx);
    for (size_t tap = 0; tap < size.taps; tap++)
        input_gradient(layer, pass, dx, dy, tap);
}

const struct har_layer_kind har_kind_conv1d = {
    .name = "conv1d",
    .config_size = sizeof(struct conv1d),
    .arguments = arguments,
    .refused = refused,
    .activation = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
