#include "fit/course.h"

#include "base/clock.h"
#include "fit/adapt.h"
#include "fit/validate.h"
#include <stdlib.h>

/* ---- rows ---- */

static enum har_status needs_validation(const struct har_fit_settings *settings,
                                        struct har_error *err)
{
    const struct har_stopping_rule *rule = &settings->fit.stopping;
    if (settings->calibrate)
        har_fail(err, HAR_INPUT, "--calibrate: there are no labelled rows to validate on");
    else if ((rule->stops || rule->restore_best) && har_monitor_validates(rule->monitor))
        har_fail(err, HAR_INPUT, "%s: there are no labelled rows to validate on, for %s",
                 rule->stops ? "--patience" : "--restore-best", har_monitor_name(rule->monitor));
    else
        return HAR_OK;
    return har_error_hint(err,
                          "har-split marks validation people; --validation-split 0.2 takes "
                          "the last ones%s",
                          settings->calibrate ? "" : "; --monitor loss needs none");
}

/* What the first model knows is looked for with the rest. */
static enum har_status begin_from(struct har_course *course, struct har_error *err)
{
    if (course->first == NULL)
        return HAR_OK;
    const enum har_status status = har_train_from(course->train, course->first, err);
    return status == HAR_OK ? HAR_OK : har_error_at(err, "%s", course->init);
}

enum har_status har_course_rows(struct har_course *course, struct har_error *err)
{
    const struct har_fit_settings *settings = course->settings;
    struct har_train *train = course->train;
    enum har_status status = HAR_OK;
    if (settings->validation_split > 0)
        status = har_train_cut(train, settings->validation_split, err);
    if (status == HAR_OK)
        status = har_train_samples(&course->samples, train, &settings->targets, err);
    if (status == HAR_OK)
        status = begin_from(course, err);
    if (status == HAR_OK)
        status = har_train_check(&course->unseen, train, err);
    if (status == HAR_OK)
        status = har_train_validation(&course->validation, train, &settings->targets, err);
    if (status == HAR_OK && course->validation.rows == 0)
        status = needs_validation(settings, err);
    if (status == HAR_OK && course->solver->ridge)
        status = har_solver_takes(&course->samples, course->net->output.dim[0],
                                  &course->solver->options, err);
    return status;
}

/* ---- the model ---- */

static enum har_status make_model(struct har_course *course, struct har_error *err)
{
    json_t *header = NULL;
    struct har_net *net = course->net;
    course->net = NULL;
    const enum har_status status = har_train_header(&header, course->train, course->seed, err);
    if (status == HAR_OK)
        return har_model_new(&course->model, net, header, course->seed, err);
    har_net_free(net);
    return status;
}

static enum har_status take_weights(struct har_course *course, struct har_error *err)
{
    const enum har_status status = har_model_take_weights(course->model, course->first, err);
    return status == HAR_OK ? HAR_OK : har_error_at(err, "%s", course->init);
}

/* ---- epochs ---- */

static enum har_status save(const struct har_course *course, struct har_error *err)
{
    const struct har_checkpoint_of of = {course->arguments, har_train_checksum(course->train)};
    return course->checkpoint == NULL
               ? HAR_OK
               : har_checkpoint_save(course->checkpoint, course->model, course->state,
                                     course->seconds, &of, err);
}

static enum har_status on_epoch(void *arg, const struct har_epoch *epoch, struct har_error *err)
{
    struct har_course *course = arg;
    if (json_array_append_new(course->history, har_epoch_json(epoch)) != 0 ||
        json_array_append_new(course->seconds, json_real(epoch->seconds)) != 0)
        return har_fail_memory(err);
    if (course->show != NULL)
        course->show(course->arg, epoch);
    const enum har_status status = har_log_epoch(course->log, epoch, err);
    return status == HAR_OK ? save(course, err) : status;
}

static void on_plan(void *arg, size_t bytes)
{
    const struct har_course *course = arg;
    if (course->plan != NULL)
        course->plan(course->arg, bytes);
}

/* Where the checkpoint stands, or at the beginning, which it is told. */
static enum har_status find_place(const struct har_course *course, struct har_error *err)
{
    const struct har_checkpoint_of of = {course->arguments, har_train_checksum(course->train)};
    return course->checkpoint == NULL || !har_checkpoint_found(course->checkpoint)
               ? save(course, err)
               : har_checkpoint_resume(course->checkpoint, course->model, course->state,
                                       course->seconds, &of, err);
}

