/* What the first row of a csv file says: names of columns, and by the request their uses. */
#ifndef HAR_DATA_CSV_COLUMNS_H
#define HAR_DATA_CSV_COLUMNS_H

#include "data/format.h"

enum har_csv_use {
    HAR_CSV_IGNORED,
    HAR_CSV_CHANNEL,
    HAR_CSV_TIME,
    HAR_CSV_LABEL,
    HAR_CSV_SUBJECT,
    HAR_CSV_RECORDING
};

struct har_csv_column {
    char *name;
    enum har_csv_use use;
    size_t channel; /* of x */
};

/* Start it as {0}. */
struct har_csv_columns {
    struct har_csv_column *column;
    size_t count, capacity;
    size_t channels; /* how many are channels, after har_csv_columns_use */
};

/* Adds the next column's name. HAR_INPUT where there was one of this name. */
HAR_RESULT enum har_status har_csv_columns_add(struct har_csv_columns *columns, const char *name,
                                               size_t size, struct har_error *err);

/* Finds what REQUEST names: time, label, subject, recording; then CHANNELS, in their order, or all
 * that is left. */
HAR_RESULT enum har_status har_csv_columns_use(struct har_csv_columns *columns,
                                               const struct har_request *request,
                                               const struct har_list *channels,
                                               struct har_error *err);

/* The first column of this USE, or columns->count. */
size_t har_csv_columns_find(const struct har_csv_columns *columns, enum har_csv_use use);

/* The names of the channels as HEADER's. */
HAR_RESULT enum har_status har_csv_columns_describe(json_t *header,
                                                    const struct har_csv_columns *columns,
                                                    struct har_error *err);

void har_csv_columns_free(struct har_csv_columns *columns);

#endif
