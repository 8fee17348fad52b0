#include "fit/rows.h"

#include "stream/header.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { chunk = 256 };

static enum har_status fail_shape(const struct har_tensor *tensor, const char *wanted,
                                  struct har_error *err)
{
    char found[128];
    har_shape_text(found, tensor->rank, tensor->shape);
    return har_fail(err, HAR_INPUT, "%s has shape %s, %s", tensor->name, found, wanted);
}

enum har_status har_rows_x(const struct har_tensor **x, const struct har_net *net,
                           const struct har_frame *frame, struct har_error *err)
{
    const struct har_shape *input = &net->input;
    *x = har_frame_find(frame, "x");
    if (*x == NULL)
        return har_fail(err, HAR_INPUT, "there is no tensor x");
    if ((*x)->type != HAR_F4 && (*x)->type != HAR_F8)
        return har_fail(err, HAR_INPUT, "x is %s, expected <f4", har_dtype_name((*x)->type));
    if ((*x)->rank == input->rank + 1 &&
        memcmp((*x)->shape + 1, input->dim, input->rank * sizeof *input->dim) == 0)
        return HAR_OK;
    char shape[128], wanted[160];
    har_shape_text(shape, input->rank, input->dim);
    snprintf(wanted, sizeof wanted, "the net wants %s", shape);
    return fail_shape(*x, wanted, err);
}

enum har_status har_rows_floats(float *out, const struct har_tensor *x, size_t row, size_t size,
                                struct har_error *err)
{
    har_tensor_floats(out, x, row * size, size);
    bool bad = false;
    for (size_t i = 0; i < size; i++)
        bad |= !isfinite(out[i]);
    return bad ? har_fail(err, HAR_INPUT, "row %zu: x isn't finite", row) : HAR_OK;
}

enum har_status har_rows_labels(const json_t *header, size_t count, struct har_error *err)
{
    const size_t labels = har_header_count(header, "labels");
    return labels == 0 || labels == count
               ? HAR_OK
               : har_fail(err, HAR_INPUT, "%zu labels, but the net tells %zu classes apart", labels,
                          count);
}

static enum har_status read_classes(int32_t *class, const struct har_tensor *y, size_t rows,
                                    size_t count, struct har_error *err)
{
    int64_t value[chunk];
    for (size_t first = 0; first < rows; first += chunk) {
        const size_t some = rows - first < chunk ? rows - first : chunk;
        const enum har_status status = har_tensor_integers(value, y, first, some, err);
        if (status != HAR_OK)
            return status;
        for (size_t r = 0; r < some; r++) {
            if (value[r] < -1 || value[r] >= (int64_t)count)
                return har_fail(err, HAR_INPUT,
                                "row %zu: label %lld is out of range, the net has classes 0 to %zu",
                                first + r, (long long)value[r], count - 1);
            class[first + r] = (int32_t)value[r];
        }
    }
    return HAR_OK;
}

enum har_status har_rows_classes(int32_t *class, const struct har_frame *frame, size_t count,
                                 struct har_error *err)
{
    const struct har_tensor *y = har_frame_find(frame, "y");
    if (y == NULL) {
        for (size_t r = 0; r < frame->rows; r++)
            class[r] = -1;
        return HAR_OK;
    }
    const bool real = y->type == HAR_F4 || y->type == HAR_F8;
    if (y->rank == 1 && !real)
        return read_classes(class, y, frame->rows, count, err);
    if (y->rank != 2 || y->type != HAR_F4) {
        har_fail(err, HAR_INPUT, "y is %s with %zu dimensions, expected whole numbers or one-hot",
                 har_dtype_name(y->type), y->rank);
        return har_error_hint(err, "classes are numbered from 0; har-onehot makes one-hot of them");
    }
    if (y->shape[1] != count) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "the net has %zu classes", count);
        return fail_shape(y, wanted, err);
    }
    for (size_t r = 0; r < frame->rows; r++) {
        class[r] = har_row_one_hot(y, r);
        if (class[r] == -2)
            return har_fail(err, HAR_INPUT, "row %zu: y isn't one-hot", r);
    }
    return HAR_OK;
}
