#include "nn/kinds.h"

#include "nn/net.h"

static const struct har_layer_kind *const kinds[] = {
    &har_kind_activation,
    &har_kind_add,
    &har_kind_average_pooling1d,
    &har_kind_batch_normalization,
    &har_kind_concatenate,
    &har_kind_conv1d,
    &har_kind_conv_lstm2d,
    &har_kind_dense,
    &har_kind_dropout,
    &har_kind_flatten,
    &har_kind_global_average_pooling1d,
    &har_kind_global_max_pooling1d,
    &har_kind_gaussian_noise,
    &har_kind_gru,
    &har_kind_layer_normalization,
    &har_kind_lstm,
    &har_kind_max_pooling1d,
    &har_kind_normalization,
    &har_kind_reshape,
    NULL,
};

const struct har_layer_kind *const *har_layer_kinds(void)
{
    return kinds;
}
