/* One batch through a net, forward and back: cut into slices of HAR_SLICE rows, a slice to a
 * thread, their gradients added in slice order. What fit is made of. */
#ifndef HAR_FIT_BATCH_H
#define HAR_FIT_BATCH_H

#include "base/arena.h"
#include "fit/fit.h"
#include "fit/loss.h"

/* Slices that are in work at once, each with a gradient of its own; longer batches take several
 * rounds. A constant, so that memory is bounded whatever the batch; but where a layer needs the
 * whole batch, all its slices are in work, each with a workspace too. */
enum { HAR_SLICES_AT_ONCE = 16 };

/* Parameters that a thread adds up or updates in one piece. */
enum { HAR_RANGE = 4096 };

/* The rows of a batch, and with what they are computed; all borrowed. */
struct har_batch_rows {
    const struct har_samples *samples;
    const size_t *order; /* which rows of the samples */
    size_t rows;
    const har_real *weights;
    uint64_t seed;  /* of dropout and the like */
    uint32_t epoch; /* from 1 */
    size_t number;  /* of the batch in the epoch, from 1: for messages */
};

struct har_batch;

/* Workspaces, packed weights and the slices' gradients for batches of at most ROWS rows, planned
 * and then taken from an arena; NET, KERNELS and THREADS are borrowed. HAR_USAGE: the net doesn't
 * end in a softmax of a flat row. */
HAR_RESULT enum har_status har_batch_plan(struct har_batch **batch, const struct har_net *net,
                                          size_t rows, const struct har_kernels *kernels,
                                          struct har_threads *threads, struct har_error *err);
void har_batch_take(struct har_batch *batch, struct har_arena *arena);
void har_batch_free(struct har_batch *batch); /* NULL is allowed */

/* GRADIENT (net->weights) of the mean loss over the rows, whose losses are added to LOSS.
 * HAR_NUMBERS: "lstm: not finite in epoch 3, batch 17". */
HAR_RESULT enum har_status har_batch_run(struct har_batch *batch, har_real *gradient,
                                         struct har_loss *loss, const struct har_batch_rows *rows,
                                         struct har_error *err);

/* Moves WEIGHTS' statistics (batch_normalization) by those of the batch that was run last. */
void har_batch_settle(const struct har_batch *batch, har_real *weights);

/* Puts row NUMBER of X, SIZE floats each, at INPUT. */
void har_input_row(har_real *input, const float *x, size_t number, size_t size);

#endif
