#include "base/checksum.h"
#include "base/memory.h"
#include "data/mapped.h"
#include "data/npy.h"
#include "stream/header.h"
#include "stream/table.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* The row tensors that may come beside x and y. */
static const struct side {
    const char *name;
    enum har_dtype type;
    int64_t low, high;
} sides[] = {{"subject", HAR_I4, INT32_MIN, INT32_MAX},
             {"recording", HAR_I4, INT32_MIN, INT32_MAX},
             {"start", HAR_I8, 0, INT64_MAX},
             {"split", HAR_U1, 0, 3}};

enum { side_count = sizeof sides / sizeof *sides, files = 2 + side_count, X = 0, Y = 1 };

struct source {
    const char *name; /* NULL: not given */
    struct har_mapped file;
    struct har_npy array;
};

struct arrays {
    struct source source[files]; /* x, y, then as in sides */
    size_t rows;
    int32_t *y;
    json_t *header;
};

static enum har_status check_rows(const struct arrays *arrays, const struct source *source,
                                  struct har_error *err)
{
    if (har_npy_is_float(&source->array))
        return har_fail(err, HAR_INPUT, "%s: floats, expected integers", source->name);
    if (source->array.rank != 1)
        return har_fail(err, HAR_INPUT, "%s: %zu dimensions, expected 1", source->name,
                        source->array.rank);
    if (source->array.shape[0] != arrays->rows)
        return har_fail(err, HAR_INPUT, "%s: %zu rows, expected the %zu of %s", source->name,
                        source->array.shape[0], arrays->rows, arrays->source[X].name);
    return HAR_OK;
}

static enum har_status check_x(struct arrays *arrays, struct har_error *err)
{
    const struct source *x = &arrays->source[X];
    if (!har_npy_is_float(&x->array))
        return har_fail(err, HAR_INPUT, "%s: integers, expected <f4 or <f8", x->name);
    if (x->array.rank != 2 && x->array.rank != 3)
        return har_fail(err, HAR_INPUT,
                        "%s: %zu dimensions, expected (window,time,channel) or (sample,channel)",
                        x->name, x->array.rank);
    if (x->array.count == 0)
        return har_fail(err, HAR_INPUT, "%s: no elements", x->name);
    arrays->rows = x->array.shape[0];
    if (x->array.count / arrays->rows > (size_t)HAR_FRAME_AIM * 8)
        return har_fail(err, HAR_INPUT, "%s: %zu elements a row, expected at most %d", x->name,
                        x->array.count / arrays->rows, HAR_FRAME_AIM * 8);
    return HAR_OK;
}

static enum har_status open_source(struct source *source, uint32_t *crc, struct har_error *err)
{
    enum har_status status = har_mapped_open(&source->file, AT_FDCWD, source->name, err);
    if (status != HAR_OK)
        return status;
    *crc = har_crc32(*crc, source->file.data, source->file.size);
    status = har_npy_parse(&source->array, source->file.data, source->file.size, err);
    return status == HAR_OK ? HAR_OK : har_error_at(err, "%s", source->name);
}

static enum har_status open_all(struct arrays *arrays, const struct har_request *request,
                                struct har_error *err)
{
    const char *const names[files] = {request->x,         request->y,     request->subject,
                                      request->recording, request->start, request->split};
    if (request->x == NULL)
        return har_fail(err, HAR_USAGE, "npy: --x FILE is missing");
    uint32_t crc = 0;
    for (size_t i = 0; i < files; i++) {
        arrays->source[i].name = names[i];
        if (names[i] == NULL)
            continue;
        enum har_status status = open_source(&arrays->source[i], &crc, err);
        if (status == HAR_OK)
            status = i == X ? check_x(arrays, err) : check_rows(arrays, &arrays->source[i], err);
        if (status != HAR_OK)
            return status;
    }
    if (arrays->source[X].array.rank == 2 && request->start != NULL)
        return har_fail(err, HAR_USAGE, "--start goes with windows; x has rows of samples");
    return har_format_checksum(request, "data", crc, err);
}

