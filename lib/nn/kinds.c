#include "nn/kinds.h"

#include "nn/net.h"

static const struct har_layer_kind *const kinds[] = {
    &har_kind_activation,
    &har_kind_dense,
    &har_kind_dropout,
    &har_kind_flatten,
    &har_kind_lstm,
    &har_kind_reshape,
    NULL,
};

const struct har_layer_kind *const *har_layer_kinds(void)
{
    return kinds;
}
