/* What several scores come to, and how a score is written. */
#ifndef HAR_STATS_SUMMARY_H
#define HAR_STATS_SUMMARY_H

#include <stddef.h>

/* Of COUNT >= 1 values, in double, added in their order. The deviation is the population's: its
 * divisor is COUNT (numpy's std, ddof 0). */
double har_mean(const double *value, size_t count);
double har_deviation(const double *value, size_t count);

/* X as Python's repr writes a float: the shortest digits that read back as X, "90.0", "1e-05",
 * "1e+16", "nan", "-inf". */
enum { HAR_FLOAT_TEXT = 32 };
void har_float_text(char text[HAR_FLOAT_TEXT], double x);

#endif
