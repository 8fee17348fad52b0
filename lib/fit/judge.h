/* Judging one frame of windows by a group of models: the part of har-eval that meets rows. */
#ifndef HAR_FIT_JUDGE_H
#define HAR_FIT_JUDGE_H

#include "fit/fit.h"
#include "fit/known.h"
#include "fit/rows.h"
#include "stream/table.h"

/* What came of the rows of one source. */
struct har_judged {
    json_t *header; /* of its first segment */
    struct har_table results;
    struct har_rows_checksum sum; /* of all its rows, judged or not */
};

struct har_judge {
    bool judged[HAR_TEST + 1]; /* which splits */
    const struct har_kernels *kernels;
    struct har_threads *threads;
    struct har_model **model; /* an ensemble */
    size_t models;
    size_t input, classes; /* of a row */
    struct har_known known;
    struct har_predictor **predictor; /* the models made ready, from the first judged row on */
    size_t predictors;

    size_t met; /* rows, judged or not */
    struct har_judged *source;
    size_t sources, source_capacity;
    size_t at; /* the source of the segment in hand */

    /* For the frame in hand, a row each. */
    size_t room; /* rows there is memory for */
    enum har_split *split;
    bool *keep;
    int32_t *y, *predicted;
    float *x, *one, *probabilities;
    double *mean;
};

/* Rows of a segment with this header follow: of its source, which may have been met before. */
HAR_RESULT enum har_status har_judge_segment(struct har_judge *judge, const json_t *header,
                                             struct har_error *err);

/* Adds the results of FRAME's judged rows; notes their people in `known`, and predicts no more once
 * that refuses them. HAR_INPUT: x or y isn't what the models want. */
HAR_RESULT enum har_status har_judge_frame(struct har_judge *judge, const struct har_frame *frame,
                                           struct har_error *err);

/* Forgets the rows: sources with their results, memory for frames, and the models made ready. */
void har_judge_clear(struct har_judge *judge);

#endif
