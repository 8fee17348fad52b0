/* How well predictions agree with labels. */
#ifndef HAR_STATS_METRICS_H
#define HAR_STATS_METRICS_H

#include <stddef.h>
#include <stdint.h>

/* What was counted so far; start it as {0}. */
struct har_accuracy {
    size_t judged;  /* rows with a label */
    size_t right;   /* … whose prediction is their label */
    size_t skipped; /* rows without one: y < 0 */
};

/* Counts COUNT more rows. */
void har_accuracy_add(struct har_accuracy *accuracy, const int64_t *y, const int64_t *predicted,
                      size_t count);

/* The score as Keras's users print it: the accuracy as a float, times 100 in double. 2660 of 2947
 * is 90.26128053665161. NaN where no row was judged. */
double har_accuracy_score(const struct har_accuracy *accuracy);

#endif
