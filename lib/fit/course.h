/* From gathered rows to a trained model, with all that goes along: rows to validate on, history,
 * log, checkpoint, temperature. What har-train does between reading and writing. */
#ifndef HAR_FIT_COURSE_H
#define HAR_FIT_COURSE_H

#include "fit/calibrate.h"
#include "fit/checkpoint.h"
#include "fit/log.h"
#include "fit/solver_options.h"
#include "fit/train.h"

/* The caller fills in what is borrowed; the rest is har_course's. */
struct har_course {
    const struct har_fit_settings *settings;
    const struct har_solver_settings *solver;
    struct har_train *train;       /* after its stage */
    struct har_net *net;           /* stolen by har_course_run */
    const struct har_model *first; /* to begin from; NULL: weights from the seed */
    const char *init;              /* the file it is of, for messages */
    uint64_t seed;
    size_t threads;
    struct har_log *log;
    const struct har_checkpoint *checkpoint; /* NULL: none */
    json_t *arguments;                       /* of the provenance */
    /* Called before the first epoch, with the bytes that training takes beside the rows, and after
     * each epoch, before it is logged; may be NULL. */
    void (*plan)(void *arg, size_t bytes);
    void (*show)(void *arg, const struct har_epoch *epoch);
    void *arg;

    const char *unseen; /* a sentence of what leaks couldn't be looked for, or NULL */
    struct har_samples samples, validation;
    struct har_solution solution;       /* of a training in closed form; the caller frees it */
    struct har_calibration calibration; /* temperature 0: none was asked for */

    struct har_model *model; /* what came of it, or NULL; the caller frees it */

    /* While it runs. */
    double adapting; /* seconds */
    struct har_fit_state *state;
    json_t *history, *seconds; /* the first is the model's header's */
};

/* Makes samples and validation of the rows, cutting them where that was asked for. HAR_LEAK: rows
 * or people that are in two of training, validation and testing, or known to the first model
 * (har_train_check). HAR_INPUT: rows of another kind than the first model's, no rows to learn from,
 * or, with a hint, none to validate on where an option needs them, or no people to leave out. */
HAR_RESULT enum har_status har_course_rows(struct har_course *course, struct har_error *err);

/* Makes the model and trains it, from its first weights or from where the checkpoint stands; its
 * header gets the history, or how alpha was chosen, best_epoch with restore_best, and the
 * temperature where one was asked for. */
HAR_RESULT enum har_status har_course_run(struct har_course *course, struct har_error *err);

#endif
