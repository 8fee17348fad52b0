#include "fit/adam.h"
#include "fit/batch.h"
#include "fit/gradient.h"
#include "fit/state.h"
#include "fit/validate.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include <stdlib.h>
#include <string.h>

/* A training in progress. */
struct fit {
    const struct har_model *model;
    const struct har_net *net;
    const struct har_samples *samples;
    const struct har_fit_options *options;
    struct har_threads *threads;
    struct har_batch *batch;
    struct har_arena arena; /* of the batch, and of what follows: */
    size_t *order;          /* of the rows in this epoch */
    har_real *weights;      /* the model's flat block */
    har_real *gradient;     /* and its like */
    struct har_fit_state *state;
    double rate;            /* of the step in work */
    struct har_rates rates; /* its Adam's */
};

static void update_range(void *state, size_t piece, size_t thread)
{
    (void)thread;
    struct fit *fit = state;
    const size_t first = piece * HAR_RANGE;
    const size_t left = fit->net->trained - first;
    const size_t count = left < HAR_RANGE ? left : HAR_RANGE;
    const har_real decay = (har_real)fit->options->weight_decay, rate = (har_real)fit->rate;
    har_real *w = fit->weights + first;
    for (size_t i = 0; i < count && decay > 0; i++)
        w[i] -= w[i] * decay * rate;
    fit->options->kernels->adam(w, fit->state->m + first, fit->state->v + first,
                                fit->gradient + first, count, &fit->rates);
}

static size_t all_steps(const struct fit *fit)
{
    const size_t rows = fit->samples->rows, batch = fit->options->batch;
    return fit->options->epochs * (rows / batch + (rows % batch != 0));
}

/* One step of Adam along the batch's gradient. */
static void make_step(struct fit *fit)
{
    const struct har_fit_options *options = fit->options;
    struct har_adam adam = options->adam;
    adam.learning_rate *=
        har_schedule_factor(&options->schedule, fit->state->steps++, all_steps(fit));
    fit->rate = adam.learning_rate;
    fit->rates = har_adam_begin(&fit->state->adam, &adam);
    if (options->clip_norm > 0)
        har_gradient_clip_norm(fit->gradient, fit->net->trained, options->clip_norm);
    if (options->clip_value > 0)
        har_gradient_clip_value(fit->gradient, fit->net->trained, options->clip_value);
    har_threads_run(fit->threads, (fit->net->trained + HAR_RANGE - 1) / HAR_RANGE, update_range,
                    fit);
}

static enum har_status fit_batch(struct fit *fit, struct har_loss *loss, size_t epoch, size_t first,
                                 struct har_error *err)
{
    const size_t left = fit->samples->rows - first;
    const struct har_batch_rows rows = {
        .samples = fit->samples,
        .order = fit->order + first,
        .rows = left < fit->options->batch ? left : fit->options->batch,
        .weights = fit->weights,
        .seed = fit->options->seed,
        .epoch = (uint32_t)epoch,
        .number = first / fit->options->batch + 1,
    };
    const enum har_status status = har_batch_run(fit->batch, fit->gradient, loss, &rows, err);
    if (status != HAR_OK)
        return status;
    har_batch_settle(fit->batch, fit->weights);
    if (fit->options->l2 > 0)
        loss->loss += (double)rows.rows * har_gradient_penalize(fit->gradient, fit->net,
                                                                fit->weights, fit->options->l2);
    make_step(fit);
    return HAR_OK;
}

/* The order of an epoch's rows is drawn for it alone. */
static void order_rows(struct fit *fit, size_t epoch)
{
    const struct har_random random = {fit->options->seed, HAR_RANDOM_SHUFFLE, 0, (uint32_t)epoch};
    if (fit->options->shuffle)
        har_random_permutation(fit->order, fit->samples->rows, &random);
}

/* The last step of an epoch may leave weights that no forward pass has met. */
static enum har_status check_weights(const struct fit *fit, size_t epoch, struct har_error *err)
{
    for (size_t i = 0; i < har_net_weight_count(fit->net); i++) {
        char name[128];
        const struct har_weight *weight = har_net_weight(fit->net, i, name);
        if (!fit->options->kernels->finite(fit->weights + weight->offset, weight->size))
            return har_fail(err, HAR_NUMBERS, "%s: not finite after epoch %zu", name, epoch);
    }
    return HAR_OK;
}

/* Keras's evaluate counts the loss of the weights themselves too. */
static enum har_status validate(const struct fit *fit, struct har_epoch *epoch,
                                struct har_error *err)
{
    const struct har_fit_options *options = fit->options;
    struct har_loss sum;
    const enum har_status status =
        har_validate(&sum, fit->model, options->validation, options->kernels, fit->threads, err);
    if (status != HAR_OK)
        return status;
    epoch->validated = true;
    epoch->val_loss = sum.loss / (double)sum.rows;
    epoch->val_accuracy = (double)sum.correct / (double)sum.rows;
    if (options->l2 > 0)
        epoch->val_loss += har_gradient_penalize(NULL, fit->net, fit->weights, options->l2);
    return HAR_OK;
}

