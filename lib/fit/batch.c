#include "fit/batch.h"

#include "base/memory.h"
#include "fit/aims.h"
#include "kernel/prefetch.h"
#include "nn/packed.h"
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct har_batch {
    const struct har_net *net;
    const struct har_kernels *kernels;
    struct har_threads *threads;
    size_t input, classes;        /* reals of a row */
    size_t spaces;                /* one for each thread; where layers need the whole batch, */
    struct har_workspace **space; /* one for each slice */
    float *mixed;                 /* and as many targets, where the net mixes rows */
    struct har_packed *packed;
    size_t slices;         /* gradients there are */
    size_t stride;         /* from one gradient to the next */
    har_real *gradients;   /* one for each slice in work */
    struct har_loss *loss; /* likewise */

    size_t barriers; /* layers that need the whole batch: */
    size_t *barrier; /* their numbers, */
    double **sums;   /* by number what they collect over the batch */

    /* The round in work. */
    const struct har_batch_rows *rows;
    size_t first, count; /* slices */
    size_t step;         /* between barriers: see run_slice */
    har_real *sum;
    atomic_bool not_finite;
};

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

/* What har_aims_fill needs for a slice, where the net mixes rows. */
static size_t mixed_size(const struct har_batch *batch)
{
    return har_net_mixes(batch->net) ? HAR_SLICE * (2 * batch->classes + 1) : 0;
}

/* Finds the layers that need the whole batch. */
static bool find_barriers(struct har_batch *batch)
{
    const struct har_net *net = batch->net;
    batch->barrier = har_allocate(net->layers, sizeof *batch->barrier);
    batch->sums = har_allocate(net->layers, sizeof *batch->sums);
    if (batch->barrier == NULL || batch->sums == NULL)
        return false;
    for (size_t i = 0; i < net->layers; i++)
        if (net->layer[i]->kind->whole_batch)
            batch->barrier[batch->barriers++] = i;
    return true;
}

static enum har_status plan(struct har_batch *batch, size_t rows, struct har_error *err)
{
    if (!find_barriers(batch))
        return har_fail_memory(err);
    const bool whole = batch->barriers > 0;
    batch->slices = whole ? slices_of(rows) : smaller(slices_of(rows), HAR_SLICES_AT_ONCE);
    batch->spaces = whole ? batch->slices : har_threads_count(batch->threads);
    batch->stride = (batch->net->weights + HAR_SLICE - 1) / HAR_SLICE * HAR_SLICE;
    batch->space = har_allocate(batch->spaces, sizeof(struct har_workspace *));
    if (batch->space == NULL)
        return har_fail_memory(err);
    for (size_t i = 0; i < batch->spaces; i++) {
        const enum har_status status = har_workspace_plan(&batch->space[i], batch->net, true, err);
        if (status != HAR_OK)
            return status;
    }
    const enum har_status status = har_packed_plan(&batch->packed, batch->net, true, err);
    return status == HAR_OK ? har_net_classifies(batch->net, err) : status;
}

enum har_status har_batch_plan(struct har_batch **result, const struct har_net *net, size_t rows,
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
    const enum har_status status = sized ? plan(batch, rows, err) : har_fail_memory(err);
    if (status != HAR_OK) {
        har_batch_free(batch);
        return status;
    }
    *result = batch;
    return HAR_OK;
}

void har_batch_take(struct har_batch *batch, struct har_arena *arena)
{
    const struct har_net *net = batch->net;
    batch->gradients =
        har_arena_take(arena, batch->slices, batch->stride * sizeof *batch->gradients);
    batch->loss = har_arena_take(arena, batch->slices, sizeof *batch->loss);
    batch->mixed = har_arena_take(arena, mixed_size(batch), batch->spaces * sizeof *batch->mixed);
    for (size_t i = 0; i < net->layers; i++)
        batch->sums[i] = har_arena_take(arena, 2 * net->layer[i]->sums, sizeof **batch->sums);
    har_packed_take(batch->packed, arena);
    for (size_t i = 0; i < batch->spaces; i++)
        har_workspace_take(batch->space[i], arena);
}

void har_batch_free(struct har_batch *batch)
{
    if (batch == NULL)
        return;
    for (size_t i = 0; batch->space != NULL && i < batch->spaces; i++)
        har_workspace_free(batch->space[i]);
    har_packed_free(batch->packed);
    free(batch->space);
    free(batch->barrier);
    free(batch->sums);
    free(batch);
}

