/* har-export: a model becomes a file of another format. */
#include "fit/safetensors.h"
#include "stream/program.h"

#include <string.h>

/* The one model of the input. */
struct reading {
    struct har_model_reader *reader; /* while in its segment */
    struct har_model *model;
};

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    (void)out;
    struct reading *reading = state;
    if (reading->model != NULL)
        return har_fail(err, HAR_INPUT, "a second model where one is wanted");
    return har_model_reader_new(&reading->reader, header, err);
}

static enum har_status rows(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err)
{
    (void)out;
    struct reading *reading = state;
    return har_model_reader_add(reading->reader, frame, err);
}

static enum har_status end(void *state, bool more, struct har_writer *out, struct har_error *err)
{
    (void)more;
    (void)out;
    struct reading *reading = state;
    struct har_model_reader *reader = reading->reader;
    reading->reader = NULL;
    return har_model_reader_end(&reading->model, reader, err);
}

static const char *const types[] = {"model", NULL};

static const struct har_stage stage = {.types = types, .begin = begin, .rows = rows, .end = end};

static enum har_status run_export(void *state, struct har_run *run, struct har_error *err)
{
    (void)state;
    if (strcmp(run->operand[0], "safetensors") != 0)
        return har_fail(err, HAR_USAGE, "unknown format '%.100s', expected safetensors",
                        run->operand[0]);
    struct reading reading = {0};
    enum har_status status = har_stage_run(&stage, &reading, run->in, NULL, err);
    if (status == HAR_OK)
        status = har_safetensors_write(run->text, reading.model, err);
    har_model_reader_free(reading.reader);
    har_model_free(reading.model);
    return status;
}

int main(int argc, char **argv)
{
    static const struct har_option options[] = {{0}};
    static const struct har_program program = {
        .name = "har-export",
        .synopsis = "safetensors [MODEL]",
        .summary = "Write a model's weights, and what it says of itself, in another format.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_BYTES,
        .operands = 1,
        .run = run_export};
    return har_program_main(&program, argc, argv);
}
