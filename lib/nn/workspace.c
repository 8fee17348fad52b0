/* The memory of one slice, and its way through the net and back. */
#include "base/memory.h"
#include "nn/kinds.h"
#include "nn/net.h"

#include <math.h>
#include <stdlib.h>

/* One place where activations lie: a layer's output, or (last) the net's input. */
struct node {
    size_t size;          /* reals of the slice */
    size_t root;          /* the node that owns the values: another one for a view */
    size_t consumers;     /* layers that read a root */
    bool needed;          /* somebody needs its gradient */
    bool written;         /* its gradient has been, in this backward pass */
    har_real *activation; /* a view's are its root's */
    har_real *gradient;   /* NULL where nobody needs it */
    har_real *cache;
    double *sums; /* that the layer has collected: forward's, backward's */
};

struct har_workspace {
    const struct har_net *net;
    bool training;
    size_t logits; /* the node of the last softmax's input, or HAR_NET_INPUT where there is none */
    struct node *node; /* net->layers of them, then the input's */
    double *sums;      /* of all layers */
    har_real *block, *scratch, *sum;
    size_t used;               /* reals of the block */
    const har_real *gradients; /* of the last backward pass */
};

static struct node *source_of(const struct har_workspace *space, size_t input)
{
    return &space->node[input == HAR_NET_INPUT ? space->net->layers : input];
}

static struct node *root_of(const struct har_workspace *space, size_t input)
{
    return &space->node[source_of(space, input)->root];
}

static size_t size_of(const struct har_shape *shape)
{
    size_t size;
    return har_shape_size(&size, shape) ? size : 0; /* the net has checked it */
}

static bool trains(const struct har_layer *layer)
{
    for (size_t w = 0; w < layer->weights; w++)
        if (!layer->weight[w].fixed)
            return true;
    return false;
}

/* Sizes, roots, consumers, and who needs a gradient. */
static void connect(struct har_workspace *space)
{
    const struct har_net *net = space->net;
    struct node *input = &space->node[net->layers];
    input->size = HAR_SLICE * size_of(&net->input);
    input->root = net->layers;
    for (size_t i = 0; i < net->layers; i++) {
        const struct har_layer *layer = net->layer[i];
        struct node *node = &space->node[i];
        node->size = HAR_SLICE * layer->fold * size_of(&layer->out);
        node->root = layer->kind->view ? source_of(space, layer->input[0])->root : i;
        node->needed = trains(layer);
        for (size_t k = 0; k < layer->inputs; k++) {
            node->needed |= source_of(space, layer->input[k])->needed;
            root_of(space, layer->input[k])->consumers += !layer->kind->view;
        }
    }
    const struct har_layer *last = net->layer[net->layers - 1];
    space->logits = HAR_NET_INPUT;
    if (har_layer_is_softmax(last))
        space->logits = (size_t)(source_of(space, last->input[0]) - space->node);
}

/* Room for COUNT reals in the block, on a cache line of its own; only counted while there is none.
 */
static har_real *take(struct har_workspace *space, size_t count)
{
    har_real *place = space->block == NULL ? NULL : space->block + space->used;
    space->used += (count + 15) / 16 * 16;
    return place;
}

/* Reals for the inputs' gradients that are added to others'. */
static size_t sums_of(const struct har_workspace *space, const struct har_layer *layer)
{
    size_t sums = 0;
    for (size_t k = 0; k < layer->inputs; k++)
        if (root_of(space, layer->input[k])->consumers > 1)
            sums += source_of(space, layer->input[k])->size;
    return sums;
}

/* A pass without a backward one forgets each cache, so that all can share their place. */
static void place_caches(struct har_workspace *space)
{
    size_t scratch = 0, cache = 0, sums = 0;
    for (size_t i = 0; i < space->net->layers; i++) {
        const struct har_layer *layer = space->net->layer[i];
        const size_t rows = HAR_SLICE * layer->fold, sum = sums_of(space, layer);
        scratch = rows * layer->scratch > scratch ? rows * layer->scratch : scratch;
        cache = rows * layer->cache > cache ? rows * layer->cache : cache;
        sums = sum > sums ? sum : sums;
        if (space->training)
            space->node[i].cache = take(space, rows * layer->cache);
    }
    har_real *shared = space->training ? NULL : take(space, cache);
    for (size_t i = 0; i < space->net->layers && !space->training; i++)
        space->node[i].cache = shared;
    space->scratch = take(space, scratch);
    space->sum = space->training ? take(space, sums) : NULL;
}

