/* Values in their order. */
#ifndef HAR_BASE_ORDER_H
#define HAR_BASE_ORDER_H

#include <stddef.h>

/* Sorts COUNT values, least first; none of them is NaN. */
void har_sort(double *value, size_t count);

/* Of COUNT >= 1 sorted values the one at (COUNT - 1) Q, Q from 0 to 1; between two neighbours in
 * proportion: NumPy's linear quantile. */
double har_quantile(const double *sorted, size_t count, double q);

#endif
