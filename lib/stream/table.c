#include "stream/table.h"
#include "base/checksum.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void har_table_free(struct har_table *table)
{
    for (size_t i = 0; i < table->columns; i++)
        free(table->column[i].data);
    *table = (struct har_table){0};
}

void har_table_clear(struct har_table *table)
{
    table->rows = 0;
}

/* The bytes of a row follow from a view of one row. */
static enum har_status column_view(struct har_tensor *view, const char *name, enum har_dtype type,
                                   size_t row_rank, const size_t *row_shape, struct har_error *err)
{
    size_t shape[HAR_RANK_MAX + 1] = {1};
    if (row_rank >= HAR_RANK_MAX)
        return har_fail(err, HAR_INPUT, "%s has %zu dimensions, expected at most %d", name,
                        row_rank + 1, HAR_RANK_MAX);
    for (size_t i = 0; i < row_rank; i++)
        shape[i + 1] = row_shape[i];
    return har_tensor_view(view, name, type, row_rank + 1, shape, NULL, err);
}

enum har_status har_table_add(struct har_table *table, const char *name, enum har_dtype type,
                              size_t row_rank, const size_t *row_shape, struct har_error *err)
{
    struct har_tensor view;
    const enum har_status status = column_view(&view, name, type, row_rank, row_shape, err);
    if (status != HAR_OK)
        return status;
    if (table->columns == HAR_TENSORS_MAX)
        return har_fail(err, HAR_INPUT, "%s: more than %d tensors", name, HAR_TENSORS_MAX);
    if (har_table_column(table, name) != NULL)
        return har_fail(err, HAR_INPUT, "%s: there are two tensors of this name", name);
    if (table->rows > 0)
        return har_fail(err, HAR_INPUT, "%s: a new tensor after %zu rows", name, table->rows);
    struct har_column *column = &table->column[table->columns++];
    *column = (struct har_column){.type = type, .rank = view.rank, .row_bytes = view.bytes};
    memcpy(column->name, view.name, sizeof column->name);
    memcpy(column->shape, view.shape, sizeof column->shape);
    return HAR_OK;
}

static bool reserve(struct har_table *table, size_t count)
{
    size_t rows;
    if (__builtin_add_overflow(table->rows, count, &rows))
        return false;
    for (size_t i = 0; i < table->columns; i++) {
        struct har_column *column = &table->column[i];
        size_t bytes;
        if (!har_multiply(&bytes, rows, column->row_bytes) ||
            !har_grow(&column->data, &column->capacity, bytes, 1))
            return false;
    }
    return true;
}

enum har_status har_table_extend(struct har_table *table, size_t count, struct har_error *err)
{
    if (!reserve(table, count))
        return har_fail_memory(err);
    for (size_t i = 0; i < table->columns; i++) {
        struct har_column *column = &table->column[i];
        if (count * column->row_bytes > 0)
            memset(column->data + table->rows * column->row_bytes, 0, count * column->row_bytes);
    }
    table->rows += count;
    return HAR_OK;
}

const struct har_column *har_table_column(const struct har_table *table, const char *name)
{
    for (size_t i = 0; i < table->columns; i++)
        if (strcmp(table->column[i].name, name) == 0)
            return &table->column[i];
    return NULL;
}

struct har_column *har_table_find(struct har_table *table, const char *name)
{
    const struct har_column *column = har_table_column(table, name);
    return column == NULL ? NULL : &table->column[column - table->column];
}

static enum har_status make_columns(struct har_table *table, const struct har_frame *frame,
                                    struct har_error *err)
{
    for (size_t i = 0; i < frame->tensors; i++) {
        const struct har_tensor *tensor = &frame->tensor[i];
        if (tensor->rank == 0)
            return har_fail(err, HAR_INPUT, "%s has no rows, only one value", tensor->name);
        const enum har_status status = har_table_add(table, tensor->name, tensor->type,
                                                     tensor->rank - 1, tensor->shape + 1, err);
        if (status != HAR_OK)
            return status;
    }
    return HAR_OK;
}

static enum har_status check_column(const struct har_column *column,
                                    const struct har_tensor *tensor, struct har_error *err)
{
    if (tensor == NULL)
        return har_fail(err, HAR_INPUT, "tensor '%s' is missing, the rows before have it",
                        column->name);
    if (tensor->type != column->type)
        return har_fail(err, HAR_INPUT, "%s is %s, expected %s as in the rows before", column->name,
                        har_dtype_name(tensor->type), har_dtype_name(column->type));
    if (har_tensor_rows_are(tensor, column->type, column->rank, column->shape))
        return HAR_OK;
    char shape[128], expected[128];
    har_shape_text(shape, tensor->rank, tensor->shape);
    har_shape_text(expected, column->rank - 1, column->shape + 1);
    return har_fail(err, HAR_INPUT, "%s has shape %s, expected rows of %s as before", column->name,
                    shape, expected);
}