/* Fills the workspace's input with the slice's rows; the rest of a slice is zeros. The rows lie
 * anywhere in memory: the next one is asked for while one is taken. */
static void fill(const struct har_batch *batch, struct har_workspace *space, const size_t *order,
                 size_t rows)
{
    const float *x = batch->rows->samples->x;
    const size_t size = batch->input;
    har_real *input = har_workspace_input(space);
    for (size_t r = 0; r < rows; r++) {
        if (r + 1 < rows)
            har_prefetch(x + order[r + 1] * size, size * sizeof *x);
        har_input_row(input + r * size, x, order[r], size);
    }
    memset(input + rows * size, 0, (HAR_SLICE - rows) * size * sizeof *input);
}

/* Loss of the slice's rows in space number PLACE, and its gradient: none for padding. */
static void judge(const struct har_batch *batch, struct har_loss *loss, size_t place,
                  const struct har_slice *slice, const size_t *order, size_t rows)
{
    struct har_workspace *space = batch->space[place];
    const size_t classes = batch->classes;
    const har_real *logits = har_workspace_logits(space);
    har_real *gradient = har_workspace_logits_gradient(space);
    const double scale = 1.0 / (double)batch->rows->rows;
    struct har_aims aims;
    har_aims_fill(&aims, batch->mixed + place * mixed_size(batch), batch->net, slice,
                  batch->rows->samples, order, rows, classes);
    *loss = (struct har_loss){0};
    for (size_t r = 0; r < rows; r++) {
        struct har_loss one = {0};
        har_loss_add(&one, gradient + r * classes, logits + r * classes, aims.y[r], aims.class[r],
                     classes, scale * aims.weight[r]);
        one.loss *= aims.weight[r];
        har_loss_join(loss, &one);
    }
    memset(gradient + rows * classes, 0, (HAR_SLICE - rows) * classes * sizeof *gradient);
}

/* The way forward up to the barrier before, or, at the last step, to the end and back behind it. */
static void forward_step(struct har_batch *batch, struct har_workspace *space,
                         const struct har_slice *slice)
{
    const size_t *barrier = batch->barrier, step = batch->step;
    const size_t first = step == 0 ? 0 : barrier[step - 1];
    const size_t end = step < batch->barriers ? barrier[step] : batch->net->layers;
    har_net_forward_part(batch->net, space, slice, first, end);
    if (step < batch->barriers)
        har_net_collect(batch->net, space, slice, end);
}

/* Back from STEP barriers on: those before the last one's layers have their turn after it. */
static void backward_step(struct har_batch *batch, struct har_workspace *space,
                          const struct har_slice *slice)
{
    const size_t *barrier = batch->barrier, ahead = 2 * batch->barriers - batch->step;
    const size_t first = ahead == 0 ? 0 : barrier[ahead - 1] + 1;
    const size_t end = ahead == batch->barriers ? batch->net->layers : barrier[ahead] + 1;
    har_net_backward_part(batch->net, space, slice, first, end);
    if (ahead > 0)
        har_net_collect_backward(batch->net, space, slice, barrier[ahead - 1]);
}

static struct har_slice slice_of(const struct har_batch *batch, size_t piece, const size_t *order,
                                 size_t count)
{
    const struct har_batch_rows *rows = batch->rows;
    struct har_slice slice = {.kernels = batch->kernels,
                              .weights = rows->weights,
                              .packed = batch->packed,
                              .gradients = batch->gradients + piece * batch->stride,
                              .training = true,
                              .seed = rows->seed,
                              .epoch = rows->epoch,
                              .padding = HAR_SLICE - count,
                              .sums = batch->sums,
                              .batch_rows = rows->rows};
    memcpy(slice.row, order, count * sizeof *order);
    return slice;
}

/* Slice batch->first + PIECE through all layers forward and back, on one thread. Layers that need
 * the whole batch divide this into steps: with n of them, n + 1 forward, of which the last turns
 * and is the first of n + 1 back. */
