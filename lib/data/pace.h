/* How time runs from sample to sample: never back within a recording, and at the rate that was
 * given, in each one as in all.
 *
 * Samples may share a time, as where times are whole seconds: so many go on to the next time. */
#ifndef HAR_DATA_PACE_H
#define HAR_DATA_PACE_H

#include "base/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HAR_PACE_STEPS = 255 };

/* Samples, and the seconds that they took. */
struct har_pace_span {
    size_t samples;
    double seconds;
};

/* From the samples of one time to the next time; MOST of them there or here. */
struct har_pace_step {
    double seconds;
    size_t samples, most;
};

/* Steps of more than 1.5 samples are holes or a clock's jitter: without them there are too many
 * samples a second, with those up to 3 samples too few. */
struct har_pace_sum {
    size_t taken;   /* samples that came, */
    size_t samples; /* and those of steps that count */
    struct har_pace_span near, wide;
    struct har_pace_step first_steps[HAR_PACE_STEPS];
    size_t steps; /* that are there */
};

/* Samples of one time. */
struct har_pace_moment {
    double time;
    size_t samples; /* 0: none came */
    size_t line;    /* of the first one */
};

/* Begins as {.rate, .subjects, .recordings, .column}. */
struct har_pace {
    double rate;               /* as it was given; 0: unknown */
    bool subjects, recordings; /* whether samples name theirs */
    size_t column;             /* that times are in, from 1; 0: no command may name it */
    size_t holes;              /* steps of more than 1.5 samples, */
    size_t first;              /* and the line that the first one leads to */

    int32_t recording, subject;         /* of the samples under way */
    size_t line;                        /* where they began */
    bool opening;                       /* the moment before was their first */
    struct har_pace_moment before, now; /* the last two */
    struct har_pace_sum part, all;      /* of these samples, and of all before them: of the latter
                                           without steps that were checked */
};

/* The next sample, of line LINE. HAR_INPUT, with the line: its time is before that of the last one
 * of the same RECORDING and SUBJECT; or those before, of another one, were 100 or more and, with
 * holes left out or not, at a rate more than 5 % from the one given. */
HAR_RESULT enum har_status har_pace_take(struct har_pace *pace, double time, int32_t recording,
                                         int32_t subject, size_t line, struct har_error *err);

/* After the last sample. HAR_INPUT: the last ones, or all, are at another rate. */
HAR_RESULT enum har_status har_pace_finish(struct har_pace *pace, struct har_error *err);

/* Samples a second by the first steps alone, whatever the rate given; 0: there were none. */
double har_pace_rate(const struct har_pace *pace);

#endif
