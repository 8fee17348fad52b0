#include "fit/judge.h"

#include "base/memory.h"
#include "fit/loss.h"
#include "stream/header.h"
#include <stdlib.h>
#include <string.h>

static void free_room(struct har_judge *judge)
{
    free(judge->split);
    free(judge->keep);
    free(judge->y);
    free(judge->predicted);
    free(judge->x);
    free(judge->one);
    free(judge->probabilities);
    free(judge->mean);
    judge->split = NULL;
    judge->keep = NULL;
    judge->y = judge->predicted = NULL;
    judge->x = judge->one = judge->probabilities = NULL;
    judge->mean = NULL;
    judge->room = 0;
}

/* Room for ROWS rows of the frame. */
static enum har_status reserve(struct har_judge *judge, size_t rows, struct har_error *err)
{
    if (rows <= judge->room)
        return HAR_OK;
    free_room(judge);
    size_t input, classes;
    if (!har_multiply(&input, rows, judge->input) || !har_multiply(&classes, rows, judge->classes))
        return har_fail_memory(err);
    judge->split = har_allocate(rows, sizeof *judge->split);
    judge->keep = har_allocate(rows, sizeof *judge->keep);
    judge->y = har_allocate(rows, sizeof *judge->y);
    judge->predicted = har_allocate(rows, sizeof *judge->predicted);
    judge->x = har_allocate(input, sizeof *judge->x);
    judge->one = har_allocate(classes, sizeof *judge->one);
    judge->probabilities = har_allocate(classes, sizeof *judge->probabilities);
    judge->mean = har_allocate(classes, sizeof *judge->mean);
    if (judge->split == NULL || judge->keep == NULL || judge->y == NULL ||
        judge->predicted == NULL || judge->x == NULL || judge->one == NULL ||
        judge->probabilities == NULL || judge->mean == NULL)
        return har_fail_memory(err);
    judge->room = rows;
    return HAR_OK;
}

/* x of the frame's judged rows, one after the other; COUNT of them. */
static enum har_status gather(struct har_judge *judge, size_t *count, const struct har_frame *frame,
                              struct har_error *err)
{
    const struct har_tensor *x;
    enum har_status status = har_rows_x(&x, judge->model[0]->net, frame, err);
    if (status == HAR_OK)
        status = har_rows_splits(judge->split, frame, err);
    if (status == HAR_OK)
        status = har_rows_classes(judge->y, frame, judge->classes, err);
    *count = 0;
    for (size_t r = 0; status == HAR_OK && r < frame->rows; r++) {
        judge->keep[r] = judge->judged[judge->split[r]];
        if (judge->keep[r])
            status = har_rows_floats(judge->x + (*count)++ * judge->input, x, r, judge->input, err);
    }
    return status;
}

/* The models of a group all come before its rows. */
static enum har_status make_ready(struct har_judge *judge, struct har_error *err)
{
    if (judge->predictors > 0)
        return HAR_OK;
    judge->predictor = har_allocate(judge->models, sizeof(struct har_predictor *));
    if (judge->predictor == NULL)
        return har_fail_memory(err);
    enum har_status status = HAR_OK;
    while (status == HAR_OK && judge->predictors < judge->models) {
        status =
            har_predictor_new(&judge->predictor[judge->predictors], judge->model[judge->predictors],
                              judge->kernels, judge->threads, err);
        judge->predictors += status == HAR_OK;
    }
    return status;
}

static void forget_predictors(struct har_judge *judge)
{
    for (size_t m = 0; m < judge->predictors; m++)
        har_predictor_free(judge->predictor[m]);
    free(judge->predictor);
    judge->predictor = NULL;
    judge->predictors = 0;
}

/* mean = (p_1 + … + p_models) / models for the COUNT rows gathered */
static enum har_status predict(struct har_judge *judge, size_t count, struct har_error *err)
{
    const size_t values = count * judge->classes;
    memset(judge->mean, 0, values * sizeof *judge->mean);
    for (size_t m = 0; m < judge->models; m++) {
        const enum har_status status =
            har_predictor_run(judge->predictor[m], judge->one, judge->x, count, err);
        if (status != HAR_OK)
            return status;
        for (size_t i = 0; i < values; i++)
            judge->mean[i] += (double)judge->one[i];
    }
    for (size_t i = 0; i < values; i++)
        judge->mean[i] /= (double)judge->models;
    return HAR_OK;
}

