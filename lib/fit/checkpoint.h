/* A training that may be killed at any moment: after each epoch all of its state is in a file, a
 * model in which a training that is begun again finds its place (har-stream(5), TRAINING STATE). */
#ifndef HAR_FIT_CHECKPOINT_H
#define HAR_FIT_CHECKPOINT_H

#include "fit/state.h"

struct har_checkpoint;

/* Of FILE (borrowed), which is read where it exists; and can be written. HAR_INPUT: it isn't a
 * checkpoint, or damaged, or another version's. HAR_USAGE: it isn't a regular file. */
HAR_RESULT enum har_status har_checkpoint_new(struct har_checkpoint **checkpoint, const char *file,
                                              struct har_error *err);
void har_checkpoint_free(struct har_checkpoint *checkpoint); /* NULL is allowed */

bool har_checkpoint_found(const struct har_checkpoint *checkpoint);    /* there was one */
uint64_t har_checkpoint_seed(const struct har_checkpoint *checkpoint); /* of the one found */

/* What the training depends on, all borrowed. */
struct har_checkpoint_of {
    const json_t *arguments; /* options that bear on the result, as the provenance has them */
    uint32_t rows;           /* checksum of all rows that came in */
};

/* Puts MODEL, STATE, HISTORY (arrays of what the epochs came to) and SECONDS (each epoch's) to
 * where the file found left them. Other options or another net: HAR_USAGE; other rows: HAR_INPUT;
 * the message names the first thing that differs. */
HAR_RESULT enum har_status har_checkpoint_resume(const struct har_checkpoint *checkpoint,
                                                 struct har_model *model,
                                                 struct har_fit_state *state, json_t *seconds,
                                                 const struct har_checkpoint_of *of,
                                                 struct har_error *err);

/* Writes the file anew: whoever reads it, or kills this process, finds the old or the new one. */
HAR_RESULT enum har_status har_checkpoint_save(const struct har_checkpoint *checkpoint,
                                               const struct har_model *model,
                                               const struct har_fit_state *state,
                                               const json_t *seconds,
                                               const struct har_checkpoint_of *of,
                                               struct har_error *err);

#endif
