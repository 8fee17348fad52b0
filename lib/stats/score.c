#include "stats/score.h"

#include "base/memory.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum har_status har_score_init(struct har_score *score, size_t classes, struct har_error *err)
{
    *score = (struct har_score){.classes = classes, .probabilities = true};
    if (classes > HAR_SCORE_CLASSES_MAX)
        return har_fail(err, HAR_INPUT, "%zu classes, expected at most %d", classes,
                        HAR_SCORE_CLASSES_MAX);
    score->confusion = har_allocate(classes * classes, sizeof *score->confusion);
    return score->confusion == NULL ? har_fail_memory(err) : HAR_OK;
}

void har_score_free(struct har_score *score)
{
    free(score->confusion);
    *score = (struct har_score){0};
}

void har_score_clear(struct har_score *score)
{
    double *confusion = score->confusion;
    memset(confusion, 0, score->classes * score->classes * sizeof *confusion);
    *score = (struct har_score){
        .classes = score->classes, .confusion = confusion, .probabilities = true};
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
    score->confusion[y * score->classes + predicted] += 1;
    if (probabilities == NULL)
        score->probabilities = false;
    else
        add_probabilities(score, y, predicted, probabilities, width);
}

void har_score_merge(struct har_score *score, const struct har_score *more, double times)
{
    score->rows += times * more->rows;
    for (size_t i = 0; i < score->classes * score->classes; i++)
        score->confusion[i] += times * more->confusion[i];
    score->probabilities = score->probabilities && more->probabilities;
    score->log_loss += times * more->log_loss;
    score->brier += times * more->brier;
    for (size_t i = 0; i < HAR_CALIBRATION_BINS; i++) {
        score->bin[i].rows += times * more->bin[i].rows;
        score->bin[i].right += times * more->bin[i].right;
        score->bin[i].confidence += times * more->bin[i].confidence;
    }
}
