/* What har-eval does as a stage: models and rows to results. */
#ifndef HAR_FIT_EVALUATE_H
#define HAR_FIT_EVALUATE_H

#include "fit/fit.h"
#include "stream/stage.h"

struct har_evaluate;

/* SPLITS: which rows to judge, as "test,unmarked" or "all"; HAR_USAGE. WITHIN_PERSON: they may be
 * of people that the models were trained or validated on. KERNELS and THREADS are borrowed. */
HAR_RESULT enum har_status har_evaluate_new(struct har_evaluate **evaluate, const char *splits,
                                            bool within_person, const struct har_kernels *kernels,
                                            struct har_threads *threads, struct har_error *err);
void har_evaluate_free(struct har_evaluate *evaluate); /* NULL is allowed */

/* Adds MODEL (stolen in any case), as if it came first in the stream. HAR_INPUT where it doesn't
 * match those before. */
HAR_RESULT enum har_status har_evaluate_model(struct har_evaluate *evaluate,
                                              struct har_model *model, struct har_error *err);

/* After the stage: what couldn't be checked of the people judged (see fit/known.h), or NULL. */
const char *har_evaluate_unseen(const struct har_evaluate *evaluate);

/* After the stage: what of the rows' numbers couldn't be compared with the model's
 * (har_header_unsaid), or NULL. */
const char *har_evaluate_unsaid(const struct har_evaluate *evaluate);

/* Models and windows; its state is a struct har_evaluate. Models that follow each other are an
 * ensemble: the mean of their probabilities. Each model that follows rows opens a new group, and
 * each group gives a segment of results for each source of its rows, the second and further with
 * `part` in their headers: y, predicted, probabilities, and every tensor of the rows but x. Only
 * these are held, x is predicted frame by frame. HAR_INPUT: rows before a model, no row to judge,
 * rows that the model isn't for. HAR_LEAK: rows of people that a model was trained or validated on
 * (fit/known.h). */
extern const struct har_stage har_evaluate_stage;

#endif
