/* What the header of a segment says, read and compared. A header is a JSON object (jansson): its
 * values are what JSON can say, its key order is kept, unknown keys are carried along. */
#ifndef HAR_STREAM_HEADER_H
#define HAR_STREAM_HEADER_H

#include "base/status.h"
#include <jansson.h>
#include <stddef.h>

enum { HAR_MAJOR = 1, HAR_MINOR = 0 };

/* A header of TYPE ("recordings", …) and SOURCE. The caller owns it; NULL without memory. */
json_t *har_header_new(const char *type, const char *source);

/* HEADER's keys that the format knows are of their types, and neither a channel nor a label comes
 * twice. HAR_INPUT. */
HAR_RESULT enum har_status har_header_check(const json_t *header, struct har_error *err);

/* The value of KEY as text or number, or the default where it is absent or of another type. */
const char *har_header_text(const json_t *header, const char *key, const char *otherwise);
double har_header_number(const json_t *header, const char *key, double otherwise);

/* The list under KEY ("channels", "labels"): how many, and one by one. 0 and NULL where there is
 * none. */
size_t har_header_count(const json_t *header, const char *key);
const char *har_header_item(const json_t *header, const char *key, size_t index);

/* Sets KEY to a list of COUNT strings. */
HAR_RESULT enum har_status har_header_set_list(json_t *header, const char *key,
                                               const char *const *items, size_t count,
                                               struct har_error *err);

/* Sets HEADER's recipe.STEP to VALUE (stolen). */
HAR_RESULT enum har_status har_header_set_recipe(json_t *header, const char *step, json_t *value,
                                                 struct har_error *err);

/* HAR_OK where list KEY is equal in both (or missing in one), else HAR_INPUT naming the first
 * difference, A's item as the one expected. */
HAR_RESULT enum har_status har_header_same_list(const json_t *a, const json_t *b, const char *key,
                                                struct har_error *err);

/* Rows of A and B can be judged by one net: channels, units, rate, filter and window length are
 * equal, as far as both say. HAR_INPUT: what differs, B's value and A's as the one expected. */
HAR_RESULT enum har_status har_header_match(const json_t *a, const json_t *b,
                                            struct har_error *err);

/* Makes TEXT a sentence of what only one of MODEL's header and that of ROWS says of their numbers:
 * units, rate, filter; or "". Of a model that doesn't tell whom it was trained on, as other tools'
 * don't, nothing is expected. */
enum { HAR_UNSAID = 192 };
void har_header_unsaid(char text[HAR_UNSAID], const json_t *model, const json_t *rows);

#endif
