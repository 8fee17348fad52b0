/* Comma-separated values (RFC 4180), a row a sample: the first row names the columns, the request
 * says what they are.
 *
 * Rows come out as they go in, so that a live pipe streams; only where the labels are integers
 * that --labels doesn't name must all rows be there before the header can be written. */
#ifndef HAR_DATA_CSV_H
#define HAR_DATA_CSV_H

#include "data/format.h"
#include "stream/table.h"

struct har_csv;

/* A reader of what REQUEST (borrowed) says of columns, channels, units, labels and rate. */
HAR_RESULT enum har_status har_csv_new(struct har_csv **csv, const struct har_request *request,
                                       struct har_error *err);
void har_csv_free(struct har_csv *csv); /* NULL is allowed */

/* Takes the next SIZE bytes of text, cut anywhere. HAR_INPUT names line and column: "line 17,
 * column 3 (acc_z): 'abc' isn't a number", or the line at which time runs backwards. After a
 * failure only har_csv_free is allowed. */
HAR_RESULT enum har_status har_csv_feed(struct har_csv *csv, const char *text, size_t size,
                                        struct har_error *err);

/* How often time made a step of more than 1.5 samples at the rate given, and the *LINE that the
 * first one leads to. */
size_t har_csv_holes(size_t *line, const struct har_csv *csv);

/* Samples a second by the times of the first rows; 0: unknown. */
double har_csv_rate(const struct har_csv *csv);

/* The text ended; where it wasn't WHOLE, what there is of a line without an end is dropped.
 * HAR_INPUT: no rows, or times at another rate than was given. */
HAR_RESULT enum har_status har_csv_finish(struct har_csv *csv, bool whole, struct har_error *err);

/* The segment's header, borrowed; NULL as long as it isn't known. */
const json_t *har_csv_header(const struct har_csv *csv);

/* The rows read and not yet cleared (har_table_clear) by the caller. */
struct har_table *har_csv_rows(struct har_csv *csv);

extern const struct har_format har_format_csv;

#endif
