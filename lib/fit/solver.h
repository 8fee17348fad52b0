/* Training in closed form: ridge regression on what all layers before the last dense one make of
 * the rows, its alpha chosen by the error on rows left out. */
#ifndef HAR_FIT_SOLVER_H
#define HAR_FIT_SOLVER_H

#include "fit/fit.h"
#include "fit/ridge.h"

struct har_solver_options {
    struct har_ridge_options ridge;
    bool by_row; /* leaves single rows out even where it's known whose they are */
    const struct har_kernels *kernels;
};

/* What came of it. */
struct har_solution {
    size_t left_out;               /* how many runs were left out, one by one */
    bool people;                   /* they were people, not rows */
    double scale;                  /* of the logits, found on the rows left out */
    double loss;                   /* mean cross-entropy of these */
    size_t scores;                 /* of alphas tried, */
    size_t best;                   /* the number of the one taken */
    struct har_ridge_score *score; /* owned */
};

/* HAR_USAGE where NET has more weights to train than those of a dense layer before its last
 * softmax, which takes a flat row. */
HAR_RESULT enum har_status har_solver_suits(const struct har_net *net, struct har_error *err);

/* Sets the last dense layer's weights: targets are +1 for a row's class and -1 for the others, the
 * intercept is the bias. Its softmax gets the targets times the scale for which the cross-entropy
 * on the rows left out is least.
 * HAR_INPUT: rows of less than two classes. HAR_NUMBERS: alpha too small, features all constant. */
HAR_RESULT enum har_status har_solve(struct har_solution *solution, struct har_model *model,
                                     const struct har_samples *samples,
                                     const struct har_solver_options *options,
                                     struct har_threads *threads, struct har_error *err);
void har_solution_free(struct har_solution *solution);

/* {"name", "leave_out", "scores", …} for a model's header; NULL without memory. */
json_t *har_solution_json(const struct har_solution *solution);

#endif
