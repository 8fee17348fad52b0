/* JSON for what may be undefined (jansson has no NaN), and on its way out. */
#ifndef HAR_FIT_JSON_H
#define HAR_FIT_JSON_H

#include "stats/bootstrap.h"
#include <jansson.h>
#include <stdio.h>

json_t *har_number_json(double value);                          /* or null */
json_t *har_text_json(const char *text);                        /* plain where it isn't UTF-8 */
json_t *har_interval_json(const struct har_interval *interval); /* [low, high] or null */

/* Writes OBJECT (stolen; NULL: there was no memory for it) and a line end. */
HAR_RESULT enum har_status har_print_json(FILE *to, json_t *object, struct har_error *err);

#endif
