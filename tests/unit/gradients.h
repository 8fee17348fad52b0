/* Finite differences, in double through the naive kernels: every weight of a net, and the input of
 * a layer. The whole library is compiled with -DHAR_DOUBLE for the tests of this name. */
#ifndef TESTS_GRADIENTS_H
#define TESTS_GRADIENTS_H

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

static const double step = 1e-5, tolerance = 1e-6;

static inline struct har_net *net_of(const char *text)
{
    struct har_error err = {0};
    struct har_net *net;
    if (har_net_new(&net, text, strlen(text), "test.net", &err) != HAR_OK)
        fail_msg("%s", err.text);
    return net;
}

static inline har_real *filled(size_t count, uint16_t place)
{
    const struct har_random random = {13, HAR_RANDOM_NOISE, place, 0};
    har_real *values = har_allocate_aligned(count, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = 2 * har_random_uniform(&random, i) - 1;
    return values;
}

/* DERIVATIVE of LOSS(state) by each of COUNT values is as expected. */
static inline void check(const char *what, har_real *value, const har_real *derivative,
                         size_t count, double (*loss)(void *state), void *state)
{
    double far = 0, largest = 1e-3;
    for (size_t i = 0; i < count; i++) {
        const har_real middle = value[i];
        value[i] = middle + step;
        const double above = loss(state);
        value[i] = middle - step;
        const double below = loss(state);
        value[i] = middle;
        const double slope = (above - below) / (2 * step);
        far = fmax(far, fabs(slope - derivative[i]));
        largest = fmax(largest, fabs(slope));
    }
    if (!(far <= tolerance * largest))
        fail_msg("%s: differs by %g of %g", what, far, largest);
}

/* Statistics may be variances, and have no gradient. */
static inline har_real *filled_weights(const struct har_net *net)
{
    har_real *weights = filled(net->weights, 1);
    for (size_t i = net->trained; i < net->weights; i++)
        weights[i] += 1.5;
    return weights;
}

/* ---- whole nets: they end in softmax ---- */

/* A net at work on one slice: loss = sum over rows of -log p[row % classes]. */
struct trial {
    const struct har_net *net;
    struct har_workspace *space;
    struct har_packed *packed;
    struct har_slice slice;
    size_t width; /* of the output */
};

static inline double net_loss(void *state)
{
    struct trial *trial = state;
    double loss = 0;
    har_packed_fill(trial->packed, trial->slice.kernels, trial->slice.weights);
    har_net_forward(trial->net, trial->space, &trial->slice);
    const har_real *p = har_workspace_output(trial->space);
    for (size_t row = 0; row < HAR_SLICE; row++)
        loss -= log(p[row * trial->width + row % trial->width]);
    return loss;
}

static inline void net_gradient(struct trial *trial)
{
    net_loss(trial);
    const har_real *p = har_workspace_output(trial->space);
    har_real *gradient = har_workspace_logits_gradient(trial->space);
    for (size_t i = 0; i < HAR_SLICE * trial->width; i++) {
        const size_t row = i / trial->width;
        gradient[i] = p[i] - (i % trial->width == row % trial->width);
    }
    har_net_backward(trial->net, trial->space, &trial->slice);
}

/* Gradients that backward must write, every one. */
static inline har_real *unwritten(const struct har_net *net)
{
    har_real *gradients = har_allocate_aligned(net->weights, sizeof *gradients);
    for (size_t i = 0; i < net->trained; i++)
        gradients[i] = NAN;
    return gradients;
}

/* NET at work on rows of numbers like all of its size. */
static inline void trial_start(struct trial *trial, const struct har_net *net)
{
    struct har_error err = {0};
    *trial = (struct trial){.net = net,
                            .slice = {.kernels = har_kernels_best(),
                                      .weights = filled_weights(net),
                                      .gradients = unwritten(net),
                                      .training = true,
                                      .seed = 5,
                                      .epoch = 2}};
    for (size_t row = 0; row < HAR_SLICE; row++)
        trial->slice.row[row] = 100 - 3 * row;
    assert_int_equal(har_workspace_new(&trial->space, net, true, &err), HAR_OK);
    assert_int_equal(har_packed_new(&trial->packed, net, true, &err), HAR_OK);
    trial->slice.packed = trial->packed;
    assert_true(har_shape_size(&trial->width, &net->output));
    size_t inputs;
    assert_true(har_shape_size(&inputs, &net->input));
    har_real *x = filled(HAR_SLICE * inputs, 2);
    memcpy(har_workspace_input(trial->space), x, HAR_SLICE * inputs * sizeof *x);
    free(x);
}

static inline void trial_end(struct trial *trial)
{
    har_workspace_free(trial->space);
    har_packed_free(trial->packed);
    free((har_real *)trial->slice.weights);
    free(trial->slice.gradients);
}

static inline void check_net(const struct har_net *net)
{
    struct trial trial;
    trial_start(&trial, net);
    net_gradient(&trial);
    check(net->text, (har_real *)trial.slice.weights, trial.slice.gradients, net->trained, net_loss,
          &trial);
    assert_null(har_net_not_finite(net, trial.space));
    trial_end(&trial);
}

static inline void check_nets(const char *const *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct har_net *net = net_of(text[i]);
        check_net(net);
        har_net_free(net);
    }
}

