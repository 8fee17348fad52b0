#include "fit/batch.h"

#include "base/memory.h"
#include "fit/calibrate.h"
#include "nn/packed.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct har_predictor {
    const struct har_model *model;
    const struct har_kernels *kernels;
    struct har_threads *threads;
    struct har_packed *packed;
    size_t input, classes;        /* reals of a row */
    struct har_workspace **space; /* one for each thread */
    struct har_arena arena;       /* of these and the packed weights */

    /* The rows in work. */
    const float *x;
    size_t rows;
    size_t layers;                   /* that they go through */
    float *probabilities, *features; /* what is asked for; the others are NULL */
    har_real *logits;
    const struct har_draw *draw; /* NULL: not as in training */
    atomic_size_t first_bad;     /* the first slice that isn't finite */
};

static void take_all(void *state, struct har_arena *arena)
{
    struct har_predictor *predictor = state;
    har_packed_take(predictor->packed, arena);
    for (size_t i = 0; i < har_threads_count(predictor->threads); i++)
        har_workspace_take(predictor->space[i], arena);
}

static enum har_status prepare(struct har_predictor *predictor, struct har_error *err)
{
    const struct har_net *net = predictor->model->net;
    const size_t threads = har_threads_count(predictor->threads);
    predictor->space = har_allocate(threads, sizeof(struct har_workspace *));
    if (predictor->space == NULL || !har_shape_size(&predictor->input, &net->input) ||
        !har_shape_size(&predictor->classes, &net->output))
        return har_fail_memory(err);
    enum har_status status = har_packed_plan(&predictor->packed, net, false, err);
    for (size_t i = 0; status == HAR_OK && i < threads; i++)
        status = har_workspace_plan(&predictor->space[i], net, false, err);
    if (status == HAR_OK && !har_arena_open(&predictor->arena, take_all, predictor))
        status = har_fail_memory(err);
    if (status == HAR_OK)
        har_packed_fill(predictor->packed, predictor->kernels, predictor->model->weights);
    return status;
}

enum har_status har_predictor_new(struct har_predictor **predictor, const struct har_model *model,
                                  const struct har_kernels *kernels, struct har_threads *threads,
                                  struct har_error *err)
{
    *predictor = har_allocate(1, sizeof **predictor);
    if (*predictor == NULL)
        return har_fail_memory(err);
    (*predictor)->model = model;
    (*predictor)->kernels = kernels;
    (*predictor)->threads = threads;
    const enum har_status status = prepare(*predictor, err);
    if (status != HAR_OK) {
        har_predictor_free(*predictor);
        *predictor = NULL;
    }
    return status;
}

void har_predictor_free(struct har_predictor *predictor)
{
    if (predictor == NULL)
        return;
    const size_t threads = har_threads_count(predictor->threads);
    for (size_t i = 0; predictor->space != NULL && i < threads; i++)
        har_workspace_free(predictor->space[i]);
    free(predictor->space);
    har_packed_free(predictor->packed);
    har_arena_close(&predictor->arena);
    free(predictor);
}

static void note_bad(struct har_predictor *predictor, size_t piece)
{
    size_t first = atomic_load(&predictor->first_bad);
    while (piece < first && !atomic_compare_exchange_weak(&predictor->first_bad, &first, piece))
        continue;
}

/* Makes SLICE one of training, of ROWS rows from FIRST on. */
static void draw_as(struct har_slice *slice, const struct har_draw *draw, size_t first, size_t rows)
{
    if (draw == NULL)
        return;
    slice->training = true;
    slice->seed = draw->seed;
    slice->epoch = draw->epoch;
    for (size_t r = 0; r < rows; r++)
        slice->row[r] = draw->row[first + r];
}

/* Slice PIECE through the net; the rows that it lacks are zeros, computed where it's WHOLE. */
static size_t forward(struct har_predictor *predictor, struct har_workspace *space, size_t piece,
                      bool whole)
{
    const size_t first = piece * HAR_SLICE, size = predictor->input;
    const size_t left = predictor->rows - first;
    const size_t rows = left < HAR_SLICE ? left : HAR_SLICE;
    struct har_slice slice = {.kernels = predictor->kernels,
                              .weights = predictor->model->weights,
                              .packed = predictor->packed,
                              .padding = whole ? 0 : HAR_SLICE - rows};
    draw_as(&slice, predictor->draw, first, rows);
    har_real *input = har_workspace_input(space);
    for (size_t r = 0; r < rows; r++)
        har_input_row(input + r * size, predictor->x, first + r, size);
    memset(input + rows * size, 0, (HAR_SLICE - rows) * size * sizeof *input);
    har_net_forward_part(predictor->model->net, space, &slice, 0, predictor->layers);
    return rows;
}

