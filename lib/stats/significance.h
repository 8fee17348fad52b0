/* Is the difference between two models more than chance? All tests are two-sided. */
#ifndef HAR_STATS_SIGNIFICANCE_H
#define HAR_STATS_SIGNIFICANCE_H

#include "base/status.h"
#include <stddef.h>

/* McNemar's test of two models on the same rows. With fewer than HAR_MCNEMAR_EXACT rows that one
 * alone got right, p is the binomial's; else that of chi2 with continuity correction
 * (statsmodels.stats.contingency_tables.mcnemar). */
enum { HAR_MCNEMAR_EXACT = 25 };
struct har_mcnemar {
    size_t first, second; /* rows that the first, the second model alone got right */
    bool exact;
    double statistic; /* exact: the lesser count; else chi2 */
    double p;
};
void har_mcnemar(struct har_mcnemar *test, size_t first, size_t second);

/* Wilcoxon's signed-rank test of paired differences. Zeros are left out, ties share their mean
 * rank; sizes closer than HAR_WILCOXON_TIE are ties, for scores are quotients. Up to
 * HAR_WILCOXON_EXACT differences p is exact, given the ranks; beyond, the normal approximation's,
 * corrected for ties (scipy.stats.wilcoxon; it approximates from 14 differences on where there are
 * ties). p is 1 where all are zero. */
enum { HAR_WILCOXON_EXACT = 50 };
#define HAR_WILCOXON_TIE 1e-12
struct har_wilcoxon {
    size_t count;       /* differences that aren't zero */
    double plus, minus; /* sums of the ranks of either sign */
    bool exact;
    double p;
};
HAR_RESULT enum har_status har_wilcoxon(struct har_wilcoxon *test, const double *difference,
                                        size_t count, struct har_error *err);

/* The corrected resampled t test (Nadeau and Bengio: Inference for the generalization error, 2003):
 * runs that share training rows vary less than new ones would.
 *   t = mean / sqrt((1 / count + ratio) variance), count - 1 degrees of freedom
 * RATIO is test rows to training rows. NaN where the differences don't vary but aren't zero (all
 * zero: p is 1), or COUNT < 2. */
struct har_resampled_t {
    double t, p;
};
void har_resampled_t(struct har_resampled_t *test, const double *difference, size_t count,
                     double ratio);

/* Holm's adjustment of COUNT p values to each other, in their order; NaN stay out of it. HAR_SYSTEM
 * without memory. */
HAR_RESULT enum har_status har_holm(double *adjusted, const double *p, size_t count,
                                    struct har_error *err);

/* One p from those of COUNT >= 1 repeats, however they depend on each other: twice their median, at
 * most 1 (Meinshausen, Meier, Bühlmann: p-values for high-dimensional regression, 2009). HAR_SYSTEM
 * without memory. */
HAR_RESULT enum har_status har_median_p(double *p, const double *each, size_t count,
                                        struct har_error *err);

#endif
