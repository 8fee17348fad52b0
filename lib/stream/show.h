/* A stream as text or JSON for people and diff(1): nothing in it depends on time or machine. */
#ifndef HAR_STREAM_SHOW_H
#define HAR_STREAM_SHOW_H

#include "stream/reader.h"
#include <stdio.h>

struct har_show {
    bool json;   /* a JSON document a segment, each on a line of its own */
    size_t rows; /* show the values of so many rows of each tensor */
    /* Adds to the text what is to be said below the header of a segment of TYPE; or NULL. */
    const char *type;
    enum har_status (*describe)(FILE *to, const json_t *header, struct har_error *err);
};

/* Shows all segments. What was read of a faulty segment is shown before the fault is returned.
 * A segment that ended with a status is shown; it is the last: the status is returned, with
 * err->upstream set. */
HAR_RESULT enum har_status har_show(FILE *to, struct har_reader *in, const struct har_show *show,
                                    struct har_error *err);

#endif
