#include "fit/train.h"

#include "base/memory.h"
#include "fit/rows.h"
#include "stream/header.h"
#include <stdlib.h>
#include <string.h>

struct har_train {
    const struct har_net *net;
    size_t input, classes; /* of a row */
    json_t *header;        /* of the first segment */

    /* The rows to learn from. */
    size_t rows;
    float *x;
    size_t x_capacity; /* floats */
    int32_t *class;
    size_t class_capacity;
    float *y;         /* made at the end, like */
    double *weight;   /* a row's share in the loss, or NULL */
    int64_t *subject; /* each once, sorted */
    size_t subjects, subject_capacity;

    struct har_table held;
    size_t skipped;
    struct har_rows_checksum sum; /* of all rows met */

    /* One a row of the frame in hand. */
    enum har_split *frame_split;
    int32_t *frame_class;
    bool *keep;
    size_t frame_capacity[3];
};

enum har_status har_train_new(struct har_train **result, const struct har_net *net,
                              struct har_error *err)
{
    if (har_net_classifies(net, err) != HAR_OK)
        return err->status;
    struct har_train *train = har_allocate(1, sizeof *train);
    if (train == NULL)
        return har_fail_memory(err);
    train->net = net;
    if (!har_shape_size(&train->input, &net->input) ||
        !har_shape_size(&train->classes, &net->output)) {
        free(train);
        return har_fail_memory(err);
    }
    *result = train;
    return HAR_OK;
}

void har_train_free(struct har_train *train)
{
    if (train == NULL)
        return;
    har_table_free(&train->held);
    json_decref(train->header);
    free(train->x);
    free(train->class);
    free(train->y);
    free(train->weight);
    free(train->subject);
    free(train->frame_split);
    free(train->frame_class);
    free(train->keep);
    free(train);
}

/* ---- gathering ---- */

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    (void)out;
    struct har_train *train = state;
    if (strcmp(har_header_text(header, "type", ""), "model") == 0) {
        har_fail(err, HAR_INPUT, "a model comes in, and training makes its own");
        return har_error_hint(err, "to start from a model's weights: --init FILE");
    }
    if (train->header == NULL) {
        train->header = json_deep_copy(header);
        return train->header == NULL ? har_fail_memory(err) : HAR_OK;
    }
    const enum har_status status = har_header_match(train->header, header, err);
    return status != HAR_OK ? status : har_header_same_list(train->header, header, "labels", err);
}

static enum har_status reserve(struct har_train *train, size_t frame_rows, struct har_error *err)
{
    const size_t rows = train->rows + frame_rows;
    size_t floats;
    const bool room =
        har_multiply(&floats, rows, train->input) &&
        har_grow(&train->x, &train->x_capacity, floats, sizeof *train->x) &&
        har_grow(&train->class, &train->class_capacity, rows, sizeof *train->class) &&
        har_grow(&train->frame_split, &train->frame_capacity[0], frame_rows,
                 sizeof *train->frame_split) &&
        har_grow(&train->frame_class, &train->frame_capacity[1], frame_rows,
                 sizeof *train->frame_class) &&
        har_grow(&train->keep, &train->frame_capacity[2], frame_rows, sizeof *train->keep);
    return room ? HAR_OK : har_fail_memory(err);
}

/* Inserts the row's subject into the sorted list, if it isn't there. */
static enum har_status note_subject(struct har_train *train, const struct har_frame *frame,
                                    size_t row, struct har_error *err)
{
    const struct har_tensor *tensor = har_frame_find(frame, "subject");
    int64_t subject;
    if (tensor == NULL)
        return HAR_OK;
    if (tensor->rank != 1)
        return har_fail(err, HAR_INPUT, "subject has %zu dimensions, expected one a row",
                        tensor->rank);
    const enum har_status status = har_tensor_integers(&subject, tensor, row, 1, err);
    if (status != HAR_OK)
        return status;
    size_t place = train->subjects;
    while (place > 0 && train->subject[place - 1] >= subject)
        place--;
    if (place < train->subjects && train->subject[place] == subject)
        return HAR_OK;
    if (!har_grow(&train->subject, &train->subject_capacity, train->subjects + 1,
                  sizeof *train->subject))
        return har_fail_memory(err);
    memmove(train->subject + place + 1, train->subject + place,
            (train->subjects - place) * sizeof *train->subject);
    train->subject[place] = subject;
    train->subjects++;
    return HAR_OK;
}

