/* The layer kinds, one file each, and what the net must know of one: its activations. */
#ifndef HAR_NN_KINDS_H
#define HAR_NN_KINDS_H

#include "nn/layer.h"

/* The kinds of the net language, a row each; har_kind_NAME is the descriptor in its file. */
/* clang-format off */
#define HAR_LAYER_KINDS(kind) \
    kind(activation)               \
    kind(add)                      \
    kind(average_pooling1d)        \
    kind(batch_normalization)      \
    kind(concatenate)              \
    kind(conv1d)                   \
    kind(conv_lstm2d)              \
    kind(dense)                    \
    kind(dropout)                  \
    kind(flatten)                  \
    kind(global_average_pooling1d) \
    kind(global_max_pooling1d)     \
    kind(gaussian_noise)           \
    kind(gru)                      \
    kind(jitter)                   \
    kind(layer_normalization)      \
    kind(lstm)                     \
    kind(max_pooling1d)            \
    kind(mini_rocket)              \
    kind(mixup)                    \
    kind(normalization)            \
    kind(rescaling)                \
    kind(reshape)                  \
    kind(rotation)                 \
    kind(scale)                    \
    kind(statistics)               \
    kind(time_warp)                \
    kind(with_differences)         \
    kind(with_magnitudes)
/* clang-format on */

#define HAR_DECLARE_KIND(name) extern const struct har_layer_kind har_kind_##name;
HAR_LAYER_KINDS(HAR_DECLARE_KIND)

/* Of branch each=channel: not a word of the language. */
extern const struct har_layer_kind har_kind_channel;

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