static void run_slice(void *state, size_t piece, size_t thread)
{
    struct har_batch *batch = state;
    const size_t place = batch->barriers > 0 ? piece : thread;
    struct har_workspace *space = batch->space[place];
    const size_t first = (batch->first + piece) * HAR_SLICE;
    const size_t count = smaller(batch->rows->rows - first, HAR_SLICE);
    const size_t *order = batch->rows->order + first;
    const struct har_slice slice = slice_of(batch, piece, order, count);
    if (batch->step == 0) {
        const struct har_net *net = batch->net;
        memset(slice.gradients + net->trained, 0,
               (net->weights - net->trained) * sizeof *slice.gradients);
        fill(batch, space, order, count);
    }
    if (batch->step <= batch->barriers)
        forward_step(batch, space, &slice);
    if (batch->step == batch->barriers) {
        judge(batch, &batch->loss[piece], place, &slice, order, count);
        if (!isfinite(batch->loss[piece].loss))
            atomic_store(&batch->not_finite, true);
    }
    if (batch->step >= batch->barriers)
        backward_step(batch, space, &slice);
}

static void pack(void *state, size_t piece, size_t thread)
{
    struct har_batch *batch = state;
    (void)thread;
    har_packed_fill_piece(batch->packed, batch->kernels, batch->rows->weights, piece);
}

/* After a step: sum = slice 0 + slice 1 + …, in this order, of what was collected. */
static void add_sums(struct har_batch *batch)
{
    const bool back = batch->step >= batch->barriers;
    if (batch->step == 2 * batch->barriers)
        return;
    const size_t at = batch->barrier[back ? 2 * batch->barriers - batch->step - 1 : batch->step];
    const size_t count = batch->net->layer[at]->sums, first = back ? count : 0;
    double *sum = batch->sums[at] + first;
    memset(sum, 0, count * sizeof *sum);
    for (size_t s = 0; s < batch->count; s++) {
        const double *part = har_workspace_sums(batch->space[s], at) + first;
        for (size_t i = 0; i < count; i++)
            sum[i] += part[i];
    }
}

/* sum = slice 0 + slice 1 + …, in this order, over one range of the parameters. */
static void add_range(void *state, size_t piece, size_t thread)
{
    (void)thread;
    struct har_batch *batch = state;
    const size_t first = piece * HAR_RANGE;
    const size_t count = smaller(batch->net->weights - first, HAR_RANGE);
    har_real *sum = batch->sum + first;
    batch->kernels->add_parts(sum, batch->gradients + first, batch->stride, batch->count, count,
                              batch->first > 0);
    if (!batch->kernels->finite(sum, count))
        atomic_store(&batch->not_finite, true);
}

/* The first layer that isn't finite in the first slice of which it is one. Slices that share a
 * workspace run once more, in their order: the layer is the same whatever the threads were. */
static const struct har_layer *faulty_layer(struct har_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->barriers == 0)
            run_slice(batch, i, 0);
        const struct har_layer *layer =
            har_net_not_finite(batch->net, batch->space[batch->barriers > 0 ? i : 0]);
        if (layer != NULL)
            return layer;
    }
    return NULL;
}

static enum har_status find_fault(struct har_batch *batch, struct har_error *err)
{
    const struct har_layer *layer = faulty_layer(batch);
    const char *place = layer == NULL ? "sum of the gradients" : layer->name;
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
    har_threads_run(batch->threads, batch->packed->pieces, pack, batch);
    for (batch->first = 0; batch->first < slices; batch->first += batch->count) {
        batch->count = smaller(slices - batch->first, batch->slices);
        for (batch->step = 0; batch->step <= 2 * batch->barriers; batch->step++) {
            har_threads_run(batch->threads, batch->count, run_slice, batch);
            add_sums(batch);
        }
        batch->step = 0;
        har_threads_run(batch->threads, ranges, add_range, batch);
        if (atomic_load(&batch->not_finite))
            return find_fault(batch, err);
        for (size_t i = 0; i < batch->count; i++)
            har_loss_join(loss, &batch->loss[i]);
    }
    return HAR_OK;
}

void har_batch_settle(const struct har_batch *batch, har_real *weights)
{
    for (size_t i = 0; i < batch->barriers; i++) {
        const struct har_layer *layer = batch->net->layer[batch->barrier[i]];
        layer->kind->settle(layer, weights, batch->sums[batch->barrier[i]],
                            batch->rows->rows * layer->fold);
    }
}
