/* The text of comma-separated values (RFC 4180), cut into fields: libcsv, with what it leaves out:
 * the line it is in, the byte order mark that some systems put in front, a limit to a field. */
#ifndef HAR_DATA_CSV_TEXT_H
#define HAR_DATA_CSV_TEXT_H

#include "base/status.h"

#include <csv.h>
#include <stdbool.h>
#include <stddef.h>

/* Who takes the fields. TEXT ends in a 0 that SIZE doesn't count, and is the parser's. After a
 * failure, which har_csv_text_feed or _finish returns, nothing more is called. */
struct har_csv_taker {
    enum har_status (*field)(void *state, const char *text, size_t size, struct har_error *err);
    enum har_status (*row)(void *state, struct har_error *err); /* ended; blank lines aren't rows */
    void *state;
};

struct har_csv_text {
    struct csv_parser parser;
    struct har_csv_taker taker;
    size_t line;           /* in which the parser is, from 1: ended by LF, CR or both */
    bool quotes;           /* there are some in the row under way, as far as it was fed */
    size_t marked;         /* bytes of a byte order mark seen; 3: it's over */
    bool after_cr;         /* an LF would belong to the line before */
    struct har_error *err; /* of the call under way */
    enum har_status status;
};

HAR_RESULT enum har_status har_csv_text_init(struct har_csv_text *csv,
                                             const struct har_csv_taker *taker,
                                             struct har_error *err);
void har_csv_text_free(struct har_csv_text *csv);

/* The next SIZE bytes, cut anywhere. HAR_INPUT names the line of a fault in quotes or of a field
 * above 1 MiB; other failures are the taker's. After one only har_csv_text_free is allowed. */
HAR_RESULT enum har_status har_csv_text_feed(struct har_csv_text *csv, const char *text,
                                             size_t size, struct har_error *err);

/* The text ended, maybe without a line end. */
HAR_RESULT enum har_status har_csv_text_finish(struct har_csv_text *csv, struct har_error *err);

#endif
