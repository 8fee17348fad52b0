#include "stats/score.h"

#include "base/memory.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTS = 3 }; /* label, predicted, right */

/* One with these blocks and nothing in it. */
static struct har_score empty(size_t classes, double *counts, double *confusion)
{
    return (struct har_score){.classes = classes,
                              .label = counts,
                              .predicted = counts + classes,
                              .right = counts + 2 * classes,
                              .confusion = confusion,
                              .probabilities = true};
}

enum har_status har_score_init(struct har_score *score, size_t classes, struct har_error *err)
{
    *score = (struct har_score){0};
    if (classes > HAR_SCORE_CLASSES_MAX)
        return har_fail(err, HAR_INPUT, "%zu classes, expected at most %d", classes,
                        HAR_SCORE_CLASSES_MAX);
    double *counts = har_allocate(COUNTS * classes, sizeof *counts);
    if (counts == NULL)
        return har_fail_memory(err);
    *score = empty(classes, counts, NULL);
    return HAR_OK;
}

enum har_status har_score_init_confusion(struct har_score *score, size_t classes,
                                         struct har_error *err)
{
    const enum har_status status = har_score_init(score, classes, err);
    if (status != HAR_OK)
        return status;
    score->confusion = har_allocate(classes * classes, sizeof *score->confusion);
    return score->confusion == NULL ? har_fail_memory(err) : HAR_OK;
}

void har_score_free(struct har_score *score)
{
    free(score->label);
    free(score->confusion);
    *score = (struct har_score){0};
}

void har_score_clear(struct har_score *score)
{
    const size_t classes = score->classes;
    memset(score->label, 0, COUNTS * classes * sizeof *score->label);
    if (score->confusion != NULL)
        memset(score->confusion, 0, classes * classes * sizeof *score->confusion);
    *score = empty(classes, score->label, score->confusion);
}

static void add_probabilities(struct har_score *score, size_t y, size_t predicted, const float *p,
                              size_t width)
{
    /* log_loss = -log(min(max(p_y, eps), 1 - eps)) */
    const double eps = DBL_EPSILON;
    score->log_loss -= log(fmin(fmax((double)p[y], eps), 1 - eps));

    /* brier = sum_k (p_k - [k = y])^2 */
    double brier = 0;
    for (size_t k = 0; k < width; k++) {
        const double d = (double)p[k] - (k == y ? 1 : 0);
        brier += d * d;
    }
    score->brier += brier;

    const double confidence = (double)p[predicted];
    const double at = ceil(confidence * HAR_CALIBRATION_BINS) - 1;
    struct har_bin *bin = &score->bin[at > 0 ? (size_t)at : 0];
    bin->rows += 1;
    bin->right += y == predicted ? 1 : 0;
    bin->confidence += confidence;
}

void har_score_add(struct har_score *score, size_t y, size_t predicted, const float *probabilities,
                   size_t width)
{
    score->rows += 1;
    score->label[y] += 1;
    score->predicted[predicted] += 1;
    if (y == predicted)
        score->right[y] += 1;
    if (score->confusion != NULL)
        score->confusion[y * score->classes + predicted] += 1;
    if (probabilities == NULL)
        score->probabilities = false;
    else
        add_probabilities(score, y, predicted, probabilities, width);
}

static void merge_counts(double *to, const double *from, size_t count, double times)
{
    for (size_t i = 0; i < count; i++)
        to[i] += times * from[i];
}

void har_score_merge(struct har_score *score, const struct har_score *more, double times)
{
    score->rows += times * more->rows;
    merge_counts(score->label, more->label, COUNTS * score->classes, times);
    if (score->confusion != NULL)
        merge_counts(score->confusion, more->confusion, score->classes * score->classes, times);
    score->probabilities = score->probabilities && more->probabilities;
    score->log_loss += times * more->log_loss;
    score->brier += times * more->brier;
    for (size_t i = 0; i < HAR_CALIBRATION_BINS; i++) {
        score->bin[i].rows += times * more->bin[i].rows;
        score->bin[i].right += times * more->bin[i].right;
        score->bin[i].confidence += times * more->bin[i].confidence;
    }
}
