/* Adam as Keras has it (keras-semantics): epsilon is added before bias correction is undone. */
#ifndef HAR_FIT_ADAM_H
#define HAR_FIT_ADAM_H

#include "fit/fit.h"

/* The powers of the betas after as many steps as were begun. */
struct har_adam_state {
    double beta_1_power, beta_2_power;
};

/* Before the first step. */
struct har_adam_state har_adam_start(void);

/* Begins a step: what the kernel wants for all parameters, with the rate learning_rate
 * sqrt(1 - beta_2^t) / (1 - beta_1^t). */
struct har_rates har_adam_begin(struct har_adam_state *state, const struct har_adam *adam);

#endif
