/* conv_lstm2d FILTERS kernel_size=H,W: an LSTM on images, whose products are convolutions:
 * z = x_t * K + h_{t-1} * R + b; i, f, o = s(z), g = a(z_c); c_t = f c_{t-1} + i g; h_t = o a(c_t),
 * s the recurrent_activation and a the activation. The input's convolution is padded and strided as
 * the arguments say, the state's keeps its size. Gates lie in the order i f c o.
 *
 * Inside, time comes first: (steps, rows, positions, …), as in lstm.c; a convolution is the product
 * of the patches that it sees and its kernel. */
#include "nn/kinds.h"

#include "base/memory.h"
#include "nn/functions.h"
#include "nn/patches.h"
#include "nn/steps.h"

#include <string.h>

struct conv_lstm {
    size_t filters;
    struct har_shape kernel_size, strides;
    int padding;
    int activation, recurrent_activation; /* index into har_function_names; BY_PROFILE */
    bool return_sequences, go_backwards;
};

enum { VALID, SAME };
enum { BY_PROFILE = -1 };

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

/* The two convolutions; false where the kernel is wider than the input. */
static bool plan(struct har_patches *input, struct har_patches *state,
                 const struct har_layer *layer)
{
    const struct conv_lstm *config = layer->config;
    const size_t *in = layer->in[0].dim;
    *input = (struct har_patches){.size = {in[1], in[2]}, .channels = in[3]};
    set_pair(input->kernel, &config->kernel_size);
    set_pair(input->stride, &config->strides);
    if (!har_patches_plan(input, config->padding == SAME))
        return false;
    *state = (struct har_patches){.size = {input->out[0], input->out[1]},
                                  .channels = config->filters,
                                  .kernel = {input->kernel[0], input->kernel[1]},
                                  .stride = {1, 1}};
    return har_patches_plan(state, true);
}

/* The sizes of one pass, and its blocks: patches of all inputs and of all states but the last,
 * gates before their functions, cell (of the step before at index t); in scratch the output of a
 * step, and the gradients. */
struct blocks {
    struct har_patches input, state;
    size_t rows, steps, positions, image, filters;
    size_t input_width, state_width; /* of a patch */
    struct har_cell cell;
    har_real *inputs, *states, *z, *c;
    har_real *h;
    har_real *dz, *dh, *dc, *patches;
};

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

static struct blocks blocks_of(const struct har_layer *layer, const struct har_pass *pass)
{
    const struct conv_lstm *config = layer->config;
    const size_t *in = layer->in[0].dim;
    struct blocks b = {.rows = pass->rows,
                       .steps = in[0],
                       .image = in[1] * in[2] * in[3],
                       .filters = config->filters,
                       .cell = cell_of(layer, pass->kernels)};
    (void)plan(&b.input, &b.state, layer); /* shape has checked it */
    b.positions = har_patches_count(&b.input);
    b.input_width = har_patches_width(&b.input);
    b.state_width = har_patches_width(&b.state);
    const size_t all = b.rows * b.positions, state = all * b.filters;
    b.cell.rows = all;
    b.inputs = pass->cache;
    b.states = b.inputs + b.steps * all * b.input_width;
    b.z = b.states + (b.steps - 1) * all * b.state_width;
    b.c = b.z + 4 * b.steps * state;
    b.h = pass->scratch;
    b.dz = pass->scratch;
    b.dh = b.dz + 4 * b.steps * state;
    b.dc = b.dh + state;
    b.patches = b.dc + state;
    return b;
}

static void set_weights(struct har_layer *layer, const struct har_patches *input, size_t filters)
{
    const size_t height = input->kernel[0], width = input->kernel[1];
    layer->weights = 3;
    layer->weight[HAR_KERNEL] =
        (struct har_weight){.name = "kernel",
                            .shape = {4, {height, width, input->channels, 4 * filters}},
                            .initializer = HAR_GLOROT_UNIFORM,
                            .fan_in = height * width * input->channels,
                            .fan_out = height * width * 4 * filters};
    layer->weight[HAR_RECURRENT_KERNEL] =
        (struct har_weight){.name = "recurrent_kernel",
                            .shape = {4, {height, width, filters, 4 * filters}},
                            .initializer = HAR_ORTHOGONAL};
    layer->weight[HAR_BIAS] = (struct har_weight){
        .name = "bias", .shape = {1, {4 * filters}}, .initializer = HAR_UNIT_FORGET};
}

/* *sum += a b, or false */
static bool add_product(size_t *sum, size_t a, size_t b)
{
    size_t product;
    return har_multiply(&product, a, b) && !__builtin_add_overflow(*sum, product, sum);
}

