#include "base/order.h"

#include <math.h>
#include <stdlib.h>

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void har_sort(double *value, size_t count)
{
    qsort(value, count, sizeof *value, by_size);
}

double har_quantile(const double *sorted, size_t count, double q)
{
    const double at = (double)(count - 1) * q, whole = floor(at);
    const size_t low = (size_t)whole, high = low + 1 < count ? low + 1 : low;
    return sorted[low] + (at - whole) * (sorted[high] - sorted[low]);
}
