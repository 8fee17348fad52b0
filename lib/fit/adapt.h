/* Statistics that a net takes of its rows before it is trained on them. */
#ifndef HAR_FIT_ADAPT_H
#define HAR_FIT_ADAPT_H

#include "fit/fit.h"

/* Sets mean and variance of MODEL's normalization layers to those of what SAMPLES are when they
 * come to them: in double, in the order of the rows, about the mean. */
HAR_RESULT enum har_status har_adapt(struct har_model *model, const struct har_samples *samples,
                                     const struct har_kernels *kernels, struct har_error *err);

#endif
