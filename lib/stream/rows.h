/* What the stages that take rows ask of a frame. Faults are HAR_INPUT and name tensor or row. */
#ifndef HAR_STREAM_ROWS_H
#define HAR_STREAM_ROWS_H

#include "stream/frame.h"

/* The values of a row's `split`. */
enum har_split { HAR_UNMARKED, HAR_TRAIN, HAR_VALIDATION, HAR_TEST };
enum { HAR_SPLITS = HAR_TEST + 1 };

const char *har_split_name(enum har_split split); /* "unmarked", "train", … */

/* The integers of FRAME's tensor NAME, one a row; *VALUES is NULL where there is no such tensor.
 * Owned by the caller. HAR_INPUT where it isn't (rows) of integers. */
HAR_RESULT enum har_status har_frame_integers(int64_t **values, const struct har_frame *frame,
                                              const char *name, struct har_error *err);

/* The split of each row; HAR_UNMARKED where the frame says nothing. */
HAR_RESULT enum har_status har_rows_splits(enum har_split *split, const struct har_frame *frame,
                                           struct har_error *err);

/* The class of row ROW of Y, (rows, classes) <f4: the place of the only 1 among zeros, -1 where all
 * are zeros, -2 else. */
int32_t har_row_one_hot(const struct har_tensor *y, size_t row);

#endif
