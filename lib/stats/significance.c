#include "stats/significance.h"

#include "base/memory.h"
#include "base/order.h"
#include "stats/summary.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

static double at_most_1(double p)
{
    return p < 1 ? p : 1;
}

/* ---- McNemar ---- */

void har_mcnemar(struct har_mcnemar *test, size_t first, size_t second)
{
    const size_t all = first + second, less = first < second ? first : second;
    const double b = (double)first, c = (double)second;
    *test =
        (struct har_mcnemar){.first = first, .second = second, .exact = all < HAR_MCNEMAR_EXACT};
    if (test->exact) {
        test->statistic = (double)less;
        test->p = at_most_1(2 * gsl_cdf_binomial_P((unsigned)less, 0.5, (unsigned)all));
        return;
    }
    /* chi2 = (|b - c| - 1)^2 / (b + c), one degree of freedom: the square of a normal */
    const double root = fabs(fabs(b - c) - 1) / sqrt(b + c);
    test->statistic = root * root;
    test->p = 2 * gsl_cdf_ugaussian_Q(root);
}

/* ---- Wilcoxon ---- */

struct size_of {
    double size;
    bool plus;
};

static int by_size(const void *a, const void *b)
{
    const struct size_of *x = a, *y = b;
    return (x->size > y->size) - (x->size < y->size);
}

/* Twice the mean rank (a whole number) of each of COUNT sorted sizes; gives the sum over groups of
 * ties of t^3 - t. */
static double rank_sizes(size_t *twice, const struct size_of *sorted, size_t count)
{
    double ties = 0;
    for (size_t first = 0, last; first < count; first = last) {
        for (last = first + 1; last < count; last++)
            if (sorted[last].size - sorted[last - 1].size > HAR_WILCOXON_TIE)
                break;
        const double t = (double)(last - first);
        ties += t * t * t - t;
        for (size_t i = first; i < last; i++)
            twice[i] = first + last + 1;
    }
    return ties;
}

/* P(twice W <= AT) where each of COUNT ranks has its sign by chance. WAYS has room for all sums. */
static double signed_rank_cdf(double *ways, const size_t *twice, size_t count, size_t at)
{
    size_t most = 0;
    ways[0] = 1;
    for (size_t i = 0; i < count; i++) {
        for (size_t sum = most + 1; sum <= most + twice[i]; sum++)
            ways[sum] = 0;
        most += twice[i];
        for (size_t sum = most; sum >= twice[i]; sum--)
            ways[sum] += ways[sum - twice[i]];
    }
    double below = 0;
    for (size_t sum = 0; sum <= at; sum++)
        below += ways[sum];
    return ldexp(below, -(int)count);
}

/* z = (W - n (n + 1) / 4) / sqrt((n (n + 1) (2 n + 1) - sum (t^3 - t) / 2) / 24) */
static double normal_p(double less, size_t count, double ties)
{
    const double n = (double)count;
    const double z = (less - n * (n + 1) / 4) / sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24);
    return 2 * gsl_cdf_ugaussian_P(-fabs(z));
}

static void rank(struct har_wilcoxon *test, const struct size_of *sorted, size_t *twice)
{
    double ways[HAR_WILCOXON_EXACT * (HAR_WILCOXON_EXACT + 1) + 1];
    const double ties = rank_sizes(twice, sorted, test->count);
    size_t sum[2] = {0, 0};
    for (size_t i = 0; i < test->count; i++)
        sum[sorted[i].plus] += twice[i];
    const size_t less = sum[0] < sum[1] ? sum[0] : sum[1];
    test->minus = (double)sum[0] / 2;
    test->plus = (double)sum[1] / 2;
    test->exact = test->count <= HAR_WILCOXON_EXACT;
    test->p = test->exact ? at_most_1(2 * signed_rank_cdf(ways, twice, test->count, less))
                          : normal_p((double)less / 2, test->count, ties);
}

enum har_status har_wilcoxon(struct har_wilcoxon *test, const double *difference, size_t count,
                             struct har_error *err)
{
    struct size_of *sorted = har_allocate(count, sizeof *sorted);
    size_t *twice = har_allocate(count, sizeof *twice);
    *test = (struct har_wilcoxon){0};
    const bool room = sorted != NULL && twice != NULL;
    for (size_t i = 0; room && i < count; i++)
        if (fabs(difference[i]) > HAR_WILCOXON_TIE)
            sorted[test->count++] = (struct size_of){fabs(difference[i]), difference[i] > 0};
    if (room) {
        qsort(sorted, test->count, sizeof *sorted, by_size);
        rank(test, sorted, twice);
    }
    free(sorted);
    free(twice);
    return room ? HAR_OK : har_fail_memory(err);
}

/* ---- corrected resampled t ---- */

void har_resampled_t(struct har_resampled_t *test, const double *difference, size_t count,
                     double ratio)
{
    *test = (struct har_resampled_t){NAN, NAN};
    if (count < 2)
        return;
    const double k = (double)count, mean = har_mean(difference, count);
    const double spread = har_deviation(difference, count) * sqrt(k / (k - 1));
    if (spread <= HAR_WILCOXON_TIE) {
        if (fabs(mean) <= HAR_WILCOXON_TIE)
            *test = (struct har_resampled_t){0, 1};
        return;
    }
    test->t = mean / (sqrt(1 / k + ratio) * spread);
    test->p = 2 * gsl_cdf_tdist_Q(fabs(test->t), k - 1);
}

/* ---- several p ---- */

/* The values of P that are numbers, ascending; gives how many. */
static size_t sort_numbers(double *sorted, const double *p, size_t count)
{
    size_t numbers = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(p[i]))
            sorted[numbers++] = p[i];
    har_sort(sorted, numbers);
    return numbers;
}

enum har_status har_holm(double *adjusted, const double *p, size_t count, struct har_error *err)
{
    double *sorted = har_allocate(count, sizeof *sorted);
    if (sorted == NULL)
        return har_fail_memory(err);
    const size_t m = sort_numbers(sorted, p, count);
    for (size_t i = 0; i < count; i++) {
        /* max over j up to its place of (m - j) p_(j), j from 0 */
        double most = isnan(p[i]) ? NAN : 0;
        for (size_t j = 0; j < m && sorted[j] <= p[i]; j++)
            most = fmax(most, (double)(m - j) * sorted[j]);
        adjusted[i] = most > 1 ? 1 : most;
    }
    free(sorted);
    return HAR_OK;
}

enum har_status har_median_p(double *p, const double *each, size_t count, struct har_error *err)
{
    double *sorted = har_allocate(count, sizeof *sorted);
    if (sorted == NULL)
        return har_fail_memory(err);
    (void)sort_numbers(sorted, each, count);
    const double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    *p = count == 1 ? each[0] : at_most_1(2 * median);
    free(sorted);
    return HAR_OK;
}
