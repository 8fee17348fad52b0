/* Several models' results on the same rows, so that they can be compared row by row. */
#ifndef HAR_FIT_CONTENDER_H
#define HAR_FIT_CONTENDER_H

#include "fit/caveat.h"
#include "fit/summary.h"

/* Where a labelled row stands in a contender's results, and by what it is known. */
struct har_place {
    const char *source;                /* the data set */
    int64_t subject, recording, start; /* 0 where the results don't tell */
    size_t nth;                        /* of the rows in its run that are alike in these */
    size_t run, row;
};

/* The results of one file: repeats on the same rows, folds of rows, or both. */
struct har_contender {
    const char *name; /* of the file, borrowed */
    struct har_results_list list;
    struct har_summary *summary; /* without intervals */

    bool caveat[HAR_CAVEATS]; /* it holds of a run */

    size_t rows, repeats;    /* each row was predicted REPEATS times */
    struct har_place *place; /* (rows,repeats): by what rows are known, then by run; owned */
};

/* Reads FILE ("-": stdin). HAR_INPUT beside what har_results_read refuses: rows that were predicted
 * more often than others, named by person, recording and start. */
HAR_RESULT enum har_status har_contender_new(struct har_contender **contender, const char *file,
                                             struct har_error *err);
void har_contender_free(struct har_contender *contender); /* NULL is allowed */

/* Row i of FIRST is row i of OTHER: the same sources, labels, people, recordings, starts (where
 * they are told; else the order of a person's rows) and label. HAR_INPUT, naming the file and what
 * differs. */
HAR_RESULT enum har_status har_contender_match(const struct har_contender *first,
                                               const struct har_contender *other,
                                               struct har_error *err);

/* Prediction AT (0 .. rows * repeats - 1, in the order of the places) is right. */
bool har_contender_right(const struct har_contender *contender, size_t at);

#endif
