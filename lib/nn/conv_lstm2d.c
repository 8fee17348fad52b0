/* conv_lstm2d FILTERS kernel_size=H,W: an LSTM on images, whose products are convolutions:
 * z = x_t * K + h_{t-1} * R + b; i, f, o = s(z), g = a(z_c); c_t = f c_{t-1} + i g; h_t = o a(c_t),
 * s the recurrent_activation and a the activation. The input's convolution is padded and strided as
 * the arguments say, the state's keeps its size. Gates lie in the order i f c o.
 *
 * Inside, time comes first: (steps, rows, places, …), as in lstm.c. */
#include "nn/kinds.h"

#include "base/memory.h"
#include "nn/functions.h"
#include "nn/steps.h"
#include "nn/taps.h"

#include <string.h>

struct conv_lstm {
    size_t filters;
    struct har_shape kernel_size, strides;
    int padding;
    int activation, recurrent_activation; /* index into har_function_names; BY_PROFILE */
    bool return_sequences, go_backwards;
};

enum { BY_PROFILE = -1 };

/* in the order of enum har_convolution_padding */
static const char *const paddings[] = {"valid", "same", NULL};

static const struct har_argument arguments[] = {
    {.name = "filters",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct conv_lstm, filters),
     .positional = true,
     .required = true,
     .low = 1,
     .high = 1e5},
    {.name = "kernel_size",
     .type = HAR_ARG_SHAPE,
     .field = offsetof(struct conv_lstm, kernel_size),
     .required = true,
     .low = 1,
     .high = 1e4},
    {.name = "strides",
     .type = HAR_ARG_SHAPE,
     .field = offsetof(struct conv_lstm, strides),
     .low = 1,
     .high = 1e4},
    {.name = "padding",
     .type = HAR_ARG_CHOICE,
     .field = offsetof(struct conv_lstm, padding),
     .choices = paddings},
    {.name = "activation",
     .type = HAR_ARG_CHOICE,
     .field = offsetof(struct conv_lstm, activation),
     .otherwise = HAR_TANH,
     .choices = har_function_names},
    {.name = "recurrent_activation",
     .type = HAR_ARG_CHOICE,
     .field = offsetof(struct conv_lstm, recurrent_activation),
     .otherwise = BY_PROFILE,
     .choices = har_function_names},
    {.name = "return_sequences",
     .type = HAR_ARG_BOOL,
     .field = offsetof(struct conv_lstm, return_sequences)},
    {.name = "go_backwards",
     .type = HAR_ARG_BOOL,
     .field = offsetof(struct conv_lstm, go_backwards)},
    {.name = NULL},
};
static const char *const refused[] = {"data_format", "dilation_rate", "unit_forget_bias",
                                      HAR_RECURRENT_REFUSED, NULL};

/* An argument of one number or two. */
static void set_pair(size_t pair[2], const struct har_shape *given)
{
    pair[0] = given->rank == 0 ? 1 : given->dim[0];
    pair[1] = given->rank == 2 ? given->dim[1] : pair[0];
}

/* The two convolutions, and their rows in the layer: forward, and (added) HAR_BACKWARD. */
enum { INPUT = 0, STATE = 2 };

static struct har_axis axis_of(size_t in, size_t kernel, size_t stride)
{
    return (struct har_axis){.in = in, .kernel = kernel, .stride = stride, .dilation = 1};
}

/* False where the kernel is wider than the input. */
static bool plan(struct har_image *input, struct har_image *state, const struct har_layer *layer)
{
    const struct conv_lstm *config = layer->config;
    const size_t *in = layer->in[0].dim;
    size_t kernel[2], stride[2];
    set_pair(kernel, &config->kernel_size);
    set_pair(stride, &config->strides);
    *input = (struct har_image){.channels = in[3], .filters = 4 * config->filters};
    *state = (struct har_image){.channels = config->filters, .filters = 4 * config->filters};
    for (int i = 0; i < 2; i++) {
        input->axis[i] = axis_of(in[1 + i], kernel[i], stride[i]);
        if (!har_axis_plan(&input->axis[i], (enum har_convolution_padding)config->padding))
            return false;
        state->axis[i] = axis_of(input->axis[i].out, kernel[i], 1);
        if (!har_axis_plan(&state->axis[i], HAR_SAME))
            return false;
    }
    return true;
}

