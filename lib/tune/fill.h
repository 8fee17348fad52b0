/* Templates: a text in which {name} stands for a parameter of the trial. */
#ifndef HAR_TUNE_FILL_H
#define HAR_TUNE_FILL_H

#include "tune/space.h"

/* Writes TEXT (LENGTH bytes, called FILE in messages) with each {name} replaced by its value. A
 * line that names a parameter of the space that isn't part of the trial is left out; comments, from
 * # on, stay as they are. HAR_USAGE with line and column: a name that the space doesn't have, a
 * brace without its other. */
HAR_RESULT enum har_status har_fill(FILE *to, const char *text, size_t length, const char *file,
                                    const struct har_space *space, const double *values,
                                    struct har_error *err);

/* The faults that har_fill finds in TEXT, whatever the trial. */
HAR_RESULT enum har_status har_fill_check(const char *text, size_t length, const char *file,
                                          const struct har_space *space, struct har_error *err);

#endif
