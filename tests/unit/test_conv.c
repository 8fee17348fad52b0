/* Convolutions and pooling: their words in a net, their shapes, and that a row's numbers depend
 * neither on its place in the slice nor on being one of a folded row's parts. */
#include "base/memory.h"
#include "nn/packed.h"

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
    if (har_net_new(&net, text, strlen(text), "test.net", &err) != HAR_OK)
        fail_msg("%s", err.text);
    return net;
}

static const struct {
    const char *layer, *canonical; /* on an input of 10 steps of 3 channels */
    struct har_shape output;
} good[] = {
    {"conv1d 4 kernel_size=3", "conv1d 4 kernel_size=3", {2, {8, 4}}},
    {"conv1d kernel_size=3 filters=4 strides=1 padding=valid dilation_rate=1 activation=gelu",
     "conv1d 4 kernel_size=3 activation=gelu",
     {2, {8, 4}}},
    {"conv1d 4 kernel_size=10", "conv1d 4 kernel_size=10", {2, {1, 4}}},
    {"conv1d 4 kernel_size=4 strides=3", "conv1d 4 kernel_size=4 strides=3", {2, {3, 4}}},
    {"conv1d 4 padding=same strides=3 kernel_size=12",
     "conv1d 4 kernel_size=12 strides=3 padding=same",
     {2, {4, 4}}},
    {"conv1d 4 kernel_size=9 padding=causal dilation_rate=2",
     "conv1d 4 kernel_size=9 padding=causal dilation_rate=2",
     {2, {10, 4}}},
    {"conv1d 4 kernel_size=4 dilation_rate=3",
     "conv1d 4 kernel_size=4 dilation_rate=3",
     {2, {1, 4}}},
    {"max_pooling1d", "max_pooling1d", {2, {5, 3}}},
    {"max_pooling1d 3", "max_pooling1d 3", {2, {3, 3}}},
    {"max_pooling1d pool_size=3 strides=1", "max_pooling1d 3 strides=1", {2, {8, 3}}},
    {"average_pooling1d 3 padding=same", "average_pooling1d 3 padding=same", {2, {4, 3}}},
    {"average_pooling1d 11 strides=4 padding=same",
     "average_pooling1d 11 strides=4 padding=same",
     {2, {3, 3}}},
    {"global_max_pooling1d", "global_max_pooling1d", {1, {3}}},
    {"global_average_pooling1d", "global_average_pooling1d", {1, {3}}},
};

static void test_words_and_shapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char text[200], canonical[200];
        snprintf(text, sizeof text, "input 10 3\n%s\n", good[i].layer);
        snprintf(canonical, sizeof canonical, "profile keras2\ninput 10 3\n%s\n",
                 good[i].canonical);
        struct har_net *net = net_of(text);
        assert_string_equal(net->text, canonical);
        assert_int_equal(net->output.rank, good[i].output.rank);
        for (size_t d = 0; d < net->output.rank; d++)
            assert_int_equal(net->output.dim[d], good[i].output.dim[d]);
        har_net_free(net);
    }
}

