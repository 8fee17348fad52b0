/* How well a model does on rows that it isn't trained on, as Keras's evaluate. */
#ifndef HAR_FIT_VALIDATE_H
#define HAR_FIT_VALIDATE_H

#include "fit/fit.h"
#include "fit/loss.h"

/* Loss and correct rows of all SAMPLES, each row counting alike, with the loss of training: from
 * the logits, without clipping. HAR_NUMBERS: "validation: lstm: not finite in rows 16 to 31". */
HAR_RESULT enum har_status har_validate(struct har_loss *sum, const struct har_model *model,
                                        const struct har_samples *samples,
                                        const struct har_kernels *kernels,
                                        struct har_threads *threads, struct har_error *err);

/* The logits (rows, classes) of SAMPLES, owned by the caller. */
HAR_RESULT enum har_status har_logits(har_real **logits, const struct har_model *model,
                                      const struct har_samples *samples,
                                      const struct har_kernels *kernels,
                                      struct har_threads *threads, struct har_error *err);

#endif
