#include "fit/train.h"

#include "base/memory.h"
#include "fit/leak.h"
#include "fit/rows.h"
#include "stream/header.h"
#include <stdlib.h>
#include <string.h>

/* Rows that aren't learned from, of one source. */
struct held {
    json_t *header;
    struct har_table rows;
};

struct har_train {
    const struct har_net *net;
    bool within_person;
    size_t input, classes; /* of a row */
    json_t *header;        /* of the first segment */

    /* The rows to learn from. */
    size_t rows;
    float *x;
    size_t x_capacity; /* floats */
    int32_t *class;
    size_t class_capacity;
    float *y;       /* made at the end, like */
    double *weight; /* a row's share in the loss, or NULL */

    struct held *held;
    size_t helds, held_capacity;
    struct har_leak *leak; /* all rows met, */
    size_t skipped;
    struct har_rows_checksum sum; /* and their checksum */

    /* One a row of the frame in hand. */
    enum har_split *frame_split;
    int32_t *frame_class;
    bool *keep;
    size_t frame_capacity[3];
};

enum har_status har_train_new(struct har_train **result, const struct har_net *net,
                              bool within_person, struct har_error *err)
{
    if (har_net_classifies(net, err) != HAR_OK)
        return err->status;
    struct har_train *train = har_allocate(1, sizeof *train);
    if (train == NULL)
        return har_fail_memory(err);
    train->net = net;
    train->within_person = within_person;
    if (!har_shape_size(&train->input, &net->input) ||
        !har_shape_size(&train->classes, &net->output) ||
        har_leak_new(&train->leak, err) != HAR_OK) {
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
    for (size_t i = 0; i < train->helds; i++) {
        json_decref(train->held[i].header);
        har_table_free(&train->held[i].rows);
    }
    free(train->held);
    har_leak_free(train->leak);
    json_decref(train->header);
    free(train->x);
    free(train->class);
    free(train->y);
    free(train->weight);
    free(train->frame_split);
    free(train->frame_class);
    free(train->keep);
    free(train);
}

/* ---- gathering ---- */

/* Rows held from here on are of HEADER's source. */
static enum har_status begin_held(struct har_train *train, const json_t *header,
                                  struct har_error *err)
{
    if (train->helds > 0 &&
        strcmp(har_header_text(train->held[train->helds - 1].header, "source", ""),
               har_header_text(header, "source", "")) == 0)
        return HAR_OK;
    if (!har_grow(&train->held, &train->held_capacity, train->helds + 1, sizeof *train->held))
        return har_fail_memory(err);
    json_t *copy = json_deep_copy(header);
    if (copy == NULL)
        return har_fail_memory(err);
    train->held[train->helds++] = (struct held){.header = copy};
    return HAR_OK;
}

static enum har_status match(struct har_train *train, const json_t *header, struct har_error *err)
{
    if (train->header == NULL) {
        train->header = json_deep_copy(header);
        return train->header == NULL ? har_fail_memory(err) : HAR_OK;
    }
    const enum har_status status = har_header_match(train->header, header, err);
    return status != HAR_OK ? status : har_header_same_list(train->header, header, "labels", err);
}

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    (void)out;
    struct har_train *train = state;
    if (strcmp(har_header_text(header, "type", ""), "model") == 0) {
        har_fail(err, HAR_INPUT, "a model comes in, and training makes its own");
        return har_error_hint(err, "to start from a model's weights: --init FILE");
    }
    if (match(train, header, err) != HAR_OK || har_leak_segment(train->leak, header, err) != HAR_OK)
        return err->status;
    return begin_held(train, header, err);
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

/* Row ROW to the rows to learn from; its x has been read to their end. */
static void learn_from(struct har_train *train, size_t row)
{
    if (train->frame_class[row] == -1)
        train->skipped++;
    else
        train->class[train->rows++] = train->frame_class[row];
}

/* Row ROW of the frame: to those to learn from, or marked as one to keep. */
static enum har_status take_row(struct har_train *train, const struct har_tensor *x, size_t row,
                                struct har_error *err)
{
    const enum har_split split = train->frame_split[row];
    float *floats = train->x + train->rows * train->input;
    train->keep[row] = split >= HAR_VALIDATION;
    if (har_rows_floats(floats, x, row, train->input, err) != HAR_OK)
        return err->status;
    har_leak_row(train->leak, floats, train->input, split,
                 !train->keep[row] && train->frame_class[row] == -1);
    if (!train->keep[row])
        learn_from(train, row);
    return HAR_OK;
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
    if (status == HAR_OK)
        status = har_leak_frame(train->leak, frame, err);
    bool any = false;
    for (size_t r = 0; status == HAR_OK && r < frame->rows; r++) {
        status = take_row(train, x, r, err);
        any |= train->keep[r];
    }
    if (status == HAR_OK && any)
        status = har_table_append(&train->held[train->helds - 1].rows, frame, train->keep, err);
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

enum har_status har_train_check(const char **unseen, const struct har_train *train,
                                struct har_error *err)
{
    *unseen = har_leak_unseen(train->leak, train->within_person);
    return har_leak_check(train->leak, train->within_person, err);
}

static enum har_status nothing_to_learn(const struct har_train *train, struct har_error *err)
{
    size_t held = 0;
    for (size_t i = 0; i < train->helds; i++)
        held += train->held[i].rows.rows;
    har_fail(err, HAR_INPUT,
             "there is no row to learn from: %zu unlabelled, %zu held for "
             "validation and test",
             train->skipped, held);
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

enum har_status har_train_header(json_t **result, const struct har_train *train, uint64_t seed,
                                 struct har_error *err)
{
    json_t *header = json_deep_copy(train->header);
    if (header == NULL || har_leak_describe(header, train->leak, err) != HAR_OK ||
        (train->within_person && json_object_set_new(header, "within_person", json_true()) != 0) ||
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
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < train->helds; i++) {
        const struct held *held = &train->held[i];
        status = har_writer_header(writer, held->header, err);
        if (status == HAR_OK)
            status = har_table_write(writer, &held->rows, 0, held->rows.rows, err);
        if (status == HAR_OK)
            status = har_writer_end(writer, i + 1 < train->helds, err);
    }
    return status;
}
