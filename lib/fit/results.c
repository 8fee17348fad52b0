#include "fit/results.h"

#include "base/memory.h"
#include "stream/header.h"
#include "stream/stage.h"
#include <stdlib.h>
#include <string.h>

struct taker {
    struct har_results_list *list;
    size_t capacity; /* rows there is memory for in the run at hand, */
    size_t grown;    /* … and will be when all its columns have grown */
};

static struct har_results *at_hand(const struct taker *taker)
{
    return &taker->list->run[taker->list->count - 1];
}

/* Room for ROWS more rows of SIZE bytes in the column *BLOCK. */
static enum har_status make_room(struct taker *taker, void *block, size_t rows, size_t size,
                                 struct har_error *err)
{
    taker->grown = taker->capacity;
    const bool grown = har_grow(block, &taker->grown, at_hand(taker)->rows + rows, size);
    return grown ? HAR_OK : har_fail_memory(err);
}

/* ---- columns of whole numbers ---- */

static const struct column {
    const char *name;
    size_t field;
    bool required;
    int64_t low, high;
} columns[] = {
    {"y", offsetof(struct har_results, y), true, -1, INT32_MAX},
    {"predicted", offsetof(struct har_results, predicted), true, 0, INT32_MAX},
    {"subject", offsetof(struct har_results, subject), false, INT64_MIN, INT64_MAX},
    {"recording", offsetof(struct har_results, recording), false, INT64_MIN, INT64_MAX},
    {"start", offsetof(struct har_results, start), false, INT64_MIN, INT64_MAX},
};
enum { COLUMNS = sizeof columns / sizeof *columns, CLASSES = 2 /* the first ones */ };

/* What only some of a run's segments have is left out: of the segment in hand where those before
 * lacked it, of those before where the segment in hand does. */
static bool lacked_before(const struct har_results *results, const void *column)
{
    return column == NULL && results->rows > 0;
}

static int64_t **values_of(struct har_results *results, const struct column *column)
{
    return (int64_t **)(void *)((char *)results + column->field);
}

static enum har_status check_tensor(const struct har_tensor *tensor, struct har_error *err)
{
    if (tensor->type == HAR_F4 || tensor->type == HAR_F8)
        return har_fail(err, HAR_INPUT, "%s is %s, expected whole numbers", tensor->name,
                        har_dtype_name(tensor->type));
    if (tensor->rank == 1)
        return HAR_OK;
    char shape[128];
    har_shape_text(shape, tensor->rank, tensor->shape);
    return har_fail(err, HAR_INPUT, "%s has shape %s, expected one number a row", tensor->name,
                    shape);
}

static enum har_status read_numbers(int64_t *value, const struct har_tensor *tensor, int64_t low,
                                    int64_t high, struct har_error *err)
{
    const size_t rows = har_tensor_rows(tensor);
    const enum har_status status = har_tensor_integers(value, tensor, 0, rows, err);
    for (size_t i = 0; status == HAR_OK && i < rows; i++)
        if (value[i] < low || value[i] > high)
            return har_fail(err, HAR_INPUT, "row %zu: %s is %lld, expected %lld to %lld", i,
                            tensor->name, (long long)value[i], (long long)low, (long long)high);
    return status;
}

/* The greatest label the header has a name for; any where it names none. */
static int64_t last_label(const struct har_results *results)
{
    const size_t labels = har_header_count(results->header, "labels");
    return labels == 0 ? INT32_MAX : (int64_t)labels - 1;
}

static enum har_status take_column(struct taker *taker, const struct column *column,
                                   const struct har_frame *frame, struct har_error *err)
{
    struct har_results *results = at_hand(taker);
    int64_t **values = values_of(results, column);
    const struct har_tensor *tensor = har_frame_find(frame, column->name);
    if (tensor == NULL && column->required)
        return har_fail(err, HAR_INPUT, "no tensor %s, results have y and predicted", column->name);
    if (tensor == NULL) {
        free(*values);
        *values = NULL;
        return HAR_OK;
    }
    if (lacked_before(results, *values))
        return HAR_OK;
    enum har_status status = check_tensor(tensor, err);
    if (status == HAR_OK)
        status = make_room(taker, values, frame->rows, sizeof **values, err);
    if (status != HAR_OK)
        return status;
    const int64_t high = column < columns + CLASSES ? last_label(results) : column->high;
    return read_numbers(*values + results->rows, tensor, column->low, high, err);
}