/* What a row needs: see blocks_of. */
static bool measure(struct har_layer *layer, const struct har_patches *input,
                    const struct har_patches *state)
{
    const size_t steps = layer->in[0].dim[0], filters = state->channels;
    const size_t input_width = har_patches_width(input), state_width = har_patches_width(state);
    const size_t widest = input_width > state_width ? input_width : state_width;
    size_t cache = filters, scratch = 2 * filters + widest;
    return add_product(&cache, steps, input_width + 5 * filters) &&
           add_product(&cache, steps - 1, state_width) &&
           add_product(&scratch, steps, 4 * filters) &&
           har_multiply(&layer->cache, cache, har_patches_count(input)) &&
           har_multiply(&layer->scratch, scratch, har_patches_count(input));
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct conv_lstm *config = layer->config;
    const struct har_shape *in = &layer->in[0];
    struct har_patches input, state;
    if (in->rank != 4)
        return har_fail(err, HAR_USAGE,
                        "wants an input (time, row, column, channel), not one of rank %zu",
                        in->rank);
    if (config->kernel_size.rank > 2 || config->strides.rank > 2)
        return har_fail(err, HAR_USAGE, "kernel_size and strides have one number or two");
    if (!plan(&input, &state, layer))
        return har_fail(err, HAR_USAGE,
                        "the kernel (%zu,%zu) is larger than the input's images (%zu,%zu)",
                        input.kernel[0], input.kernel[1], in->dim[1], in->dim[2]);
    const size_t *out = input.out;
    layer->out = config->return_sequences
                     ? (struct har_shape){4, {in->dim[0], out[0], out[1], config->filters}}
                     : (struct har_shape){3, {out[0], out[1], config->filters}};
    set_weights(layer, &input, config->filters);
    if (!measure(layer, &input, &state))
        return har_fail(err, HAR_USAGE, "the input is too large");
    return HAR_OK;
}

/* Sample t of a row lies at step t, or counted from the end. */
static size_t sample_of(const struct har_layer *layer, size_t step)
{
    const struct conv_lstm *config = layer->config;
    return config->go_backwards ? layer->in[0].dim[0] - 1 - step : step;
}

/* z = x * K + b for all steps */
static void convolve_input(const struct har_layer *layer, const struct har_pass *pass,
                           const struct blocks *b, const har_real *x)
{
    const size_t all = b->steps * b->rows * b->positions, width = 4 * b->filters;
    const size_t image = b->positions * b->input_width;
    const har_real *bias = har_layer_weight(layer, pass, HAR_BIAS);
    for (size_t step = 0; step < b->steps; step++)
        for (size_t row = 0; row < b->rows; row++)
            har_patches_gather(b->inputs + (step * b->rows + row) * image,
                               x + (row * b->steps + sample_of(layer, step)) * b->image, &b->input);
    for (size_t i = 0; i < all; i++)
        memcpy(b->z + i * width, bias, width * sizeof *bias);
    pass->kernels->matmul(b->z, b->inputs, har_layer_weight(layer, pass, HAR_KERNEL),
                          &(struct har_product){.m = all,
                                                .n = width,
                                                .k = b->input_width,
                                                .lda = b->input_width,
                                                .ldb = width,
                                                .ldc = width,
                                                .accumulate = true,
                                                .period = b->positions});
}

/* z_t += h_{t-1} * R, where t > 0 */
static void convolve_state(const struct har_layer *layer, const struct har_pass *pass,
                           const struct blocks *b, size_t t)
{
    const size_t all = b->rows * b->positions, width = 4 * b->filters;
    har_real *patches = b->states + (t - 1) * all * b->state_width;
    for (size_t row = 0; row < b->rows; row++)
        har_patches_gather(patches + row * b->positions * b->state_width,
                           b->h + row * b->positions * b->filters, &b->state);
    pass->kernels->matmul(b->z + t * all * width, patches,
                          har_layer_weight(layer, pass, HAR_RECURRENT_KERNEL),
                          &(struct har_product){.m = all,
                                                .n = width,
                                                .k = b->state_width,
                                                .lda = b->state_width,
                                                .ldb = width,
                                                .ldc = width,
                                                .accumulate = true,
                                                .period = b->positions});
}

/* y: the last h, or all of them as (rows, steps, positions, filters) */
static void give_output(har_real *y, const struct har_layer *layer, const struct blocks *b,
                        size_t t)
{
    const struct conv_lstm *config = layer->config;
    const size_t state = b->positions * b->filters;
    if (config->return_sequences)
        for (size_t row = 0; row < b->rows; row++)
            memcpy(y + (row * b->steps + t) * state, b->h + row * state, state * sizeof *y);
    else if (t + 1 == b->steps)
        memcpy(y, b->h, b->rows * state * sizeof *y);
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct blocks b = blocks_of(layer, pass);
    const size_t state = b.rows * b.positions * b.filters;
    convolve_input(layer, pass, &b, x);
    memset(b.c, 0, state * sizeof *b.c);
    for (size_t t = 0; t < b.steps; t++) {
        har_real *c = b.c + t * state;
        if (t > 0)
            convolve_state(layer, pass, &b, t);
        pass->kernels->cell(b.h, c + state, b.z + 4 * t * state, c, &b.cell);
        give_output(y, layer, &b, t);
    }
}

