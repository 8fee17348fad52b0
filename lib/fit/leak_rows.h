/* What the ledger of rows holds: what leak.c and leak_check.c share. */
#ifndef HAR_FIT_LEAK_ROWS_H
#define HAR_FIT_LEAK_ROWS_H

#include "fit/leak.h"

#define HAR_NOBODY SIZE_MAX

/* What tells a row from others. */
struct har_leak_row {
    uint64_t hash; /* of x */
    bool constant; /* in time: its hash doesn't count */
    bool idle;
    bool placed; /* recording, start and length are known */
    enum har_split split;
    size_t person; /* or HAR_NOBODY */
    size_t owner;  /* of the recording: the person where all of the source are known, or nobody */
    size_t source;
    int64_t recording, start, end; /* samples start .. end - 1 */
};

/* The people whom a first model was trained on, or validated on: */
struct har_leak_before {
    bool any, incomplete; /* there were some; not all of them are known */
};

struct har_leak {
    struct har_roster people; /* marked with the bits of what they were for in a first model */
    struct har_leak_before before[HAR_SPLITS]; /* by what they were for: train, validation */
    bool before_within;                        /* that model's results are within persons */
    bool *anonymous;                           /* (sources): it has rows of nobody */
    size_t sources, source_capacity;
    struct har_leak_row *row;
    size_t rows, capacity; /* rows that came; those of a frame are added by har_leak_frame, */
    size_t next;           /* and filled in one by one */

    /* of the segment in hand */
    size_t source;
    int64_t length; /* samples of a window as the recipe says; below 1: it doesn't */
    size_t steps;   /* of x in time */
};

/* The person at PLACE was for SPLIT in the first model. */
bool har_leak_before(const struct har_leak *leak, enum har_split split, size_t place);

#endif
