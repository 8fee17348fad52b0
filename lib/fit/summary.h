/* What results come to: the scores of runs and people, their means, spreads and intervals. */
#ifndef HAR_FIT_SUMMARY_H
#define HAR_FIT_SUMMARY_H

#include "fit/results.h"
#include "stats/bootstrap.h"
#include "stream/roster.h"
#include <stdio.h>

/* Made of a list of results, a run each. All is owned but the list. */
struct har_summary {
    const struct har_results_list *list;
    size_t runs;
    struct har_score *run; /* runs of them, with confusion matrices */
    struct har_score all;  /* the rows of all runs, with one too */

    size_t people;            /* 0 where a run doesn't tell its people */
    struct har_roster who;    /* they: by the name of their source, then by number */
    struct har_score *person; /* (runs,people) */
    struct har_score *whole;  /* people: the rows of all runs */

    struct har_measures *measures;              /* of each run */
    double mean[HAR_MEASURES];                  /* over runs, in the order of har_measure_names */
    double spread[HAR_MEASURES];                /* the population's deviation over runs */
    struct har_interval interval[HAR_MEASURES]; /* NaN with fewer than two people */
};

/* BOOTSTRAP NULL: no intervals (NaN). HAR_INPUT: more than HAR_SCORE_CLASSES_MAX classes. */
HAR_RESULT enum har_status har_summary_new(struct har_summary **summary,
                                           const struct har_results_list *list,
                                           const struct har_bootstrap *bootstrap,
                                           struct har_error *err);
void har_summary_free(struct har_summary *summary); /* NULL is allowed */

struct har_people har_summary_people(const struct har_summary *summary); /* a view */

/* The name of class K: the header's (borrowed), or its number, written to NUMBER. */
enum { HAR_CLASS_NUMBER = 24 };
const char *har_summary_class_name(const struct har_summary *summary, size_t class,
                                   char number[HAR_CLASS_NUMBER]);

/* The lines of the published experiments: each run's accuracy, their list, mean and spread; then
 * what caveats hold of how many. False without memory. */
HAR_RESULT bool har_summary_scores(FILE *to, const struct har_results_list *list);

/* Every measure's mean, spread and interval; precision, recall and F1 of each class as
 * scikit-learn's classification_report writes them with four digits; the confusion matrix; people.
 * Classes and people are those of all runs together; a class that doesn't occur has no line. Where
 * people are of several sources, these are named beside them; sources of the same people, as UCI
 * HAR and HAPT, count as one. */
void har_summary_report(FILE *to, const struct har_summary *summary);

/* One object; what isn't defined is null. Where people are of several sources, as above, they are
 * by source and number. The caller owns it; NULL without memory. */
json_t *har_summary_json(const struct har_summary *summary);

/* A line of names, then a line for each run; what isn't defined is an empty field. */
void har_summary_csv(FILE *to, const struct har_summary *summary);

#endif
