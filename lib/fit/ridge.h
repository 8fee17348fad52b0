/* Ridge regression with an intercept that isn't penalized, as scikit-learn's RidgeClassifierCV has
 * it, and its errors on rows left out, from one factor for each alpha: no regression is made again.
 *
 * Left out are single rows, as there, or runs of rows: windows of one person overlap and are alike,
 * so that a row's neighbours tell too much of it. */
#ifndef HAR_FIT_RIDGE_H
#define HAR_FIT_RIDGE_H

#include "fit/normal.h"

/* What an alpha comes to on rows left out. */
struct har_ridge_score {
    double alpha, error, accuracy; /* mean square; share of rows with the right largest target */
};

struct har_ridge_options {
    size_t alphas;
    const double *alpha; /* all of these are tried; none: those of 10^(k/2) that lead to the least
                          * error, from a tenth of har_normal_scale on */
};

struct har_ridge_rows {
    size_t rows, width, targets;
    size_t copies;   /* after each row so many that teach the same and aren't judged */
    const float *f;  /* (rows, width), each column's mean subtracted */
    const double *y; /* (rows, targets) */
    struct har_runs runs;
};

struct har_ridge {
    size_t scores;
    struct har_ridge_score *score; /* in the order tried */
    size_t best;                   /* the score with the least error, for which is what follows */
    double *weights;               /* (width, targets) */
    double *intercept;             /* (targets): Y = F weights + intercept */
    double *held;                  /* (rows, targets): Y of each row without its run */
};

/* HAR_NUMBERS: an alpha given is too small for the features, or none of these varies. */
HAR_RESULT enum har_status har_ridge_new(struct har_ridge **ridge,
                                         const struct har_ridge_rows *rows,
                                         const struct har_ridge_options *options,
                                         struct har_threads *threads, struct har_error *err);
void har_ridge_free(struct har_ridge *ridge); /* NULL is allowed */

/* The number of the first of the largest VALUES. */
size_t har_ridge_largest(const double *values, size_t count);

/* F (ROWS, WIDTH) -= MEAN, which is written: that of each column. */
void har_ridge_center(float *f, double *mean, size_t rows, size_t width);

#endif
