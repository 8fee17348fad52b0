/* Labelled rows gathered in memory, to learn from or to validate on. */
#ifndef HAR_FIT_EXAMPLES_H
#define HAR_FIT_EXAMPLES_H

#include "base/status.h"
#include <stddef.h>
#include <stdint.h>

/* Start it as {0}. */
struct har_examples {
    size_t rows;
    size_t skipped; /* that had no label */
    float *x;       /* (rows, input) */
    int32_t *class; /* (rows) */
    size_t *person; /* (rows); SIZE_MAX: nobody knows */
    size_t capacity[3];
};

void har_examples_free(struct har_examples *examples); /* the contents */

/* Makes room for COUNT rows more, of INPUT floats each. */
HAR_RESULT enum har_status har_examples_reserve(struct har_examples *examples, size_t count,
                                                size_t input, struct har_error *err);

/* Adds a row, for which there is room, and whose x stands behind those of the others; without a
 * label (CLASS -1) it's only counted as skipped. */
void har_examples_add(struct har_examples *examples, int32_t class, size_t person);

/* Of how many rows it is known whose they are. */
size_t har_examples_known(const struct har_examples *examples);

/* Moves the rows of FROM that are MARKed (from->rows) to the end of TO; both keep their order. */
HAR_RESULT enum har_status har_examples_move(struct har_examples *to, struct har_examples *from,
                                             const bool *mark, size_t input, struct har_error *err);

#endif
