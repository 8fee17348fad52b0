/* Whether people who are to be judged are known to the models: whether these were trained on them,
 * or validated. */
#ifndef HAR_FIT_KNOWN_H
#define HAR_FIT_KNOWN_H

#include "stream/roster.h"
#include "stream/rows.h"
#include <jansson.h>

/* One group of models and their rows. Start it as {0}. */
struct har_known {
    bool within_person;       /* it is allowed: here, or in a model's training */
    struct har_roster people; /* marked with what is known of each, see known.c */
    size_t source;            /* of the segment in hand */
    bool stranger;            /* whose people no model can have met, by its name */
    bool any;                 /* somebody is to be judged who mustn't be */
    bool told;      /* a model has a list of those it was trained on, as har-train's have; */
    bool silent;    /* one has none, or an empty or incomplete one, */
    bool unchecked; /* or that of those it was validated on */
    bool nameless;  /* there are rows without subject */
};

void har_known_free(struct har_known *known); /* the contents; leaves it {0} */

/* A model with this header judges; fit/people.h says whom it was trained and validated on. */
HAR_RESULT enum har_status har_known_model(struct har_known *known, const json_t *header,
                                           struct har_error *err);

/* Rows of a segment with this header follow. */
HAR_RESULT enum har_status har_known_segment(struct har_known *known, const json_t *header,
                                             struct har_error *err);

/* Those rows of FRAME for which KEEP[row] are judged. Rows whose SPLIT is train are meant to be of
 * people known to the models, rows for validation of those validated on. HAR_INPUT: subject isn't
 * (rows) of integers. */
HAR_RESULT enum har_status har_known_rows(struct har_known *known, const struct har_frame *frame,
                                          const bool *keep, const enum har_split *split,
                                          struct har_error *err);

/* HAR_LEAK, naming the people, where somebody mustn't be judged and it isn't allowed. */
HAR_RESULT enum har_status har_known_check(const struct har_known *known, struct har_error *err);

/* What couldn't be checked, as a sentence; NULL where all could, and where no model was trained by
 * har-train: of others nothing is expected. */
const char *har_known_unseen(const struct har_known *known);

#endif
