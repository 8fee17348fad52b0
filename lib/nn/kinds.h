/* The layer kinds, one file each, and what the net must know of one: its activations. */
#ifndef HAR_NN_KINDS_H
#define HAR_NN_KINDS_H

#include "nn/layer.h"

extern const struct har_layer_kind har_kind_activation;
extern const struct har_layer_kind har_kind_dense;
extern const struct har_layer_kind har_kind_dropout;
extern const struct har_layer_kind har_kind_flatten;
extern const struct har_layer_kind har_kind_lstm;
extern const struct har_layer_kind har_kind_reshape;

/* The configuration of an activation layer; activation=… of another layer makes one. */
struct har_activation {
    int function; /* index into har_activation_names */
};

extern const char *const har_activation_names[]; /* "linear" first; ends with NULL */

bool har_layer_is_softmax(const struct har_layer *layer);

#endif
