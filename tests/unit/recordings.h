/* Small recordings in memory, sent through a stage in frames of any size, for tests. */
#ifndef TESTS_UNIT_RECORDINGS_H
#define TESTS_UNIT_RECORDINGS_H

#include "streams.h"

#include "stream/stage.h"
#include "stream/table.h"

/* What a stage made of a stream. */
struct result {
    enum har_status status;
    struct har_error err;
    json_t *header; /* of the last segment */
    struct har_table rows;
};

static inline void free_result(struct result *result)
{
    json_decref(result->header);
    har_table_free(&result->rows);
}

/* A header of TYPE with the given rest (JSON text). */
static inline json_t *parse_header(const char *text)
{
    json_error_t fault;
    json_t *header = json_loads(text, 0, &fault);
    assert_non_null(header);
    return header;
}

/* A segment of TABLE's rows, STEP a frame. */
static inline struct stream write_table(const char *header, const struct har_table *table,
                                        size_t step)
{
    int fd;
    struct har_error err = {0};
    struct har_writer *writer = open_writer(&fd, NULL);
    write_header(writer, parse_header(header));
    for (size_t first = 0; first < table->rows; first += step) {
        struct har_tensor tensor[HAR_TENSORS_MAX];
        const size_t left = table->rows - first, count = left < step ? left : step;
        for (size_t c = 0; c < table->columns; c++)
            tensor[c] = har_column_view(&table->column[c], first, count);
        assert_int_equal(har_writer_rows(writer, tensor, table->columns, &err), HAR_OK);
    }
    assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
    return take_stream(writer, fd);
}

static inline void read_result(struct result *result, struct stream *stream)
{
    struct har_error err = {0};
    struct har_reader *reader;
    enum har_item item = HAR_ITEM_HEADER;
    assert_int_equal(har_reader_new_memory(&reader, stream->bytes, stream->size, "out", &err),
                     HAR_OK);
    while (item != HAR_ITEM_EOF) {
        assert_int_equal(har_reader_next(&item, reader, &err), HAR_OK);
        if (item == HAR_ITEM_HEADER)
            result->header = json_deep_copy(har_reader_header(reader));
        if (item == HAR_ITEM_DATA)
            assert_int_equal(har_table_append(&result->rows, har_reader_frame(reader), NULL, &err),
                             HAR_OK);
    }
    har_reader_free(reader);
}

/* Sends TABLE through a stage; the result is to be freed. */
static inline struct result run_stage(const struct har_stage *stage, void *state,
                                      const char *header, const struct har_table *table,
                                      size_t step)
{
    int fd;
    struct result result = {0};
    struct har_reader *reader;
    struct har_writer *writer = open_writer(&fd, NULL);
    struct stream in = write_table(header, table, step);
    assert_int_equal(har_reader_new_memory(&reader, in.bytes, in.size, "in", &result.err), HAR_OK);
    result.status = har_stage_run(stage, state, reader, writer, &result.err);
    har_reader_free(reader);
    struct stream out = take_stream(writer, fd);
    if (result.status == HAR_OK)
        read_result(&result, &out);
    free(in.bytes);
    free(out.bytes);
    return result;
}

static inline void add_column(struct har_table *table, const char *name, enum har_dtype type,
                              size_t width)
{
    struct har_error err = {0};
    assert_int_equal(har_table_add(table, name, type, width > 0, &width, &err), HAR_OK);
}

/* Where a column's values are; those of har_table lie aligned. */
static inline void *values(struct har_table *table, const char *name)
{
    struct har_column *column = har_table_find(table, name);
    assert_non_null(column);
    return column->data;
}

static inline void assert_same_rows(const struct har_table *a, const struct har_table *b)
{
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->columns, b->columns);
    for (size_t c = 0; c < a->columns; c++) {
        const struct har_column *other = har_table_column(b, a->column[c].name);
        assert_non_null(other);
        assert_int_equal(a->column[c].row_bytes, other->row_bytes);
        assert_memory_equal(a->column[c].data, other->data, a->rows * other->row_bytes);
    }
}

#endif
