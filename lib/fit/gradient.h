/* What is done to a batch's gradient before the step, as Keras does it. */
#ifndef HAR_FIT_GRADIENT_H
#define HAR_FIT_GRADIENT_H

#include "nn/net.h"

/* The loss L2 sum(w^2) of NET's kernels (recurrent ones too), whose gradient 2 L2 w is added to
 * GRADIENT, if that isn't NULL. */
double har_gradient_penalize(har_real *gradient, const struct har_net *net, const har_real *weights,
                             double l2);

/* Keras's global_clipnorm: where the norm of all COUNT values exceeds NORM, they are scaled to it.
 * The norm is one sum in double, in their order. */
void har_gradient_clip_norm(har_real *gradient, size_t count, double norm);

/* Keras's clipvalue: each to -VALUE .. VALUE. */
void har_gradient_clip_value(har_real *gradient, size_t count, double value);

#endif
