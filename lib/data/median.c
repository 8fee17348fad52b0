#include "data/median.h"

/* Puts VALUE into the ascending SORTED of COUNT values. */
static void insert(double *sorted, size_t count, double value)
{
    size_t i = count;
    for (; i > 0 && sorted[i - 1] > value; i--)
        sorted[i] = sorted[i - 1];
    sorted[i] = value;
}

/* Takes one VALUE, which is there, out of SORTED of COUNT values. */
static void take_out(double *sorted, size_t count, double value)
{
    size_t i = 0;
    while (i + 1 < count && sorted[i] != value)
        i++;
    for (; i + 1 < count; i++)
        sorted[i] = sorted[i + 1];
}

void har_median(double *out, const double *x, size_t count, size_t width)
{
    double sorted[HAR_MEDIAN_MAX];
    for (size_t i = 0; i + 1 < width; i++)
        insert(sorted, i, x[i]);
    for (size_t i = 0; i < count; i++) {
        insert(sorted, width - 1, x[i + width - 1]);
        out[i] = sorted[width / 2];
        take_out(sorted, width, x[i]);
    }
}
