/* The way of one slice through the net, and back. */
#include "nn/workspace.h"

#include <string.h>

/* Rows that are computed: in training always HAR_SLICE, as the sums over rows have one order. */
static size_t rows_of(const struct har_slice *slice)
{
    return slice->training ? HAR_SLICE : HAR_SLICE - slice->padding;
}

static struct har_pass pass_of(const struct har_workspace *space, const struct har_slice *slice,
                               size_t layer)
{
    const size_t fold = space->net->layer[layer]->fold;
    const bool alone = slice->sums == NULL;
    const size_t rows = rows_of(slice);
    return (struct har_pass){.kernels = slice->kernels,
                             .rows = rows * fold,
                             .padding = (slice->padding - (HAR_SLICE - rows)) * fold,
                             .training = slice->training,
                             .seed = slice->seed,
                             .epoch = slice->epoch,
                             .row = slice->row,
                             .weights = slice->weights,
                             .packed = slice->packed,
                             .gradients = slice->gradients,
                             .cache = space->node[layer].cache,
                             .scratch = space->scratch,
                             .sums = alone ? space->node[layer].sums : slice->sums[layer],
                             .batch_rows =
                                 fold * (alone ? HAR_SLICE - slice->padding : slice->batch_rows)};
}

static void find_inputs(const har_real *x[HAR_INPUTS_MAX], const struct har_workspace *space,
                        const struct har_layer *layer)
{
    for (size_t k = 0; k < layer->inputs; k++)
        x[k] = source_of(space, layer->input[k])->activation;
}

void har_net_collect(const struct har_net *net, struct har_workspace *space,
                     const struct har_slice *slice, size_t i)
{
    const struct har_layer *layer = net->layer[i];
    const har_real *x[HAR_INPUTS_MAX];
    struct har_pass pass = pass_of(space, slice, i);
    find_inputs(x, space, layer);
    pass.x = x;
    layer->kind->collect(layer, &pass, space->node[i].sums, x[0]);
}

void har_net_sample(const struct har_net *net, struct har_workspace *space,
                    const struct har_slice *slice, size_t i, har_real *weights, size_t sample,
                    size_t row)
{
    const struct har_layer *layer = net->layer[i];
    const har_real *x[HAR_INPUTS_MAX];
    struct har_pass pass = pass_of(space, slice, i);
    find_inputs(x, space, layer);
    pass.x = x;
    layer->kind->sample(layer, &pass, weights, sample, x[0] + row * har_layer_size(layer));
}

void har_net_forward_part(const struct har_net *net, struct har_workspace *space,
                          const struct har_slice *slice, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        const struct har_layer *layer = net->layer[i];
        if (layer->kind->view)
            continue;
        if (layer->kind->whole_batch && slice->training && slice->sums == NULL)
            har_net_collect(net, space, slice, i);
        const har_real *x[HAR_INPUTS_MAX];
        struct har_pass pass = pass_of(space, slice, i);
        find_inputs(x, space, layer);
        pass.x = x;
        layer->kind->forward(layer, &pass, space->node[i].activation, x[0]);
    }
}

void har_net_forward(const struct har_net *net, struct har_workspace *space,
                     const struct har_slice *slice)
{
    har_net_forward_part(net, space, slice, 0, net->layers);
}

/* Where layer's backward puts its inputs' gradients: the first to come writes, others go to SUM to
 * be added; one that works in place writes over its own. */
static void find_gradients(har_real *dx[HAR_INPUTS_MAX], struct har_workspace *space, size_t i)
{
    const struct har_layer *layer = space->net->layer[i];
    const struct node *own = &space->node[space->node[i].root];
    har_real *sum = space->sum;
    for (size_t k = 0; k < layer->inputs; k++) {
        struct node *root = root_of(space, layer->input[k]);
        dx[k] = root->needed ? root->gradient : NULL;
        if (dx[k] != NULL && root->written && root != own) {
            dx[k] = sum;
            sum += root->size;
        }
        root->written = true;
    }
}

