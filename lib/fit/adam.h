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

/* Begins a step: ALPHA = learning_rate sqrt(1 - beta_2^t) / (1 - beta_1^t), which all its ranges
 * share. */
double har_adam_begin(struct har_adam_state *state, const struct har_adam *adam);

/* The step for COUNT parameters at W with gradients G and moments M and V, each on its own. */
void har_adam_step(har_real *w, har_real *m, har_real *v, const har_real *g, size_t count,
                   const struct har_adam *adam, double alpha);

#endif
