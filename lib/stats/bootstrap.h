/* How far a measure would move with other people: a bootstrap whose unit is the person, for a
 * person's windows are no independent draws (Field and Welsh: Bootstrapping clustered data, 2007).
 */
#ifndef HAR_STATS_BOOTSTRAP_H
#define HAR_STATS_BOOTSTRAP_H

#include "stats/measures.h"

/* What each run (a repeat, a fold) made of each person. */
struct har_people {
    size_t runs, people;
    const struct har_score *score; /* (runs,people); no row where a run didn't meet a person */
};

/* Percentile intervals of LEVEL (0.95) of all measures, in the order of har_measure_names, from
 * RESAMPLES draws of as many people as there are, with replacement, by Philox from SEED: the same
 * on every machine. A draw's value is the mean over runs, each weighing as many of the drawn people
 * as it met; with OTHER (NULL: none), which has the same people, that of PEOPLE less that of OTHER.
 * Quantiles are NumPy's (linear). NaN where a draw's value is. */
struct har_interval {
    double low, high;
};
struct har_bootstrap {
    size_t resamples; /* >= 1 */
    double level;
    uint64_t seed;
};
HAR_RESULT enum har_status har_bootstrap(struct har_interval interval[HAR_MEASURES],
                                         const struct har_people *people,
                                         const struct har_people *other,
                                         const struct har_bootstrap *bootstrap,
                                         struct har_error *err);

/* The value of one draw in which person i comes TIMES[i] times; SCRATCH has the scores' classes. */
void har_people_measure(double value[HAR_MEASURES], const struct har_people *people,
                        const double *times, struct har_score *scratch);

#endif
