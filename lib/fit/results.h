/* Reading results, the segments that har-eval writes, for all who make something of them. */
#ifndef HAR_FIT_RESULTS_H
#define HAR_FIT_RESULTS_H

#include "fit/rows.h"
#include "stats/score.h"
#include "stream/reader.h"

/* Rows of one segment. */
struct har_part {
    char *source; /* its data set, "" where the header names none */
    size_t first; /* row */
};

/* A run: one model's (or ensemble's) word on its rows, which came in a segment, or, where they are
 * of several sources, in a segment each. All is owned; what a run has, it has for all rows: what
 * isn't in each of its segments is left out. */
struct har_results {
    json_t *header; /* of the first segment */
    struct har_part *part;
    size_t parts, part_capacity;
    size_t rows;
    size_t labelled; /* rows with a label: y >= 0; at least one */
    size_t width;    /* probabilities of a row; 0 where there are none */
    int64_t *y;      /* -1: unlabelled */
    int64_t *predicted;
    float *probabilities;  /* (rows,width), each in 0 .. 1; NULL where there are none */
    enum har_split *split; /* HAR_UNMARKED where nothing is said */
    int64_t *subject;      /* NULL where there is none, so the next two */
    int64_t *recording;
    int64_t *start;
};

/* Runs in their order. Start it as {0}. */
struct har_results_list {
    size_t count, capacity;
    struct har_results *run;
    size_t classes; /* as many as tell all labels, predictions and probabilities apart */
};

/* Adds the runs that the results segments of IN are of to LIST; others are passed over. HAR_INPUT
 * with file and frame: no results, y or predicted missing, not whole or no label of the header's;
 * probabilities that aren't any, are more or fewer than the header's labels or than those before
 * in their run, or too few for a class; other labels than the list's first run; a run without
 * labelled rows. On failure LIST is to be freed all the same. */
HAR_RESULT enum har_status har_results_read(struct har_results_list *list, struct har_reader *in,
                                            struct har_error *err);
void har_results_free(struct har_results_list *list); /* the contents; leaves it {0} */

/* Each run of LIST tells whose its rows are. */
bool har_results_tell_people(const struct har_results_list *list);

/* The data set that row ROW is of. */
const char *har_results_source(const struct har_results *results, size_t row);

/* The splits of RUN's labelled rows, a bit each: 1 << HAR_VALIDATION. */
unsigned har_results_splits(const struct har_results *run);

/* Adds the labelled row ROW of RESULTS to SCORE (of at least the list's classes). */
void har_results_score_row(struct har_score *score, const struct har_results *results, size_t row);

/* Adds the labelled rows of RESULTS to SCORE, those of SPLITS alone (a bit each; ~0u
 * is all). Gives how many there were. */
size_t har_results_score(struct har_score *score, const struct har_results *results,
                         unsigned splits);

#endif
