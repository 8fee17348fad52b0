/* Rows of recordings on their way through a stage: parts of frames, their ids, their order. */
#ifndef HAR_DATA_RECORDINGS_H
#define HAR_DATA_RECORDINGS_H

#include "stream/rows.h"
#include "stream/table.h"

/* Which recordings have come. Start it as {0}. */
struct har_recordings {
    bool any;        /* one is under way, */
    int64_t current; /* this one */
    int64_t *past;   /* all that came, ascending; owned */
    size_t count, capacity;
};

/* A row of recording ID comes: *BEGINS says whether it is the first one. HAR_INPUT where a
 * recording comes back after another: its rows must come together. */
HAR_RESULT enum har_status har_recordings_turn(struct har_recordings *recordings, int64_t id,
                                               bool *begins, struct har_error *err);
void har_recordings_free(struct har_recordings *recordings); /* the contents; leaves it {0} */

/* The x of FRAME, which must be (rows, CHANNELS) and of floats; any number of channels where that
 * is 0. HAR_INPUT. */
HAR_RESULT enum har_status har_frame_samples(const struct har_tensor **x,
                                             const struct har_frame *frame, size_t channels,
                                             struct har_error *err);

/* Forgets the first COUNT rows of TABLE. */
void har_table_drop(struct har_table *table, size_t count);

/* Writes COUNT tensors that share their rows: as one frame, or as several of like size where they
 * are much more than HAR_FRAME_AIM bytes. */
HAR_RESULT enum har_status har_rows_write(struct har_writer *writer,
                                          const struct har_tensor *tensor, size_t count,
                                          struct har_error *err);

#endif