static enum har_status take_splits(struct taker *taker, const struct har_frame *frame,
                                   struct har_error *err)
{
    struct har_results *results = at_hand(taker);
    const enum har_status status =
        make_room(taker, &results->split, frame->rows, sizeof *results->split, err);
    return status != HAR_OK ? status : har_rows_splits(results->split + results->rows, frame, err);
}

/* ---- probabilities ---- */

static enum har_status check_width(const struct har_results *results,
                                   const struct har_tensor *tensor, struct har_error *err)
{
    const bool real = tensor->type == HAR_F4 || tensor->type == HAR_F8;
    const size_t labels = har_header_count(results->header, "labels");
    char shape[128];
    har_shape_text(shape, tensor->rank, tensor->shape);
    if (!real || tensor->rank != 2 || tensor->shape[1] == 0)
        return har_fail(err, HAR_INPUT,
                        "probabilities are %s of shape %s, expected <f4 (rows,classes)",
                        har_dtype_name(tensor->type), shape);
    if (labels > 0 && tensor->shape[1] != labels)
        return har_fail(err, HAR_INPUT, "probabilities have shape %s, the header has %zu labels",
                        shape, labels);
    if (results->width > 0 && tensor->shape[1] != results->width)
        return har_fail(err, HAR_INPUT, "probabilities have shape %s, those before are of %zu",
                        shape, results->width);
    return HAR_OK;
}

/* ROWS of them from row FIRST of RESULTS on, whose labels and predictions are there. */
static enum har_status check_probabilities(const struct har_results *results, size_t first,
                                           size_t rows, struct har_error *err)
{
    const size_t width = results->width;
    for (size_t r = 0; r < rows; r++) {
        const float *p = results->probabilities + (first + r) * width;
        for (size_t k = 0; k < width; k++)
            if (!(p[k] >= 0 && p[k] <= 1))
                return har_fail(err, HAR_INPUT, "row %zu: probability %g, expected 0 to 1", r,
                                (double)p[k]);
        const int64_t y = results->y[first + r], predicted = results->predicted[first + r];
        const int64_t class = y > predicted ? y : predicted;
        if (class >= (int64_t)width)
            return har_fail(err, HAR_INPUT, "row %zu: class %lld, there are %zu probabilities", r,
                            (long long)class, width);
    }
    return HAR_OK;
}

static enum har_status take_probabilities(struct taker *taker, const struct har_frame *frame,
                                          struct har_error *err)
{
    struct har_results *results = at_hand(taker);
    const struct har_tensor *tensor = har_frame_find(frame, "probabilities");
    if (tensor == NULL) {
        free(results->probabilities);
        results->probabilities = NULL;
        results->width = 0;
        return HAR_OK;
    }
    if (lacked_before(results, results->probabilities))
        return HAR_OK;
    enum har_status status = check_width(results, tensor, err);
    if (status != HAR_OK)
        return status;
    results->width = tensor->shape[1];
    size_t row;
    if (!har_multiply(&row, results->width, sizeof *results->probabilities))
        return har_fail_memory(err);
    status = make_room(taker, &results->probabilities, frame->rows, row, err);
    if (status != HAR_OK)
        return status;
    har_tensor_floats(results->probabilities + results->rows * results->width, tensor, 0,
                      har_tensor_count(tensor));
    return check_probabilities(results, results->rows, frame->rows, err);
}

/* ---- the stage ---- */

/* Which of its run's parts it is, from 1 on. */
static size_t part_of(const json_t *header)
{
    const json_int_t part = json_integer_value(json_object_get(header, "part"));
    return part > 1 ? (size_t)part : 1;
}

/* HEADER is of the run at hand: the same models' next part. */
static bool goes_on(const struct taker *taker, const json_t *header)
{
    if (taker->list->count == 0)
        return false;
    const struct har_results *results = at_hand(taker);
    const json_t *models = json_object_get(results->header, "models"),
                 *others = json_object_get(header, "models");
    const size_t next = part_of(results->header) + results->parts;
    return part_of(header) == next && (models == others || json_equal(models, others));
}

static enum har_status begin_run(struct taker *taker, const json_t *header, struct har_error *err)
{
    struct har_results_list *list = taker->list;
    taker->capacity = 0;
    if (!har_grow(&list->run, &list->capacity, list->count + 1, sizeof *list->run))
        return har_fail_memory(err);
    struct har_results *results = &list->run[list->count++];
    *results = (struct har_results){.header = json_deep_copy(header)};
    return results->header == NULL ? har_fail_memory(err) : HAR_OK;
}

