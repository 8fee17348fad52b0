/* Numbers that may be undefined, as JSON: jansson has no NaN. */
#ifndef HAR_FIT_NUMBER_JSON_H
#define HAR_FIT_NUMBER_JSON_H

#include "stats/bootstrap.h"
#include <jansson.h>

json_t *har_number_json(double value);                          /* or null */
json_t *har_interval_json(const struct har_interval *interval); /* [low, high] or null */

#endif
