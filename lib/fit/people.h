/* The people in a model's header: whom it was trained on, and whom it was validated on. */
#ifndef HAR_FIT_PEOPLE_H
#define HAR_FIT_PEOPLE_H

#include "stream/roster.h"
#include "stream/rows.h"
#include <jansson.h>

/* Adds those of HEADER who are for SPLIT, train or validation, to PEOPLE, and MARKs them.
 * `subjects` are of the header's source, unless `people` says of which; those for validation are
 * `validation_subjects` and `validation_people`. HAR_INPUT: these aren't lists of integers, or maps
 * to such lists. */
HAR_RESULT enum har_status har_people_read(struct har_roster *people, const json_t *header,
                                           enum har_split split, unsigned char mark,
                                           struct har_error *err);

/* How many these lists have; 0 where there were others. */
size_t har_people_count(const json_t *header, enum har_split split);

/* HEADER has a list of people for SPLIT, be it empty; */
bool har_people_told(const json_t *header, enum har_split split);
/* it has none, or there were others, of whom nobody knows who they are, or whose. */
bool har_people_incomplete(const json_t *header, enum har_split split);

/* Sets HEADER's lists to those with CHOSEN[place], by number. INCOMPLETE: there were others. */
HAR_RESULT enum har_status har_people_write(json_t *header, enum har_split split,
                                            const struct har_roster *people, const bool *chosen,
                                            bool incomplete, struct har_error *err);

#endif
