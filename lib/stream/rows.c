#include "stream/rows.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

const char *har_split_name(enum har_split split)
{
    static const char *const names[] = {"unmarked", "train", "validation", "test"};
    return names[split];
}

static bool is_integer(enum har_dtype type)
{
    return type == HAR_I4 || type == HAR_I8 || type == HAR_U1 || type == HAR_I1;
}

enum har_status har_frame_integers(int64_t **values, const struct har_frame *frame,
                                   const char *name, struct har_error *err)
{
    *values = NULL;
    const struct har_tensor *tensor = har_frame_find(frame, name);
    if (tensor == NULL)
        return HAR_OK;
    if (tensor->rank != 1 || !is_integer(tensor->type)) {
        char shape[128];
        har_shape_text(shape, tensor->rank, tensor->shape);
        return har_fail(err, HAR_INPUT, "%s has shape %s and type %s, expected one integer a row",
                        name, shape, har_dtype_name(tensor->type));
    }
    *values = har_allocate(frame->rows, sizeof **values);
    if (*values == NULL)
        return har_fail_memory(err);
    const enum har_status status = har_tensor_integers(*values, tensor, 0, frame->rows, err);
    if (status != HAR_OK) {
        free(*values);
        *values = NULL;
    }
    return status;
}

enum har_status har_rows_splits(enum har_split *split, const struct har_frame *frame,
                                struct har_error *err)
{
    int64_t *value;
    enum har_status status = har_frame_integers(&value, frame, "split", err);
    for (size_t r = 0; status == HAR_OK && r < frame->rows; r++) {
        const int64_t mark = value == NULL ? HAR_UNMARKED : value[r];
        if (mark < HAR_UNMARKED || mark > HAR_TEST)
            status = har_fail(err, HAR_INPUT, "row %zu: split is %lld, expected 0 to 3", r,
                              (long long)mark);
        else
            split[r] = (enum har_split)mark;
    }
    free(value);
    return status;
}

int32_t har_row_one_hot(const struct har_tensor *y, size_t row)
{
    const size_t count = y->shape[1];
    int32_t class = -1;
    for (size_t i = 0; i < count; i++) {
        float value;
        memcpy(&value, y->data + (row * count + i) * sizeof value, sizeof value);
        if (value == 0.0F)
            continue;
        if (value != 1.0F || class != -1)
            return -2;
        class = (int32_t)i;
    }
    return class;
}