static void add_gradients(struct har_workspace *space, const struct har_layer *layer,
                          har_real *const dx[HAR_INPUTS_MAX])
{
    for (size_t k = 0; k < layer->inputs; k++) {
        const struct node *root = root_of(space, layer->input[k]);
        if (dx[k] == NULL || dx[k] == root->gradient)
            continue;
        for (size_t i = 0; i < root->size; i++)
            root->gradient[i] += dx[k][i];
    }
}

static void backward(struct har_workspace *space, const struct har_slice *slice, size_t i)
{
    const struct har_layer *layer = space->net->layer[i];
    struct node *node = &space->node[i];
    const har_real *x[HAR_INPUTS_MAX];
    har_real *dx[HAR_INPUTS_MAX];
    struct har_pass pass = pass_of(space, slice, i);
    find_inputs(x, space, layer);
    find_gradients(dx, space, i);
    pass.x = x;
    pass.dx = dx;
    layer->kind->backward(layer, &pass, dx[0], x[0], node->activation, node->gradient);
    add_gradients(space, layer, dx);
}

/* The last layer, a softmax, has its gradient at its input already. */
static void start_backward(struct har_workspace *space, const struct har_slice *slice)
{
    space->gradients = slice->gradients;
    for (size_t i = 0; i <= space->net->layers; i++)
        space->node[i].written = false;
    space->node[space->node[space->logits].root].written = true;
}

static bool takes_part(const struct har_workspace *space, size_t i)
{
    const struct node *node = &space->node[i];
    return !space->net->layer[i]->kind->view && node->needed && space->node[node->root].written;
}

void har_net_collect_backward(const struct har_net *net, struct har_workspace *space,
                              const struct har_slice *slice, size_t i)
{
    const struct har_layer *layer = net->layer[i];
    if (!takes_part(space, i))
        return;
    const struct har_pass pass = pass_of(space, slice, i);
    layer->kind->collect_backward(layer, &pass, space->node[i].sums + layer->sums,
                                  source_of(space, layer->input[0])->activation,
                                  space->node[i].gradient);
}

/* Of a layer that nothing depends on. */
static void clear_gradients(const struct har_layer *layer, har_real *gradients)
{
    for (size_t w = 0; w < layer->weights; w++)
        memset(gradients + layer->weight[w].offset, 0, layer->weight[w].size * sizeof *gradients);
}

void har_net_backward_part(const struct har_net *net, struct har_workspace *space,
                           const struct har_slice *slice, size_t first, size_t end)
{
    if (space->logits == HAR_NET_INPUT)
        return;
    if (end == net->layers) {
        start_backward(space, slice);
        end--;
    }
    for (size_t i = end; i-- > first;) {
        if (!takes_part(space, i)) {
            clear_gradients(net->layer[i], slice->gradients);
            continue;
        }
        if (net->layer[i]->kind->whole_batch && slice->sums == NULL)
            har_net_collect_backward(net, space, slice, i);
        backward(space, slice, i);
    }
}

void har_net_backward(const struct har_net *net, struct har_workspace *space,
                      const struct har_slice *slice)
{
    har_net_backward_part(net, space, slice, 0, net->layers);
}

bool har_all_finite(const har_real *values, size_t count)
{
    /* 0 v is NaN where v isn't finite, and so is the sum */
    har_real sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += 0 * values[i];
    return sum == 0;
}

static bool finite_gradients(const struct har_layer *layer, const har_real *gradients)
{
    for (size_t w = 0; w < layer->weights && gradients != NULL; w++)
        if (!har_all_finite(gradients + layer->weight[w].offset, layer->weight[w].size))
            return false;
    return true;
}

const struct har_layer *har_net_not_finite(const struct har_net *net,
                                           const struct har_workspace *space)
{
    for (size_t i = 0; i < net->layers; i++)
        if (!har_all_finite(space->node[i].activation, space->node[i].size))
            return net->layer[i];
    for (size_t i = 0; i < net->layers; i++)
        if (!finite_gradients(net->layer[i], space->gradients))
            return net->layer[i];
    return NULL;
}