/* The log begins, with the epochs that ran before; OPTIONS NULL: in closed form. */
static enum har_status begin_log(const struct har_course *course,
                                 const struct har_fit_options *options,
                                 const struct har_threads *threads, struct har_error *err)
{
    const struct har_log_start start = {.model = course->model,
                                        .rows = course->samples.rows,
                                        .validation_rows = course->validation.rows,
                                        .input = har_train_checksum(course->train),
                                        .arguments = course->arguments,
                                        .options = options,
                                        .seed = course->seed,
                                        .threads = har_threads_count(threads)};
    enum har_status status = har_log_begin(course->log, &start, err);
    for (size_t i = 0; status == HAR_OK && i < json_array_size(course->history); i++)
        status = har_log_resume(course->log, json_array_get(course->history, i),
                                json_array_get(course->seconds, i), err);
    return status;
}

static enum har_status train(struct har_course *course, struct har_threads *threads,
                             struct har_error *err)
{
    struct har_fit_options options = course->settings->fit;
    options.validation = course->validation.rows > 0 ? &course->validation : NULL;
    options.on_plan = on_plan;
    options.on_epoch = on_epoch;
    options.arg = course;
    enum har_status status = har_fit_state_new(&course->state, course->model->net, &options, err);
    if (status == HAR_OK)
        status = find_place(course, err);
    if (status == HAR_OK)
        status = begin_log(course, &options, threads, err);
    if (status == HAR_OK)
        status =
            har_fit_from(course->state, course->model, &course->samples, &options, threads, err);
    const json_int_t best = status == HAR_OK ? (json_int_t)course->state->stopping.best_epoch : 0;
    if (best > 0 && options.stopping.restore_best &&
        json_object_set_new(course->model->header, "best_epoch", json_integer(best)) != 0)
        status = har_fail_memory(err);
    har_fit_state_free(course->state);
    return status;
}

/* ---- in closed form ---- */

static enum har_status solve(struct har_course *course, struct har_threads *threads,
                             struct har_error *err)
{
    struct har_solver_options options = course->solver->options;
    const double begun = har_seconds() - course->adapting;
    options.kernels = course->settings->fit.kernels;
    options.seed = course->seed;
    enum har_status status = begin_log(course, NULL, threads, err);
    if (status == HAR_OK)
        status =
            har_solve(&course->solution, course->model, &course->samples, &options, threads, err);
    if (status == HAR_OK && json_object_set_new(course->model->header, "solver",
                                                har_solution_json(&course->solution)) != 0)
        status = har_fail_memory(err);
    return status == HAR_OK
               ? har_log_solution(course->log, &course->solution, har_seconds() - begun, err)
               : status;
}

/* ---- the temperature ---- */

static enum har_status calibrate(struct har_course *course, struct har_threads *threads,
                                 struct har_error *err)
{
    har_real *logits = NULL;
    struct har_model *model = course->model;
    const struct har_kernels *kernels = course->settings->fit.kernels;
    const enum har_status status =
        har_logits(&logits, model, &course->validation, kernels, threads, err);
    if (status != HAR_OK)
        return status;
    course->calibration = har_calibrate(logits, course->validation.class, course->validation.rows,
                                        model->net->output.dim[0]);
    free(logits);
    json_t *temperature = json_real(course->calibration.temperature);
    if (json_object_set_new(model->header, "temperature", temperature) != 0)
        return har_fail_memory(err);
    return har_model_temper(model, err);
}

/* ---- all of it ---- */

static enum har_status train_epochs(struct har_course *course, struct har_threads *threads,
                                    struct har_error *err)
{
    course->history = json_array();
    course->seconds = json_array();
    enum har_status status = HAR_OK;
    if (json_object_set_new(course->model->header, "history", course->history) != 0 ||
        course->seconds == NULL)
        status = har_fail_memory(err);
    if (status == HAR_OK)
        status = train(course, threads, err);
    json_decref(course->seconds);
    return status;
}

static enum har_status fit(struct har_course *course, struct har_error *err)
{
    const bool ridge = course->solver->ridge;
    struct har_threads *threads = NULL;
    enum har_status status = har_threads_new(&threads, course->threads, err);
    if (status == HAR_OK)
        status = ridge ? solve(course, threads, err) : train_epochs(course, threads, err);
    if (status == HAR_OK && course->settings->calibrate)
        status = calibrate(course, threads, err);
    har_threads_free(threads);
    return status == HAR_OK && !ridge ? har_log_end(course->log, err) : status;
}

enum har_status har_course_run(struct har_course *course, struct har_error *err)
{
    enum har_status status = make_model(course, err);
    const double begun = har_seconds();
    if (status == HAR_OK)
        status = course->first != NULL
                     ? take_weights(course, err)
                     : har_adapt(course->model, &course->samples, course->settings->fit.kernels,
                                 course->seed, err);
    course->adapting = har_seconds() - begun;
    return status == HAR_OK ? fit(course, err) : status;
}
