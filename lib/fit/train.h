/* What har-train does: gathers the rows to learn from, keeps the others, makes the model. */
#ifndef HAR_FIT_TRAIN_H
#define HAR_FIT_TRAIN_H

#include "fit/fit.h"
#include "fit/model.h"
#include "fit/targets.h"
#include "stream/stage.h"

struct har_train;

/* For rows that NET (borrowed) takes. WITHIN_PERSON: the people learned from may be among those
 * held. MAY_BE_CUT: har_train_cut will be called, and so even rows to learn from are kept with all
 * their tensors. */
HAR_RESULT enum har_status har_train_new(struct har_train **train, const struct har_net *net,
                                         bool within_person, bool may_be_cut,
                                         struct har_error *err);
void har_train_free(struct har_train *train); /* NULL is allowed */

/* Gathers all windows; its state is a struct har_train, its output may be NULL. Rows marked train
 * and rows not marked are learned from, those marked validation and test are held. HAR_INPUT: x of
 * another shape or not finite, labels that the net doesn't have, segments that don't match, a
 * model. */
extern const struct har_stage har_train_stage;

/* Takes the last SHARE of the rows to learn from for validation (see har_holdout; the exact cut
 * within persons, or where nobody is known; else rows of nobody count as one person's): they are
 * held from now on, marked so. Once, after the stage. HAR_USAGE: rows were marked for it before. */
HAR_RESULT enum har_status har_train_cut(struct har_train *train, double share,
                                         struct har_error *err);

/* Training begins from FIRST's weights: the people whom these know are looked for among the rows
 * held, and are in the header, as is its mark that results are within persons. Once, after the
 * stage. HAR_INPUT: the rows aren't of the kind that FIRST is for (har_header_match, labels by
 * name). */
HAR_RESULT enum har_status har_train_from(struct har_train *train, const struct har_model *first,
                                          struct har_error *err);

size_t har_train_skipped(const struct har_train *train); /* rows without a label */

/* There are classes that no row to learn from has; TEXT: these, by label or number, with commas
 * between, the last ones as "..." where they don't fit. After the stage. */
enum { HAR_UNTAUGHT = 200 };
bool har_train_untaught(char text[HAR_UNTAUGHT], const struct har_train *train);

/* Of all rows that came in, for an end frame. */
uint32_t har_train_checksum(const struct har_train *train);

/* HAR_LEAK where rows, samples or people to learn from are held for validation or testing too: see
 * fit/leak.h, and har_leak_unseen for what *UNSEEN becomes (NULL where all was seen). To be called
 * after the stage. */
HAR_RESULT enum har_status har_train_check(const char **unseen, const struct har_train *train,
                                           struct har_error *err);

/* The rows to learn from, as TARGETS say, borrowed, valid as long as TRAIN. HAR_INPUT with a hint
 * where there are none. To be called once, after the stage. */
HAR_RESULT enum har_status har_train_samples(struct har_samples *samples, struct har_train *train,
                                             const struct har_targets *targets,
                                             struct har_error *err);

/* The same for rows to validate on, of which there may be none. */
HAR_RESULT enum har_status har_train_validation(struct har_samples *samples,
                                                struct har_train *train,
                                                const struct har_targets *targets,
                                                struct har_error *err);

/* What a model made of these rows says of them, and of SEED: the caller owns it. */
HAR_RESULT enum har_status har_train_header(json_t **header, const struct har_train *train,
                                            uint64_t seed, struct har_error *err);

/* Writes the held rows as the stream's last segment, with all their tensors; where they are of
 * several sources, a segment for each. */
HAR_RESULT enum har_status har_train_write_held(struct har_writer *writer,
                                                const struct har_train *train,
                                                struct har_error *err);

#endif
