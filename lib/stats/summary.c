#include "stats/summary.h"
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double har_mean(const double *value, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += value[i];
    return sum / (double)count;
}

double har_deviation(const double *value, size_t count)
{
    double mean = har_mean(value, count), sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (value[i] - mean) * (value[i] - mean);
    return sqrt(sum / (double)count);
}

/* The decimal just above TEXT ("d.ddde±xx") at its number of digits. */
static void round_up(char *text)
{
    char *digit = strchr(text, 'e');
    while (digit-- > text) {
        if (*digit == '.')
            continue;
        if (*digit != '9') {
            (*digit)++;
            return;
        }
        *digit = '0';
    }
}

/* X in scientific form with the fewest digits that read back as X; gives how many follow the point.
 * Below a power of two the doubles lie twice as close as above: there the nearest decimal may fail
 * where the next one above doesn't. */
static int shortest(char text[HAR_FLOAT_TEXT], double x)
{
    for (int digits = 0; digits < 17; digits++) {
        snprintf(text, HAR_FLOAT_TEXT, "%.*e", digits, x);
        if (strtod(text, NULL) == x)
            return digits;
        round_up(text);
        if (strtod(text, NULL) == x)
            return digits;
    }
    return 16;
}

void har_float_text(char text[HAR_FLOAT_TEXT], double x)
{
    if (!isfinite(x)) {
        strcpy(text, isnan(x) ? "nan" : x < 0 ? "-inf" : "inf");
        return;
    }
    int digits = shortest(text, x);
    int exponent = atoi(strchr(text, 'e') + 1);
    if (exponent < -4 || exponent >= 16)
        return;
    int decimals = digits > exponent ? digits - exponent : 0;
    snprintf(text, HAR_FLOAT_TEXT, "%.*f%s", decimals, x, decimals == 0 ? ".0" : "");
}
