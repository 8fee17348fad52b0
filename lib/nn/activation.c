/* activation FUNCTION: y = f(x) value by value; softmax over the last dimension.
 * hard_sigmoid is that of the profile. */
#include "nn/kinds.h"

#include <string.h>

const char *const har_activation_names[] = {"linear",  "relu",         "sigmoid", "tanh",
                                            "softmax", "hard_sigmoid", "elu",     "gelu",
                                            "swish",   "silu",         NULL};
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

/* What a function sees of its layer: ROWS of WIDTH values. */
struct values {
    const struct har_kernels *kernels;
    enum har_profile profile;
    size_t rows, width;
};

typedef void function(const struct values *values, har_real *y, const har_real *x);
typedef void derivative(const struct values *values, har_real *dx, const har_real *x,
                        const har_real *y, const har_real *dy);

static void linear(const struct values *values, har_real *y, const har_real *x)
{
    if (y != x)
        memcpy(y, x, values->rows * values->width * sizeof *y);
}

static void linear_backward(const struct values *values, har_real *dx, const har_real *x,
                            const har_real *y, const har_real *dy)
{
    (void)x, (void)y;
    linear(values, dx, dy);
}

static void relu(const struct values *values, har_real *y, const har_real *x)
{
    values->kernels->relu(y, x, values->rows * values->width);
}

static void relu_backward(const struct values *values, har_real *dx, const har_real *x,
                          const har_real *y, const har_real *dy)
{
    (void)x;
    values->kernels->relu_backward(dx, y, dy, values->rows * values->width);
}

static void sigmoid(const struct values *values, har_real *y, const har_real *x)
{
    values->kernels->sigmoid(y, x, values->rows * values->width);
}

static void sigmoid_backward(const struct values *values, har_real *dx, const har_real *x,
                             const har_real *y, const har_real *dy)
{
    (void)x;
    values->kernels->sigmoid_backward(dx, y, dy, values->rows * values->width);
}

static void hyperbolic(const struct values *values, har_real *y, const har_real *x)
{
    values->kernels->tanh(y, x, values->rows * values->width);
}

static void hyperbolic_backward(const struct values *values, har_real *dx, const har_real *x,
                                const har_real *y, const har_real *dy)
{
    (void)x;
    values->kernels->tanh_backward(dx, y, dy, values->rows * values->width);
}

static void softmax(const struct values *values, har_real *y, const har_real *x)
{
    values->kernels->softmax(y, x, values->rows, values->width);
}

static void softmax_backward(const struct values *values, har_real *dx, const har_real *x,
                             const har_real *y, const har_real *dy)
{
    const size_t width = values->width;
    (void)x;
    for (size_t row = 0; row < values->rows; row++, dx += width, y += width, dy += width) {
        /* dx = y (dy - y . dy) */
        har_real dot = 0;
        for (size_t j = 0; j < width; j++)
            dot += y[j] * dy[j];
        for (size_t j = 0; j < width; j++)
            dx[j] = y[j] * (dy[j] - dot);
    }
}

static void hard_sigmoid(const struct values *values, har_real *y, const har_real *x)
{
    const size_t count = values->rows * values->width;
    if (values->profile == HAR_KERAS3)
        values->kernels->hard_sigmoid_keras3(y, x, count);
    else
        values->kernels->hard_sigmoid_keras2(y, x, count);
}

static void hard_sigmoid_backward(const struct values *values, har_real *dx, const har_real *x,
                                  const har_real *y, const har_real *dy)
{
    const size_t count = values->rows * values->width;
    (void)y;
    if (values->profile == HAR_KERAS3)
        values->kernels->hard_sigmoid_keras3_backward(dx, x, dy, count);
    else
        values->kernels->hard_sigmoid_keras2_backward(dx, x, dy, count);
}

static void elu(const struct values *values, har_real *y, const har_real *x)
{
    values->kernels->elu(y, x, values->rows * values->width);
}

static void elu_backward(const struct values *values, har_real *dx, const har_real *x,
                         const har_real *y, const har_real *dy)
{
    (void)x;
    values->kernels->elu_backward(dx, y, dy, values->rows * values->width);
}

static void gelu(const struct values *values, har_real *y, const har_real *x)
{
    values->kernels->gelu(y, x, values->rows * values->width);
}

static void gelu_backward(const struct values *values, har_real *dx, const har_real *x,
                          const har_real *y, const har_real *dy)
{
    (void)y;
    values->kernels->gelu_backward(dx, x, dy, values->rows * values->width);
}

static void swish(const struct values *values, har_real *y, const har_real *x)
{
    values->kernels->swish(y, x, values->rows * values->width);
}

static void swish_backward(const struct values *values, har_real *dx, const har_real *x,
                           const har_real *y, const har_real *dy)
{
    (void)y;
    values->kernels->swish_backward(dx, x, dy, values->rows * values->width);
}

/* In the order of har_activation_names. */
static const struct {
    function *forward;
    derivative *backward;
    bool in_place;
} functions[] = {
    {linear, linear_backward, true},    {relu, relu_backward, true},
    {sigmoid, sigmoid_backward, true},  {hyperbolic, hyperbolic_backward, true},
    {softmax, softmax_backward, false}, {hard_sigmoid, hard_sigmoid_backward, false},
    {elu, elu_backward, true},          {gelu, gelu_backward, false},
    {swish, swish_backward, false},     {swish, swish_backward, false},
};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    if (layer->in[0].rank == 0)
        return har_fail(err, HAR_USAGE, "wants an input of one dimension or more");
    layer->out = layer->in[0];
    return HAR_OK;
}

/* The values of a slice as rows of the last dimension. */
static struct values values_of(const struct har_layer *layer, const struct har_pass *pass)
{
    struct values values = {.kernels = pass->kernels,
                            .profile = layer->profile,
                            .rows = pass->rows,
                            .width = layer->out.dim[layer->out.rank - 1]};
    for (size_t i = 0; i + 1 < layer->out.rank; i++)
        values.rows *= layer->out.dim[i];
    return values;
}

static bool in_place(const struct har_layer *layer)
{
    const struct har_activation *config = layer->config;
    return functions[config->function].in_place;
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const struct har_activation *config = layer->config;
    const struct values values = values_of(layer, pass);
    functions[config->function].forward(&values, y, x);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    const struct har_activation *config = layer->config;
    const struct values values = values_of(layer, pass);
    if (dx != NULL)
        functions[config->function].backward(&values, dx, x, y, dy);
}

const struct har_layer_kind har_kind_activation = {
    .name = "activation",
    .config_size = sizeof(struct har_activation),
    .arguments = arguments,
    .shape = shape,
    .in_place = in_place,
    .forward = forward,
    .backward = backward,
};