static struct har_cell cell_of(const struct har_layer *layer, const struct har_kernels *kernels)
{
    const struct conv_lstm *config = layer->config;
    int gate = config->recurrent_activation;
    if (gate == BY_PROFILE)
        gate = layer->profile == HAR_KERAS3 ? HAR_SIGMOID : HAR_HARD_SIGMOID;
    return (struct har_cell){.units = config->filters,
                             .gate = har_function_of(kernels, gate, layer->profile),
                             .activation =
                                 har_function_of(kernels, config->activation, layer->profile)};
}

/* The sizes of one pass, and its blocks: gates before their functions, cell (of the step before at
 * index t), output; in scratch the gradients of a step. */
struct blocks {
    size_t rows, steps, places, image, filters;
    struct har_cell cell;
    har_real *z, *c, *h;
    har_real *dz, *dh, *dc, *dx;
};

static struct blocks blocks_of(const struct har_layer *layer, const struct har_pass *pass)
{
    const struct conv_lstm *config = layer->config;
    const size_t *in = layer->in[0].dim;
    struct blocks b = {.rows = pass->rows,
                       .steps = in[0],
                       .places = layer->rows[INPUT].period,
                       .image = in[1] * in[2] * in[3],
                       .filters = config->filters,
                       .cell = cell_of(layer, pass->kernels)};
    b.cell.rows = b.rows * b.places;
    const size_t state = b.cell.rows * b.filters;
    b.z = pass->cache;
    b.c = b.z + 4 * b.steps * state;
    b.h = b.c + (b.steps + 1) * state;
    b.dz = pass->scratch;
    b.dh = b.dz + 4 * state;
    b.dc = b.dh + state;
    b.dx = b.dc + state;
    return b;
}

static void set_weights(struct har_layer *layer, const struct har_image *input, size_t filters)
{
    const size_t height = input->axis[0].kernel, width = input->axis[1].kernel;
    layer->weights = 3;
    layer->weight[HAR_KERNEL] =
        (struct har_weight){.name = "kernel",
                            .shape = {4, {height, width, input->channels, 4 * filters}},
                            .multiplied = true,
                            .initializer = HAR_GLOROT_UNIFORM,
                            .fan_in = height * width * input->channels,
                            .fan_out = height * width * 4 * filters};
    layer->weight[HAR_RECURRENT_KERNEL] =
        (struct har_weight){.name = "recurrent_kernel",
                            .shape = {4, {height, width, filters, 4 * filters}},
                            .multiplied = true,
                            .initializer = HAR_ORTHOGONAL};
    layer->weight[HAR_BIAS] = (struct har_weight){
        .name = "bias", .shape = {1, {4 * filters}}, .initializer = HAR_UNIT_FORGET};
}

/* What a row needs: see blocks_of. */
static bool measure(struct har_layer *layer, size_t places, size_t filters)
{
    const size_t *in = layer->in[0].dim;
    size_t states;
    return har_multiply(&states, places, filters) && har_multiply(&layer->cache, states, 6) &&
           har_multiply(&layer->cache, layer->cache, in[0]) &&
           !__builtin_add_overflow(layer->cache, states, &layer->cache) &&
           har_multiply(&layer->scratch, states, 6) &&
           !__builtin_add_overflow(layer->scratch, in[1] * in[2] * in[3], &layer->scratch);
}

