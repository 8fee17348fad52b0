#include "stats/measures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double ratio_or_zero(double a, double b)
{
    return b == 0 ? 0 : a / b;
}

/* ---- one class ---- */

void har_measure_class(struct har_class_measures *measures, const struct har_score *score,
                       size_t class)
{
    const double label = score->label[class], prediction = score->predicted[class],
                 right = score->right[class];
    *measures = (struct har_class_measures){
        .precision = ratio_or_zero(right, prediction),
        .recall = ratio_or_zero(right, label),
        .f1 = ratio_or_zero(2 * right, label + prediction),
        .support = label,
        .occurs = label + prediction > 0,
    };
}

/* ---- means over classes ---- */

/* The mean over the classes that occur: each counts once, or as often as its rows. */
static void mean_of_classes(struct har_class_measures *mean, const struct har_score *score,
                            bool by_support)
{
    double sum = 0;
    *mean = (struct har_class_measures){.support = score->rows, .occurs = score->rows > 0};
    for (size_t k = 0; k < score->classes; k++) {
        struct har_class_measures one;
        har_measure_class(&one, score, k);
        const double weight = by_support ? one.support : one.occurs ? 1 : 0;
        mean->precision += weight * one.precision;
        mean->recall += weight * one.recall;
        mean->f1 += weight * one.f1;
        sum += weight;
    }
    mean->precision /= sum;
    mean->recall /= sum;
    mean->f1 /= sum;
}

void har_measure_macro(struct har_class_measures *measures, const struct har_score *score)
{
    mean_of_classes(measures, score, false);
}

void har_measure_weighted(struct har_class_measures *measures, const struct har_score *score)
{
    mean_of_classes(measures, score, true);
}

static double balanced_accuracy(const struct har_score *score)
{
    double sum = 0, classes = 0;
    for (size_t k = 0; k < score->classes; k++) {
        struct har_class_measures one;
        har_measure_class(&one, score, k);
        sum += one.recall;
        classes += one.support > 0 ? 1 : 0;
    }
    return sum / classes;
}

/* ---- agreement ---- */

/* With n rows, c of them right, t_k of label k and p_k predicted as k:
 * kappa = (n c - sum t_k p_k) / (n^2 - sum t_k p_k)
 * mcc = (n c - sum t_k p_k) / sqrt((n^2 - sum t_k^2) (n^2 - sum p_k^2)) */
static void measure_agreement(struct har_measures *measures, const struct har_score *score,
                              double right)
{
    const double n = score->rows;
    double tp = 0, tt = 0, pp = 0;
    for (size_t k = 0; k < score->classes; k++) {
        const double t = score->label[k], p = score->predicted[k];
        tp += t * p;
        tt += t * t;
        pp += p * p;
    }
    measures->kappa = (n * right - tp) / (n * n - tp);
    measures->mcc = ratio_or_zero(n * right - tp, sqrt((n * n - tt) * (n * n - pp)));
}

/* ---- probabilities ---- */

/* ece = sum over bins of |right - confidence| / n */
static double calibration_error(const struct har_score *score)
{
    double sum = 0;
    for (size_t i = 0; i < HAR_CALIBRATION_BINS; i++)
        sum += fabs(score->bin[i].right - score->bin[i].confidence);
    return sum / score->rows;
}

static void measure_probabilities(struct har_measures *measures, const struct har_score *score)
{
    measures->log_loss = measures->brier = measures->ece = NAN;
    if (!score->probabilities)
        return;
    measures->log_loss = score->log_loss / score->rows;
    measures->brier = score->brier / score->rows;
    measures->ece = calibration_error(score);
}

void har_measure(struct har_measures *measures, const struct har_score *score)
{
    double right = 0;
    for (size_t k = 0; k < score->classes; k++)
        right += score->right[k];
    struct har_class_measures macro, weighted;
    har_measure_macro(&macro, score);
    har_measure_weighted(&weighted, score);
    measures->accuracy = right / score->rows;
    measures->balanced_accuracy = balanced_accuracy(score);
    measures->macro_f1 = macro.f1;
    measures->weighted_f1 = weighted.f1;
    measure_agreement(measures, score, right);
    measure_probabilities(measures, score);
    if (score->rows == 0)
        measures->mcc = NAN;
}

/* ---- by name ---- */

const struct har_measure_name har_measure_names[] = {
    {"accuracy", offsetof(struct har_measures, accuracy), false},
    {"balanced_accuracy", offsetof(struct har_measures, balanced_accuracy), false},
    {"macro_f1", offsetof(struct har_measures, macro_f1), false},
    {"weighted_f1", offsetof(struct har_measures, weighted_f1), false},
    {"kappa", offsetof(struct har_measures, kappa), false},
    {"mcc", offsetof(struct har_measures, mcc), false},
    {"log_loss", offsetof(struct har_measures, log_loss), true},
    {"brier", offsetof(struct har_measures, brier), true},
    {"ece", offsetof(struct har_measures, ece), true},
    {0},
};

enum har_status har_measure_find(const struct har_measure_name **entry, const char *name,
                                 const char *option, struct har_error *err)
{
    char list[256] = "";
    for (const struct har_measure_name *m = har_measure_names; m->name != NULL; m++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", used == 0 ? "" : ", ", m->name);
        if (strcmp(m->name, name) == 0) {
            *entry = m;
            return HAR_OK;
        }
    }
    return har_fail(err, HAR_USAGE, "--%s: '%s' isn't a measure, expected one of %s", option, name,
                    list);
}

double har_measure_get(const struct har_measures *measures, const struct har_measure_name *entry)
{
    double value;
    memcpy(&value, (const char *)measures + entry->offset, sizeof value);
    return value;
}
