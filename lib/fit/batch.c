#include "fit/batch.h"

#include "base/memory.h"
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct har_batch {
    const struct har_net *net;
    const struct har_kernels *kernels;
    struct har_threads *threads;
    size_t input, classes;        /* reals of a row */
    struct har_workspace **space; /* one for each thread */
    size_t slices;                /* gradients there are */
    size_t stride;                /* from one gradient to the next */
    har_real *gradients;          /* one for each slice in work */
    struct har_loss loss[HAR_SLICES_AT_ONCE];

    /* The round in work. */
    const struct har_batch_rows *rows;
    size_t first, count; /* slices */
    har_real *sum;
    atomic_bool not_finite;
};

bool har_all_finite(const har_real *values, size_t count)
{
    bool bad = false;
    for (size_t i = 0; i < count; i++)
        bad |= !isfinite(values[i]);
    return !bad;
}

void har_input_row(har_real *input, const float *x, size_t number, size_t size)
{
    x += number * size;
    for (size_t i = 0; i < size; i++)
        input[i] = x[i];
}

static size_t slices_of(size_t rows)
{
    return rows / HAR_SLICE + (rows % HAR_SLICE != 0);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static enum har_status allocate(struct har_batch *batch, size_t rows, struct har_error *err)
{
    const size_t threads = har_threads_count(batch->threads);
    batch->slices = smaller(slices_of(rows), HAR_SLICES_AT_ONCE);
    batch->stride = (batch->net->weights + HAR_SLICE - 1) / HAR_SLICE * HAR_SLICE;
    size_t reals;
    if (!har_multiply(&reals, batch->slices, batch->stride))
        return har_fail_memory(err);
    batch->gradients = har_allocate_aligned(reals, sizeof *batch->gradients);
    batch->space = har_allocate(threads, sizeof(struct har_workspace *));
    if (batch->gradients == NULL || batch->space == NULL)
        return har_fail_memory(err);
    for (size_t i = 0; i < threads; i++) {
        const enum har_status status = har_workspace_new(&batch->space[i], batch->net, true, err);
        if (status != HAR_OK)
            return status;
    }
    if (har_workspace_logits(batch->space[0]) == NULL || batch->net->output.rank != 1)
        return har_fail(err, HAR_USAGE,
                        "the net must end in a dense layer with activation=softmax");
    return HAR_OK;
}

enum har_status har_batch_new(struct har_batch **result, const struct har_net *net, size_t rows,
                              const struct har_kernels *kernels, struct har_threads *threads,
                              struct har_error *err)
{
    struct har_batch *batch = har_allocate(1, sizeof *batch);
    if (batch == NULL)
        return har_fail_memory(err);
    batch->net = net;
    batch->kernels = kernels;
    batch->threads = threads;
    const bool sized =
        har_shape_size(&batch->input, &net->input) && har_shape_size(&batch->classes, &net->output);
    const enum har_status status = sized ? allocate(batch, rows, err) : har_fail_memory(err);
    if (status != HAR_OK) {
        har_batch_free(batch);
        return status;
    }
    *result = batch;
    return HAR_OK;
}

void har_batch_free(struct har_batch *batch)
{
    if (batch == NULL)
        return;
    for (size_t i = 0; batch->space != NULL && i < har_threads_count(batch->threads); i++)
        har_workspace_free(batch->space[i]);
    free(batch->space);
    free(batch->gradients);
    free(batch);
}

/* Fills the workspace's input with the slice's rows; the rest of a slice is zeros. */
static void fill(const struct har_batch *batch, struct har_workspace *space,
                 struct har_slice *slice, const size_t *order, size_t rows)
{
    har_real *input = har_workspace_input(space);
    for (size_t r = 0; r < rows; r++) {
        har_input_row(input + r * batch->input, batch->rows->samples->x, order[r], batch->input);
        slice->row[r] = order[r];
    }
    memset(input + rows * batch->input, 0, (HAR_SLICE - rows) * batch->input * sizeof *input);
}

/* Loss of the slice's rows, and its gradient: none for padding. */
static void judge(const struct har_batch *batch, struct har_loss *loss, struct har_workspace *space,
                  const size_t *order, size_t rows)
{
    const size_t classes = batch->classes;
    const har_real *logits = har_workspace_logits(space);
    har_real *gradient = har_workspace_logits_gradient(space);
    const double scale = 1.0 / (double)batch->rows->rows;
    *loss = (struct har_loss){0};
    for (size_t r = 0; r < rows; r++)
        har_loss_add(loss, gradient + r * classes, logits + r * classes,
                     batch->rows->samples->y + order[r] * classes, 1, classes, scale);
    memset(gradient + rows * classes, 0, (HAR_SLICE - rows) * classes * sizeof *gradient);
}

/* Slice batch->first + PIECE through all layers forward and back, on one thread. A layer that needs
 * the whole batch (net->whole_batch) will split this into one call for each stretch between such
 * layers, with their sums added in slice order, as gradients are, in between. */
static void run_slice(void *state, size_t piece, size_t thread)
{
    struct har_batch *batch = state;
    const struct har_batch_rows *rows = batch->rows;
    struct har_workspace *space = batch->space[thread];
    const size_t first = (batch->first + piece) * HAR_SLICE;
    const size_t count = smaller(rows->rows - first, HAR_SLICE);
    struct har_slice slice = {.kernels = batch->kernels,
                              .weights = rows->weights,
                              .gradients = batch->gradients + piece * batch->stride,
                              .training = true,
                              .seed = rows->seed,
                              .epoch = rows->epoch};
    memset(slice.gradients, 0, batch->net->weights * sizeof *slice.gradients);
    fill(batch, space, &slice, rows->order + first, count);
    har_net_forward(batch->net, space, &slice);
    judge(batch, &batch->loss[piece], space, rows->order + first, count);
    if (!isfinite(batch->loss[piece].loss))
        atomic_store(&batch->not_finite, true);
    har_net_backward(batch->net, space, &slice);
}

/* sum = slice 0 + slice 1 + …, in this order, over one range of the parameters. */
static void add_range(void *state, size_t piece, size_t thread)
{
    (void)thread;
    struct har_batch *batch = state;
    const size_t first = piece * HAR_RANGE;
    const size_t count = smaller(batch->net->weights - first, HAR_RANGE);
    har_real *restrict sum = batch->sum + first;
    for (size_t s = 0; s < batch->count; s++) {
        const har_real *restrict part = batch->gradients + s * batch->stride + first;
        for (size_t i = 0; i < count; i++)
            sum[i] += part[i];
    }
    if (!har_all_finite(sum, count))
        atomic_store(&batch->not_finite, true);
}

/* The round's slices once more, one by one in their order, until the first that isn't finite: its
 * layer is named whatever the threads were. */
static enum har_status find_fault(struct har_batch *batch, struct har_error *err)
{
    const char *place = "sum of the gradients";
    for (size_t i = 0; i < batch->count; i++) {
        run_slice(batch, i, 0);
        const struct har_layer *layer = har_net_not_finite(batch->net, batch->space[0]);
        if (layer != NULL) {
            place = layer->name;
            break;
        }
    }
    return har_fail(err, HAR_NUMBERS, "%s: not finite in epoch %u, batch %zu", place,
                    batch->rows->epoch, batch->rows->number);
}

enum har_status har_batch_run(struct har_batch *batch, har_real *gradient, struct har_loss *loss,
                              const struct har_batch_rows *rows, struct har_error *err)
{
    const size_t slices = slices_of(rows->rows);
    const size_t ranges = (batch->net->weights + HAR_RANGE - 1) / HAR_RANGE;
    batch->rows = rows;
    batch->sum = gradient;
    atomic_store(&batch->not_finite, false);
    memset(gradient, 0, batch->net->weights * sizeof *gradient);
    for (batch->first = 0; batch->first < slices; batch->first += batch->count) {
        batch->count = smaller(slices - batch->first, batch->slices);
        har_threads_run(batch->threads, batch->count, run_slice, batch);
        har_threads_run(batch->threads, ranges, add_range, batch);
        if (atomic_load(&batch->not_finite))
            return find_fault(batch, err);
        for (size_t i = 0; i < batch->count; i++)
            har_loss_join(loss, &batch->loss[i]);
    }
    return HAR_OK;
}