static enum har_status set_rows(struct har_layer *layer, const struct har_image *input,
                                const struct har_image *state, struct har_error *err)
{
    const size_t *in = layer->in[0].dim;
    struct har_rows *rows = layer->rows;
    if (har_taps_forward(&rows[INPUT], input, in[0] * in[1] * in[2] * in[3], err) != HAR_OK ||
        har_taps_backward(&rows[INPUT + HAR_BACKWARD], input, err) != HAR_OK ||
        har_taps_forward(&rows[STATE], state, har_image_places(state) * state->channels, err) !=
            HAR_OK)
        return err->status;
    return har_taps_backward(&rows[STATE + HAR_BACKWARD], state, err);
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct conv_lstm *config = layer->config;
    const struct har_shape *in = &layer->in[0];
    struct har_image input, state;
    if (in->rank != 4)
        return har_fail(err, HAR_USAGE,
                        "wants an input (time, row, column, channel), not one of rank %zu",
                        in->rank);
    if (config->kernel_size.rank > 2 || config->strides.rank > 2)
        return har_fail(err, HAR_USAGE, "kernel_size and strides have one number or two");
    if (!plan(&input, &state, layer)) {
        size_t kernel[2];
        set_pair(kernel, &config->kernel_size);
        return har_fail(err, HAR_USAGE,
                        "the kernel (%zu,%zu) is larger than the input's images (%zu,%zu)",
                        kernel[0], kernel[1], in->dim[1], in->dim[2]);
    }
    const size_t height = input.axis[0].out, width = input.axis[1].out;
    layer->out = config->return_sequences
                     ? (struct har_shape){4, {in->dim[0], height, width, config->filters}}
                     : (struct har_shape){3, {height, width, config->filters}};
    set_weights(layer, &input, config->filters);
    if (!measure(layer, height * width, config->filters))
        return har_fail(err, HAR_USAGE, "the input is too large");
    return set_rows(layer, &input, &state, err);
}

/* Step t's images lie here in x: counted from the end, if so asked. */
static size_t image_at(const struct har_layer *layer, const struct blocks *b, size_t t)
{
    const struct conv_lstm *config = layer->config;
    return (config->go_backwards ? b->steps - 1 - t : t) * b->image;
}

/* The product of CONVOLUTION's rows with WEIGHT, one way or the other. */
static struct har_product product_of(const struct har_layer *layer, const struct blocks *b,
                                     int convolution, size_t weight, enum har_direction way)
{
    const struct har_rows *rows = &layer->rows[convolution + (int)way];
    const size_t *dim = layer->weight[weight].shape.dim;
    const size_t k = way == HAR_FORWARD ? dim[2] : dim[3];
    const size_t n = way == HAR_FORWARD ? dim[3] : dim[2];
    return (struct har_product){.m = b->rows * rows->period,
                                .n = n,
                                .k = dim[0] * dim[1] * k / rows->taps,
                                .rows = *rows,
                                .ldc = n};
}

/* y: the last h, or all of them as (rows, steps, places, filters) */
static void give_output(har_real *y, const struct har_layer *layer, const struct blocks *b)
{
    const struct conv_lstm *config = layer->config;
    const size_t row_state = b->places * b->filters, state = b->rows * row_state;
    if (!config->return_sequences) {
        memcpy(y, b->h + (b->steps - 1) * state, state * sizeof *y);
        return;
    }
    for (size_t row = 0; row < b->rows; row++)
        for (size_t t = 0; t < b->steps; t++, y += row_state)
            memcpy(y, b->h + t * state + row * row_state, row_state * sizeof *y);
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t state = b.cell.rows * b.filters;
    struct har_product input = product_of(layer, &b, INPUT, HAR_KERNEL, HAR_FORWARD);
    struct har_product recurrent = product_of(layer, &b, STATE, HAR_RECURRENT_KERNEL, HAR_FORWARD);
    struct har_start start = {NULL, har_layer_packed(layer, pass, HAR_KERNEL, HAR_FORWARD), &input};
    input.bias = har_layer_weight(layer, pass, HAR_BIAS);
    recurrent.start = &start;
    memset(b.c, 0, state * sizeof *b.c);
    for (size_t t = 0; t < b.steps; t++) {
        har_real *z = b.z + 4 * t * state, *c = b.c + t * state, *h = b.h + t * state;
        start.a = x + image_at(layer, &b, t);
        /* z_t = x_t * K + b + h_{t-1} * R */
        if (t == 0)
            pass->kernels->product(z, start.a, start.packed, &input);
        else
            pass->kernels->product(z, h - state,
                                   har_layer_packed(layer, pass, HAR_RECURRENT_KERNEL, HAR_FORWARD),
                                   &recurrent);
        pass->kernels->cell(h, c + state, z, c, &b.cell);
    }
    give_output(y, layer, &b);
}

