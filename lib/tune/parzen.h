/* A Parzen estimator: the density of parameters as a mixture with a kernel for each observation and
 * one, the prior, as wide as the space. As Optuna's (5.0: _ParzenEstimator with magic clip and
 * without endpoints): a kernel is a product over the parameters, of normal distributions cut off at
 * the parameter's range, and of histograms for categorical ones. */
#ifndef HAR_TUNE_PARZEN_H
#define HAR_TUNE_PARZEN_H

#include "base/random.h"
#include "tune/space.h"

/* One parameter's side of all kernels. */
struct har_parzen_axis {
    const struct har_parameter *parameter; /* borrowed */
    double low, high;                      /* where the normals are cut off, on the log scale of a
                                              parameter that has one, half a step outside */
    double *center, *width;                /* kernels of each: mean and standard deviation */
    double *log_norm; /* of each: log of its mass between low and high, and of width where the
                         parameter is continuous */
    double *chance;   /* (kernels, choices): a categorical parameter's histograms, else NULL */
};

struct har_parzen {
    size_t kernels; /* observations and, last, the prior */
    double *weight; /* they add up to 1 */
    size_t axes;
    struct har_parzen_axis *axis;
};

/* The estimator of COUNT parameters (borrowed) after OBSERVATIONS rows of values in the order of
 * their trials, VALUES (observations, count). Weights are 1, and for all but the last 25 of many
 * observations less, the less the older: from 1/n for the first. */
HAR_RESULT enum har_status har_parzen_new(struct har_parzen **parzen,
                                          const struct har_parameter *const *parameter,
                                          size_t count, const double *values, size_t observations,
                                          struct har_error *err);
void har_parzen_free(struct har_parzen *parzen); /* NULL is allowed */

/* Draws VALUES, one an axis, from numbers INDEX (axes + 1) and on of RANDOM. */
void har_parzen_draw(double *values, const struct har_parzen *parzen,
                     const struct har_random *random, uint64_t index);

/* The logarithm of the density (of a discrete parameter: of the probability) at VALUES. TERM has
 * room for as many numbers as there are kernels. */
double har_parzen_log_density(const struct har_parzen *parzen, const double *values, double *term);

/* A value of PARAMETER on the scale on which it is searched, and the range on that scale, half a
 * step wider where there are steps. */
double har_parameter_scaled(const struct har_parameter *parameter, double value);
void har_parameter_range(double *low, double *high, const struct har_parameter *parameter);

/* The value nearest to SCALED: unscaled, on a step, within the range. */
double har_parameter_value(const struct har_parameter *parameter, double scaled);

#endif