static double watched(const struct har_epoch *epoch, enum har_monitor monitor)
{
    const double value[] = {[HAR_VAL_LOSS] = epoch->val_loss,
                            [HAR_VAL_ACCURACY] = epoch->val_accuracy,
                            [HAR_LOSS] = epoch->loss,
                            [HAR_ACCURACY] = epoch->accuracy};
    return value[monitor];
}

/* What the epoch means for those that may follow. */
static void settle_epoch(struct fit *fit, struct har_epoch *epoch)
{
    const struct har_stopping_rule *rule = &fit->options->stopping;
    struct har_fit_state *state = fit->state;
    state->epoch = epoch->number;
    const bool best =
        (rule->stops || rule->restore_best) &&
        har_stopping_epoch(&state->stopping, rule, epoch->number, watched(epoch, rule->monitor));
    if (best && state->best != NULL)
        memcpy(state->best, fit->weights, fit->net->weights * sizeof *fit->weights);
    epoch->last = state->stopping.stopped || epoch->number == fit->options->epochs;
}

static enum har_status fit_epoch(struct fit *fit, size_t epoch, struct har_error *err)
{
    const struct har_fit_options *options = fit->options;
    const double begun = har_seconds();
    struct har_loss loss = {0};
    order_rows(fit, epoch);
    for (size_t first = 0; first < fit->samples->rows; first += options->batch) {
        const enum har_status status = fit_batch(fit, &loss, epoch, first, err);
        if (status != HAR_OK)
            return status;
    }
    struct har_epoch result = {.number = epoch,
                               .loss = loss.loss / (double)loss.rows,
                               .accuracy = (double)loss.correct / (double)loss.rows};
    enum har_status status = check_weights(fit, epoch, err);
    if (status == HAR_OK && options->validation != NULL)
        status = validate(fit, &result, err);
    if (status != HAR_OK)
        return status;
    settle_epoch(fit, &result);
    result.seconds = har_seconds() - begun;
    return options->on_epoch == NULL ? HAR_OK : options->on_epoch(options->arg, &result, err);
}

static void take_all(void *state, struct har_arena *arena)
{
    struct fit *fit = state;
    fit->order = har_arena_take(arena, fit->samples->rows, sizeof *fit->order);
    fit->gradient = har_arena_take(arena, fit->net->weights, sizeof *fit->gradient);
    har_batch_take(fit->batch, arena);
}

static enum har_status prepare(struct fit *fit, struct har_error *err)
{
    const size_t rows = fit->samples->rows;
    const size_t batch = fit->options->batch < rows ? fit->options->batch : rows;
    const enum har_status status =
        har_batch_plan(&fit->batch, fit->net, batch, fit->options->kernels, fit->threads, err);
    if (status != HAR_OK)
        return status;
    if (!har_arena_open(&fit->arena, take_all, fit))
        return har_fail_memory(err);
    for (size_t i = 0; i < rows; i++)
        fit->order[i] = i;
    return HAR_OK;
}

static void release(struct fit *fit)
{
    har_batch_free(fit->batch);
    har_arena_close(&fit->arena);
}

enum har_status har_fit_from(struct har_fit_state *state, struct har_model *model,
                             const struct har_samples *samples,
                             const struct har_fit_options *options, struct har_threads *threads,
                             struct har_error *err)
{
    struct fit fit = {.model = model,
                      .net = model->net,
                      .samples = samples,
                      .options = options,
                      .threads = threads,
                      .weights = model->weights,
                      .state = state};
    enum har_status status = prepare(&fit, err);
    if (status == HAR_OK && options->on_plan != NULL)
        options->on_plan(options->arg, fit.arena.used + har_fit_state_bytes(state));
    while (status == HAR_OK && state->epoch < options->epochs && !state->stopping.stopped)
        status = fit_epoch(&fit, state->epoch + 1, err);
    if (status == HAR_OK && state->best != NULL && state->stopping.best_epoch > 0)
        memcpy(model->weights, state->best, model->net->weights * sizeof *model->weights);
    release(&fit);
    return status;
}

enum har_status har_fit(struct har_model *model, const struct har_samples *samples,
                        const struct har_fit_options *options, struct har_threads *threads,
                        struct har_error *err)
{
    struct har_fit_state *state = NULL;
    enum har_status status = har_fit_state_new(&state, model->net, options, err);
    if (status == HAR_OK)
        status = har_fit_from(state, model, samples, options, threads, err);
    har_fit_state_free(state);
    return status;
}
