#include "base/memory.h"
#include "fit/adapt.h"
#include "fit/log.h"
#include "fit/options.h"
#include "fit/train.h"
#include "nn/net_file.h"
#include "stream/program.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct program {
    struct har_fit_settings settings;
    const char *init, *log_file, *engine;
    bool within_person;

    struct har_run *run;
    struct har_net *net; /* until the model has it */
    struct har_train *train;
    struct har_model *model;
    struct har_log *log;
    json_t *history; /* borrowed from the model's header */
};

static size_t classes_of(const struct har_net *net)
{
    return net->output.dim[net->output.rank - 1];
}

/* The net with its first weights: drawn from the seed, or --init's. */
static enum har_status make_model(struct program *program, struct har_error *err)
{
    json_t *header = NULL;
    enum har_status status = har_train_header(&header, program->train, program->run->seed, err);
    if (status != HAR_OK)
        return status;
    struct har_net *net = program->net;
    program->net = NULL;
    status = har_model_new(&program->model, net, header, program->run->seed, err);
    if (status != HAR_OK || program->init == NULL)
        return status;
    struct har_model *from = NULL;
    uint32_t crc = 0;
    status = har_model_load(&from, &crc, program->init, err);
    if (status != HAR_OK)
        return status;
    json_object_set_new(program->run->arguments, "init", json_integer(crc));
    status = har_model_take_weights(program->model, from, err);
    har_model_free(from);
    return status == HAR_OK ? HAR_OK : har_error_at(err, "%s", program->init);
}

static void show_progress(const struct program *program, const struct har_epoch *epoch)
{
    const struct har_run *run = program->run;
    if (!run->quiet && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%s: epoch %zu of %zu, loss %.4f, accuracy %.2f %%, %.1f s%s",
                run->program->name, epoch->number, program->settings.fit.epochs, epoch->loss,
                100 * epoch->accuracy, epoch->seconds,
                epoch->number == program->settings.fit.epochs ? "\n" : "");
    else
        har_say_more(run, "epoch %zu of %zu, loss %.4f, accuracy %.2f %%, %.3f s", epoch->number,
                     program->settings.fit.epochs, epoch->loss, 100 * epoch->accuracy,
                     epoch->seconds);
}

static void on_plan(void *arg, size_t bytes)
{
    const struct program *program = arg;
    har_say_more(program->run, "memory of training, beside the rows: %.1f MiB",
                 (double)bytes / (1 << 20));
}

static enum har_status on_epoch(void *arg, const struct har_epoch *epoch, struct har_error *err)
{
    struct program *program = arg;
    if (json_array_append_new(program->history, har_epoch_json(epoch)) != 0)
        return har_fail_memory(err);
    show_progress(program, epoch);
    return har_log_epoch(program->log, epoch, err);
}

static enum har_status fit(struct program *program, const struct har_samples *samples,
                           struct har_error *err)
{
    program->history = json_array();
    if (json_object_set_new(program->model->header, "history", program->history) != 0)
        return har_fail_memory(err);
    struct har_threads *threads = NULL;
    enum har_status status = har_threads_new(&threads, program->run->threads, err);
    if (status == HAR_OK)
        status = har_log_start(program->log, program->model, samples->rows, &program->settings.fit,
                               program->run->threads, err);
    if (status == HAR_OK)
        status = har_fit(program->model, samples, &program->settings.fit, threads, err);
    har_threads_free(threads);
    return status == HAR_OK ? har_log_end(program->log, err) : status;
}

static enum har_status write_all(struct program *program, struct har_error *err)
{
    const bool alone = program->run->output != NULL;
    if (alone)
        har_writer_input(program->run->out, har_train_checksum(program->train));
    const enum har_status status = har_model_write(program->run->out, program->model, !alone, err);
    if (status != HAR_OK || alone)
        return status;
    return har_train_write_held(program->run->out, program->train, err);
}

static enum har_status train(struct program *program, struct har_error *err)
{
    struct har_run *run = program->run;
    /* Segments that aren't training's go through, but not into a file of the model alone. */
    struct har_writer *out = run->output == NULL ? run->out : NULL;
    struct har_samples samples;
    const char *unseen;
    enum har_status status =
        har_train_new(&program->train, program->net, program->within_person, err);
    if (status == HAR_OK)
        status = har_stage_run(&har_train_stage, program->train, run->in, out, err);
    if (status != HAR_OK)
        return status;
    status = har_train_samples(&samples, program->train, &program->settings.targets, err);
    if (status == HAR_OK)
        status = har_train_check(&unseen, program->train, err);
    if (status == HAR_OK && unseen != NULL)
        har_say(run, "%s", unseen);
    if (status == HAR_OK && har_train_skipped(program->train) > 0)
        har_say(run, "skipped %zu rows without a label", har_train_skipped(program->train));
    if (status == HAR_OK)
        status = make_model(program, err);
    if (status == HAR_OK && program->init == NULL)
        status = har_adapt(program->model, &samples, program->settings.fit.kernels, err);
    if (status == HAR_OK)
        status = fit(program, &samples, err);
    return status == HAR_OK ? write_all(program, err) : status;
}

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    struct program *program = state;
    program->run = run;
    struct har_fit_options *options = &program->settings.fit;
    options->seed = run->seed;
    options->on_plan = on_plan;
    options->on_epoch = on_epoch;
    options->arg = program;
    enum har_status status = har_kernels_find(&options->kernels, program->engine, err);
    if (status == HAR_OK)
        status = har_net_read(&program->net, run->operand[0], err);
    if (status == HAR_OK)
        status = har_fit_settings_read(&program->settings, classes_of(program->net), err);
    if (status == HAR_OK)
        status = har_log_open(&program->log, program->log_file, err);
    if (status == HAR_OK)
        status = train(program, err);
    struct har_error closing = {0};
    if (har_log_close(program->log, &closing) != HAR_OK && status == HAR_OK) {
        *err = closing;
        status = closing.status;
    }
    har_model_free(program->model);
    har_train_free(program->train);
    har_net_free(program->net);
    return status;
}

int main(int argc, char **argv)
{
    struct program state = {.settings = har_fit_defaults()};
    struct har_option options[HAR_FIT_OPTIONS + 5] = {0};
    const struct har_option own[] = {
        {"init", 0, HAR_OPTION_TEXT, &state.init, 0, 0, "MODEL", "start from this model's weights",
         false},
        {"log", 0, HAR_OPTION_TEXT, &state.log_file, 0, 0, "FILE",
         "write a JSON line at the start, for each epoch, and at the end", false},
        {"within-person", 0, HAR_OPTION_FLAG, &state.within_person, 0, 0, NULL,
         "people may be in training and in validation or testing; results will say so", true},
        {"engine", 0, HAR_OPTION_TEXT, &state.engine, 0, 0, "NAME",
         "own, or openblas for its matrix products", true},
    };
    har_fit_options_table(options, &state.settings);
    memcpy(options + HAR_FIT_OPTIONS, own, sizeof own);
    const struct har_program program = {
        .name = "har-train",
        .synopsis = "NET [FILE...]",
        .summary = "Train a net on windows: the model, then the rows not trained on.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_STREAM | HAR_TAKES_SEED | HAR_TAKES_THREADS,
        .operands = 1,
        .run = run,
        .state = &state,
    };
    return har_program_main(&program, argc, argv);
}
