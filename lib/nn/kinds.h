/* The layer kinds, one file each, and what the net must know of one: its activations. */
#ifndef HAR_NN_KINDS_H
#define HAR_NN_KINDS_H

#include "nn/layer.h"

extern const struct har_layer_kind har_kind_activation;
extern const struct har_layer_kind har_kind_add;
extern const struct har_layer_kind har_kind_average_pooling1d;
extern const struct har_layer_kind har_kind_batch_normalization;
extern const struct har_layer_kind
    har_kind_channel; /* of branch each=channel: not in the language */
extern const struct har_layer_kind har_kind_concatenate;
extern const struct har_layer_kind har_kind_conv1d;
extern const struct har_layer_kind har_kind_conv_lstm2d;
extern const struct har_layer_kind har_kind_dense;
extern const struct har_layer_kind har_kind_dropout;
extern const struct har_layer_kind har_kind_flatten;
extern const struct har_layer_kind har_kind_global_average_pooling1d;
extern const struct har_layer_kind har_kind_global_max_pooling1d;
extern const struct har_layer_kind har_kind_gaussian_noise;
extern const struct har_layer_kind har_kind_gru;
extern const struct har_layer_kind har_kind_layer_normalization;
extern const struct har_layer_kind har_kind_lstm;
extern const struct har_layer_kind har_kind_max_pooling1d;
extern const struct har_layer_kind har_kind_normalization;
extern const struct har_layer_kind har_kind_reshape;

/* The configuration of an activation layer; activation=… of another layer makes one. */
struct har_activation {
    int function; /* index into har_activation_names */
};

extern const char *const har_activation_names[]; /* "linear" first; ends with NULL */

/* The configuration of what joins branches and bidirectional's copies. */
struct har_concatenate {
    double axis; /* of Keras, 0 being that of the rows; -1 is the last one */
};

/* The configuration of a branch's view of one channel. */
struct har_channel {
    size_t channel;
};

bool har_layer_is_softmax(const struct har_layer *layer);

#endif
