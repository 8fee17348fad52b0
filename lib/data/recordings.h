/* Rows of recordings on their way through a stage: parts of frames, their ids, their order. */
#ifndef HAR_DATA_RECORDINGS_H
#define HAR_DATA_RECORDINGS_H

#include "stream/rows.h"
#include "stream/table.h"

/* Numbers that come in runs, each in one. Start it as {0}. */
struct har_runs {
    bool any;        /* a run is under way, */
    int64_t current; /* of this number */
    int64_t *past;   /* all that came, ascending; owned */
    size_t count, capacity;
};

/* Which recordings have come, and in the one under way which people. Start it as {0}. */
struct har_recordings {
    struct har_runs ids, people;
};

enum har_turn {
    HAR_TURN_NONE, /* it goes on */
    HAR_TURN_PERSON,
    HAR_TURN_RECORDING /* of whomever */
};

/* A row of SUBJECT in recording ID comes: *TURN says what begins with it. HAR_INPUT where a
 * recording comes back after another, or a person within a recording: rows must come together. */
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
