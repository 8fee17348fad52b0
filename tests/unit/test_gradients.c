/* Finite differences, in double through the naive kernels: every weight of every net, and the
 * input of every layer. The whole library is compiled with -DHAR_DOUBLE for this test. */
#include "base/memory.h"
#include "nn/net.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double step = 1e-5, tolerance = 1e-6;

static struct har_net *net_of(const char *text)
{
    struct har_error err = {0};
    struct har_net *net;
    if (har_net_new(&net, text, strlen(text), "test.net", &err) != HAR_OK)
        fail_msg("%s", err.text);
    return net;
}

static har_real *filled(size_t count, uint16_t place)
{
    const struct har_random random = {13, HAR_RANDOM_NOISE, place, 0};
    har_real *values = har_allocate_aligned(count, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = 2 * har_random_uniform(&random, i) - 1;
    return values;
}

/* DERIVATIVE of LOSS(state) by each of COUNT values is as expected. */
static void check(const char *what, har_real *value, const har_real *derivative, size_t count,
                  double (*loss)(void *state), void *state)
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

/* ---- whole nets ---- */

static const char *const nets[] = {
    "input 3\ndense 4 activation=softmax\n",
    "input 3\ndense 5 activation=relu\ndense 4 activation=tanh\ndense 3 activation=sigmoid\n"
    "dense 2 activation=softmax\n",
    "input 4 3\nlstm 2\ndense 3 activation=softmax\n",
    "input 1 3\nlstm 2\nactivation softmax\n",
    "input 4 3\nlstm 2 go_backwards=true\ndense 3\nactivation softmax\n",
    "input 4 3\nlstm 2 return_sequences=true\nlstm 3\ndense 3 activation=softmax\n",
    "input 3 2\nlstm 2 return_sequences=true go_backwards=true\nflatten\ndense 3\n"
    "activation softmax\n",
    "input 4 3\nlstm 2 return_sequences=true\nlstm 2 return_sequences=true go_backwards=true\n"
    "lstm 2\nactivation softmax\n",
    "input 6\ndropout 0.4\nreshape 2 3\nlstm 3 return_sequences=true\ndropout 0.5\nflatten\n"
    "dense 3 activation=softmax\n",
    "input 3 2\ntime_distributed dense 4 activation=tanh\ntime_distributed dropout 0.3\n"
    "dense 2\nlstm 2\ndense 2 activation=softmax\n",
    "input 2 3 2\ntime_distributed lstm 2\ntime_distributed dense 2 activation=relu\n"
    "flatten\ndense 2\nactivation softmax\n",
    "input 2 2 3\ntime_distributed flatten\ntime_distributed reshape 3 2\nflatten\n"
    "dense 3 activation=softmax\n",
    "input 1 4\ntime_distributed dense 3 activation=softmax\nflatten\nactivation softmax\n",
};

/* A net at work on one slice: loss = sum over rows of -log p[row % classes]. */
struct trial {
    const struct har_net *net;
    struct har_workspace *space;
    struct har_slice slice;
    size_t width; /* of the output */
};

static double net_loss(void *state)
{
    struct trial *trial = state;
    double loss = 0;
    har_net_forward(trial->net, trial->space, &trial->slice);
    const har_real *p = har_workspace_output(trial->space);
    for (size_t row = 0; row < HAR_SLICE; row++)
        loss -= log(p[row * trial->width + row % trial->width]);
    return loss;
}

static void net_gradient(struct trial *trial)
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

static void check_net(struct har_net *net)
{
    struct har_error err = {0};
    har_real *weights = filled(net->weights, 1);
    har_real *gradients = har_allocate_aligned(net->weights, sizeof *gradients);
    struct trial trial = {.net = net,
                          .slice = {.kernels = har_kernels_best(),
                                    .weights = weights,
                                    .gradients = gradients,
                                    .training = true,
                                    .seed = 5,
                                    .epoch = 2}};
    for (size_t row = 0; row < HAR_SLICE; row++)
        trial.slice.row[row] = 100 - 3 * row;
    assert_int_equal(har_workspace_new(&trial.space, net, true, &err), HAR_OK);
    assert_true(har_shape_size(&trial.width, &net->output));
    size_t inputs;
    assert_true(har_shape_size(&inputs, &net->input));
    har_real *x = filled(HAR_SLICE * inputs, 2);
    memcpy(har_workspace_input(trial.space), x, HAR_SLICE * inputs * sizeof *x);

    net_gradient(&trial);
    check(net->text, weights, gradients, net->weights, net_loss, &trial);
    assert_null(har_net_not_finite(net, trial.space));
    free(x);
    har_workspace_free(trial.space);
    free(weights);
    free(gradients);
}

static void test_nets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        struct har_net *net = net_of(nets[i]);
        check_net(net);
        har_net_free(net);
    }
}

/* ---- branches: a layer with several consumers, and one with several inputs ---- */

/* y = x_0 + 2 x_1 + 3 x_2 + … */
static void join_forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                         const har_real *x)
{
    (void)x;
    for (size_t i = 0; i < pass->rows * layer->out.dim[0]; i++) {
        y[i] = 0;
        for (size_t k = 0; k < layer->inputs; k++)
            y[i] += (har_real)(k + 1) * pass->x[k][i];
    }
}

