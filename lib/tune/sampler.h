/* What a trial's parameters are: drawn evenly, or where earlier trials were good. */
#ifndef HAR_TUNE_SAMPLER_H
#define HAR_TUNE_SAMPLER_H

#include "tune/space.h"
#include <stdint.h>

enum har_sampler_kind {
    HAR_SAMPLER_RANDOM,        /* evenly, on a parameter's scale */
    HAR_SAMPLER_TPE,           /* multivariate: parameters of one condition together */
    HAR_SAMPLER_TPE_UNIVARIATE /* each parameter by itself */
};

struct har_sampler {
    enum har_sampler_kind kind;
    uint64_t seed;
    size_t startup; /* TPE: so many trials have to be over before it is used; Optuna's is 10 */
};

/* How far a trial came. */
enum har_trial_state {
    HAR_TRIAL_RUNNING,
    HAR_TRIAL_COMPLETE, /* scored in the last rung */
    HAR_TRIAL_PRUNED,   /* scored in `rung`, and given up */
    HAR_TRIAL_FAILED    /* without a score */
};

struct har_outcome {
    enum har_trial_state state;
    size_t rung; /* the last one it was scored in */
    double loss; /* of that rung; less is better */
};

/* Sorts COUNT trials' numbers into ORDER, the best first: complete ones by loss, pruned ones by
 * rung, the later the better, and by loss, failed ones; running ones last. Ties by number. False:
 * out of memory. */
HAR_RESULT bool har_outcome_order(size_t *order, const struct har_outcome *outcome, size_t count);

/* Proposes VALUES of trial TRIAL after the first COUNT = TRIAL trials, whose VALUES (count,
 * space->count) stand at PAST: a function of its arguments alone, drawn from HAR_RANDOM_TUNE with
 * the trial as epoch.
 *
 * TPE is Optuna's 5.0 (J. Bergstra et al.: Algorithms for Hyper-Parameter Optimization, NIPS 2011;
 * S. Watanabe: Tree-Structured Parzen Estimator, arXiv 2304.11127): the best tenth, 25 at most, of
 * complete and pruned trials are one Parzen estimator, all others another; of 24 candidates drawn
 * from the first the one with the greatest ratio of their densities is taken. Running trials count
 * as bad ones ("constant liar"), and failed ones too, which Optuna forgets. Parameters with another
 * condition are proposed by themselves, after those trials that had them. */
HAR_RESULT enum har_status har_propose(double *values, const struct har_space *space,
                                       const struct har_sampler *sampler,
                                       const struct har_outcome *outcome, const double *past,
                                       size_t trial, struct har_error *err);

#endif
