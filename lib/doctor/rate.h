/* How fast matrix products are on one core: a short product, the median of several. */
#ifndef HAR_DOCTOR_RATE_H
#define HAR_DOCTOR_RATE_H

#include "base/status.h"
#include "kernel/kernels.h"

/* *RATE in GFLOP/s of processor time, so that others at work don't matter much. HAR_SYSTEM: no
 * memory. */
HAR_RESULT enum har_status har_rate_own(double *rate, const struct har_kernels *kernels,
                                        struct har_error *err);
HAR_RESULT enum har_status har_rate_openblas(double *rate, struct har_error *err);

#endif
