/* Windows being cut out of samples, and gathered until they fill a frame. */
#ifndef HAR_DATA_CUT_H
#define HAR_DATA_CUT_H

#include "data/labels.h"
#include "stream/table.h"

/* How a column of samples becomes a column of windows: x as floats, subject, recording, split and
 * time by the first sample, y by majority, all others as they are. */
enum har_role { HAR_ROLE_FLOATS, HAR_ROLE_FIRST, HAR_ROLE_LABEL, HAR_ROLE_CUT };

struct har_cutter {
    size_t length;            /* samples in a window */
    struct har_label_map map; /* classes to be dropped */
    struct har_table windows; /* not yet written; `start` is the last column */
    enum har_role role[HAR_TENSORS_MAX];
    size_t row_bytes; /* of a window */
    int64_t *label;   /* one window's */
};

/* A cutter of windows of LENGTH samples, empty. */
HAR_RESULT enum har_status har_cutter_init(struct har_cutter *cutter, size_t length,
                                           struct har_error *err);
void har_cutter_clear(struct har_cutter *cutter); /* for another segment */
void har_cutter_free(struct har_cutter *cutter);  /* the contents; leaves it {0} */

/* Cuts the window that begins at row FIRST of SAMPLES, which is sample START of its recording; a
 * window of a dropped class isn't kept. LABEL is its class, or NULL for the most frequent of its
 * samples' (a tie: -1). Writes to OUT what fills a frame. */
HAR_RESULT enum har_status har_cutter_cut(struct har_cutter *cutter,
                                          const struct har_table *samples, size_t first,
                                          int64_t start, const int64_t *label,
                                          struct har_writer *out, struct har_error *err);

/* Writes the windows gathered so far. */
HAR_RESULT enum har_status har_cutter_write(struct har_cutter *cutter, struct har_writer *out,
                                            struct har_error *err);

#endif
