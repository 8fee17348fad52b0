/* The built-in data: recordings of simulated people doing UCI HAR's six activities. */
#ifndef HAR_DATA_SYNTH_H
#define HAR_DATA_SYNTH_H

#include "stream/writer.h"

struct har_synth_options {
    size_t people;
    size_t train;   /* the first so many people are marked train, the others test */
    size_t seconds; /* of each activity, in two bouts */
    uint64_t seed;
    bool (*interrupted)(void); /* NULL, or whether to end after the current recording */
};

/* The share of PEOPLE that trains where nobody says: 7 in 10, 21 of 30. */
size_t har_synth_train(size_t people);

/* Writes one segment of recordings, one recording a person: x (rows,6) in g and rad/s at 50 Hz,
 * time, y, subject, recording, split. The same options give the same bytes on every machine.
 * HAR_USAGE: more people to train than there are. */
HAR_RESULT enum har_status har_synth_write(struct har_writer *out,
                                           const struct har_synth_options *options,
                                           struct har_error *err);

#endif