/* Spreads the means over the frame's rows, of which only the judged ones will be kept. */
static void spread(struct har_judge *judge, size_t rows)
{
    const size_t classes = judge->classes;
    const double *mean = judge->mean;
    for (size_t r = 0; r < rows; r++) {
        if (!judge->keep[r])
            continue;
        float *probabilities = judge->probabilities + r * classes;
        for (size_t i = 0; i < classes; i++)
            probabilities[i] = (float)*mean++;
        judge->predicted[r] = (int32_t)har_argmax(probabilities, classes);
    }
}

static bool is_made_here(const char *name)
{
    static const char *const made[] = {"x", "y", "predicted", "probabilities"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        if (strcmp(name, made[i]) == 0)
            return true;
    return false;
}

static enum har_status keep_results(struct har_judge *judge, const struct har_frame *frame,
                                    struct har_error *err)
{
    if (frame->tensors + 2 > HAR_TENSORS_MAX)
        return har_fail(err, HAR_INPUT, "%zu tensors leave no room for the results",
                        frame->tensors);
    struct har_frame result = {.kind = HAR_FRAME_DATA, .rows = frame->rows};
    const size_t rows = frame->rows, shape[] = {rows, judge->classes};
    enum har_status status =
        har_tensor_view(&result.tensor[0], "y", HAR_I4, 1, shape, judge->y, err);
    if (status == HAR_OK)
        status = har_tensor_view(&result.tensor[1], "predicted", HAR_I4, 1, shape, judge->predicted,
                                 err);
    if (status == HAR_OK)
        status = har_tensor_view(&result.tensor[2], "probabilities", HAR_F4, 2, shape,
                                 judge->probabilities, err);
    if (status != HAR_OK)
        return status;
    result.tensors = 3;
    for (size_t i = 0; i < frame->tensors; i++)
        if (!is_made_here(frame->tensor[i].name))
            result.tensor[result.tensors++] = frame->tensor[i];
    return har_table_append(&judge->source[judge->at].results, &result, judge->keep, err);
}

enum har_status har_judge_segment(struct har_judge *judge, const json_t *header,
                                  struct har_error *err)
{
    const char *name = har_header_text(header, "source", "");
    for (judge->at = 0; judge->at < judge->sources; judge->at++)
        if (strcmp(name, har_header_text(judge->source[judge->at].header, "source", "")) == 0)
            return HAR_OK;
    if (!har_grow(&judge->source, &judge->source_capacity, judge->sources + 1,
                  sizeof *judge->source))
        return har_fail_memory(err);
    struct har_judged *source = &judge->source[judge->sources];
    *source = (struct har_judged){.header = json_deep_copy(header)};
    if (source->header == NULL)
        return har_fail_memory(err);
    judge->sources++;
    return HAR_OK;
}

enum har_status har_judge_frame(struct har_judge *judge, const struct har_frame *frame,
                                struct har_error *err)
{
    size_t count = 0;
    enum har_status status = reserve(judge, frame->rows, err);
    if (status == HAR_OK)
        status = gather(judge, &count, frame, err);
    if (status == HAR_OK)
        status = har_known_rows(&judge->known, frame, judge->keep, judge->split, err);
    judge->met += frame->rows;
    har_rows_checksum_add(&judge->source[judge->at].sum, frame);
    const bool refused = judge->known.any && !judge->known.within_person;
    if (status != HAR_OK || count == 0 || refused)
        return status;
    status = make_ready(judge, err);
    if (status == HAR_OK)
        status = predict(judge, count, err);
    if (status != HAR_OK)
        return status;
    spread(judge, frame->rows);
    return keep_results(judge, frame, err);
}

void har_judge_clear(struct har_judge *judge)
{
    free_room(judge);
    forget_predictors(judge);
    for (size_t i = 0; i < judge->sources; i++) {
        har_table_free(&judge->source[i].results);
        json_decref(judge->source[i].header);
    }
    free(judge->source);
    judge->source = NULL;
    judge->sources = judge->source_capacity = judge->met = 0;
}
