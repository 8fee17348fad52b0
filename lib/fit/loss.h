/* Softmax cross-entropy on logits, and accuracy. */
#ifndef HAR_FIT_LOSS_H
#define HAR_FIT_LOSS_H

#include "kernel/real.h"
#include <stddef.h>

/* Sums over rows; in double, since they are long. */
struct har_loss {
    double loss;
    size_t rows, correct;
};

/* Adds a row of CLASSES logits Z against its targets Y (one-hot or soft) to SUM:
 * loss = sum y (log sum exp z - z), correct where the largest z is that of CLASS.
 * DZ = (softmax(z) - y) SCALE, the gradient of SCALE times the loss. */
void har_loss_add(struct har_loss *sum, har_real *dz, const har_real *z, const float *y,
                  size_t class, size_t classes, double scale);

/* Adds the sums of PART. */
void har_loss_join(struct har_loss *sum, const struct har_loss *part);

/* The first of the largest of COUNT values. */
size_t har_argmax(const float *values, size_t count);

#endif