/* --- y and what the header says of it --- */

static enum har_status read_labels(struct arrays *arrays, int64_t high, struct har_error *err)
{
    const struct source *y = &arrays->source[Y];
    arrays->y = har_allocate(arrays->rows, sizeof *arrays->y);
    if (arrays->y == NULL)
        return har_fail_memory(err);
    for (size_t i = 0; i < arrays->rows; i++) {
        int64_t value;
        har_npy_integers(&value, &y->array, i, 1);
        if (value < (high < INT32_MAX ? -1 : INT32_MIN) || value > high)
            return har_fail(err, HAR_INPUT, "%s: row %zu: label %lld, expected -1 to %lld", y->name,
                            i, (long long)value, (long long)high);
        arrays->y[i] = (int32_t)value;
    }
    return HAR_OK;
}

static enum har_status number_labels(struct arrays *arrays, struct har_error *err)
{
    const enum har_status status = read_labels(arrays, INT32_MAX, err);
    bool *unlabelled = har_allocate(arrays->rows, sizeof *unlabelled);
    if (status != HAR_OK || unlabelled == NULL) {
        free(unlabelled);
        return status != HAR_OK ? status : har_fail_memory(err);
    }
    for (size_t i = 0; i < arrays->rows; i++)
        unlabelled[i] = arrays->y[i] == -1;
    const enum har_status named =
        har_format_classes(arrays->header, arrays->y, unlabelled, arrays->rows, err);
    free(unlabelled);
    return named;
}

static enum har_status set_list(size_t *count, json_t *header, const char *key, const char *text,
                                struct har_error *err)
{
    struct har_list list;
    enum har_status status = har_list_split(&list, text, key, false, err);
    if (status == HAR_OK && list.count > 0)
        status = har_header_set_list(header, key, (const char *const *)list.item, list.count, err);
    *count = list.count;
    har_list_free(&list);
    return status;
}

static enum har_status describe_labels(struct arrays *arrays, const struct har_request *request,
                                       struct har_error *err)
{
    size_t count;
    const enum har_status status = set_list(&count, arrays->header, "labels", request->labels, err);
    if (status != HAR_OK || arrays->source[Y].name == NULL)
        return status;
    return count > 0 ? read_labels(arrays, (int64_t)count - 1, err) : number_labels(arrays, err);
}

static enum har_status describe(struct arrays *arrays, const struct har_request *request,
                                struct har_error *err)
{
    const struct har_npy *x = &arrays->source[X].array;
    const bool windows = x->rank == 3;
    arrays->header = har_header_new(windows ? "windows" : "recordings",
                                    request->source != NULL ? request->source : "npy");
    json_t *axes = windows ? json_pack("[sss]", "window", "time", "channel")
                           : json_pack("[ss]", "sample", "channel");
    if (json_object_set_new(arrays->header, "axes", axes) != 0)
        return har_fail_memory(err);
    size_t count;
    const size_t channels = x->shape[x->rank - 1];
    enum har_status status = set_list(&count, arrays->header, "channels", request->channels, err);
    if (status == HAR_OK && count > 0 && count != channels)
        return har_fail(err, HAR_USAGE, "--channels names %zu channels, %s has %zu", count,
                        request->x, channels);
    if (status == HAR_OK)
        status = har_format_describe(arrays->header, request, channels, err);
    return status == HAR_OK ? describe_labels(arrays, request, err) : status;
}

/* --- rows --- */

static bool writes_side(const struct arrays *arrays, size_t side)
{
    const bool recordings = arrays->source[X].array.rank == 2;
    return arrays->source[2 + side].name != NULL || (recordings && side == 1);
}

static enum har_status add_columns(struct har_table *table, const struct arrays *arrays,
                                   struct har_error *err)
{
    const struct har_npy *x = &arrays->source[X].array;
    enum har_status status = har_table_add(table, "x", HAR_F4, x->rank - 1, x->shape + 1, err);
    if (status == HAR_OK && arrays->y != NULL)
        status = har_table_add(table, "y", HAR_I4, 0, NULL, err);
    for (size_t i = 0; status == HAR_OK && i < side_count; i++)
        if (writes_side(arrays, i))
            status = har_table_add(table, sides[i].name, sides[i].type, 0, NULL, err);
    return status;
}

