#include "fit/batch.h"

#include "base/memory.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A prediction in progress. */
struct predict {
    const struct har_model *model;
    const struct har_kernels *kernels;
    const float *x;
    float *probabilities;
    size_t rows, input, classes;
    struct har_workspace **space; /* one for each thread */
    atomic_size_t first_bad;      /* the first slice that isn't finite */
};

static void note_bad(struct predict *predict, size_t piece)
{
    size_t first = atomic_load(&predict->first_bad);
    while (piece < first && !atomic_compare_exchange_weak(&predict->first_bad, &first, piece))
        continue;
}

/* HAR_SLICE rows, the missing ones zeros, so that a row's numbers don't depend on how many there
 * are. */
static void predict_slice(void *state, size_t piece, size_t thread)
{
    struct predict *predict = state;
    struct har_workspace *space = predict->space[thread];
    const size_t first = piece * HAR_SLICE;
    const size_t left = predict->rows - first;
    const size_t rows = left < HAR_SLICE ? left : HAR_SLICE;
    const struct har_slice slice = {.kernels = predict->kernels,
                                    .weights = predict->model->weights};
    har_real *input = har_workspace_input(space);
    for (size_t r = 0; r < rows; r++)
        har_input_row(input + r * predict->input, predict->x, first + r, predict->input);
    memset(input + rows * predict->input, 0, (HAR_SLICE - rows) * predict->input * sizeof *input);
    har_net_forward(predict->model->net, space, &slice);

    const har_real *output = har_workspace_output(space);
    float *probabilities = predict->probabilities + first * predict->classes;
    for (size_t i = 0; i < rows * predict->classes; i++)
        probabilities[i] = (float)output[i];
    if (!har_all_finite(output, rows * predict->classes))
        note_bad(predict, piece);
}

static enum har_status name_fault(struct predict *predict, struct har_error *err)
{
    const size_t piece = atomic_load(&predict->first_bad);
    predict_slice(predict, piece, 0);
    const struct har_layer *layer = har_net_not_finite(predict->model->net, predict->space[0]);
    return har_fail(err, HAR_NUMBERS, "%s: not finite in rows %zu to %zu",
                    layer == NULL ? "the net" : layer->name, piece * HAR_SLICE,
                    piece * HAR_SLICE + HAR_SLICE - 1);
}

static enum har_status make_spaces(struct predict *predict, size_t threads, struct har_error *err)
{
    predict->space = har_allocate(threads, sizeof(struct har_workspace *));
    if (predict->space == NULL)
        return har_fail_memory(err);
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < threads; i++)
        status = har_workspace_new(&predict->space[i], predict->model->net, false, err);
    return status;
}

enum har_status har_predict(float *probabilities, const struct har_model *model, const float *x,
                            size_t rows, const struct har_kernels *kernels,
                            struct har_threads *threads, struct har_error *err)
{
    struct predict predict = {.model = model,
                              .kernels = kernels,
                              .x = x,
                              .probabilities = probabilities,
                              .rows = rows,
                              .first_bad = SIZE_MAX};
    if (!har_shape_size(&predict.input, &model->net->input) ||
        !har_shape_size(&predict.classes, &model->net->output))
        return har_fail_memory(err);
    const size_t count = har_threads_count(threads);
    enum har_status status = make_spaces(&predict, count, err);
    if (status == HAR_OK) {
        har_threads_run(threads, rows / HAR_SLICE + (rows % HAR_SLICE != 0), predict_slice,
                        &predict);
        if (atomic_load(&predict.first_bad) != SIZE_MAX)
            status = name_fault(&predict, err);
    }
    for (size_t i = 0; predict.space != NULL && i < count; i++)
        har_workspace_free(predict.space[i]);
    free(predict.space);
    return status;
}
