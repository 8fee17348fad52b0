/* Where to cut windows: a list of (recording, first sample), read from a csv file. */
#ifndef HAR_DATA_STARTS_H
#define HAR_DATA_STARTS_H

#include "base/status.h"
#include <stddef.h>
#include <stdint.h>

struct har_start {
    int64_t recording;
    int64_t sample; /* counted from 0 at the start of the recording */
    size_t line;    /* of the file */
    bool reached;   /* its recording has come */
};

/* Ascending by recording, sample and line. */
struct har_starts {
    char *name; /* the file */
    size_t count, capacity;
    struct har_start *start;
};

/* Reads FILE: a header row that names, among others, the columns `recording` and `start`; or no
 * header and just these two. *CRC is the checksum of the file. HAR_SYSTEM, or HAR_INPUT by file and
 * line. Owned by the caller. */
HAR_RESULT enum har_status har_starts_read(struct har_starts **starts, uint32_t *crc,
                                           const char *file, struct har_error *err);
void har_starts_free(struct har_starts *starts); /* NULL is allowed */

/* The first start in RECORDING, or starts->count. */
size_t har_starts_find(const struct har_starts *starts, int64_t recording);

#endif
