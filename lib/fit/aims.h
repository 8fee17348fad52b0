/* What the rows of a slice are to be taken for, and how much each counts in the loss. */
#ifndef HAR_FIT_AIMS_H
#define HAR_FIT_AIMS_H

#include "fit/fit.h"

struct har_aims {
    const float *y[HAR_SLICE];
    double weight[HAR_SLICE];
    size_t class[HAR_SLICE]; /* of the largest part */
};

/* The class of row ROW of SAMPLES, of CLASSES classes. */
size_t har_class_of(const struct har_samples *samples, size_t row, size_t classes);

/* Of ROWS rows, ORDER of SAMPLES with CLASSES classes, in SLICE of NET. Where NET mixes rows
 * (har_net_mixes) their targets are mixed likewise, in MIXED (HAR_SLICE, 2 CLASSES + 1), which may
 * be NULL otherwise. The loss is then that of the parts: s of a row that counts u, and 1 - s of one
 * that counts v, make a row that counts s u + (1 - s) v. */
void har_aims_fill(struct har_aims *aims, float *mixed, const struct har_net *net,
                   const struct har_slice *slice, const struct har_samples *samples,
                   const size_t *order, size_t rows, size_t classes);

#endif
