/* How time runs from sample to sample: never back within a recording, and at the rate that was
 * given. */
#ifndef HAR_DATA_PACE_H
#define HAR_DATA_PACE_H

#include "base/status.h"
#include <stddef.h>
#include <stdint.h>

/* Begins as {.rate}. */
struct har_pace {
    double rate;  /* as it was given; 0: unknown */
    size_t holes; /* steps of more than 1.5 samples, */
    size_t first; /* and the line that the first one leads to */

    bool begun;
    int32_t recording, subject; /* of the sample before, */
    double time;                /* and its time */
    size_t steps, near;         /* within recordings; of them those that aren't holes, */
    double span, near_span;     /* and the seconds of both */
};

/* The next sample, of line LINE. HAR_INPUT: its time is before that of the last one of the same
 * RECORDING and SUBJECT. */
HAR_RESULT enum har_status har_pace_step(struct har_pace *pace, double time, int32_t recording,
                                         int32_t subject, size_t line, struct har_error *err);

/* After the last sample. HAR_INPUT: the rate of the samples, holes left out, is more than 5 % from
 * the one given. */
HAR_RESULT enum har_status har_pace_check(const struct har_pace *pace, struct har_error *err);

#endif
