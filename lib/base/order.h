/* Values in their order, and places by their values. */
#ifndef HAR_BASE_ORDER_H
#define HAR_BASE_ORDER_H

#include "base/status.h"
#include <stdbool.h>
#include <stddef.h>

/* Sorts COUNT values, least first; none of them is NaN. */
void har_sort(double *value, size_t count);

/* Of COUNT >= 1 sorted values the one at (COUNT - 1) Q, Q from 0 to 1; between two neighbours in
 * proportion: NumPy's linear quantile. */
double har_quantile(const double *sorted, size_t count, double q);

/* PLACE (COUNT): 0 to COUNT - 1, those with the same KEY together, the least first, and among them
 * in their order. False: no memory. */
HAR_RESULT bool har_group(size_t *place, const size_t *key, size_t count);

#endif
