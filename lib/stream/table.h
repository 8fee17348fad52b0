/* Rows in memory: named columns that share their first dimension. */
#ifndef HAR_STREAM_TABLE_H
#define HAR_STREAM_TABLE_H

#include "stream/writer.h"

/* A column owns its rows, aligned as malloc aligns. */
struct har_column {
    char name[HAR_NAME_MAX + 1];
    enum har_dtype type;
    size_t rank;
    size_t shape[HAR_RANK_MAX]; /* shape[0] is unused: the table's rows */
    size_t row_bytes;
    size_t capacity; /* bytes */
    unsigned char *data;
};

/* Start it as {0}. Columns keep the order in which they were added. */
struct har_table {
    size_t rows;
    size_t columns;
    struct har_column column[HAR_TENSORS_MAX];
};

void har_table_free(struct har_table *table);  /* the contents, not the struct; leaves it {0} */
void har_table_clear(struct har_table *table); /* no rows; columns and memory stay */

/* Adds a column; ROW_RANK dimensions in ROW_SHAPE, without the rows. Only while there are no rows.
 */
HAR_RESULT enum har_status har_table_add(struct har_table *table, const char *name,
                                         enum har_dtype type, size_t row_rank,
                                         const size_t *row_shape, struct har_error *err);

/* Adds COUNT zeroed rows; HAR_SYSTEM without memory. */
HAR_RESULT enum har_status har_table_extend(struct har_table *table, size_t count,
                                            struct har_error *err);

struct har_column *har_table_find(struct har_table *table, const char *name); /* or NULL */
const struct har_column *har_table_column(const struct har_table *table, const char *name);

/* Appends the rows of FRAME for which KEEP[row] (all, where KEEP is NULL). The first frame makes
 * the columns; later ones must have the same names, types and row shapes: else HAR_INPUT, naming
 * the tensor. A table without columns accepts any. */
HAR_RESULT enum har_status har_table_append(struct har_table *table, const struct har_frame *frame,
                                            const bool *keep, struct har_error *err);

/* Removes the rows for which KEEP[row] is false. */
void har_table_select(struct har_table *table, const bool *keep);

/* A view of rows FIRST .. FIRST + COUNT - 1 of a column. */
struct har_tensor har_column_view(const struct har_column *column, size_t first, size_t count);

/* Writes rows FIRST .. FIRST + COUNT - 1 as data frames near HAR_FRAME_AIM bytes each. */
HAR_RESULT enum har_status har_table_write(struct har_writer *writer, const struct har_table *table,
                                           size_t first, size_t count, struct har_error *err);

/* CRC-32 over rows however they were framed: of the bytes of all rows of each tensor, the tensors
 * in order of their names (byte order). Start it as {0}. */
struct har_rows_checksum {
    size_t count;
    struct {
        char name[HAR_NAME_MAX + 1];
        uint32_t crc;
        uint64_t bytes;
    } tensor[HAR_TENSORS_MAX];
};
void har_rows_checksum_add(struct har_rows_checksum *sum, const struct har_frame *frame);
uint32_t har_rows_checksum_value(const struct har_rows_checksum *sum);

#endif
