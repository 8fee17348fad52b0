#include "fit/course.h"
#include "nn/net_file.h"
#include "stream/program.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct program {
    struct har_fit_settings settings;
    struct har_solver_settings solver;
    const char *init, *log_file, *engine, *checkpoint_file;

    struct har_run *run;
    struct har_train *train;
    struct har_model *first, *model; /* that of --init, and what comes of the training */
    struct har_log *log;
    struct har_checkpoint *checkpoint;
};

static void show_progress(void *arg, const struct har_epoch *epoch)
{
    const struct program *program = arg;
    const struct har_run *run = program->run;
    char text[HAR_EPOCH_TEXT];
    har_epoch_text(text, epoch, program->settings.fit.epochs);
    if (!run->quiet && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%s: %s, %.1f s%s", run->program->name, text, epoch->seconds,
                epoch->last ? "\n" : "");
    else
        har_say_more(run, "%s, %.3f s", text, epoch->seconds);
}

static void show_plan(void *arg, size_t bytes)
{
    const struct program *program = arg;
    har_say_more(program->run, "memory of training, beside the rows: %.1f MiB",
                 (double)bytes / (1 << 20));
}

static void say_rows(const struct program *program, const char *unseen)
{
    const size_t skipped = har_train_skipped(program->train);
    if (unseen != NULL)
        har_say(program->run, "%s", unseen);
    if (skipped > 0)
        har_say(program->run, "skipped %zu row%s without a label", skipped,
                skipped == 1 ? "" : "s");
    char classes[HAR_UNTAUGHT];
    if (har_train_untaught(classes, program->train))
        har_say(program->run, "no row to learn from is labelled %s", classes);
}

static void say_temperature(const struct program *program, const struct har_calibration *found)
{
    if (found->temperature == 0)
        return;
    if (har_calibration_at_bound(found))
        har_say(program->run,
                "the temperature is at its bound, %g: too few validation rows, or "
                "all right or all wrong",
                found->temperature);
    har_say_more(program->run, "temperature %.4f, validation loss %.4f, was %.4f",
                 found->temperature, found->after, found->before);
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

static void say_solution(const struct program *program, const struct har_solution *solution)
{
    char text[HAR_SOLUTION_TEXT];
    for (size_t line = 0; har_solution_text(text, solution, line); line++)
        har_say_more(program->run, "%s", text);
}

/* Reads the rows, trains NET (stolen), writes the model and the rows not trained on. */
static enum har_status train(struct program *program, struct har_net *net, struct har_error *err)
{
    struct har_run *run = program->run;
    /* Segments that aren't training's go through, but not into a file of the model alone. */
    struct har_writer *out = run->output == NULL ? run->out : NULL;
    struct har_course course = {.settings = &program->settings,
                                .solver = &program->solver,
                                .net = net,
                                .first = program->first,
                                .init = program->init,
                                .seed = run->seed,
                                .threads = run->threads,
                                .log = program->log,
                                .checkpoint = program->checkpoint,
                                .arguments = run->arguments,
                                .plan = show_plan,
                                .show = show_progress,
                                .arg = program};
    enum har_status status = har_train_new(&program->train, net, program->settings.within_person,
                                           program->settings.validation_split > 0, err);
    if (status == HAR_OK)
        status = har_stage_run(&har_train_stage, program->train, run->in, out, err);
    course.train = program->train;
    if (status == HAR_OK)
        status = har_course_rows(&course, err);
    if (status == HAR_OK) {
        say_rows(program, course.unseen);
        status = har_course_run(&course, err);
    }
    har_net_free(course.net);
    program->model = course.model;
    say_solution(program, &course.solution);
    har_solution_free(&course.solution);
    if (status != HAR_OK)
        return status;
    say_temperature(program, &course.calibration);
    return write_all(program, err);
}

/* A seed that wasn't given is that of the training which is begun again. */
static enum har_status open_checkpoint(struct program *program, struct har_error *err)
{
    struct har_run *run = program->run;
    if (program->checkpoint_file == NULL)
        return HAR_OK;
    if (har_checkpoint_new(&program->checkpoint, program->checkpoint_file, err) != HAR_OK)
        return err->status;
    run->finished = program->checkpoint_file;
    if (!har_checkpoint_found(program->checkpoint) || !run->seed_drawn)
        return HAR_OK;
    run->seed = har_checkpoint_seed(program->checkpoint);
    json_t *seed = json_integer((json_int_t)run->seed);
    return json_object_set_new(run->arguments, "seed", seed) == 0 ? HAR_OK : har_fail_memory(err);
}

/* The provenance has the weights' checksum in the place of the file's name. */
static enum har_status load_first(struct program *program, struct har_error *err)
{
    uint32_t crc = 0;
    if (program->init == NULL)
        return HAR_OK;
    const enum har_status status = har_model_load(&program->first, &crc, program->init, err);
    if (status != HAR_OK)
        return status;
    json_t *checksum = json_integer(crc);
    return json_object_set_new(program->run->arguments, "init", checksum) == 0
               ? HAR_OK
               : har_fail_memory(err);
}

/* All that can fail before any row is read. */
static enum har_status prepare(struct program *program, struct har_net **net, struct har_error *err)
{
    struct har_fit_options *options = &program->settings.fit;
    enum har_status status = har_kernels_find(&options->kernels, program->engine, err);
    if (status == HAR_OK)
        status = har_net_read(net, program->run->operand[0], err);
    if (status == HAR_OK)
        status = har_fit_settings_read(&program->settings,
                                       (*net)->output.dim[(*net)->output.rank - 1], err);
    if (status == HAR_OK)
        status = har_solver_settings_read(&program->solver, &program->settings, program->run->given,
                                          *net, err);
    if (status == HAR_OK)
        status = load_first(program, err);
    if (status == HAR_OK)
        status = open_checkpoint(program, err);
    options->seed = program->run->seed;
    return status == HAR_OK ? har_log_open(&program->log, program->log_file, err) : status;
}

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    struct program *program = state;
    struct har_net *net = NULL;
    program->run = run;
    enum har_status status = prepare(program, &net, err);
    if (status == HAR_OK)
        status = train(program, net, err);
    else
        har_net_free(net);
    status = har_log_close(program->log, status, err);
    har_checkpoint_free(program->checkpoint);
    har_model_free(program->first);
    har_model_free(program->model);
    har_train_free(program->train);
    return status;
}

int main(int argc, char **argv)
{
    struct program state = {.settings = har_fit_defaults()};
    struct har_option options[HAR_FIT_OPTIONS + HAR_SOLVER_OPTIONS + 5] = {0};
    const struct har_option own[] = {
        {"init", 0, HAR_OPTION_FILE, &state.init, 0, 0, "MODEL", "start from this model's weights",
         false},
        {"log", 0, HAR_OPTION_WRITTEN, &state.log_file, 0, 0, "FILE",
         "write a JSON line at the start, for each epoch, and at the end", false},
        {"checkpoint", 0, HAR_OPTION_WRITTEN, &state.checkpoint_file, 0, 0, "FILE",
         "go on where a training that was killed stood; its state after each epoch", false},
        {"engine", 0, HAR_OPTION_TEXT, &state.engine, 0, 0, "NAME",
         "own, or openblas for its matrix products", true},
    };
    har_fit_options_table(options, &state.settings);
    har_solver_options_table(options + HAR_FIT_OPTIONS, &state.solver);
    memcpy(options + HAR_FIT_OPTIONS + HAR_SOLVER_OPTIONS, own, sizeof own);
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
