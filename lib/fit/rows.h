/* What training and evaluation ask of a frame of windows. Faults are HAR_INPUT and name the row. */
#ifndef HAR_FIT_ROWS_H
#define HAR_FIT_ROWS_H

#include "nn/net.h"
#include "stream/rows.h"

/* The frame's x, of floats and in the shape that NET wants: else "x has shape (64,128,6), the net
 * wants (128,9)". */
HAR_RESULT enum har_status har_rows_x(const struct har_tensor **x, const struct har_net *net,
                                      const struct har_frame *frame, struct har_error *err);

/* Row ROW of X as floats, SIZE of them, all finite. */
HAR_RESULT enum har_status har_rows_floats(float *out, const struct har_tensor *x, size_t row,
                                           size_t size, struct har_error *err);

/* The labels that HEADER names, if any, are COUNT, as many as the net has classes. */
HAR_RESULT enum har_status har_rows_labels(const json_t *header, size_t count,
                                           struct har_error *err);

/* The class of each row, -1 where it is unlabelled, from y as classes or one-hot. All classes are
 * below COUNT, those the net tells apart. */
HAR_RESULT enum har_status har_rows_classes(int32_t *class, const struct har_frame *frame,
                                            size_t count, struct har_error *err);

#endif
