/* Classes that are taken for each other, by twos. What lies between the two is found anew by a
 * ridge regression on their rows and, lest it says much where they aren't, a sample of the others
 * with targets 0: an alpha that suits it, and other classes count for less. With D the difference
 * of its two targets, the columns A and B of the weights become
 *   (A + B + D) / 2 and (A + B - D) / 2,
 * so that what comes of it is as linear as before. */
#ifndef HAR_FIT_PAIRS_H
#define HAR_FIT_PAIRS_H

#include "fit/ridge.h"

struct har_pair {
    size_t class[2];
    double alpha;
    size_t rows;     /* that it was found from */
    size_t wrong[2]; /* rows of any class, left out, that were taken for another before, and now */
};

struct har_pairs {
    size_t count;
    struct har_pair *pair; /* owned, for free() */
};

/* Changes weights, intercept and held of RIDGE, which is that of ROWS. Of the classes that rows
 * left out were taken for, the two most often confused come first; a class is in one pair at most.
 * A pair with which no fewer rows are wrong than before is dropped. Rows of other
 * classes that weren't in its sample are held as it is, not without their run. HAR_NUMBERS as
 * har_ridge_new. */
HAR_RESULT enum har_status har_pairs_find(struct har_pairs *pairs, struct har_ridge *ridge,
                                          const struct har_ridge_rows *rows,
                                          const struct har_ridge_options *options,
                                          struct har_threads *threads, struct har_error *err);

#endif
