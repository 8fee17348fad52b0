/* A net's weights as products take them (kernel/product.h): packed once for all slices of a batch,
 * or once for all predictions, and read by any thread. */
#ifndef HAR_NN_PACKED_H
#define HAR_NN_PACKED_H

#include "base/arena.h"
#include "nn/net.h"

struct har_packed {
    const struct har_net *net;
    size_t weights; /* that products take */
    bool training;
    har_real *block[2];   /* by enum har_direction; backward's only for training */
    struct har_arena own; /* where no other one is used */
};

/* Like a workspace, with a block of its own, or planned to take its place in an arena. */
HAR_RESULT enum har_status har_packed_new(struct har_packed **packed, const struct har_net *net,
                                          bool training, struct har_error *err);
HAR_RESULT enum har_status har_packed_plan(struct har_packed **packed, const struct har_net *net,
                                           bool training, struct har_error *err);
void har_packed_take(struct har_packed *packed, struct har_arena *arena);
void har_packed_free(struct har_packed *packed); /* NULL is allowed */

/* Packs WEIGHTS, all of them, or one of har_packed_pieces pieces, which can be done side by side.
 */
void har_packed_fill(struct har_packed *packed, const struct har_kernels *kernels,
                     const har_real *weights);
size_t har_packed_pieces(const struct har_packed *packed);
void har_packed_fill_piece(struct har_packed *packed, const struct har_kernels *kernels,
                           const har_real *weights, size_t piece);

/* Places WEIGHT behind what is there; false: overflow. */
HAR_RESULT bool har_packed_place(struct har_weight *weight, size_t reals[2]);

#endif
