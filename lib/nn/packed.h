/* A net's weights as products take them (kernel/product.h): packed once for all slices of a batch,
 * or once for all predictions, and read by any thread. */
#ifndef HAR_NN_PACKED_H
#define HAR_NN_PACKED_H

#include "base/arena.h"
#include "nn/net.h"

/* Rows of one tap of a weight (taps, rows, n). */
struct har_packed_piece {
    const struct har_weight *weight; /* the net's */
    size_t tap, row, rows;
};

struct har_packed {
    const struct har_net *net;
    bool training;
    size_t pieces;
    struct har_packed_piece *piece; /* all that there is to pack, in the order of the weights */
    har_real *block[2];             /* by enum har_direction; backward's only for training */
    struct har_arena own;           /* where no other one is used */
};

/* Like a workspace, with a block of its own, or planned to take its place in an arena. */
HAR_RESULT enum har_status har_packed_new(struct har_packed **packed, const struct har_net *net,
                                          bool training, struct har_error *err);
HAR_RESULT enum har_status har_packed_plan(struct har_packed **packed, const struct har_net *net,
                                           bool training, struct har_error *err);
void har_packed_take(struct har_packed *packed, struct har_arena *arena);
void har_packed_free(struct har_packed *packed); /* NULL is allowed */

/* Packs WEIGHTS, all of them, or piece NUMBER; pieces can be done side by side. */
void har_packed_fill(struct har_packed *packed, const struct har_kernels *kernels,
                     const har_real *weights);
void har_packed_fill_piece(struct har_packed *packed, const struct har_kernels *kernels,
                           const har_real *weights, size_t number);

/* Places WEIGHT behind what is there; false: overflow. */
HAR_RESULT bool har_packed_place(struct har_weight *weight, size_t reals[2]);

#endif