static const struct {
    const char *text, *message;
} bad[] = {
    {"input 10 3\nconv1d 4\n", "x.net:2:1: conv1d wants kernel_size"},
    {"input 10 3\nconv1d kernel_size=3\n", "x.net:2:1: conv1d wants filters"},
    {"input 10 3\nconv1d 4 kernel_size=11\n",
     "x.net:2:1: conv1d: the kernel spans 11 steps, the input has 10; a smaller kernel_size, or "
     "padding=same"},
    {"input 10 3\nconv1d 4 kernel_size=6 dilation_rate=2\n",
     "x.net:2:1: conv1d: the kernel spans 11 steps, the input has 10; a smaller kernel_size, or "
     "padding=same"},
    {"input 10 3\nconv1d 4 kernel_size=3 strides=2 dilation_rate=2\n",
     "x.net:2:1: conv1d: has strides or a dilation_rate above 1, not both"},
    {"input 10 3\nconv1d 4 kernel_size=3 padding=full\n", "x.net:2:32: unknown padding 'full'"},
    {"input 10 3\nconv1d 4 kernel_size=0\n",
     "x.net:2:22: kernel_size is '0', expected a whole number from 1 to 1000000"},
    {"input 10 3\nconv1d 4 kernel_size=3 groups=3\n",
     "x.net:2:24: conv1d: Keras's argument 'groups' isn't supported"},
    {"input 4 10 3\nconv1d 4 kernel_size=3\n",
     "x.net:2:1: conv1d: wants an input (time, channel), not one of rank 3"},
    {"input 4 3\nmax_pooling1d 5\n",
     "x.net:2:1: max_pooling1d: the pool spans 5 steps, the input has 4; a smaller pool_size, or "
     "padding=same"},
    {"input 4 3\naverage_pooling1d 2 padding=causal\n", "x.net:2:29: unknown padding 'causal'"},
    {"input 4 3\nglobal_max_pooling1d keepdims=true\n",
     "x.net:2:22: global_max_pooling1d: Keras's argument 'keepdims' isn't supported"},
    {"input 12\nglobal_average_pooling1d\n",
     "x.net:2:1: global_average_pooling1d: wants an input (time, channel), not one of rank 1"},
    {"input 4 3\nactivation relu6\n",
     "x.net:2:12: unknown activation 'relu6'; did you mean 'relu'?"},
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

/* ---- places ---- */

static har_real *filled(size_t count, uint16_t place)
{
    const struct har_random random = {3, HAR_RANDOM_NOISE, place, 0};
    har_real *values = har_allocate_aligned(count, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = (har_real)(2 * har_random_uniform(&random, i) - 1);
    return values;
}

/* The output of NET for one slice of X; WIDTH reals a row. */
static har_real *run(const struct har_net *net, const har_real *weights, const har_real *x,
                     size_t *width)
{
    struct har_error err = {0};
    struct har_workspace *space;
    struct har_packed *packed;
    size_t input;
    assert_int_equal(har_packed_new(&packed, net, false, &err), HAR_OK);
    har_packed_fill(packed, har_kernels_best(), weights);
    const struct har_slice slice = {
        .kernels = har_kernels_best(), .weights = weights, .packed = packed};
    assert_int_equal(har_workspace_new(&space, net, false, &err), HAR_OK);
    assert_true(har_shape_size(&input, &net->input) && har_shape_size(width, &net->output));
    memcpy(har_workspace_input(space), x, HAR_SLICE * input * sizeof *x);
    har_net_forward(net, space, &slice);
    har_real *y = har_allocate(HAR_SLICE * *width, sizeof *y);
    assert_non_null(y);
    memcpy(y, har_workspace_output(space), HAR_SLICE * *width * sizeof *y);
    har_workspace_free(space);
    har_packed_free(packed);
    return y;
}

/* Steps that a product of eight rows divides, and others. */
static const char *const layers[] = {
    "conv1d 64 kernel_size=3",
    "conv1d 17 kernel_size=5 strides=2 padding=same",
    "conv1d 33 kernel_size=3 padding=same",
    "conv1d 6 kernel_size=2 padding=causal dilation_rate=3",
    "max_pooling1d 3",
    "average_pooling1d 3 padding=same",
    "global_max_pooling1d",
    "global_average_pooling1d",
};
static const size_t steps[] = {10, 30, 32, 66};
enum { layer_count = sizeof layers / sizeof *layers, step_count = sizeof steps / sizeof *steps };

static void check_place(const struct har_net *net, const har_real *weights, size_t size)
{
    size_t width;
    har_real *x = filled(HAR_SLICE * size, 1), *moved = filled(HAR_SLICE * size, 2);
    har_real *y = run(net, weights, x, &width);
    for (size_t place = 0; place < HAR_SLICE; place++) {
        memcpy(moved + place * size, x + 5 * size, size * sizeof *x);
        har_real *z = run(net, weights, moved, &width);
        assert_memory_equal(z + place * width, y + 5 * width, width * sizeof *y);
        free(z);
    }
    free(x);
    free(moved);
    free(y);
}

/* Four parts of a row are as four rows. */
static void check_fold(const struct har_net *net, const struct har_net *folded,
                       const har_real *weights, size_t size)
{
    size_t width, all;
    har_real *x = filled(4 * HAR_SLICE * size, 1);
    har_real *y = run(net, weights, x, &width), *z = run(folded, weights, x, &all);
    assert_int_equal(all, 4 * width);
    assert_memory_equal(z, y, HAR_SLICE * width * sizeof *y);
    free(x);
    free(y);
    free(z);
}

static void test_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < layer_count * step_count; i++) {
        const size_t length = steps[i / layer_count];
        char text[200];
        snprintf(text, sizeof text, "input %zu 9\n%s\n", length, layers[i % layer_count]);
        struct har_net *net = net_of(text);
        snprintf(text, sizeof text, "input 4 %zu 9\ntime_distributed %s\n", length,
                 layers[i % layer_count]);
        struct har_net *folded = net_of(text);
        har_real *weights = filled(net->weights, 3);
        check_place(net, weights, length * 9);
        check_fold(net, folded, weights, length * 9);
        free(weights);
        har_net_free(net);
        har_net_free(folded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_and_shapes),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
