/* The plan of a slice's memory. */
#include "nn/workspace.h"

#include "base/memory.h"
#include "nn/kinds.h"

#include <stdlib.h>

static size_t size_of(const struct har_shape *shape)
{
    size_t size;
    return har_shape_size(&size, shape) ? size : 0; /* the net has checked it */
}

/* How many layers read each root, but for those that share it. */
static void count_consumers(struct har_workspace *space)
{
    for (size_t i = 0; i <= space->net->layers; i++)
        space->node[i].consumers = 0;
    for (size_t i = 0; i < space->net->layers; i++) {
        const struct har_layer *layer = space->net->layer[i];
        for (size_t k = 0; k < layer->inputs; k++) {
            struct node *root = root_of(space, layer->input[k]);
            root->consumers += root != &space->node[space->node[i].root];
        }
    }
}

/* Does nobody but layer I need the values that it reads, once it has read them? */
static bool may_overwrite(const struct har_workspace *space, size_t i)
{
    const struct har_layer *layer = space->net->layer[i];
    if (layer->kind->in_place == NULL || !layer->kind->in_place(layer))
        return false;
    size_t source = layer->input[0];
    while (source != HAR_NET_INPUT && space->net->layer[source]->kind->view)
        source = space->net->layer[source]->input[0];
    return source != HAR_NET_INPUT && space->net->layer[source]->kind->releases &&
           space->node[source].consumers == 1;
}

/* Sizes, and who needs a gradient; roots and consumers, first as if nobody worked in place. */
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
        node->needed = har_layer_trains(layer);
        for (size_t k = 0; k < layer->inputs; k++)
            node->needed |= source_of(space, layer->input[k])->needed;
    }
    count_consumers(space);
    for (size_t i = 0; i < net->layers; i++)
        if (net->layer[i]->kind->view || may_overwrite(space, i))
            space->node[i].root = source_of(space, net->layer[i]->input[0])->root;
    count_consumers(space);
    const struct har_layer *last = net->layer[net->layers - 1];
    space->logits = HAR_NET_INPUT;
    if (har_layer_is_softmax(last))
        space->logits = (size_t)(source_of(space, last->input[0]) - space->node);
}

static har_real *take(struct har_arena *arena, size_t count)
{
    return har_arena_take(arena, count, sizeof(har_real));
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
static void place_caches(struct har_workspace *space, struct har_arena *arena)
{
    size_t scratch = 0, cache = 0, sums = 0;
    for (size_t i = 0; i < space->net->layers; i++) {
        const struct har_layer *layer = space->net->layer[i];
        const size_t rows = HAR_SLICE * layer->fold, sum = sums_of(space, layer);
        scratch = rows * layer->scratch > scratch ? rows * layer->scratch : scratch;
        cache = rows * layer->cache > cache ? rows * layer->cache : cache;
        sums = sum > sums ? sum : sums;
        if (space->training)
            space->node[i].cache = take(arena, rows * layer->cache);
    }
    har_real *shared = space->training ? NULL : take(arena, cache);
    for (size_t i = 0; i < space->net->layers && !space->training; i++)
        space->node[i].cache = shared;
    space->scratch = take(arena, scratch);
    space->sum = space->training ? take(arena, sums) : NULL;
}

static void place_nodes(struct har_workspace *space, struct har_arena *arena)
{
    const size_t nodes = space->net->layers + 1;
    for (size_t i = 0; i < nodes; i++)
        if (space->node[i].root == i)
            space->node[i].activation = take(arena, space->node[i].size);
    const size_t logits = space->logits == HAR_NET_INPUT ? nodes : space->node[space->logits].root;
    for (size_t i = 0; i < nodes && space->training; i++)
        if (space->node[i].root == i && (space->node[i].needed || i == logits))
            space->node[i].gradient = take(arena, space->node[i].size);
    for (size_t i = 0; i < nodes; i++) {
        space->node[i].activation = space->node[space->node[i].root].activation;
        space->node[i].gradient = space->node[space->node[i].root].gradient;
    }
}

void har_workspace_take(struct har_workspace *space, struct har_arena *arena)
{
    place_nodes(space, arena);
    place_caches(space, arena);
    for (size_t i = 0; i < space->net->layers; i++)
        space->node[i].sums = har_arena_take(arena, 2 * space->net->layer[i]->sums, sizeof(double));
}

enum har_status har_workspace_plan(struct har_workspace **space, const struct har_net *net,
                                   bool training, struct har_error *err)
{
    *space = har_allocate(1, sizeof **space);
    if (*space == NULL)
        return har_fail_memory(err);
    (*space)->net = net;
    (*space)->training = training;
    (*space)->node = har_allocate(net->layers + 1, sizeof *(*space)->node);
    if ((*space)->node == NULL) {
        har_workspace_free(*space);
        *space = NULL;
        return har_fail_memory(err);
    }
    connect(*space);
    return HAR_OK;
}

static void take_own(void *state, struct har_arena *arena)
{
    har_workspace_take(state, arena);
}

enum har_status har_workspace_new(struct har_workspace **space, const struct har_net *net,
                                  bool training, struct har_error *err)
{
    const enum har_status status = har_workspace_plan(space, net, training, err);
    if (status != HAR_OK || har_arena_open(&(*space)->own, take_own, *space))
        return status;
    har_workspace_free(*space);
    *space = NULL;
    return har_fail_memory(err);
}

void har_workspace_free(struct har_workspace *space)
{
    if (space == NULL)
        return;
    har_arena_close(&space->own);
    free(space->node);
    free(space);
}

har_real *har_workspace_input(struct har_workspace *space)
{
    return space->node[space->net->layers].activation;
}

const har_real *har_workspace_output(const struct har_workspace *space)
{
    return space->node[space->net->layers - 1].activation;
}

const har_real *har_workspace_activation(const struct har_workspace *space, size_t layer)
{
    return space->node[layer].activation;
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
