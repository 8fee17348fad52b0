/* What a net takes of its rows before it is trained on them: statistics, and samples. */
#ifndef HAR_FIT_ADAPT_H
#define HAR_FIT_ADAPT_H

#include "fit/fit.h"

/* Sets the fixed weights of MODEL's layers that adapt, in their order, by what SAMPLES are when
 * they come to them. Mean and variance of normalization: in double, in the order of the rows, about
 * the mean. The rows that a sample consists of are drawn from SEED. */
HAR_RESULT enum har_status har_adapt(struct har_model *model, const struct har_samples *samples,
                                     const struct har_kernels *kernels, uint64_t seed,
                                     struct har_error *err);

#endif
