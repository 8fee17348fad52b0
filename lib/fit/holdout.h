/* Which rows --validation-split takes from those to learn from. */
#ifndef HAR_FIT_HOLDOUT_H
#define HAR_FIT_HOLDOUT_H

#include "base/status.h"
#include <stddef.h>

/* MARKs the last of ROWS rows, which Keras's validation_split cuts off at floor(rows (1 - SHARE)).
 * With PERSON (rows), only those whose people are whole in it: the people are taken from that of
 * the last row backwards while all their rows, wherever they stand, are no more than Keras would
 * cut off. PERSON NULL: Keras's cut. HAR_INPUT: none is left on either side. */
HAR_RESULT enum har_status har_holdout(bool *mark, const size_t *person, size_t rows, double share,
                                       struct har_error *err);

#endif