/* Places everything; the first time only to learn how much it is. */
static void plan(struct har_workspace *space)
{
    const size_t nodes = space->net->layers + 1;
    space->used = 0;
    for (size_t i = 0; i < nodes; i++)
        if (space->node[i].root == i)
            space->node[i].activation = take(space, space->node[i].size);
    const size_t logits = space->logits == HAR_NET_INPUT ? nodes : space->node[space->logits].root;
    for (size_t i = 0; i < nodes && space->training; i++)
        if (space->node[i].root == i && (space->node[i].needed || i == logits))
            space->node[i].gradient = take(space, space->node[i].size);
    for (size_t i = 0; i < nodes; i++) {
        space->node[i].activation = space->node[space->node[i].root].activation;
        space->node[i].gradient = space->node[space->node[i].root].gradient;
    }
    place_caches(space);
}

static bool place_sums(struct har_workspace *space)
{
    size_t count = 0;
    for (size_t i = 0; i < space->net->layers; i++)
        count += 2 * space->net->layer[i]->sums;
    double *sums = space->sums = har_allocate(count, sizeof *sums);
    for (size_t i = 0; i < space->net->layers && sums != NULL; i++) {
        space->node[i].sums = sums;
        sums += 2 * space->net->layer[i]->sums;
    }
    return sums != NULL;
}

enum har_status har_workspace_new(struct har_workspace **space, const struct har_net *net,
                                  bool training, struct har_error *err)
{
    *space = har_allocate(1, sizeof **space);
    if (*space == NULL)
        return har_fail_memory(err);
    (*space)->net = net;
    (*space)->training = training;
    (*space)->node = har_allocate(net->layers + 1, sizeof *(*space)->node);
    if ((*space)->node != NULL && place_sums(*space)) {
        connect(*space);
        plan(*space);
        (*space)->block = har_allocate_aligned((*space)->used, sizeof(har_real));
    }
    if ((*space)->block == NULL) {
        har_workspace_free(*space);
        *space = NULL;
        return har_fail_memory(err);
    }
    plan(*space);
    return HAR_OK;
}

void har_workspace_free(struct har_workspace *space)
{
    if (space == NULL)
        return;
    free(space->sums);
    free(space->node);
    free(space->block);
    free(space);
}

size_t har_workspace_bytes(const struct har_workspace *space)
{
    return space->used * sizeof(har_real);
}

har_real *har_workspace_input(struct har_workspace *space)
{
    return space->node[space->net->layers].activation;
}

const har_real *har_workspace_output(const struct har_workspace *space)
{
    return space->node[space->net->layers - 1].activation;
}

const har_real *har_workspace_logits(const struct har_workspace *space)
{
    return space->logits == HAR_NET_INPUT ? NULL : space->node[space->logits].activation;
}

har_real *har_workspace_logits_gradient(struct har_workspace *space)
{
    return space->logits == HAR_NET_INPUT ? NULL : space->node[space->logits].gradient;
}

const double *har_workspace_sums(const struct har_workspace *space, size_t layer)
{
    return space->node[layer].sums;
}

static struct har_pass pass_of(const struct har_workspace *space, const struct har_slice *slice,
                               size_t layer)
{
    const size_t fold = space->net->layer[layer]->fold;
    const bool alone = slice->sums == NULL;
    return (struct har_pass){.kernels = slice->kernels,
                             .rows = HAR_SLICE * fold,
                             .padding = slice->padding * fold,
                             .training = slice->training,
                             .seed = slice->seed,
                             .epoch = slice->epoch,
                             .row = slice->row,
                             .weights = slice->weights,
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
 * be added. */
static void find_gradients(har_real *dx[HAR_INPUTS_MAX], struct har_workspace *space,
                           const struct har_layer *layer)
{
    har_real *sum = space->sum;
    for (size_t k = 0; k < layer->inputs; k++) {
        struct node *root = root_of(space, layer->input[k]);
        dx[k] = root->needed ? root->gradient : NULL;
        if (dx[k] != NULL && root->written) {
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
    find_gradients(dx, space, layer);
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
    return !space->net->layer[i]->kind->view && node->needed && node->written;
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
        if (!takes_part(space, i))
            continue;
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

static bool all_finite(const har_real *value, size_t count)
{
    /* 0 v is NaN where v isn't finite, and so is the sum */
    har_real sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += 0 * value[i];
    return sum == 0;
}

static bool finite_gradients(const struct har_layer *layer, const har_real *gradients)
{
    for (size_t w = 0; w < layer->weights && gradients != NULL; w++)
        if (!all_finite(gradients + layer->weight[w].offset, layer->weight[w].size))
            return false;
    return true;
}

const struct har_layer *har_net_not_finite(const struct har_net *net,
                                           const struct har_workspace *space)
{
    for (size_t i = 0; i < net->layers; i++)
        if (!all_finite(space->node[i].activation, space->node[i].size))
            return net->layer[i];
    for (size_t i = 0; i < net->layers; i++)
        if (!finite_gradients(net->layer[i], space->gradients))
            return net->layer[i];
    return NULL;
}
