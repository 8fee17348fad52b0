/* The running median. */
#ifndef HAR_DATA_MEDIAN_H
#define HAR_DATA_MEDIAN_H

#include <stddef.h>

enum { HAR_MEDIAN_MAX = 255 };

/* OUT[i] = the median of X[i] .. X[i + WIDTH - 1], for COUNT values of i; X holds COUNT + WIDTH - 1
 * finite values. WIDTH is odd, at most HAR_MEDIAN_MAX. */
void har_median(double *out, const double *x, size_t count, size_t width);

#endif