static enum har_status begin_part(struct har_results *results, const json_t *header,
                                  struct har_error *err)
{
    if (!har_grow(&results->part, &results->part_capacity, results->parts + 1,
                  sizeof *results->part))
        return har_fail_memory(err);
    struct har_part *part = &results->part[results->parts];
    *part = (struct har_part){strdup(har_header_text(header, "source", "")), results->rows};
    if (part->source == NULL)
        return har_fail_memory(err);
    results->parts++;
    return HAR_OK;
}

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    (void)out;
    struct taker *taker = state;
    const struct har_results_list *list = taker->list;
    if (!goes_on(taker, header) && begin_run(taker, header, err) != HAR_OK)
        return err->status;
    if (begin_part(at_hand(taker), header, err) != HAR_OK)
        return err->status;
    return har_header_same_list(list->run[0].header, header, "labels", err);
}

static enum har_status rows(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err)
{
    (void)out;
    struct taker *taker = state;
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < COLUMNS; i++)
        status = take_column(taker, &columns[i], frame, err);
    if (status == HAR_OK)
        status = take_splits(taker, frame, err);
    if (status == HAR_OK)
        status = take_probabilities(taker, frame, err);
    if (status != HAR_OK)
        return status;
    struct har_results *results = at_hand(taker);
    results->rows += frame->rows;
    taker->capacity = taker->grown;
    return HAR_OK;
}

static void count_classes(size_t *classes, struct har_results *results)
{
    results->labelled = 0;
    const size_t labels = har_header_count(results->header, "labels");
    size_t most = labels > results->width ? labels : results->width;
    for (size_t i = 0; i < results->rows; i++) {
        const int64_t y = results->y[i], predicted = results->predicted[i];
        const size_t need = (size_t)(y > predicted ? y : predicted) + 1;
        most = need > most ? need : most;
        results->labelled += y >= 0;
    }
    *classes = most > *classes ? most : *classes;
}

static enum har_status count_all(struct har_results_list *list, struct har_error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        count_classes(&list->classes, &list->run[i]);
        if (list->run[i].labelled == 0)
            return har_fail(err, HAR_INPUT, "repeat %zu has no labelled row, expected some", i + 1);
    }
    return HAR_OK;
}

enum har_status har_results_read(struct har_results_list *list, struct har_reader *in,
                                 struct har_error *err)
{
    static const char *const types[] = {"results", NULL};
    static const struct har_stage stage = {.types = types, .begin = begin, .rows = rows};
    struct taker taker = {.list = list};
    const enum har_status status = har_stage_run(&stage, &taker, in, NULL, err);
    return status == HAR_OK ? count_all(list, err) : status;
}

void har_results_free(struct har_results_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct har_results *results = &list->run[i];
        for (size_t c = 0; c < COLUMNS; c++)
            free(*values_of(results, &columns[c]));
        free(results->probabilities);
        free(results->split);
        for (size_t p = 0; p < results->parts; p++)
            free(results->part[p].source);
        free(results->part);
        json_decref(results->header);
    }
    free(list->run);
    *list = (struct har_results_list){0};
}

bool har_results_tell_people(const struct har_results_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->run[i].subject == NULL)
            return false;
    return true;
}

const char *har_results_source(const struct har_results *results, size_t row)
{
    size_t part = results->parts - 1;
    while (results->part[part].first > row)
        part--;
    return results->part[part].source;
}

unsigned har_results_splits(const struct har_results *run)
{
    unsigned splits = 0;
    for (size_t r = 0; r < run->rows; r++)
        if (run->y[r] >= 0)
            splits |= 1U << run->split[r];
    return splits;
}

/* ---- scores ---- */

void har_results_score_row(struct har_score *score, const struct har_results *results, size_t row)
{
    const float *p =
        results->probabilities == NULL ? NULL : results->probabilities + row * results->width;
    har_score_add(score, (size_t)results->y[row], (size_t)results->predicted[row], p,
                  results->width);
}

size_t har_results_score(struct har_score *score, const struct har_results *results,
                         unsigned splits)
{
    size_t count = 0;
    for (size_t r = 0; r < results->rows; r++) {
        if (results->y[r] < 0 || (splits >> results->split[r] & 1U) == 0)
            continue;
        har_results_score_row(score, results, r);
        count++;
    }
    return count;
}
