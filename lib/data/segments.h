/* labels.txt of HAPT: which samples of a recording show which activity. */
#ifndef HAR_DATA_SEGMENTS_H
#define HAR_DATA_SEGMENTS_H

#include "data/mapped.h"
#include <stdint.h>

/* One line of the file; all numbers count from 1, the last sample is of the segment. */
struct har_segment {
    int32_t recording, subject, activity, first, last;
    size_t line;
};

/* Sorted by recording and first sample. Start it as {0}. */
struct har_segments {
    struct har_segment *segment; /* owned */
    size_t count, capacity;
};

/* Reads FILE, whose activities are 1 to ACTIVITIES. HAR_INPUT names the line: not five whole
 * numbers, a segment that ends before it begins, that overlaps another, or that touches one of the
 * same activity (in the rows nothing would part them). */
HAR_RESULT enum har_status har_segments_read(struct har_segments *segments,
                                             const struct har_mapped *file, int32_t activities,
                                             struct har_error *err);
void har_segments_free(struct har_segments *segments); /* the contents */

#endif
