/* What results come to as a run's score. */
#ifndef HAR_TUNE_TOLD_H
#define HAR_TUNE_TOLD_H

#include "fit/caveat.h"
#include "stream/reader.h"
#include "tune/plan.h"

enum har_told_kind {
    HAR_TOLD_SCORE,
    HAR_TOLD_FAILED, /* an earlier stage says so in the stream: wrong use, numbers, a leak */
    HAR_TOLD_BROKEN  /* the stream doesn't end well otherwise: it may the next time */
};

/* What the score is taken with all the same. */
enum har_doubt {
    HAR_DOUBT_MARKS,  /* there are rows without a mark */
    HAR_DOUBT_PEOPLE, /* the study has test people, and rows don't name theirs */
    HAR_DOUBT_WITHIN, /* people may have been trained on */
    HAR_DOUBTS
};

struct har_told {
    enum har_told_kind kind;
    double score; /* the mean over the runs of the results */
    size_t rows;
    char doubt[HAR_DOUBTS][HAR_CAVEAT_TEXT]; /* in words; "" where there is none */
    unsigned broken; /* how often the run's results have broken off, now that they are kept */
    char why[512];   /* the message where it isn't a score: plain text */
};

/* Reads the results of IN and scores them by PLAN's objective. HAR_LEAK: rows marked test, or of
 * people who are test people by TEST_SUBJECTS or by these very results, however they are marked.
 * HAR_INPUT: no results, none with a label, rows marked train, or no probabilities for the log
 * loss; and what makes TOLD broken, where the error is returned all the same. */
HAR_RESULT enum har_status har_told_read(struct har_told *told, struct har_reader *in,
                                         const struct har_plan *plan, const json_t *test_subjects,
                                         struct har_error *err);

#endif
