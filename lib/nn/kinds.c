#include "nn/kinds.h"

#include "nn/net.h"

#define LIST_KIND(name) &har_kind_##name,

static const struct har_layer_kind *const kinds[] = {HAR_LAYER_KINDS(LIST_KIND) NULL};

const struct har_layer_kind *const *har_layer_kinds(void)
{
    return kinds;
}