/* ROWS rows of probabilities, tempered where the model is calibrated. */
static void copy_probabilities(const struct har_predictor *predictor, float *probabilities,
                               const struct har_workspace *space, size_t rows)
{
    const size_t classes = predictor->classes;
    const har_real *output = har_workspace_output(space), *logits = har_workspace_logits(space);
    const double temperature = predictor->model->temperature;
    for (size_t i = 0; i < rows * classes; i++)
        probabilities[i] = (float)output[i];
    if (temperature == 1)
        return;
    for (size_t r = 0; r < rows; r++)
        har_temper(probabilities + r * classes, logits + r * classes, classes, temperature);
}

/* Reals of a row after the layers that it goes through. */
static size_t width_of(const struct har_predictor *predictor)
{
    const struct har_shape shape =
        har_layer_output(predictor->model->net->layer[predictor->layers - 1]);
    size_t width;
    return har_shape_size(&width, &shape) ? width : 0; /* the net has checked it */
}

static void predict_slice(void *state, size_t piece, size_t thread)
{
    struct har_predictor *predictor = state;
    const struct har_workspace *space = predictor->space[thread];
    const size_t rows = forward(predictor, predictor->space[thread], piece, false);
    const size_t width = width_of(predictor), count = rows * width;
    const size_t first = piece * HAR_SLICE * width;
    const har_real *output = har_workspace_activation(space, predictor->layers - 1);
    if (!predictor->kernels->finite(output, count))
        note_bad(predictor, piece);
    for (size_t i = 0; predictor->features != NULL && i < count; i++)
        predictor->features[first + i] = (float)output[i];
    if (predictor->probabilities != NULL)
        copy_probabilities(predictor, predictor->probabilities + first, space, rows);
    if (predictor->logits != NULL)
        memcpy(predictor->logits + first, har_workspace_logits(space), count * sizeof(har_real));
}

static enum har_status name_fault(struct har_predictor *predictor, struct har_error *err)
{
    const size_t piece = atomic_load(&predictor->first_bad);
    forward(predictor, predictor->space[0], piece, true);
    const struct har_layer *layer = har_net_not_finite(predictor->model->net, predictor->space[0]);
    const size_t first = piece * HAR_SLICE, end = first + HAR_SLICE;
    return har_fail(err, HAR_NUMBERS, "%s: not finite in rows %zu to %zu",
                    layer == NULL ? "the net" : layer->name, first,
                    (end < predictor->rows ? end : predictor->rows) - 1);
}

static enum har_status run(struct har_predictor *predictor, size_t layers, const float *x,
                           size_t rows, struct har_error *err)
{
    predictor->layers = layers;
    predictor->x = x;
    predictor->rows = rows;
    atomic_store(&predictor->first_bad, SIZE_MAX);
    har_threads_run(predictor->threads, rows / HAR_SLICE + (rows % HAR_SLICE != 0), predict_slice,
                    predictor);
    return atomic_load(&predictor->first_bad) == SIZE_MAX ? HAR_OK : name_fault(predictor, err);
}

enum har_status har_predictor_run(struct har_predictor *predictor, float *probabilities,
                                  const float *x, size_t rows, struct har_error *err)
{
    predictor->probabilities = probabilities;
    predictor->features = NULL;
    predictor->logits = NULL;
    return run(predictor, predictor->model->net->layers, x, rows, err);
}

enum har_status har_predictor_logits(struct har_predictor *predictor, har_real *logits,
                                     const float *x, size_t rows, struct har_error *err)
{
    predictor->probabilities = NULL;
    predictor->features = NULL;
    predictor->logits = logits;
    return run(predictor, predictor->model->net->layers, x, rows, err);
}

enum har_status har_predictor_features(struct har_predictor *predictor, size_t layer,
                                       float *features, const float *x, size_t rows,
                                       const struct har_draw *draw, struct har_error *err)
{
    predictor->probabilities = NULL;
    predictor->features = features;
    predictor->logits = NULL;
    predictor->draw = draw;
    const enum har_status status = run(predictor, layer + 1, x, rows, err);
    predictor->draw = NULL;
    return status;
}

enum har_status har_predict(float *probabilities, const struct har_model *model, const float *x,
                            size_t rows, const struct har_kernels *kernels,
                            struct har_threads *threads, struct har_error *err)
{
    struct har_predictor *predictor;
    enum har_status status = har_predictor_new(&predictor, model, kernels, threads, err);
    if (status == HAR_OK) {
        status = har_predictor_run(predictor, probabilities, x, rows, err);
        har_predictor_free(predictor);
    }
    return status;
}
