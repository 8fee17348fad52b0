/* Which of several models is better, and is that more than chance? */
#ifndef HAR_FIT_COMPARE_H
#define HAR_FIT_COMPARE_H

#include "fit/contender.h"
#include "stats/significance.h"

enum har_test {
    HAR_TEST_PEOPLE,  /* Wilcoxon over people: a person's mean over the runs that met it */
    HAR_TEST_RUNS,    /* Wilcoxon over paired runs: repeats or folds */
    HAR_TEST_T,       /* the corrected resampled t over paired runs */
    HAR_TEST_MCNEMAR, /* McNemar over rows; of several repeats twice the median p */
    HAR_TESTS
};
extern const char *const har_test_names[HAR_TESTS]; /* "people", "runs", "t", "mcnemar" */

/* With fewer people none of their p is below 0.05. */
enum { HAR_COMPARE_PEOPLE = 6 };

struct har_compare_options {
    const struct har_measure_name *measure;
    const char *test; /* that decides; NULL: people where they are known, else mcnemar */
    double alpha;     /* level of the verdicts; intervals have 1 - alpha */
    double ratio;     /* test to training rows, of t; < 0: people judged to people trained on */
    size_t resamples;
    uint64_t seed;
};

/* What a test of a pair came to. */
struct har_outcome {
    double p, holm;     /* NaN where it wasn't made; adjusted over all pairs */
    double favours;     /* > 0: the first, < 0: the second of the pair */
    const char *reason; /* why it wasn't made, or NULL */
};

struct har_pair {
    size_t first, second;                       /* which contenders */
    double difference[HAR_MEASURES];            /* of their means, first less second */
    struct har_interval interval[HAR_MEASURES]; /* of it, over people; NaN with fewer than two */
    struct har_outcome outcome[HAR_TESTS];
    struct har_wilcoxon people, runs;
    struct har_resampled_t t;
    double ratio;                /* that t took: the options', or of people */
    size_t repeats;              /* McNemar's; 0 where it wasn't made */
    struct har_mcnemar *mcnemar; /* one for each; owned */
    enum har_test decides;
};

struct har_comparison {
    const struct har_compare_options *options; /* borrowed, as the contenders */
    struct har_contender *const *contender;
    size_t contenders, pairs;
    struct har_pair *pair; /* 0-1, 0-2, …, 1-2, … */
};

/* Compares two or more contenders, each with each. HAR_USAGE: no such test. HAR_INPUT: rows differ;
 * the results don't have what the measure or the test that was asked for needs. */
HAR_RESULT enum har_status har_comparison_new(struct har_comparison **comparison,
                                              struct har_contender *const *contender, size_t count,
                                              const struct har_compare_options *options,
                                              struct har_error *err);
void har_comparison_free(struct har_comparison *comparison); /* NULL is allowed */

/* > 0: the first of the pair is better, < 0: the second, 0: no difference shown. */
int har_comparison_verdict(const struct har_comparison *comparison, const struct har_pair *pair);

/* The one of two contenders of which CAVEAT holds, where it doesn't of the other; else NULL. */
const struct har_contender *har_comparison_odd(const struct har_contender *first,
                                               const struct har_contender *second,
                                               enum har_caveat caveat);

void har_comparison_text(FILE *to, const struct har_comparison *comparison);
json_t *har_comparison_json(const struct har_comparison *comparison); /* NULL without memory */

#endif