static enum har_status check_columns(const struct har_table *table, const struct har_frame *frame,
                                     struct har_error *err)
{
    for (size_t i = 0; i < table->columns; i++) {
        const struct har_column *column = &table->column[i];
        const enum har_status status =
            check_column(column, har_frame_find(frame, column->name), err);
        if (status != HAR_OK)
            return status;
    }
    for (size_t i = 0; i < frame->tensors; i++)
        if (har_table_column(table, frame->tensor[i].name) == NULL)
            return har_fail(err, HAR_INPUT, "tensor '%s' is new, the rows before don't have it",
                            frame->tensor[i].name);
    return HAR_OK;
}

static size_t count_kept(const bool *keep, size_t rows)
{
    if (keep == NULL)
        return rows;
    size_t kept = 0;
    for (size_t i = 0; i < rows; i++)
        kept += keep[i];
    return kept;
}

static void copy_kept(unsigned char *to, const unsigned char *from, size_t row_bytes, size_t rows,
                      const bool *keep)
{
    if (row_bytes == 0 || rows == 0)
        return;
    if (keep == NULL) {
        memcpy(to, from, rows * row_bytes);
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        if (!keep[i])
            continue;
        memmove(to, from + i * row_bytes, row_bytes);
        to += row_bytes;
    }
}

enum har_status har_table_append(struct har_table *table, const struct har_frame *frame,
                                 const bool *keep, struct har_error *err)
{
    const enum har_status status =
        table->columns == 0 ? make_columns(table, frame, err) : check_columns(table, frame, err);
    if (status != HAR_OK)
        return status;
    const size_t kept = count_kept(keep, frame->rows);
    if (!reserve(table, kept))
        return har_fail_memory(err);
    for (size_t i = 0; i < table->columns; i++) {
        struct har_column *column = &table->column[i];
        const size_t end = table->rows * column->row_bytes;
        if (kept > 0 && column->data != NULL)
            copy_kept(column->data + end, har_frame_find(frame, column->name)->data,
                      column->row_bytes, frame->rows, keep);
    }
    table->rows += kept;
    return HAR_OK;
}

void har_table_select(struct har_table *table, const bool *keep)
{
    for (size_t i = 0; i < table->columns; i++) {
        const struct har_column *column = &table->column[i];
        copy_kept(column->data, column->data, column->row_bytes, table->rows, keep);
    }
    table->rows = count_kept(keep, table->rows);
}

struct har_tensor har_column_view(const struct har_column *column, size_t first, size_t count)
{
    struct har_tensor view = {
        .type = column->type,
        .rank = column->rank,
        .data = column->data == NULL ? NULL : column->data + first * column->row_bytes,
        .bytes = count * column->row_bytes};
    memcpy(view.name, column->name, sizeof view.name);
    memcpy(view.shape, column->shape, sizeof view.shape);
    view.shape[0] = count;
    return view;
}

static size_t rows_per_frame(const struct har_table *table)
{
    size_t row = 1;
    for (size_t i = 0; i < table->columns; i++)
        row += table->column[i].row_bytes;
    return row > HAR_FRAME_AIM ? 1 : HAR_FRAME_AIM / row;
}

enum har_status har_table_write(struct har_writer *writer, const struct har_table *table,
                                size_t first, size_t count, struct har_error *err)
{
    const size_t aim = rows_per_frame(table), last = first + count;
    while (first < last) {
        const size_t rows = last - first < aim ? last - first : aim;
        struct har_tensor view[HAR_TENSORS_MAX];
        for (size_t i = 0; i < table->columns; i++)
            view[i] = har_column_view(&table->column[i], first, rows);
        const enum har_status status = har_writer_rows(writer, view, table->columns, err);
        if (status != HAR_OK)
            return status;
        first += rows;
    }
    return HAR_OK;
}

/* Where NAME is, or belongs, in the sorted list. */
static size_t sum_place(const struct har_rows_checksum *sum, const char *name, bool *found)
{
    size_t place = 0;
    int order = 1;
    while (place < sum->count && (order = strcmp(name, sum->tensor[place].name)) > 0)
        place++;
    *found = place < sum->count && order == 0;
    return place;
}

void har_rows_checksum_add(struct har_rows_checksum *sum, const struct har_frame *frame)
{
    for (size_t i = 0; i < frame->tensors; i++) {
        const struct har_tensor *tensor = &frame->tensor[i];
        bool found;
        const size_t place = sum_place(sum, tensor->name, &found);
        if (!found && sum->count == HAR_TENSORS_MAX)
            continue;
        if (!found) {
            memmove(&sum->tensor[place + 1], &sum->tensor[place],
                    (sum->count++ - place) * sizeof sum->tensor[0]);
            memset(&sum->tensor[place], 0, sizeof sum->tensor[0]);
            memcpy(sum->tensor[place].name, tensor->name, sizeof tensor->name);
        }
        sum->tensor[place].crc = har_crc32(sum->tensor[place].crc, tensor->data, tensor->bytes);
        sum->tensor[place].bytes += tensor->bytes;
    }
}

uint32_t har_rows_checksum_value(const struct har_rows_checksum *sum)
{
    uint32_t crc = 0;
    for (size_t i = 0; i < sum->count; i++)
        crc = har_crc32_combine(crc, sum->tensor[i].crc, sum->tensor[i].bytes);
    return crc;
}
