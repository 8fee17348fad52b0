#include "data/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    digits_max = 19,    /* so many always fit 64 bits */
    power_max = 22,     /* 10^22 is the largest power of ten that is a double */
    exponent_max = 9999 /* what lies beyond is 0 or infinity anyhow */
};

static const uint64_t exact_max = UINT64_C(1) << 53;

static const double powers[power_max + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                             1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                             1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* A decimal as it is written: (-1)^negative mantissa 10^exponent. */
struct decimal {
    bool negative;
    uint64_t mantissa; /* wrong where there are more than digits_max */
    ptrdiff_t digits;
    ptrdiff_t exponent;
};

static inline unsigned digit_of(char byte)
{
    return (unsigned)(unsigned char)byte - '0';
}

static inline const char *scan_digits(uint64_t *mantissa, const char *at, const char *end)
{
    for (; at < end && digit_of(*at) < 10; at++)
        *mantissa = *mantissa * 10 + digit_of(*at);
    return at;
}

static inline const char *scan_sign(bool *negative, const char *at, const char *end)
{
    *negative = at < end && *at == '-';
    return at < end && (*at == '-' || *at == '+') ? at + 1 : at;
}

/* "-004" after the e; NULL where no digit follows. */
static const char *scan_exponent(struct decimal *decimal, const char *at, const char *end)
{
    bool negative;
    const char *first = scan_sign(&negative, at, end);
    ptrdiff_t exponent = 0;
    for (at = first; at < end && digit_of(*at) < 10; at++)
        if (exponent < exponent_max)
            exponent = exponent * 10 + digit_of(*at);
    decimal->exponent += negative ? -exponent : exponent;
    return at == first ? NULL : at;
}

static inline const char *scan_decimal(struct decimal *decimal, const char *at, const char *end)
{
    at = scan_sign(&decimal->negative, at, end);
    decimal->mantissa = 0;
    decimal->exponent = 0;
    const char *first = at;
    at = scan_digits(&decimal->mantissa, at, end);
    decimal->digits = at - first;
    if (at < end && *at == '.') {
        first = at + 1;
        at = scan_digits(&decimal->mantissa, first, end);
        decimal->digits += at - first;
        decimal->exponent = first - at;
    }
    if (decimal->digits == 0)
        return NULL;
    return at < end && (*at | 0x20) == 'e' ? scan_exponent(decimal, at + 1, end) : at;
}

/* Both operands are exact, so the one operation rounds correctly. */
static inline bool exact_value(double *value, const struct decimal *decimal)
{
    if (decimal->digits > digits_max || decimal->mantissa > exact_max ||
        decimal->exponent > power_max || decimal->exponent < -power_max)
        return false;
    const double mantissa = (double)decimal->mantissa;
    const double size = decimal->exponent < 0 ? mantissa / powers[-decimal->exponent]
                                              : mantissa * powers[decimal->exponent];
    *value = decimal->negative ? -size : size;
    return true;
}

static bool slow_value(double *value, const char *text, size_t size)
{
    char copy[1024];
    if (size >= sizeof copy)
        return false;
    memcpy(copy, text, size);
    copy[size] = '\0';
    *value = strtod(copy, NULL);
    return isfinite(*value);
}

const char *har_number_parse(double *value, const char *at, const char *end)
{
    struct decimal decimal;
    const char *after = scan_decimal(&decimal, at, end);
    if (after == NULL)
        return NULL;
    if (exact_value(value, &decimal) || slow_value(value, at, (size_t)(after - at)))
        return after;
    return NULL;
}

const char *har_integer_parse(int64_t *value, const char *at, const char *end)
{
    bool negative;
    const char *first = scan_sign(&negative, at, end);
    int64_t sum = 0;
    for (at = first; at < end && digit_of(*at) < 10; at++) {
        const int64_t digit = (int64_t)digit_of(*at);
        if (__builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, negative ? -digit : digit, &sum))
            return NULL;
    }
    *value = sum;
    return at == first ? NULL : at;
}

bool har_number_whole(double *value, const char *text, size_t size)
{
    return har_number_parse(value, text, text + size) == text + size;
}

bool har_fits_float(double value)
{
    /* halfway between the largest float and what would be the next */
    return fabs(value) < 0x1.ffffffp127;
}

bool har_float_whole(float *value, const char *text, size_t size)
{
    double number;
    if (!har_number_whole(&number, text, size) || !har_fits_float(number))
        return false;
    *value = (float)number;
    return true;
}

bool har_integer_whole(int64_t *value, const char *text, size_t size)
{
    return har_integer_parse(value, text, text + size) == text + size;
}
