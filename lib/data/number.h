/* Decimal numbers out of text that isn't terminated: fast, and rounded correctly. */
#ifndef HAR_DATA_NUMBER_H
#define HAR_DATA_NUMBER_H

#include "base/status.h"
#include <stddef.h>
#include <stdint.h>

/* Reads the number that begins at AT: sign, digits with or without a point, exponent. The value is
 * the double nearest to the text, as strtod has it in the C locale (which the process must not have
 * left). Returns the first byte after the number; NULL where there is none before END, where it
 * isn't finite, and where it is longer than 1023 bytes. NaN, infinity and hexadecimal aren't
 * numbers here. */
HAR_RESULT const char *har_number_parse(double *value, const char *at, const char *end);

/* The same for a whole number without point or exponent; NULL where an int64_t can't hold it. */
HAR_RESULT const char *har_integer_parse(int64_t *value, const char *at, const char *end);

/* The whole of SIZE bytes at TEXT is one number. A float is rounded from the double; beyond its
 * range: false. */
HAR_RESULT bool har_number_whole(double *value, const char *text, size_t size);
HAR_RESULT bool har_float_whole(float *value, const char *text, size_t size);
HAR_RESULT bool har_integer_whole(int64_t *value, const char *text, size_t size);

/* VALUE is finite and stays so as a float. */
bool har_fits_float(double value);

#endif
