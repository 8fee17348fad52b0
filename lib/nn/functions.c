#include "nn/functions.h"

#include <string.h>

const char *const har_function_names[] = {"linear", "relu", "sigmoid", "tanh", "hard_sigmoid",
                                          "elu",    "gelu", "swish",   "silu", NULL};

static void linear(har_real *y, const har_real *x, size_t count)
{
    memcpy(y, x, count * sizeof *y);
}

static void linear_backward(har_real *dx, const har_real *y, const har_real *dy, size_t count)
{
    (void)y;
    memcpy(dx, dy, count * sizeof *dx);
}

struct har_function har_function_of(const struct har_kernels *kernels, int name,
                                    enum har_profile profile)
{
    const struct har_kernels *k = kernels;
    const struct har_function hard_sigmoid[] = {
        [HAR_KERAS2] = {k->hard_sigmoid_keras2, k->hard_sigmoid_keras2_backward, true},
        [HAR_KERAS3] = {k->hard_sigmoid_keras3, k->hard_sigmoid_keras3_backward, true},
    };
    const struct har_function functions[] = {
        /* in the order of har_function_names */
        {linear, linear_backward, false},
        {k->relu, k->relu_backward, false},
        {k->sigmoid, k->sigmoid_backward, false},
        {k->tanh, k->tanh_backward, false},
        hard_sigmoid[profile],
        {k->elu, k->elu_backward, false},
        {k->gelu, k->gelu_backward, true},
        {k->swish, k->swish_backward, true},
        {k->swish, k->swish_backward, true},
    };
    return functions[name];
}
