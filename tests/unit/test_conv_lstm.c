/* conv_lstm2d: shapes, parameters, messages; a row alone and among others. */
#include "base/memory.h"
#include "nn/packed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct har_net *net_of(const char *text)
{
    struct har_error err = {0};
    struct har_net *net;
    if (har_net_new(&net, text, strlen(text), "x.net", &err) != HAR_OK)
        fail_msg("%s", err.text);
    return net;
}

static float *filled(size_t count, uint16_t place, double scale)
{
    const struct har_random random = {7, HAR_RANDOM_NOISE, place, 0};
    float *values = har_allocate_aligned(count, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(scale * (2 * har_random_uniform(&random, i) - 1));
    return values;
}

static const struct {
    const char *text, *canonical; /* the net, and the layer's line */
    struct har_shape out;
    size_t weights;
} good[] = {
    {"input 4 1 32 9\nconv_lstm2d 64 kernel_size=1,3 activation=relu\n",
     "conv_lstm2d 64 kernel_size=1,3 activation=relu\n",
     {3, {1, 30, 64}},
     56320},
    {"input 3 5 6 2\nconv_lstm2d 2 kernel_size=2 return_sequences=true\n",
     "conv_lstm2d 2 kernel_size=2 return_sequences=true\n",
     {4, {3, 4, 5, 2}},
     136},
    {"input 3 5 6 2\nconv_lstm2d filters=2 kernel_size=4,9 padding=same activation=tanh\n",
     "conv_lstm2d 2 kernel_size=4,9 padding=same\n",
     {3, {5, 6, 2}},
     1160},
    {"input 3 5 7 1\nconv_lstm2d 1 kernel_size=2,3 strides=2 recurrent_activation=sigmoid\n",
     "conv_lstm2d 1 kernel_size=2,3 strides=2 recurrent_activation=sigmoid\n",
     {3, {2, 3, 1}},
     52},
    {"input 3 5 7 1\nconv_lstm2d 1 kernel_size=2,3 strides=2,3 padding=same\n",
     "conv_lstm2d 1 kernel_size=2,3 strides=2,3 padding=same\n",
     {3, {3, 3, 1}},
     52},
};

static void test_shapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct har_net *net = net_of(good[i].text);
        assert_int_equal(net->output.rank, good[i].out.rank);
        assert_memory_equal(net->output.dim, good[i].out.dim, sizeof net->output.dim);
        assert_int_equal(net->weights, good[i].weights);
        assert_non_null(strstr(net->text, good[i].canonical));
        har_net_free(net);
    }
}

static const struct {
    const char *text, *message;
} bad[] = {
    {"input 9 2\nconv_lstm2d 2 kernel_size=1,3\n",
     "x.net:2:1: conv_lstm2d: wants an input (time, row, column, channel), not one of rank 2"},
    {"input 3 1 4 2\nconv_lstm2d 2\n", "x.net:2:1: conv_lstm2d wants kernel_size"},
    {"input 3 1 4 2\nconv_lstm2d 2 kernel_size=1,5\n",
     "x.net:2:1: conv_lstm2d: the kernel (1,5) is larger than the input's images (1,4)"},
    {"input 3 1 4 2\nconv_lstm2d 2 kernel_size=1,2,3\n",
     "x.net:2:1: conv_lstm2d: kernel_size and strides have one number or two"},
    {"input 3 1 4 2\nconv_lstm2d 2 kernel_size=1,0\n",
     "x.net:2:29: dimension '0', expected 1 to 10000"},
    {"input 3 1 4 2\nconv_lstm2d 2 kernel_size=1,2 dilation_rate=2\n",
     "x.net:2:31: conv_lstm2d: Keras's argument 'dilation_rate' isn't supported"},
    {"input 3 1 4 2\nconv_lstm2d 2 kernel_size=1,2 data_format=channels_first\n",
     "x.net:2:31: conv_lstm2d: Keras's argument 'data_format' isn't supported"},
    {"input 3 1 4 2\nconv_lstm2d 2 kernel_size=1,2 activation=softmax\n",
     "x.net:2:42: unknown activation 'softmax'"},
    {"input 3 1 4 2\nconv_lstm2d 2 kernel_size=1,2 padding=causal\n",
     "x.net:2:39: unknown padding 'causal'"},
};

static void test_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct har_error err = {0};
        struct har_net *net;
        assert_int_equal(har_net_new(&net, bad[i].text, strlen(bad[i].text), "x.net", &err),
                         HAR_USAGE);
        assert_string_equal(err.text, bad[i].message);
    }
}

/* ---- a row's numbers don't depend on its place in the slice ---- */

static const char *const places[] = {
    "input 3 1 32 9\nconv_lstm2d 24 kernel_size=1,3 activation=relu\n",
    "input 3 1 32 3\nconv_lstm2d 20 kernel_size=1,3 padding=same return_sequences=true\n",
    "input 2 3 4 5\nconv_lstm2d 17 kernel_size=2,2\n",
    "input 2 1 3 5\nconv_lstm2d 33 kernel_size=1,3\n",
};

static void sizes_of(size_t *in, size_t *out, const struct har_net *net)
{
    assert_true(har_shape_size(in, &net->input));
    assert_true(har_shape_size(out, &net->output));
}

static void run(const struct har_net *net, float *y, const float *x, const float *weights,
                const struct har_kernels *kernels)
{
    struct har_error err = {0};
    struct har_workspace *space;
    size_t in, out;
    sizes_of(&in, &out, net);
    assert_int_equal(har_workspace_new(&space, net, false, &err), HAR_OK);
    memcpy(har_workspace_input(space), x, HAR_SLICE * in * sizeof *x);
    struct har_packed *packed;
    assert_int_equal(har_packed_new(&packed, net, false, &err), HAR_OK);
    har_packed_fill(packed, kernels, weights);
    const struct har_slice slice = {.kernels = kernels, .weights = weights, .packed = packed};
    har_net_forward(net, space, &slice);
    har_packed_free(packed);
    memcpy(y, har_workspace_output(space), HAR_SLICE * out * sizeof *y);
    har_workspace_free(space);
}

/* All rows are the first one. */
static void test_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct har_net *net = net_of(places[i]);
        size_t in, out;
        sizes_of(&in, &out, net);
        float *x = filled(HAR_SLICE * in, 1, 1), *y = filled(HAR_SLICE * out, 2, 1);
        float *weights = filled(net->weights, 3, 0.3);
        for (size_t row = 1; row < HAR_SLICE; row++)
            memcpy(x + row * in, x, in * sizeof *x);
        run(net, y, x, weights, har_kernels_best());
        for (size_t row = 1; row < HAR_SLICE; row++)
            assert_memory_equal(y + row * out, y, out * sizeof *y);
        free(x);
        free(y);
        free(weights);
        har_net_free(net);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