/* Row ROW to the rows to learn from; its x has been read to their end. */
static enum har_status learn_from(struct har_train *train, const struct har_frame *frame,
                                  size_t row, struct har_error *err)
{
    if (train->frame_class[row] == -1) {
        train->skipped++;
        return HAR_OK;
    }
    train->class[train->rows++] = train->frame_class[row];
    return note_subject(train, frame, row, err);
}

static enum har_status rows(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err)
{
    (void)out;
    struct har_train *train = state;
    const struct har_tensor *x;
    har_rows_checksum_add(&train->sum, frame);
    enum har_status status = har_rows_x(&x, train->net, frame, err);
    if (status == HAR_OK)
        status = reserve(train, frame->rows, err);
    if (status == HAR_OK)
        status = har_rows_splits(train->frame_split, frame, err);
    if (status == HAR_OK)
        status = har_rows_classes(train->frame_class, frame, train->classes, err);
    bool any = false;
    for (size_t r = 0; status == HAR_OK && r < frame->rows; r++) {
        train->keep[r] = train->frame_split[r] >= HAR_VALIDATION;
        any |= train->keep[r];
        status = har_rows_floats(train->x + train->rows * train->input, x, r, train->input, err);
        if (status == HAR_OK && !train->keep[r])
            status = learn_from(train, frame, r, err);
    }
    if (status == HAR_OK && any)
        status = har_table_append(&train->held, frame, train->keep, err);
    return status;
}

static const char *const types[] = {"windows", "model", NULL};

const struct har_stage har_train_stage = {.types = types, .begin = begin, .rows = rows};

/* ---- what came of it ---- */

size_t har_train_skipped(const struct har_train *train)
{
    return train->skipped;
}

uint32_t har_train_checksum(const struct har_train *train)
{
    return har_rows_checksum_value(&train->sum);
}

static enum har_status nothing_to_learn(const struct har_train *train, struct har_error *err)
{
    har_fail(err, HAR_INPUT,
             "there is no row to learn from: %zu unlabelled, %zu held for "
             "validation and test",
             train->skipped, train->held.rows);
    if (train->skipped > 0)
        return har_error_hint(err, "training needs y: har-load csv takes it with --label");
    return har_error_hint(err, "har-split marks rows for training");
}

enum har_status har_train_samples(struct har_samples *samples, struct har_train *train,
                                  const struct har_targets *targets, struct har_error *err)
{
    if (train->rows == 0)
        return nothing_to_learn(train, err);
    size_t size;
    if (!har_multiply(&size, train->rows, train->classes))
        return har_fail_memory(err);
    train->y = har_allocate(size, sizeof *train->y);
    if (train->y == NULL)
        return har_fail_memory(err);
    har_targets_fill(train->y, targets, train->class, train->rows, train->classes);
    const enum har_status status = har_targets_weights(&train->weight, targets, train->class,
                                                       train->rows, train->classes, err);
    *samples = (struct har_samples){train->rows, train->x, train->y, train->weight};
    return status;
}

static json_t *list_subjects(const struct har_train *train)
{
    json_t *list = json_array();
    for (size_t i = 0; i < train->subjects; i++)
        if (json_array_append_new(list, json_integer(train->subject[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

enum har_status har_train_header(json_t **result, const struct har_train *train, uint64_t seed,
                                 struct har_error *err)
{
    json_t *header = json_deep_copy(train->header);
    if (json_object_set_new(header, "subjects", list_subjects(train)) != 0 ||
        json_object_set_new(header, "seed", json_integer((json_int_t)seed)) != 0) {
        json_decref(header);
        return har_fail_memory(err);
    }
    json_object_del(header, "axes");
    *result = header;
    return HAR_OK;
}

enum har_status har_train_write_held(struct har_writer *writer, const struct har_train *train,
                                     struct har_error *err)
{
    enum har_status status = har_writer_header(writer, train->header, err);
    if (status == HAR_OK)
        status = har_table_write(writer, &train->held, 0, train->held.rows, err);
    return status != HAR_OK ? status : har_writer_end(writer, false, err);
}
