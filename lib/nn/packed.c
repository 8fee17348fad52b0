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

/* Rows of a weight, N >= 1 wide, that are packed together: enough to be worth a call, and as
 * columns of its transposed whole cache lines, where panels' rows are. */
static size_t rows_together(size_t n)
{
    enum { REALS = 4096, LINE = 16 };
    const size_t rows = REALS / n / LINE * LINE;
    return rows < LINE ? LINE : rows;
}

/* Appends the pieces of WEIGHT; only counts them where PACKED has no place for them yet. */
static void add_pieces(struct har_packed *packed, const struct har_weight *weight)
{
    const struct har_packing p = packing_of(weight, HAR_FORWARD);
    for (size_t tap = 0; tap < p.taps; tap++) {
        const size_t most = rows_together(p.n);
        for (size_t row = 0; row < p.k; row += most) {
            const size_t left = p.k - row;
            if (packed->piece != NULL)
                packed->piece[packed->pieces] =
                    (struct har_packed_piece){weight, tap, row, left < most ? left : most};
            packed->pieces++;
        }
    }
}

static void find_pieces(struct har_packed *packed)
{
    packed->pieces = 0;
    for (size_t i = 0; i < packed->net->layers; i++) {
        const struct har_layer *layer = packed->net->layer[i];
        for (size_t w = 0; w < layer->weights; w++)
            if (layer->weight[w].multiplied)
                add_pieces(packed, &layer->weight[w]);
    }
}

enum har_status har_packed_plan(struct har_packed **packed, const struct har_net *net,
                                bool training, struct har_error *err)
{
    *packed = har_allocate(1, sizeof **packed);
    if (*packed == NULL)
        return har_fail_memory(err);
    (*packed)->net = net;
    (*packed)->training = training;
    find_pieces(*packed);
    return HAR_OK;
}

void har_packed_take(struct har_packed *packed, struct har_arena *arena)
{
    const size_t *reals = packed->net->packed;
    packed->block[HAR_FORWARD] = har_arena_take(arena, reals[HAR_FORWARD], sizeof(har_real));
    if (packed->training)
        packed->block[HAR_BACKWARD] = har_arena_take(arena, reals[HAR_BACKWARD], sizeof(har_real));
    packed->piece = har_arena_take(arena, packed->pieces, sizeof *packed->piece);
    find_pieces(packed);
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

void har_packed_fill_piece(struct har_packed *packed, const struct har_kernels *kernels,
                           const har_real *weights, size_t number)
{
    const struct har_packed_piece *piece = &packed->piece[number];
    const struct har_weight *weight = piece->weight;
    const enum har_direction last = packed->training ? HAR_BACKWARD : HAR_FORWARD;
    for (enum har_direction way = HAR_FORWARD; way <= last; way++) {
        const struct har_packing p = packing_of(weight, way);
        const struct har_block block =
            way == HAR_FORWARD ? (struct har_block){piece->tap, piece->row, piece->rows, 0, p.n}
                               : (struct har_block){piece->tap, 0, p.k, piece->row, piece->rows};
        kernels->pack(packed->block[way] + weight->packed[way], weights + weight->offset, &p,
                      &block);
    }
}

void har_packed_fill(struct har_packed *packed, const struct har_kernels *kernels,
                     const har_real *weights)
{
    for (size_t piece = 0; piece < packed->pieces; piece++)
        har_packed_fill_piece(packed, kernels, weights, piece);
}
