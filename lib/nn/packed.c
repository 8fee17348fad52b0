#include "nn/packed.h"

#include "base/memory.h"
#include <stdlib.h>

/* A weight's B: its last two dimensions are k and n, the ones before them taps. */
static struct har_packing packing_of(const struct har_weight *weight, enum har_direction direction)
{
    const size_t *dim = weight->shape.dim + weight->shape.rank - 2;
    const size_t k = dim[0], n = dim[1], taps = k * n == 0 ? 0 : weight->size / (k * n);
    if (direction == HAR_FORWARD)
        return (struct har_packing){taps, k, n, k * n, n, 1};
    return (struct har_packing){taps, n, k, k * n, 1, n};
}

bool har_packed_place(struct har_weight *weight, size_t reals[2])
{
    for (enum har_direction way = HAR_FORWARD; way <= HAR_BACKWARD; way++) {
        const struct har_packing p = packing_of(weight, way);
        size_t size;
        weight->packed[way] = reals[way];
        if (!har_packed_size(&size, p.taps, p.k, p.n) ||
            __builtin_add_overflow(reals[way], size, &reals[way]))
            return false;
    }
    return true;
}

/* Weight NUMBER of those that products take; NULL after the last. */
static const struct har_weight *multiplied(const struct har_net *net, size_t number)
{
    for (size_t i = 0; i < net->layers; i++)
        for (size_t w = 0; w < net->layer[i]->weights; w++)
            if (net->layer[i]->weight[w].multiplied && number-- == 0)
                return &net->layer[i]->weight[w];
    return NULL;
}

enum har_status har_packed_plan(struct har_packed **packed, const struct har_net *net,
                                bool training, struct har_error *err)
{
    *packed = har_allocate(1, sizeof **packed);
    if (*packed == NULL)
        return har_fail_memory(err);
    (*packed)->net = net;
    (*packed)->training = training;
    while (multiplied(net, (*packed)->weights) != NULL)
        (*packed)->weights++;
    return HAR_OK;
}

void har_packed_take(struct har_packed *packed, struct har_arena *arena)
{
    const size_t *reals = packed->net->packed;
    packed->block[HAR_FORWARD] = har_arena_take(arena, reals[HAR_FORWARD], sizeof(har_real));
    if (packed->training)
        packed->block[HAR_BACKWARD] = har_arena_take(arena, reals[HAR_BACKWARD], sizeof(har_real));
}

static void take_own(void *state, struct har_arena *arena)
{
    har_packed_take(state, arena);
}

enum har_status har_packed_new(struct har_packed **packed, const struct har_net *net, bool training,
                               struct har_error *err)
{
    const enum har_status status = har_packed_plan(packed, net, training, err);
    if (status != HAR_OK || har_arena_open(&(*packed)->own, take_own, *packed))
        return status;
    har_packed_free(*packed);
    *packed = NULL;
    return har_fail_memory(err);
}

void har_packed_free(struct har_packed *packed)
{
    if (packed == NULL)
        return;
    har_arena_close(&packed->own);
    free(packed);
}

/* A piece is a part of a weight that products take, in one direction. */
enum { PARTS = 8 };

size_t har_packed_pieces(const struct har_packed *packed)
{
    return PARTS * packed->weights * (packed->training ? 2 : 1);
}

void har_packed_fill_piece(struct har_packed *packed, const struct har_kernels *kernels,
                           const har_real *weights, size_t piece)
{
    const size_t number = piece / PARTS;
    const enum har_direction way = number < packed->weights ? HAR_FORWARD : HAR_BACKWARD;
    const struct har_weight *weight = multiplied(packed->net, number % packed->weights);
    const struct har_packing packing = packing_of(weight, way);
    kernels->pack(packed->block[way] + weight->packed[way], weights + weight->offset, &packing,
                  piece % PARTS, PARTS);
}

void har_packed_fill(struct har_packed *packed, const struct har_kernels *kernels,
                     const har_real *weights)
{
    for (size_t piece = 0; piece < har_packed_pieces(packed); piece++)
        har_packed_fill_piece(packed, kernels, weights, piece);
}
