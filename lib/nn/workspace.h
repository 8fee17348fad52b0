/* The memory of one slice: for workspace.c, which plans it, and pass.c, which walks through it. */
#ifndef HAR_NN_WORKSPACE_H
#define HAR_NN_WORKSPACE_H

#include "base/arena.h"
#include "nn/net.h"

/* One place where activations lie: a layer's output, or (last) the net's input. */
struct node {
    size_t size;          /* reals of the slice */
    size_t root;          /* the node that owns the values: another one for a view, or for a layer
                           * that works in place */
    size_t consumers;     /* layers that read a root, but for those that work in it */
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
    har_real *scratch, *sum;
    struct har_arena own;      /* where no other one is used */
    const har_real *gradients; /* of the last backward pass */
};

static inline struct node *source_of(const struct har_workspace *space, size_t input)
{
    return &space->node[input == HAR_NET_INPUT ? space->net->layers : input];
}

static inline struct node *root_of(const struct har_workspace *space, size_t input)
{
    return &space->node[source_of(space, input)->root];
}

#endif
