/* Training and prediction: a batch is cut into fixed slices, a thread takes a slice through all
 * layers forward and back, slice gradients are added in slice order. So the same rows, net, options
 * and seed give the same weights for any number of threads. */
#ifndef HAR_FIT_FIT_H
#define HAR_FIT_FIT_H

#include "base/threads.h"
#include "fit/model.h"
#include "fit/schedule.h"
#include "fit/stopping.h"

/* Rows to learn from, borrowed. */
struct har_samples {
    size_t rows;
    const float *x;       /* (rows, input) */
    const float *y;       /* (rows, classes): one-hot or soft targets */
    const int32_t *class; /* (rows): what it is right to say; NULL: where y is largest */
    const double *weight; /* (rows): a row's share in the loss; NULL: 1 each */
    const size_t *person; /* (rows): the number of its person; NULL: nobody knows */
};

/* Adam as Keras has it: epsilon is added before bias correction is undone (keras-semantics). */
struct har_adam {
    double learning_rate, beta_1, beta_2, epsilon;
};

struct har_epoch { /* what one epoch came to; running means while the weights changed */
    size_t number; /* from 1 */
    double loss, accuracy;
    bool validated; /* the next two, of the weights after the epoch */
    double val_loss, val_accuracy;
    bool last; /* no other follows */
    double seconds;
};

struct har_fit_options {
    size_t epochs, batch;
    bool shuffle;
    uint64_t seed;
    struct har_adam adam;
    struct har_schedule schedule; /* of the learning rate; t counts all steps */
    double clip_norm, clip_value; /* 0: none; Keras's global_clipnorm and clipvalue */
    double weight_decay;          /* AdamW: w -= w decay rate before each step, all weights */
    double l2;                    /* of kernels: in the loss, and so in the gradient clipped */
    const struct har_samples *validation; /* judged after each epoch; NULL: none */
    struct har_stopping_rule stopping;    /* {0}: all epochs, the last one's weights */
    const struct har_kernels *kernels;
    /* Called before the first epoch with the memory that training takes beside the rows and the
     * model, all of which is there by then. May be NULL. */
    void (*on_plan)(void *arg, size_t bytes);
    /* Called after each epoch; anything but HAR_OK ends the training. May be NULL. */
    enum har_status (*on_epoch)(void *arg, const struct har_epoch *epoch, struct har_error *err);
    void *arg;
};

/* Trains MODEL's weights in place; with stopping.restore_best the best epoch's are left there,
 * whether training stopped early or not. HAR_USAGE: the net doesn't end in a softmax.
 * HAR_NUMBERS: "lstm: not finite in epoch 3, batch 17". */
HAR_RESULT enum har_status har_fit(struct har_model *model, const struct har_samples *samples,
                                   const struct har_fit_options *options,
                                   struct har_threads *threads, struct har_error *err);

/* A model made ready to predict: weights packed, memory planned. MODEL, KERNELS and THREADS are
 * borrowed; the weights must not change. */
struct har_predictor;
HAR_RESULT enum har_status har_predictor_new(struct har_predictor **predictor,
                                             const struct har_model *model,
                                             const struct har_kernels *kernels,
                                             struct har_threads *threads, struct har_error *err);
void har_predictor_free(struct har_predictor *predictor); /* NULL is allowed */

/* PROBABILITIES (rows, classes) of X (rows, input), at the model's temperature. A row's numbers
 * don't depend on its neighbours. HAR_NUMBERS: "lstm: not finite in rows 16 to 31". */
HAR_RESULT enum har_status har_predictor_run(struct har_predictor *predictor, float *probabilities,
                                             const float *x, size_t rows, struct har_error *err);

/* The same rows' logits (rows, classes), which no temperature has touched; of a net that ends in a
 * softmax. */
HAR_RESULT enum har_status har_predictor_logits(struct har_predictor *predictor, har_real *logits,
                                                const float *x, size_t rows, struct har_error *err);

/* What layers draw in training: as for these rows of the training data, in this epoch. */
struct har_draw {
    uint64_t seed;
    uint32_t epoch;
    const size_t *row; /* their numbers */
};

/* FEATURES (rows, …) instead: what LAYER (its number in the net) makes of the rows; with DRAW (may
 * be NULL), as in training. */
HAR_RESULT enum har_status har_predictor_features(struct har_predictor *predictor, size_t layer,
                                                  float *features, const float *x, size_t rows,
                                                  const struct har_draw *draw,
                                                  struct har_error *err);

/* All of that for one call. */
HAR_RESULT enum har_status har_predict(float *probabilities, const struct har_model *model,
                                       const float *x, size_t rows,
                                       const struct har_kernels *kernels,
                                       struct har_threads *threads, struct har_error *err);

#endif