/* dh = what comes from above at step t */
static void take_gradient(const struct har_layer *layer, const struct blocks *b, const har_real *dy,
                          size_t t)
{
    const struct conv_lstm *config = layer->config;
    const size_t state = b->positions * b->filters;
    if (config->return_sequences)
        for (size_t row = 0; row < b->rows; row++)
            memcpy(b->dh + row * state, dy + (row * b->steps + t) * state, state * sizeof *dy);
    else if (t + 1 == b->steps)
        memcpy(b->dh, dy, b->rows * state * sizeof *dy);
    else
        memset(b->dh, 0, b->rows * state * sizeof *dy);
}

/* image += dz_t * W^T, W being the kernel that saw P of an image; rows lie APART */
static void spread(har_real *image, size_t apart, const struct har_pass *pass,
                   const struct blocks *b, size_t t, const har_real *kernel,
                   const struct har_patches *p)
{
    const size_t all = b->rows * b->positions, width = 4 * b->filters;
    const size_t patch = har_patches_width(p);
    pass->kernels->matmul(b->patches, b->dz + t * all * width, kernel,
                          &(struct har_product){.m = all,
                                                .n = patch,
                                                .k = width,
                                                .transpose_b = true,
                                                .lda = width,
                                                .ldb = width,
                                                .ldc = patch});
    for (size_t row = 0; row < b->rows; row++)
        har_patches_scatter(image + row * apart, b->patches + row * b->positions * patch, p);
}

static void backward_in_time(const struct har_layer *layer, const struct har_pass *pass,
                             const struct blocks *b, const har_real *dy)
{
    const size_t state = b->rows * b->positions * b->filters;
    memset(b->dc, 0, state * sizeof *b->dc);
    for (size_t t = b->steps; t-- > 0;) {
        const har_real *c = b->c + t * state;
        take_gradient(layer, b, dy, t);
        /* dh_t += dz_{t+1} * R^T */
        if (t + 1 < b->steps)
            spread(b->dh, state / b->rows, pass, b, t + 1,
                   har_layer_weight(layer, pass, HAR_RECURRENT_KERNEL), &b->state);
        pass->kernels->cell_backward(b->dz + 4 * t * state, b->dc, b->dh, b->z + 4 * t * state,
                                     c + state, c, &b->cell);
    }
}

/* dK += patches of x ^T dz, dR += patches of h_{t-1} ^T dz_t, db += dz, over all steps at once */
static void weight_gradients(const struct har_layer *layer, const struct har_pass *pass,
                             const struct blocks *b)
{
    const size_t step = b->rows * b->positions, width = 4 * b->filters;
    struct har_product product = {.m = b->input_width,
                                  .n = width,
                                  .k = b->steps * step,
                                  .transpose_a = true,
                                  .lda = b->input_width,
                                  .ldb = width,
                                  .ldc = width,
                                  .accumulate = true};
    pass->kernels->matmul(har_layer_gradient(layer, pass, HAR_KERNEL), b->inputs, b->dz, &product);
    pass->kernels->sum_rows(har_layer_gradient(layer, pass, HAR_BIAS), b->dz, product.k, width);
    product.m = product.lda = b->state_width;
    product.k -= step;
    if (product.k > 0)
        pass->kernels->matmul(har_layer_gradient(layer, pass, HAR_RECURRENT_KERNEL), b->states,
                              b->dz + step * width, &product);
}

/* dx = dz * K^T */
static void input_gradient(har_real *dx, const struct har_layer *layer, const struct har_pass *pass,
                           const struct blocks *b)
{
    memset(dx, 0, b->rows * b->steps * b->image * sizeof *dx);
    for (size_t t = 0; t < b->steps; t++)
        spread(dx + sample_of(layer, t) * b->image, b->steps * b->image, pass, b, t,
               har_layer_weight(layer, pass, HAR_KERNEL), &b->input);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct blocks b = blocks_of(layer, pass);
    (void)x, (void)y;
    backward_in_time(layer, pass, &b, dy);
    weight_gradients(layer, pass, &b);
    if (dx != NULL)
        input_gradient(dx, layer, pass, &b);
}

const struct har_layer_kind har_kind_conv_lstm2d = {
    .name = "conv_lstm2d",
    .config_size = sizeof(struct conv_lstm),
    .arguments = arguments,
    .refused = refused,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
