/* What the tensors of a segment come to: shapes over all frames, least, greatest, mean. */
#ifndef HAR_STREAM_TALLY_H
#define HAR_STREAM_TALLY_H

#include "stream/frame.h"

/* One tensor. A tensor whose type or row shape changes between frames has an entry for each. */
struct har_tally {
    char name[HAR_NAME_MAX + 1]; /* of the tensor, or of the model's weight */
    enum har_dtype type;
    size_t rank;
    size_t shape[HAR_RANK_MAX]; /* shape[0] grows from frame to frame */
    double least, greatest;     /* of the numbers among its elements */
    double sum;                 /* in the order of the elements, however they are framed */
    size_t numbers, not_numbers;
};

/* Start it as {0}. */
struct har_tallies {
    size_t count, capacity;
    struct har_tally *tally; /* in order of appearance */
};

/* Adds the tensors of a data frame. *FIRST[i] is where the rows of tensor i begin among those
 * tallied before; FIRST may be NULL. HAR_SYSTEM without memory. */
HAR_RESULT enum har_status har_tallies_add(struct har_tallies *tallies,
                                           const struct har_frame *frame,
                                           size_t first[HAR_TENSORS_MAX], struct har_error *err);
void har_tallies_free(struct har_tallies *tallies); /* the contents; leaves it {0} */

/* The mean of its numbers; NaN where there are none. */
double har_tally_mean(const struct har_tally *tally);

#endif