/* ---- single layers: every weight and the input ---- */

enum { net_rows = 2 };

/* The only layer of a net: loss = y . direction. */
struct layer_trial {
    const struct har_layer *layer;
    struct har_packed *packed;
    struct har_pass pass;
    har_real *x, *y, *direction;
    size_t in, out; /* reals of all rows */
};

static inline double layer_loss(void *state)
{
    struct layer_trial *trial = state;
    double loss = 0;
    har_packed_fill(trial->packed, trial->pass.kernels, trial->pass.weights);
    trial->layer->kind->forward(trial->layer, &trial->pass, trial->y, trial->x);
    for (size_t i = 0; i < trial->out; i++)
        loss += trial->y[i] * trial->direction[i];
    return loss;
}

static inline void run_layer(struct layer_trial *trial, const char *text, har_real *weights,
                             har_real *gradients, size_t count)
{
    const struct har_layer *layer = trial->layer;
    har_real *dx = filled(trial->in, 6);
    layer_loss(trial);
    layer->kind->backward(layer, &trial->pass, dx, trial->x, trial->y, trial->direction);
    check(text, weights, gradients, count, layer_loss, trial);
    check(text, trial->x, dx, trial->in, layer_loss, trial);
    /* nobody needs dx: the same weight gradients */
    layer_loss(trial);
    for (size_t i = 0; i < count; i++)
        gradients[i] = NAN;
    layer->kind->backward(layer, &trial->pass, NULL, trial->x, trial->y, trial->direction);
    check(text, weights, gradients, count, layer_loss, trial);
    free(dx);
}

static inline void check_layer(const char *text)
{
    static const uint64_t row[net_rows] = {17, 4};
    struct har_net *net = net_of(text);
    const struct har_layer *layer = net->layer[0];
    const size_t rows = net_rows * layer->fold;
    size_t in = 0, out = 0;
    assert_true(har_shape_size(&in, &layer->in[0]) && har_shape_size(&out, &layer->out));
    har_real *weights = filled_weights(net), *cache = filled(rows * layer->cache, 2);
    har_real *scratch = filled(rows * layer->scratch, 3);
    har_real *gradients = unwritten(net);
    struct layer_trial trial = {.layer = layer,
                                .pass = {.kernels = har_kernels_naive(),
                                         .rows = rows,
                                         .training = true,
                                         .seed = 5,
                                         .epoch = 2,
                                         .row = row,
                                         .weights = weights,
                                         .gradients = gradients,
                                         .cache = cache,
                                         .scratch = scratch},
                                .x = filled(rows * in, 4),
                                .y = filled(rows * out, 5),
                                .direction = filled(rows * out, 7),
                                .in = rows * in,
                                .out = rows * out};
    struct har_error err = {0};
    assert_int_equal(har_packed_new(&trial.packed, net, true, &err), HAR_OK);
    trial.pass.packed = trial.packed;
    run_layer(&trial, text, weights, gradients, net->trained);
    har_real *const blocks[] = {weights, cache,   scratch,        gradients,
                                trial.x, trial.y, trial.direction};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
    har_packed_free(trial.packed);
    har_net_free(net);
}

static inline void check_layers(const char *const *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_layer(text[i]);
}

/* ---- a whole test program: layers one by one, and nets ---- */

struct net_texts {
    const char *const *text;
    size_t count;
};

static inline void test_all_layers(void **state)
{
    const struct net_texts *layers = *state;
    check_layers(layers->text, layers->count);
}

static inline void test_all_nets(void **state)
{
    const struct net_texts *nets = *state;
    check_nets(nets->text, nets->count);
}

static inline int run_gradient_tests(struct net_texts layers, struct net_texts nets)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_all_layers, &layers),
        cmocka_unit_test_prestate(test_all_nets, &nets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
