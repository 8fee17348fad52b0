/* What makes results say less than their scores seem to: told wherever they are summed up. */
#ifndef HAR_FIT_CAVEAT_H
#define HAR_FIT_CAVEAT_H

#include "fit/results.h"

enum har_caveat {
    HAR_WITHIN_PERSON, /* they may be of people trained or validated on: the header says so */
    HAR_TRAINING_ROWS, /* labelled rows are marked train */
    HAR_CAVEATS
};

/* How it is told of what is judged. */
struct har_caveat_name {
    const char *key;  /* in JSON, with true */
    const char *name; /* "within person" */
    const char *whom; /* "people": what may have been trained on */
};
extern const struct har_caveat_name har_caveat_names[HAR_CAVEATS];

bool har_caveat_holds(enum har_caveat caveat, const struct har_results *run);

/* Of how many runs of LIST it holds. */
size_t har_caveat_count(enum har_caveat caveat, const struct har_results_list *list);

/* "within person: 1 of 2 results may be of people trained on"; false where it holds of none. */
enum { HAR_CAVEAT_TEXT = 128 };
bool har_caveat_text(char text[HAR_CAVEAT_TEXT], enum har_caveat caveat,
                     const struct har_results_list *list);

#endif
