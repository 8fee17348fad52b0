/* What har-cat does: streams in, one stream out, checked; its segments chosen, its rows cut and
 * framed anew, or saved from a damaged file. */
#ifndef HAR_STREAM_CAT_H
#define HAR_STREAM_CAT_H

#include "stream/reader.h"
#include "stream/writer.h"

struct har_cat {
    const char *types;  /* "windows,results": segments of these types; NULL: all */
    const char *select; /* "FIRST:LAST": rows from FIRST up to, without, LAST of each segment; from
                         * 0; either may be left out; NULL: all */
    size_t rows;        /* in a frame; 0: as they come */
    bool salvage;       /* end well where the input is damaged */
};

/* What came of it. */
struct har_cat_result {
    bool damaged;           /* only with salvage: the input ended with */
    struct har_error fault; /* this, */
    uint64_t frames, rows;  /* after so many data frames and rows had been kept of the segment */
};

/* Copies IN to OUT. Frames that needn't change are passed as they are, and a stream of this
 * library's comes out byte by byte as it went in. HAR_USAGE: types or select can't be read.
 * HAR_INPUT: no segment is of the types; with salvage also: not even a header was whole. */
HAR_RESULT enum har_status har_cat(struct har_cat_result *result, const struct har_cat *options,
                                   struct har_reader *in, struct har_writer *out,
                                   struct har_error *err);

#endif
