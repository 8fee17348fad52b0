/* Usual causes of what is wrong in a csv: each adds a hint to ERR, where it knows one, and returns
 * its status. */
#ifndef HAR_DATA_CSV_HINT_H
#define HAR_DATA_CSV_HINT_H

#include "data/csv_columns.h"

/* TEXT, in column FIELD (from 0) of a row that may have QUOTES, isn't the number of a person or
 * recording. */
enum har_status har_csv_hint_number(const char *text, size_t field, bool quotes,
                                    struct har_error *err);

/* TEXT isn't a sample; FIRST: it is in the first row. */
enum har_status har_csv_hint_sample(const char *text, bool first, struct har_error *err);

/* A row at LINE is wrong, be it for one of its cells; all that was read of it REPEATS the names. */
enum har_status har_csv_hint_row(const struct har_csv_columns *columns, bool repeats, size_t line,
                                 struct har_error *err);

#endif
