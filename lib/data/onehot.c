#include "data/onehot.h"

#include "base/memory.h"
#include "data/recordings.h"
#include "stream/header.h"
#include <inttypes.h>
#include <stdlib.h>

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    struct har_onehot *onehot = state;
    const size_t labels = har_header_count(header, "labels");
    if (onehot->classes == 0 && labels == 0) {
        (void)har_fail(err, HAR_INPUT, "the header names no labels");
        return har_error_hint(err,
                              "har-load csv takes labels with --label; where rows have classes "
                              "without names, --classes N says how many there are");
    }
    if (onehot->classes > 0 && onehot->classes < labels)
        return har_fail(err, HAR_USAGE, "--classes %zu: the header names %zu labels",
                        onehot->classes, labels);
    onehot->width = onehot->classes > 0 ? onehot->classes : labels;
    return har_writer_header(out, header, err);
}

/* FRAME's y must be integers, one a row. */
static enum har_status check_labels(const struct har_frame *frame, struct har_error *err)
{
    const struct har_tensor *y = har_frame_find(frame, "y");
    if (y == NULL) {
        (void)har_fail(err, HAR_INPUT, "there is no y, expected an integer class for each row");
        return har_error_hint(err, "har-load csv takes labels with --label");
    }
    const bool floats = y->type == HAR_F4 || y->type == HAR_F8;
    if (floats && y->rank == 2)
        return har_fail(err, HAR_INPUT, "y is one-hot already, %zu wide", y->shape[1]);
    if (floats)
        return har_fail(err, HAR_INPUT, "y has type %s, expected integer classes",
                        har_dtype_name(y->type));
    return HAR_OK;
}

/* HOT (rows, width), zeros, gets its ones. */
static enum har_status set_ones(float *hot, const int64_t *y, size_t rows, size_t width,
                                struct har_error *err)
{
    for (size_t row = 0; row < rows; row++) {
        if (y[row] < -1 || y[row] >= (int64_t)width)
            return har_fail(err, HAR_INPUT,
                            "row %zu: y is %" PRId64 ", expected 0 to %zu, or -1 for unlabelled",
                            row, y[row], width - 1);
        if (y[row] >= 0)
            hot[row * width + (size_t)y[row]] = 1.0F;
    }
    return HAR_OK;
}

static enum har_status write_frame(const struct har_frame *frame, const float *hot, size_t width,
                                   struct har_writer *out, struct har_error *err)
{
    struct har_tensor tensor[HAR_TENSORS_MAX];
    const size_t shape[] = {frame->rows, width};
    for (size_t t = 0; t < frame->tensors; t++)
        tensor[t] = frame->tensor[t];
    const size_t y = (size_t)(har_frame_find(frame, "y") - frame->tensor);
    if (har_tensor_view(&tensor[y], "y", HAR_F4, 2, shape, hot, err) != HAR_OK)
        return err->status;
    return har_rows_write(out, tensor, frame->tensors, err);
}

static enum har_status rows(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err)
{
    const struct har_onehot *onehot = state;
    int64_t *y;
    size_t values;
    if (check_labels(frame, err) != HAR_OK || har_frame_integers(&y, frame, "y", err) != HAR_OK)
        return err->status;
    float *hot = har_multiply(&values, frame->rows, onehot->width)
                     ? har_allocate(values, sizeof *hot)
                     : NULL;
    enum har_status status = HAR_OK;
    if (hot == NULL)
        status = har_fail_memory(err);
    if (status == HAR_OK)
        status = set_ones(hot, y, frame->rows, onehot->width, err);
    if (status == HAR_OK)
        status = write_frame(frame, hot, onehot->width, out, err);
    free(hot);
    free(y);
    return status;
}

static enum har_status end(void *state, bool more, struct har_writer *out, struct har_error *err)
{
    (void)state;
    return har_writer_end(out, more, err);
}

static const char *const types[] = {"windows", NULL};

const struct har_stage har_onehot_stage = {
    .types = types, .begin = begin, .rows = rows, .end = end};
