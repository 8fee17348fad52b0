/* The measures of a score, defined as scikit-learn defines them, with zero_division=0.
 *
 * Means over classes (macro, weighted) are over the classes that occur among labels or predictions,
 * balanced accuracy over those that occur among labels. What isn't defined is NaN: kappa where
 * labels and predictions are all of one class, the measures of probabilities where there are none,
 * everything where there is no row. */
#ifndef HAR_STATS_MEASURES_H
#define HAR_STATS_MEASURES_H

#include "stats/score.h"

struct har_measures {
    double accuracy;
    double balanced_accuracy; /* mean recall */
    double macro_f1, weighted_f1;
    double kappa;    /* Cohen's */
    double mcc;      /* Matthews correlation; 0 where its denominator is */
    double log_loss; /* natural; probabilities are cut to 2^-52 .. 1 - 2^-52 */
    double brier;    /* sum of squares over all classes: 0 to 2 */
    double ece;      /* expected calibration error: score.h's bins, weighted by their rows */
};

void har_measure(struct har_measures *measures, const struct har_score *score);

/* Precision, recall and F1 of one class; or their means over classes. */
struct har_class_measures {
    double precision, recall, f1;
    double support; /* rows with this label */
    bool occurs;    /* among labels or predictions */
};

void har_measure_class(struct har_class_measures *measures, const struct har_score *score,
                       size_t class);
void har_measure_macro(struct har_class_measures *measures, const struct har_score *score);
void har_measure_weighted(struct har_class_measures *measures, const struct har_score *score);

/* The measures by name, in the order of the struct; the table ends with a NULL name. */
struct har_measure_name {
    const char *name;
    size_t offset; /* in struct har_measures */
    bool less;     /* less is better */
};
extern const struct har_measure_name har_measure_names[];
enum { HAR_MEASURES = sizeof(struct har_measures) / sizeof(double) };

/* The entry called NAME, or HAR_USAGE with the list of them; OPTION is for the message. */
HAR_RESULT enum har_status har_measure_find(const struct har_measure_name **entry, const char *name,
                                            const char *option, struct har_error *err);
double har_measure_get(const struct har_measures *measures, const struct har_measure_name *entry);

#endif
