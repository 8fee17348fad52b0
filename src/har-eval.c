#include "fit/evaluate.h"
#include "stream/program.h"

struct program {
    struct har_texts models;
    const char *splits, *engine;
    bool within_person;
};

/* The models of -m come first; their checksums tell the provenance which they were. */
static enum har_status load_models(struct har_evaluate *evaluate, const struct har_texts *files,
                                   struct har_run *run, struct har_error *err)
{
    json_t *checksums = json_array();
    if (files->count > 0)
        json_object_set(run->arguments, "model", checksums);
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < files->count; i++) {
        struct har_model *model = NULL;
        uint32_t crc = 0;
        status = har_model_load(&model, &crc, files->text[i], err);
        if (status != HAR_OK)
            break;
        json_array_append_new(checksums, json_integer(crc));
        if (har_evaluate_model(evaluate, model, err) != HAR_OK)
            status = har_error_at(err, "%s", files->text[i]);
    }
    json_decref(checksums);
    return status;
}

static enum har_status evaluate_all(const struct program *program, struct har_run *run,
                                    struct har_threads *threads, struct har_error *err)
{
    const struct har_kernels *kernels;
    struct har_evaluate *evaluate = NULL;
    enum har_status status = har_kernels_find(&kernels, program->engine, err);
    if (status == HAR_OK)
        status = har_evaluate_new(&evaluate, program->splits, program->within_person, kernels,
                                  threads, err);
    if (status == HAR_OK)
        status = load_models(evaluate, &program->models, run, err);
    if (status == HAR_OK)
        status = har_stage_run(&har_evaluate_stage, evaluate, run->in, run->out, err);
    if (status == HAR_OK && har_evaluate_unsaid(evaluate) != NULL)
        har_say(run, "%s", har_evaluate_unsaid(evaluate));
    if (status == HAR_OK && har_evaluate_unseen(evaluate) != NULL)
        har_say(run, "%s", har_evaluate_unseen(evaluate));
    har_evaluate_free(evaluate);
    return status;
}

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    struct har_threads *threads = NULL;
    enum har_status status = har_threads_new(&threads, run->threads, err);
    if (status == HAR_OK)
        status = evaluate_all(state, run, threads, err);
    har_threads_free(threads);
    return status;
}

int main(int argc, char **argv)
{
    struct program state = {.splits = "test,unmarked"};
    const struct har_option options[] = {
        {.name = "model",
         .letter = 'm',
         .type = HAR_OPTION_FILES,
         .value = &state.models,
         .argument = "MODEL",
         .help = "a model from a file, before those in the stream; several are an ensemble"},
        {.name = "split",
         .type = HAR_OPTION_TEXT,
         .value = &state.splits,
         .argument = "LIST",
         .help = "rows to judge: train, validation, test, unmarked, all (default: test,unmarked)",
         .recorded = true},
        {.name = "within-person",
         .type = HAR_OPTION_FLAG,
         .value = &state.within_person,
         .help = "judge people that the model was trained or validated on; the results say so",
         .recorded = true},
        {.name = "engine",
         .type = HAR_OPTION_TEXT,
         .value = &state.engine,
         .argument = "NAME",
         .help = "own, or openblas for its matrix products"},
        {0},
    };
    const struct har_program program = {
        .name = "har-eval",
        .synopsis = "[-m MODEL]... [FILE...]",
        .summary = "Judge windows by models: predictions and probabilities beside the labels.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_STREAM | HAR_TAKES_THREADS,
        .run = run,
        .state = &state,
    };
    return har_program_main(&program, argc, argv);
}