/* dh = what comes from above at step t */
static void take_gradient(const struct har_layer *layer, const struct blocks *b, const har_real *dy,
                          size_t t)
{
    const struct conv_lstm *config = layer->config;
    const size_t state = b->places * b->filters;
    if (config->return_sequences)
        for (size_t row = 0; row < b->rows; row++)
            memcpy(b->dh + row * state, dy + (row * b->steps + t) * state, state * sizeof *dy);
    else if (t + 1 == b->steps)
        memcpy(b->dh, dy, b->rows * state * sizeof *dy);
    else
        memset(b->dh, 0, b->rows * state * sizeof *dy);
}

/* dK += x_t^T * dz, dR += h_{t-1}^T * dz, db += dz */
static void weight_gradients(const struct har_layer *layer, const struct har_pass *pass,
                             const struct blocks *b, const har_real *x, size_t t)
{
    struct har_product input = product_of(layer, b, INPUT, HAR_KERNEL, HAR_FORWARD);
    struct har_product recurrent = product_of(layer, b, STATE, HAR_RECURRENT_KERNEL, HAR_FORWARD);
    input.accumulate = recurrent.accumulate = t + 1 < b->steps;
    pass->kernels->gradient(har_layer_gradient(layer, pass, HAR_KERNEL), x + image_at(layer, b, t),
                            b->dz, &input);
    if (t > 0)
        pass->kernels->gradient(har_layer_gradient(layer, pass, HAR_RECURRENT_KERNEL),
                                b->h + (t - 1) * b->cell.rows * b->filters, b->dz, &recurrent);
    pass->kernels->sum_rows(har_layer_gradient(layer, pass, HAR_BIAS), b->dz, b->cell.rows,
                            4 * b->filters);
}

/* dx_t = dz * K^T */
static void input_gradient(har_real *dx, const struct har_layer *layer, const struct har_pass *pass,
                           const struct blocks *b, size_t t)
{
    const struct har_product product = product_of(layer, b, INPUT, HAR_KERNEL, HAR_BACKWARD);
    pass->kernels->product(b->dx, b->dz, har_layer_packed(layer, pass, HAR_KERNEL, HAR_BACKWARD),
                           &product);
    for (size_t row = 0; row < b->rows; row++)
        memcpy(dx + row * b->steps * b->image + image_at(layer, b, t), b->dx + row * b->image,
               b->image * sizeof *dx);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t state = b.cell.rows * b.filters;
    struct har_product recurrent = product_of(layer, &b, STATE, HAR_RECURRENT_KERNEL, HAR_BACKWARD);
    recurrent.accumulate = true;
    (void)y;
    memset(b.dc, 0, state * sizeof *b.dc);
    har_layer_zero_gradient(layer, pass, HAR_BIAS);
    if (b.steps == 1)
        har_layer_zero_gradient(layer, pass, HAR_RECURRENT_KERNEL);
    for (size_t t = b.steps; t-- > 0;) {
        const har_real *c = b.c + t * state;
        take_gradient(layer, &b, dy, t);
        /* dh_t += dz_{t+1} * R^T */
        if (t + 1 < b.steps)
            pass->kernels->product(
                b.dh, b.dz, har_layer_packed(layer, pass, HAR_RECURRENT_KERNEL, HAR_BACKWARD),
                &recurrent);
        pass->kernels->cell_backward(b.dz, b.dc, b.dh, b.z + 4 * t * state, c + state, c, &b.cell);
        weight_gradients(layer, pass, &b, x, t);
        if (dx != NULL)
            input_gradient(dx, layer, pass, &b, t);
    }
}

const struct har_layer_kind har_kind_conv_lstm2d = {
    .name = "conv_lstm2d",
    .config_size = sizeof(struct conv_lstm),
    .arguments = arguments,
    .refused = refused,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
