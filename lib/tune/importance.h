/* How much each parameter has to do with a trial being among the best. */
#ifndef HAR_TUNE_IMPORTANCE_H
#define HAR_TUNE_IMPORTANCE_H

#include "tune/sampler.h"

/* PED-ANOVA (S. Watanabe, A. Bansal, F. Hutter: PED-ANOVA: Efficiently quantifying hyperparameter
 * importance in arbitrary subspaces; IJCAI 2023) as Optuna 5.0 has it, with the best tenth against
 * all: IMPORTANCE[p] is the Pearson divergence of the density of parameter p among the best tenth
 * of the trials from that among all, on a grid of at most 50 steps, where Parzen estimators have
 * the bandwidth of Scott's rule. A conditional parameter counts by the trials that have it, as
 * Optuna's do. They add up to 1, unless all are 0.
 *
 * The COUNT trials at VALUES (count, space->count) have these losses. False: out of memory. */
HAR_RESULT bool har_importance(double *importance, const struct har_space *space,
                               const double *values, const double *loss, size_t count);

#endif
