/* Training in closed form: ridge regression on what all layers before the last dense one make of
 * the rows, its alpha chosen by the error on rows left out. */
#ifndef HAR_FIT_SOLVER_H
#define HAR_FIT_SOLVER_H

#include "fit/fit.h"
#include "fit/pairs.h"

struct har_solver_options {
    struct har_ridge_options ridge;
    bool by_row;    /* leaves single rows out even where it's known whose they are */
    bool by_person; /* leaves people out, or fails */
    bool pairs;     /* har_pairs_find */
    size_t copies;  /* of each row, as layers change it in training, beside it as it is */
    uint64_t seed;  /* what they draw */
    const struct har_kernels *kernels;
};

/* What came of it. */
struct har_solution {
    size_t left_out;               /* how many runs were left out, one by one */
    bool people;                   /* they were people, not rows */
    double scale;                  /* of the logits, found on the rows left out */
    double loss;                   /* mean cross-entropy of these, */
    double accuracy;               /* and the share that is right */
    size_t scores;                 /* of alphas tried, */
    size_t best;                   /* the number of the one taken */
    struct har_ridge_score *score; /* owned */
    struct har_pairs pairs;        /* owned */
};

/* HAR_USAGE where NET has more weights to train than those of a dense layer before its last
 * softmax, which takes a flat row, or has a layer that mixes rows, whose COPIES would be mixed. */
HAR_RESULT enum har_status har_solver_suits(const struct har_net *net, size_t copies,
                                            struct har_error *err);

/* HAR_INPUT where SAMPLES are all of one of CLASSES; or OPTIONS want people left out, and they are
 * of one, or nobody knows whose. */
HAR_RESULT enum har_status har_solver_takes(const struct har_samples *samples, size_t classes,
                                            const struct har_solver_options *options,
                                            struct har_error *err);

/* Sets the last dense layer's weights: targets are +1 for a row's class and -1 for the others, the
 * intercept is the bias. Its softmax gets the targets times the scale for which the cross-entropy
 * on the rows left out is least. SAMPLES are as har_solver_takes wants them.
 * HAR_NUMBERS: alpha too small, features all constant. */
HAR_RESULT enum har_status har_solve(struct har_solution *solution, struct har_model *model,
                                     const struct har_samples *samples,
                                     const struct har_solver_options *options,
                                     struct har_threads *threads, struct har_error *err);
void har_solution_free(struct har_solution *solution);

enum { HAR_SOLUTION_TEXT = 160 };

/* Line LINE of what alphas were tried and which pairs found; false where there are no more. */
bool har_solution_text(char text[HAR_SOLUTION_TEXT], const struct har_solution *solution,
                       size_t line);

/* {"name", "left_out", "scores", "pairs", …} for a model's header; NULL without memory. */
json_t *har_solution_json(const struct har_solution *solution);

#endif
