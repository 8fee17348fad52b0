/* One way to choose people, as an option says it. */
#ifndef HAR_DATA_CHOOSE_H
#define HAR_DATA_CHOOSE_H

#include "data/assign.h"

/* One of list, fold and share is given, or none. */
struct har_way {
    const char *list, *fold;
    double share;
    bool one_by_one;                   /* each fold is one person */
    const char *list_name, *fold_name; /* of the options */
    uint16_t place;                    /* of the random numbers; 0: for testing */
};

bool har_way_given(const struct har_way *way);

/* One at most is given, and its text can be read: HAR_USAGE. */
HAR_RESULT enum har_status har_way_check(const struct har_way *way, struct har_error *err);

/* CHOSEN (people) becomes who is chosen of those with MAY[person]. HAR_INPUT: somebody in the list
 * isn't there or may not be chosen, or they are too few. */
HAR_RESULT enum har_status har_way_choose(bool *chosen, const struct har_crowd *crowd,
                                          const bool *may, const struct har_way *way, uint64_t seed,
                                          struct har_error *err);

/* How many folds there are of those with MAY[person]: N of "I/N", or as many as they are.
 * HAR_INPUT: they are too few. */
HAR_RESULT enum har_status har_way_folds(size_t *folds, const struct har_crowd *crowd,
                                         const bool *may, const struct har_way *way,
                                         struct har_error *err);

#endif
