/* What rows are to be taken for, and how much each counts. */
#ifndef HAR_FIT_TARGETS_H
#define HAR_FIT_TARGETS_H

#include "base/status.h"
#include <stddef.h>
#include <stdint.h>

struct har_targets {
    const char
        *class_weights; /* "balanced", or a number for each class with commas between; NULL */
    double label_smoothing;
};

/* TARGETS suit CLASSES classes. HAR_USAGE. */
HAR_RESULT enum har_status har_targets_check(const struct har_targets *targets, size_t classes,
                                             struct har_error *err);

/* Y (ROWS, CLASSES) = one-hot CLASS (1 - smoothing) + smoothing / CLASSES, as Keras has it. */
void har_targets_fill(float *y, const struct har_targets *targets, const int32_t *class,
                      size_t rows, size_t classes);

/* The share of each row in the loss, owned by the caller; NULL where all count alike. Balanced:
 * ROWS / (CLASSES n) for each of the n rows of a class. */
HAR_RESULT enum har_status har_targets_weights(double **weight, const struct har_targets *targets,
                                               const int32_t *class, size_t rows, size_t classes,
                                               struct har_error *err);

#endif
