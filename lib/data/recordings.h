/* Rows of recordings on their way through a stage: parts of frames, their ids, their order. */
#ifndef HAR_DATA_RECORDINGS_H
#define HAR_DATA_RECORDINGS_H

#include "stream/rows.h"
#include "stream/table.h"

/* A recording's number is its own, or where people are told one of a person. */
struct har_recording {
    int64_t id, subject;
};

/* Which recordings have come. Start it as {0}. */
struct har_recordings {
    bool any;                     /* one is under way, */
    struct har_recording current; /* this one */
    struct har_recording *past;   /* all that came, ascending; owned */
    size_t count, capacity;
};

enum har_turn {
    HAR_TURN_NONE,      /* it goes on */
    HAR_TURN_RECORDING, /* of whomever */
    HAR_TURN_AGAIN      /* a recording of a number that was another person's */
};

/* A row of SUBJECT in recording ID comes: *TURN says what begins with it. HAR_INPUT where a
 * person's recording comes back after others: its rows must come together. */
HAR_RESULT enum har_status har_recordings_turn(struct har_recordings *recordings, int64_t id,
                                               int64_t subject, enum har_turn *turn,
                                               struct har_error *err);
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