static void join_backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                          const har_real *x, const har_real *y, const har_real *dy)
{
    (void)dx, (void)x, (void)y;
    for (size_t k = 0; k < layer->inputs; k++)
        for (size_t i = 0; i < pass->rows * layer->out.dim[0] && pass->dx[k] != NULL; i++)
            pass->dx[k][i] = (har_real)(k + 1) * dy[i];
}

static const struct har_layer_kind join = {
    .name = "join", .joins = true, .forward = join_forward, .backward = join_backward};

/* Makes layer PLACE of NET a join of COUNT earlier layers; its own weights are left unused. */
static void rewire(struct har_net *net, size_t place, size_t count, const size_t *input)
{
    struct har_layer *layer = net->layer[place];
    layer->kind = &join;
    layer->weights = 0;
    layer->inputs = count;
    for (size_t k = 0; k < count; k++) {
        layer->input[k] = input[k];
        layer->in[k] = layer->in[0];
    }
}

static void test_branches(void **state)
{
    (void)state;
    static const char text[] = "input 3\ndense 3\ndense 3\ndense 3\nreshape 3\ndense 3\n"
                               "dense 3\nactivation softmax\n";
    static const size_t two[] = {0, 1}, three[] = {3, 0, 2}, same[] = {2, 2};
    static const size_t with_input[] = {HAR_NET_INPUT, 1};
    static const struct {
        size_t place, count;
        const size_t *input;
    } wires[] = {{2, 2, two}, {4, 3, three}, {4, 2, same}, {2, 2, with_input}};
    for (size_t i = 0; i < sizeof wires / sizeof *wires; i++) {
        struct har_net *net = net_of(text);
        rewire(net, wires[i].place, wires[i].count, wires[i].input);
        check_net(net);
        har_net_free(net);
    }
}

/* ---- single layers: every weight and the input ---- */

static const char *const layers[] = {
    "input 5\ndense 3\n",
    "input 2 5\ndense 3\n",
    "input 7\nactivation linear\n",
    "input 7\nactivation relu\n",
    "input 7\nactivation sigmoid\n",
    "input 7\nactivation tanh\n",
    "input 7\nactivation softmax\n",
    "input 2 3\nactivation softmax\n",
    "input 7\ndropout 0.4\n",
    "input 2 3\ntime_distributed dropout 0.4\n",
    "input 4 3\nlstm 2\n",
    "input 4 3\nlstm 2 go_backwards=true\n",
    "input 4 3\nlstm 2 return_sequences=true\n",
    "input 4 3\nlstm 2 return_sequences=true go_backwards=true\n",
    "input 1 2\nlstm 3\n",
    "input 2 3 2\ntime_distributed lstm 2\n",
};

enum { net_rows = 2 };

/* The only layer of a net: loss = y . direction. */
struct layer_trial {
    const struct har_layer *layer;
    struct har_pass pass;
    har_real *x, *y, *direction;
    size_t in, out; /* reals of all rows */
};

static double layer_loss(void *state)
{
    struct layer_trial *trial = state;
    double loss = 0;
    trial->layer->kind->forward(trial->layer, &trial->pass, trial->y, trial->x);
    for (size_t i = 0; i < trial->out; i++)
        loss += trial->y[i] * trial->direction[i];
    return loss;
}

static void run_layer(struct layer_trial *trial, const char *text, har_real *weights,
                      har_real *gradients, size_t count)
{
    const struct har_layer *layer = trial->layer;
    har_real *dx = filled(trial->in, 6);
    layer_loss(trial);
    layer->kind->backward(layer, &trial->pass, dx, trial->x, trial->y, trial->direction);
    check(text, weights, gradients, count, layer_loss, trial);
    check(text, trial->x, dx, trial->in, layer_loss, trial);
    /* nobody needs dx: the same weight gradients, added */
    layer_loss(trial);
    layer->kind->backward(layer, &trial->pass, NULL, trial->x, trial->y, trial->direction);
    for (size_t i = 0; i < count; i++)
        gradients[i] /= 2;
    check(text, weights, gradients, count, layer_loss, trial);
    free(dx);
}

static void check_layer(const char *text)
{
    static const uint64_t row[net_rows] = {17, 4};
    struct har_net *net = net_of(text);
    const struct har_layer *layer = net->layer[0];
    const size_t rows = net_rows * layer->fold;
    size_t in = 0, out = 0;
    assert_true(har_shape_size(&in, &layer->in[0]) && har_shape_size(&out, &layer->out));
    har_real *weights = filled(net->weights, 1), *cache = filled(rows * layer->cache, 2);
    har_real *scratch = filled(rows * layer->scratch, 3);
    har_real *gradients = har_allocate_aligned(net->weights, sizeof *gradients);
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
    run_layer(&trial, text, weights, gradients, net->weights);
    har_real *const blocks[] = {weights, cache,   scratch,        gradients,
                                trial.x, trial.y, trial.direction};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
    har_net_free(net);
}

static void test_layers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        check_layer(layers[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_nets),
        cmocka_unit_test(test_branches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
