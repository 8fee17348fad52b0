/* Text whose lines are numbers with white space between them: the files of UCI HAR and HAPT. */
#ifndef HAR_DATA_LINES_H
#define HAR_DATA_LINES_H

#include "base/status.h"
#include <stddef.h>
#include <stdint.h>

/* Start it as {text, text + size, 0}. */
struct har_lines {
    const char *at, *end; /* what is left; borrowed */
    size_t line;          /* lines read */
};

/* Nothing but white space is left. */
bool har_lines_done(const struct har_lines *lines);

/* How many words the next line has. */
size_t har_lines_count(const struct har_lines *lines);

/* Reads one line of COUNT finite numbers into x[0], x[stride], x[2 stride] …, or of COUNT whole
 * numbers from LOW to HIGH. HAR_INPUT: "line 17: 127 values, expected 128". */
HAR_RESULT enum har_status har_lines_floats(struct har_lines *lines, float *x, size_t count,
                                            size_t stride, struct har_error *err);
HAR_RESULT enum har_status har_lines_integers(struct har_lines *lines, int32_t *value, size_t count,
                                              int32_t low, int32_t high, struct har_error *err);

/* The next line without the white space around it, borrowed; not ended by a 0. */
const char *har_lines_text(struct har_lines *lines, size_t *size);

#endif
