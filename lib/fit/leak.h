/* What a training must not see twice: rows, samples and people that are in two of training,
 * validation and testing. */
#ifndef HAR_FIT_LEAK_H
#define HAR_FIT_LEAK_H

#include "stream/roster.h"
#include "stream/rows.h"
#include <jansson.h>

struct har_leak; /* all rows that came, by what tells them apart */

HAR_RESULT enum har_status har_leak_new(struct har_leak **leak, struct har_error *err);
void har_leak_free(struct har_leak *leak); /* NULL is allowed */

/* Rows of a segment with this header follow. */
HAR_RESULT enum har_status har_leak_segment(struct har_leak *leak, const json_t *header,
                                            struct har_error *err);

/* All rows of FRAME follow, one har_leak_row each. A row's samples are those from `start` on, as
 * many as the header's recipe says of a window, or else the time axis of x. HAR_INPUT: subject,
 * recording or start isn't (rows) of integers. */
HAR_RESULT enum har_status har_leak_frame(struct har_leak *leak, const struct har_frame *frame,
                                          struct har_error *err);

/* The next row of the frame, its x as SIZE floats, and what it is for; unmarked is for training.
 * IDLE: for nothing, as a row without a label. Gives the number of its person; SIZE_MAX: nobody
 * knows. */
size_t har_leak_row(struct har_leak *leak, const float *x, size_t size, enum har_split split,
                    bool idle);

/* CUT says of each row for training that isn't idle, in their order, whether it becomes one for
 * validation. */
void har_leak_validate(struct har_leak *leak, const bool *cut);

/* Training begins from the weights of a model with this header: whom it was trained and validated
 * on is known to them (fit/people.h). Once, after all rows. */
HAR_RESULT enum har_status har_leak_model(struct har_leak *leak, const json_t *header,
                                          struct har_error *err);

/* HAR_LEAK, naming rows or people: a row that is in two of training, validation and testing, bit
 * for bit (a row that doesn't change in time is left out, two sensors at rest may well agree, and
 * rows of one step are the same only of one person); rows
 * for testing whose samples overlap with others'; and unless WITHIN_PERSON: a person who is in two
 * of them, samples that are in training and validation, and, unless the first model's results are
 * within persons as well, a person for validation or testing whom it was trained on, or for testing
 * whom it was validated on. */
HAR_RESULT enum har_status har_leak_check(const struct har_leak *leak, bool within_person,
                                          struct har_error *err);

/* What har_leak_check couldn't see for want of subject, recording or start, as a sentence; NULL
 * where there was nothing to be seen. */
const char *har_leak_unseen(const struct har_leak *leak, bool within_person);

/* Sets HEADER's people: those of rows for training and for validation, and the first model's. */
HAR_RESULT enum har_status har_leak_describe(json_t *header, const struct har_leak *leak,
                                             struct har_error *err);

#endif
