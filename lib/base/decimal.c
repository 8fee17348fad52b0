#include "base/decimal.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

void har_decimal(char text[HAR_DECIMAL], double value, bool single)
{
    const int most = single ? FLT_DECIMAL_DIG : DBL_DECIMAL_DIG;
    for (int digits = single ? FLT_DIG : DBL_DIG; digits <= most; digits++) {
        snprintf(text, HAR_DECIMAL, "%.*g", digits, value);
        if (single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value)
            return;
    }
}