static enum har_status fill_side(struct har_table *table, const struct source *source,
                                 const struct side *side, size_t first, struct har_error *err)
{
    struct har_column *column = har_table_find(table, side->name);
    for (size_t i = 0; i < table->rows; i++) {
        int64_t value;
        har_npy_integers(&value, &source->array, first + i, 1);
        if (value < side->low || value > side->high)
            return har_fail(err, HAR_INPUT, "%s: row %zu: %lld, expected %lld to %lld",
                            source->name, first + i, (long long)value, (long long)side->low,
                            (long long)side->high);
        /* little endian: the low bytes come first */
        memcpy(column->data + i * column->row_bytes, &value, column->row_bytes);
    }
    return HAR_OK;
}

static enum har_status fill(struct har_table *table, const struct arrays *arrays, size_t first,
                            struct har_error *err)
{
    const struct source *x = &arrays->source[X];
    const size_t elements = x->array.count / arrays->rows;
    void *values = har_table_find(table, "x")->data;
    enum har_status status =
        har_npy_floats(values, &x->array, first * elements, table->rows * elements, err);
    if (status != HAR_OK)
        return har_error_at(err, "%s", x->name);
    if (arrays->y != NULL)
        memcpy(har_table_find(table, "y")->data, arrays->y + first, table->rows * sizeof(int32_t));
    for (size_t i = 0; status == HAR_OK && i < side_count; i++)
        if (arrays->source[2 + i].name != NULL)
            status = fill_side(table, &arrays->source[2 + i], &sides[i], first, err);
    return status;
}

static enum har_status write_rows(struct har_table *table, const struct arrays *arrays,
                                  const struct har_request *request, struct har_writer *out,
                                  struct har_error *err)
{
    const size_t row_bytes = arrays->source[X].array.count / arrays->rows * sizeof(float);
    const size_t rows_max = row_bytes < HAR_FRAME_AIM ? HAR_FRAME_AIM / row_bytes : 1;
    for (size_t first = 0; first < arrays->rows; first += rows_max) {
        const size_t left = arrays->rows - first;
        har_table_clear(table);
        if (request->stopped != NULL && request->stopped())
            return har_fail(err, HAR_SYSTEM, "interrupted");
        enum har_status status = har_table_extend(table, left < rows_max ? left : rows_max, err);
        if (status == HAR_OK)
            status = fill(table, arrays, first, err);
        if (status == HAR_OK)
            status = har_table_write(out, table, 0, table->rows, err);
        if (status != HAR_OK)
            return status;
    }
    return HAR_OK;
}

static enum har_status write_segment(const struct arrays *arrays, const struct har_request *request,
                                     struct har_writer *out, struct har_error *err)
{
    struct har_table table = {0};
    enum har_status status = add_columns(&table, arrays, err);
    if (status == HAR_OK)
        status = har_writer_header(out, arrays->header, err);
    if (status == HAR_OK)
        status = write_rows(&table, arrays, request, out, err);
    har_table_free(&table);
    return status == HAR_OK ? har_writer_end(out, false, err) : status;
}

static enum har_status load(const struct har_request *request, struct har_writer *out,
                            struct har_error *err)
{
    struct arrays arrays = {0};
    enum har_status status = open_all(&arrays, request, err);
    if (status == HAR_OK)
        status = describe(&arrays, request, err);
    if (status == HAR_OK)
        status = write_segment(&arrays, request, out, err);
    for (size_t i = 0; i < files; i++)
        har_mapped_close(&arrays.source[i].file);
    free(arrays.y);
    json_decref(arrays.header);
    return status;
}

static const char *const options[] = {"source", "channels", "units",     "labels", "rate",  "x",
                                      "y",      "subject",  "recording", "start",  "split", NULL};

const struct har_format har_format_npy = {.name = "npy", .options = options, .load = load};
