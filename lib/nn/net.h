/* A network: the net language read into a list of layers in the order of computation. */
#ifndef HAR_NN_NET_H
#define HAR_NN_NET_H

#include "nn/layer.h"

#define HAR_NET_INPUT ((size_t)-1)

/* Layers refer to earlier ones by number, so the list is a graph in topological order. */
struct har_net {
    enum har_profile profile;
    struct har_shape input, output;
    size_t layers;
    struct har_layer **layer; /* owned */
    size_t weights;           /* reals in the flat block: the trained ones first, */
    size_t trained;           /* this many, then the fixed ones */
    size_t packed[2];         /* reals that products' weights take packed; see packed.h */
    bool whole_batch;         /* a layer needs the statistics of the whole batch */
    char *text;               /* canonical net text, owned */
};

/* Reads TEXT (LENGTH bytes; NAME for messages). HAR_USAGE: "lstm.net:3:6: unknown layer 'lsmt';
 * did you mean 'lstm'?" with line and column, both from 1. */
HAR_RESULT enum har_status har_net_new(struct har_net **net, const char *text, size_t length,
                                       const char *name, struct har_error *err);
void har_net_free(struct har_net *net);

/* What training needs: HAR_USAGE where NET doesn't end in a softmax over classes. */
HAR_RESULT enum har_status har_net_classifies(const struct har_net *net, struct har_error *err);

/* NEEDED (net->layers): the layers that what LAYER sees depends on. */
void har_net_needs(bool *needed, const struct har_net *net, size_t layer);

/* All kinds of the language, ending with NULL. */
const struct har_layer_kind *const *har_layer_kinds(void);

/* Weight number I of all (in layer order): its layer, and its full name "lstm/kernel" into NAME. */
size_t har_net_weight_count(const struct har_net *net);
const struct har_weight *har_net_weight(const struct har_net *net, size_t i, char name[128]);

/* Fills the flat block as Keras initializes: weight i draws from (seed, initializer, i). */
HAR_RESULT enum har_status har_net_initialize(const struct har_net *net, har_real *weights,
                                              uint64_t seed, struct har_error *err);

/* ---- one slice through the net ---- */

struct har_arena;

/* All that one slice needs, planned from the shapes: activations, their gradients, caches, scratch.
 * A new one has a block of its own; one that is only planned takes its place in an arena. */
struct har_workspace;
HAR_RESULT enum har_status har_workspace_new(struct har_workspace **space,
                                             const struct har_net *net, bool training,
                                             struct har_error *err);
HAR_RESULT enum har_status har_workspace_plan(struct har_workspace **space,
                                              const struct har_net *net, bool training,
                                              struct har_error *err);
void har_workspace_take(struct har_workspace *space, struct har_arena *arena);
void har_workspace_free(struct har_workspace *space);
har_real *har_workspace_input(struct har_workspace *space); /* (HAR_SLICE, input): fill it */
const har_real *har_workspace_output(const struct har_workspace *space);
const har_real *har_workspace_activation(const struct har_workspace *space, size_t layer);
/* The softmax's input where the net ends in one (else NULL), and where its gradient is put. */
const har_real *har_workspace_logits(const struct har_workspace *space);
har_real *har_workspace_logits_gradient(struct har_workspace *space);

/* What a pass needs from outside. */
struct har_slice {
    const struct har_kernels *kernels;
    const har_real *weights;
    const struct har_packed *packed; /* the same, packed with the same kernels */
    har_real *gradients;             /* backward writes those of all trained weights */
    bool training;
    uint64_t seed;
    uint32_t epoch;
    uint64_t row[HAR_SLICE]; /* numbers of the rows in the training data; any, for padding */
    size_t padding;          /* rows at the end that are none */

    /* Of the whole batch, for each layer that collects: its sums, forward's and then backward's.
     * NULL: this slice is the batch. */
    double *const *sums;
    size_t batch_rows;
};

void har_net_forward(const struct har_net *net, struct har_workspace *space,
                     const struct har_slice *slice);
/* From the gradient of the logits back to all weights. After a forward with training set. */
void har_net_backward(const struct har_net *net, struct har_workspace *space,
                      const struct har_slice *slice);

/* The same for layers FIRST to END - 1 alone, where those before (backward: those after) have run.
 * Where a layer collects, its sums come from har_net_collect and har_net_collect_backward, which
 * find the slice's part of them (layer->sums) when all that it needs has run. */
void har_net_forward_part(const struct har_net *net, struct har_workspace *space,
                          const struct har_slice *slice, size_t first, size_t end);
void har_net_backward_part(const struct har_net *net, struct har_workspace *space,
                           const struct har_slice *slice, size_t first, size_t end);
void har_net_collect(const struct har_net *net, struct har_workspace *space,
                     const struct har_slice *slice, size_t layer);
void har_net_collect_backward(const struct har_net *net, struct har_workspace *space,
                              const struct har_slice *slice, size_t layer);
/* Does a layer mix rows in training? And what that makes of VALUES (HAR_SLICE, WIDTH) that belong
 * to the rows, as targets do: the same mixtures of them. */
bool har_net_mixes(const struct har_net *net);
void har_net_mix(const struct har_net *net, const struct har_slice *slice, float *values,
                 size_t width);

/* Shows LAYER folded row ROW of the slice as number SAMPLE; WEIGHTS are the slice's, to be changed.
 */
void har_net_sample(const struct har_net *net, struct har_workspace *space,
                    const struct har_slice *slice, size_t layer, har_real *weights, size_t sample,
                    size_t row);
/* What LAYER collected last: forward's sums, then backward's. */
const double *har_workspace_sums(const struct har_workspace *space, size_t layer);

bool har_all_finite(const har_real *values, size_t count);

/* The first layer whose activations (of the last forward) or weight gradients aren't finite; NULL
 * if all are. */
const struct har_layer *har_net_not_finite(const struct har_net *net,
                                           const struct har_workspace *space);

#endif
