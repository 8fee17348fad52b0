/* Learning rates that change from step to step, as Keras's schedules. */
#ifndef HAR_FIT_SCHEDULE_H
#define HAR_FIT_SCHEDULE_H

#include "base/status.h"
#include <stddef.h>

enum har_schedule_kind {
    HAR_CONSTANT,
    HAR_EXPONENTIAL, /* rate^(t / steps): ExponentialDecay */
    HAR_STEP,        /* rate^floor(t / steps): ExponentialDecay with staircase */
    HAR_COSINE       /* (1 + cos(pi min(t, steps) / steps)) / 2: CosineDecay */
};

struct har_schedule {
    enum har_schedule_kind kind;
    double rate, steps; /* steps 0: all that the training will make */
};

/* Reads "exponential:RATE,STEPS", "step:RATE,STEPS", "cosine:STEPS" or "cosine"; NAME is for the
 * message. HAR_USAGE. */
HAR_RESULT enum har_status har_schedule_read(struct har_schedule *schedule, const char *text,
                                             const char *name, struct har_error *err);

/* The factor of the first learning rate in step T, from 0, of ALL steps (1 or more). */
double har_schedule_factor(const struct har_schedule *schedule, size_t t, size_t all);

#endif
