/* Finite differences of the first layers, and of layers with several inputs or consumers. */
#include "gradients.h"

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

static void test_nets(void **state)
{
    (void)state;
    check_nets(nets, sizeof nets / sizeof *nets);
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

static void test_layers(void **state)
{
    (void)state;
    check_layers(layers, sizeof layers / sizeof *layers);
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
