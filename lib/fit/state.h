/* Where a training stands between two epochs: with the rows, the net and the options, all that the
 * next epoch depends on. */
#ifndef HAR_FIT_STATE_H
#define HAR_FIT_STATE_H

#include "base/arena.h"
#include "fit/adam.h"

struct har_fit_state {
    size_t epoch; /* epochs done */
    size_t steps; /* made */
    struct har_adam_state adam;
    har_real *m, *v; /* moments of the trained weights */
    struct har_stopping stopping;
    har_real *best;         /* all weights of the best epoch so far; NULL where they aren't kept */
    struct har_arena arena; /* of the three */
};

/* Before the first epoch of training NET. */
HAR_RESULT enum har_status har_fit_state_new(struct har_fit_state **state,
                                             const struct har_net *net,
                                             const struct har_fit_options *options,
                                             struct har_error *err);
void har_fit_state_free(struct har_fit_state *state); /* NULL is allowed */
size_t har_fit_state_bytes(const struct har_fit_state *state);

/* har_fit from STATE on, which OPTIONS->on_epoch finds as it is after its epoch; MODEL has the
 * weights that belong to it. */
HAR_RESULT enum har_status har_fit_from(struct har_fit_state *state, struct har_model *model,
                                        const struct har_samples *samples,
                                        const struct har_fit_options *options,
                                        struct har_threads *threads, struct har_error *err);

#endif
