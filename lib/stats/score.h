/* What is counted of judged rows so that any subset's measures can be had: scores of people, of
 * repeats, of a bootstrap's draw are sums of scores. */
#ifndef HAR_STATS_SCORE_H
#define HAR_STATS_SCORE_H

#include "base/status.h"
#include <stddef.h>
#include <stdint.h>

/* Confidences are binned as in Guo, Pleiss, Sun, Weinberger: On calibration of modern neural
 * networks (ICML 2017): BINS of equal width, the k-th holds (k/BINS, (k+1)/BINS], the first 0 too.
 */
enum { HAR_CALIBRATION_BINS = 15, HAR_SCORE_CLASSES_MAX = 1024 };

/* Rows whose prediction had a confidence in one bin. */
struct har_bin {
    double rows, right, confidence; /* confidence: their sum */
};

struct har_score {
    size_t classes;
    double rows;
    double *label, *predicted, *right; /* (classes): rows of this label, of this prediction, of
                                        * both; one block, owned, that LABEL begins */
    double *confusion; /* (classes,classes), rows by label and prediction: owned, or NULL */

    bool probabilities; /* all rows came with them (true where there is no row) */
    double log_loss;    /* sums over rows */
    double brier;
    struct har_bin bin[HAR_CALIBRATION_BINS];
};

/* No row yet, and no confusion matrix: all measures can do without. HAR_INPUT: more than
 * HAR_SCORE_CLASSES_MAX classes. */
HAR_RESULT enum har_status har_score_init(struct har_score *score, size_t classes,
                                          struct har_error *err);
/* The same with a confusion matrix. */
HAR_RESULT enum har_status har_score_init_confusion(struct har_score *score, size_t classes,
                                                    struct har_error *err);
void har_score_free(struct har_score *score); /* the contents; leaves it {0} */
void har_score_clear(struct har_score *score);

/* Adds a row with label Y and prediction PREDICTED, both below the classes, and WIDTH
 * PROBABILITIES: those of the first classes, Y and PREDICTED among them (NULL: unknown, and with it
 * what is made of them). */
void har_score_add(struct har_score *score, size_t y, size_t predicted, const float *probabilities,
                   size_t width);

/* Adds the rows of MORE, which has the same number of classes, and a confusion matrix if SCORE has
 * one, TIMES times. */
void har_score_merge(struct har_score *score, const struct har_score *more, double times);

#endif
