/* har-split's stage: the same windows, each person's marked for training, validation or testing. */
#ifndef HAR_DATA_SPLIT_H
#define HAR_DATA_SPLIT_H

#include "data/assign.h"
#include "stream/stage.h"

struct har_splitter;

/* OPTIONS are borrowed, and have been checked. Owned by the caller. */
HAR_RESULT enum har_status har_splitter_new(struct har_splitter **splitter,
                                            const struct har_split_options *options,
                                            struct har_error *err);
void har_splitter_free(struct har_splitter *splitter); /* NULL is allowed */

/* The stage; its state is a struct har_splitter. All windows are taken together, held, and written
 * as the segments they came in, with `split` (rows) |u1 added or set. The classes that are to be
 * balanced are those of y, integers or one-hot. With options->folds nothing is written, and the
 * output may be NULL. HAR_INPUT: rows without subject, segments whose labels differ; else as
 * data/assign.h says. */
extern const struct har_stage har_split_stage;

/* After the stage: the number of folds, where options->folds asked for it; how many people and rows
 * now are of each split. */
size_t har_splitter_folds(const struct har_splitter *splitter);
void har_splitter_count(size_t people[HAR_SPLITS], size_t rows[HAR_SPLITS],
                        const struct har_splitter *splitter);

#endif
