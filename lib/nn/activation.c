/* activation FUNCTION: y = f(x) value by value; softmax over the last dimension. */
#include "nn/kinds.h"

#include <string.h>

const char *const har_activation_names[] = {"linear", "relu", "sigmoid", "tanh", "softmax", NULL};
enum { SOFTMAX = 4 };

static const struct har_argument arguments[] = {
    {.name = "activation",
     .type = HAR_ARG_CHOICE,
     .field = offsetof(struct har_activation, function),
     .positional = true,
     .required = true,
     .choices = har_activation_names},
    {.name = NULL},
};

bool har_layer_is_softmax(const struct har_layer *layer)
{
    const struct har_activation *config = layer->config;
    return layer->kind == &har_kind_activation && config->function == SOFTMAX;
}

static void linear(const struct har_kernels *kernels, har_real *y, const har_real *x, size_t rows,
                   size_t width)
{
    (void)kernels;
    memcpy(y, x, rows * width * sizeof *y);
}

static void relu(const struct har_kernels *kernels, har_real *y, const har_real *x, size_t rows,
                 size_t width)
{
    kernels->relu(y, x, rows * width);
}

static void sigmoid(const struct har_kernels *kernels, har_real *y, const har_real *x, size_t rows,
                    size_t width)
{
    kernels->sigmoid(y, x, rows * width);
}

static void hyperbolic(const struct har_kernels *kernels, har_real *y, const har_real *x,
                       size_t rows, size_t width)
{
    kernels->tanh(y, x, rows * width);
}

static void softmax(const struct har_kernels *kernels, har_real *y, const har_real *x, size_t rows,
                    size_t width)
{
    kernels->softmax(y, x, rows, width);
}

static void linear_backward(const struct har_kernels *kernels, har_real *dx, const har_real *y,
                            const har_real *dy, size_t rows, size_t width)
{
    (void)kernels, (void)y;
    memcpy(dx, dy, rows * width * sizeof *dx);
}

static void relu_backward(const struct har_kernels *kernels, har_real *dx, const har_real *y,
                          const har_real *dy, size_t rows, size_t width)
{
    kernels->relu_backward(dx, y, dy, rows * width);
}

static void sigmoid_backward(const struct har_kernels *kernels, har_real *dx, const har_real *y,
                             const har_real *dy, size_t rows, size_t width)
{
    kernels->sigmoid_backward(dx, y, dy, rows * width);
}

static void tanh_backward(const struct har_kernels *kernels, har_real *dx, const har_real *y,
                          const har_real *dy, size_t rows, size_t width)
{
    kernels->tanh_backward(dx, y, dy, rows * width);
}

static void softmax_backward(const struct har_kernels *kernels, har_real *dx, const har_real *y,
                             const har_real *dy, size_t rows, size_t width)
{
    (void)kernels;
    for (size_t row = 0; row < rows; row++, dx += width, y += width, dy += width) {
        /* dx = y (dy - y . dy) */
        har_real dot = 0;
        for (size_t j = 0; j < width; j++)
            dot += y[j] * dy[j];
        for (size_t j = 0; j < width; j++)
            dx[j] = y[j] * (dy[j] - dot);
    }
}

/* In the order of har_activation_names. */
static const struct {
    void (*forward)(const struct har_kernels *kernels, har_real *y, const har_real *x, size_t rows,
                    size_t width);
    void (*backward)(const struct har_kernels *kernels, har_real *dx, const har_real *y,
                     const har_real *dy, size_t rows, size_t width);
} functions[] = {
    {linear, linear_backward},   {relu, relu_backward},       {sigmoid, sigmoid_backward},
    {hyperbolic, tanh_backward}, {softmax, softmax_backward},
};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    if (layer->in[0].rank == 0)
        return har_fail(err, HAR_USAGE, "wants an input of one dimension or more");
    layer->out = layer->in[0];
    return HAR_OK;
}

/* The values of a slice as rows of the last dimension. */
static size_t rows_of(const struct har_layer *layer, const struct har_pass *pass, size_t *width)
{
    size_t rows = pass->rows;
    for (size_t i = 0; i + 1 < layer->out.rank; i++)
        rows *= layer->out.dim[i];
    *width = layer->out.dim[layer->out.rank - 1];
    return rows;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct har_activation *config = layer->config;
    size_t width;
    const size_t rows = rows_of(layer, pass, &width);
    functions[config->function].forward(pass->kernels, y, x, rows, width);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct har_activation *config = layer->config;
    size_t width;
    const size_t rows = rows_of(layer, pass, &width);
    (void)x;
    if (dx != NULL)
        functions[config->function].backward(pass->kernels, dx, y, dy, rows, width);
}

const struct har_layer_kind har_kind_activation = {
    .name = "activation",
    .config_size = sizeof(struct har_activation),
    .arguments = arguments,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
